// Unpack Chromium, its libraries and its fonts: node unpack.js FOLDER
import { join } from "node:path";
import { inflate } from "@sparticuz/chromium";

process.env.TMPDIR = process.argv[2]; // the package unpacks into the folder of temporary files
const packed = join(import.meta.dirname, "node_modules", "@sparticuz", "chromium", "bin");
const names = ["chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"];
await Promise.all(names.map((name) => inflate(join(packed, name))));
