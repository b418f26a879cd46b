"""Merge the parser dumps of record_args.py into the product's table of flags.

    python merge_flags.py --dumps DIR --out src/engine/data/flags.json

One row a flag. What is the same in all versions that have the flag stands in the row; what changed stands in
`<field>_by_version` as ranges [{"since": V, "until": V, "value": …}] (no `until`: to the newest held version).
"""

import argparse
import json
import pathlib

FIELDS = ("kind", "choices", "open", "default", "nargs", "negatable", "off", "deprecated")


def label(version):
    """0.8.5.post1 → 0.8.5, 0.10.1.1 → 0.10.1: fixes of the same release, with the same flags."""
    return ".".join(version.split(".post")[0].split(".")[:3])


def order(version):
    return tuple(int(part) for part in version.split("."))


def ranges(versions, values):
    """Runs of versions with equal values; a None value is a gap."""
    runs = []
    for index, version in enumerate(versions):
        value = values.get(version)
        if runs and runs[-1]["value"] == value and runs[-1]["last"] == index - 1:
            runs[-1]["last"] = index
        elif value is not None:
            runs.append({"since": version, "last": index, "value": value})
    newest = len(versions) - 1
    return [
        {"since": run["since"], **({} if run["last"] == newest else {"until": versions[run["last"]]}), "value": run["value"]}
        for run in runs
    ]


def spread(row, field, versions, held, values):
    """Put a field into the row: as one value when it never changed, else by version."""
    distinct = {json.dumps(values.get(version)) for version in held}
    if len(distinct) == 1:
        if values.get(held[0]) is not None:
            row[field] = values[held[0]]
        return
    row[f"{field}_by_version"] = ranges(versions, values)
    if field == "kind":
        row["kind"] = values[held[-1]]


def presence(row, versions, held):
    row["since"] = held[0]
    if held[-1] != versions[-1]:
        row["until"] = held[-1]
    between = versions[versions.index(held[0]) : versions.index(held[-1]) + 1]
    if absent := [version for version in between if version not in held]:
        row["absent"] = absent


def merge(dumps):
    versions = sorted(dumps, key=order)
    by_name = {}
    for version in versions:
        for flag in dumps[version]:
            if flag["names"] and flag["names"] != ["--help"]:
                by_name.setdefault(flag["names"][0], {})[version] = flag
    rows = []
    for name, flags in sorted(by_name.items()):
        held = [version for version in versions if version in flags]
        spellings = {spelling for flag in flags.values() for spelling in flag["names"][1:]}
        row = {"names": [name]}
        for spelling in sorted(spellings):
            having = [version for version in held if spelling in flags[version]["names"]]
            if having == held:
                row["names"].append(spelling)
            else:
                alias = {"name": spelling}
                presence(alias, versions, having)
                row.setdefault("aliases", []).append(alias)
        spread(row, "short", versions, held, {version: flags[version].get("short") for version in held})
        for field in FIELDS:
            spread(row, field, versions, held, {version: flags[version].get(field) for version in held})
        presence(row, versions, held)
        rows.append(row)
    return versions, rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dumps", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    dumps = {}
    for path in pathlib.Path(options.dumps).glob("*.json"):
        dump = json.loads(path.read_text())
        dumps[label(path.stem)] = dump["flags"]
    versions, rows = merge(dumps)
    head = {
        "generated_by": "scripts/oracle/record_args.py and merge_flags.py: the parsers of `vllm serve`, built by each version's own code",
        "versions": versions,
    }
    lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in rows)
    body = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
    pathlib.Path(options.out).write_text(f'{body},\n  "flags": [\n{lines}\n  ]\n}}\n')
    print(len(versions), "versions,", len(rows), "flags")


if __name__ == "__main__":
    main()
