"""Bundle a function or a layer: copy its code, install its packages, and compile every module to bytecode.

`sam build` runs this program in a copy of the folder of the function or the layer; see targets.mk. On AWS, the code is
read-only. Without the bytecode, each cold start would compile every module that it imports.
"""

import os
import py_compile
import shutil
import subprocess
import sys
from collections.abc import Sequence

RUNTIME = (3, 13)
"""The Python version of the Lambda runtime. Each version has a bytecode of its own."""
REQUIREMENTS = "requirements.txt"
NOT_BUNDLED = shutil.ignore_patterns("__pycache__", REQUIREMENTS)
WHEELS = {
    "x86_64": [f"manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1)]
    + [f"manylinux{version}_x86_64" for version in ("2014", "2010", "1")],
    "arm64": [f"manylinux_2_{minor}_aarch64" for minor in range(34, 16, -1)] + ["manylinux2014_aarch64"],
}
"""The tags of the wheels that the Lambda runtime can load, keyed by the template's architecture. The runtime has glibc
2.34: https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
"""


def bundle(source: str, target: str, runtime_path: str, architecture: str) -> None:
    """Bundle the folder ``source`` in the folder ``target``.

    ``runtime_path``: the path of the bundle in the Lambda runtime, which tracebacks show. ``architecture``: x86_64 or
    arm64, as in the template.

    Raises:
        subprocess.CalledProcessError: pip could not install the packages.
        py_compile.PyCompileError: a module has a syntax error.
    """
    shutil.copytree(source, target, ignore=NOT_BUNDLED, dirs_exist_ok=True)
    requirements = os.path.join(source, REQUIREMENTS)
    if os.path.exists(requirements):
        install(requirements, target, architecture)
    compile_modules(target, runtime_path)


def install(requirements: str, target: str, architecture: str) -> None:
    """Install packages for the Lambda runtime, which may have another architecture than this machine.

    Raises:
        subprocess.CalledProcessError: pip failed. Its messages are on the standard error.
    """
    subprocess.run(
        [
            *(sys.executable, "-P", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--requirement", requirements, "--require-hashes", "--no-deps", "--target", target, "--no-compile"),
            *("--implementation", "cp", "--python-version", ".".join(map(str, RUNTIME)), "--only-binary=:all:"),
            *(option for wheel in WHEELS[architecture] for option in ("--platform", wheel)),
        ],
        check=True,
    )
    shutil.rmtree(os.path.join(target, "bin"), ignore_errors=True)  # commands, which no function runs


def compile_modules(target: str, runtime_path: str) -> None:
    """Compile every module in ``target``. Python reads the bytecode without comparing it with the module.

    Raises:
        py_compile.PyCompileError: a module has a syntax error.
    """
    for folder, _, names in os.walk(target):
        for name in names:
            if name.endswith(".py"):
                module = os.path.join(folder, name)
                py_compile.compile(
                    module,
                    dfile=runtime_path + module.removeprefix(target),
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )


def main(arguments: Sequence[str], version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Bundle the working folder. ``arguments``: the other arguments of `bundle`. ``version``: this Python's version.

    Raises:
        SystemExit: this Python's version is not that of the Lambda runtime.
    """
    if version != RUNTIME:
        needed, given = (".".join(map(str, number)) for number in (RUNTIME, version))
        sys.exit(f"sam build needs Python {needed}, but {sys.executable} is Python {given}.")
    target, runtime_path, architecture = arguments
    bundle(os.getcwd(), target, runtime_path, architecture)


if __name__ == "__main__":
    main(sys.argv[1:])
