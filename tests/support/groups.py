"""The groups of functions that share a login to the database, as template.yaml assigns them."""

from functools import cache

from local import template

MIGRATOR = "migrator"


@cache
def groups() -> dict[str, str]:
    """Return the group of each function that uses the database, such as ``reader``, by the name of its folder."""
    read = template.load()
    shared = read["Globals"]["Function"]["Environment"]["Variables"]
    found = {}
    for resource in read["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        properties = resource["Properties"]
        match (shared | properties["Environment"]["Variables"])["DATABASE_URL"]:
            case {"Fn::If": ["LoginsFromUrls", {"Ref": login}, {"Ref": "DatabaseUrl"}]}:
                group = login.removesuffix("Login").lower()
            case {"Ref": "DatabaseUrl"}:
                group = MIGRATOR
            case "":
                continue
        found[properties["CodeUri"].removeprefix("functions/")] = group
    return found
