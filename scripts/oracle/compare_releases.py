"""Report what differs between two releases: flags of `vllm serve`, and what the oracle's goldens say of the same cases.

    python scripts/oracle/compare_releases.py 0.24.0 0.33.0 [--models NAME …] [--examples N] [--json]

Reads src/engine/data/flags.json and test/golden/oracle/<version>/models*.json; needs nothing but Python. Run it when a new
release has been recorded (docs/adding-a-release.md): what it lists is what the rules, defaults and tests have to explain.
"""

import argparse
import collections
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ROOT / "src/engine/data/flags.json"
GOLDENS = ROOT / "test/golden/oracle"
FLAG_FIELDS = ("kind", "choices", "open", "default", "nargs", "negatable", "off", "deprecated", "short")
# Above this many flags with a change in the same field, the report names a few.
MANY = 15
# Parts of a case that are compared whole, because their inner differences follow from the config or from each other.
KV_FIELDS = ("specs", "layers", "groups", "block_bytes", "smallest_budget", "budgets", "too_small")


def order(version):
    return tuple(int(part) for part in version.split("."))


def flags_of(table, version):
    """Flag name → its fields in that version."""
    found = {}
    for row in table["flags"]:
        if order(row["since"]) > order(version) or ("until" in row and order(row["until"]) < order(version)):
            continue
        found[row["names"][0]] = {field: value_at(row, field, version) for field in FLAG_FIELDS}
    return found


def value_at(row, field, version):
    for run in row.get(f"{field}_by_version", ()):
        if order(run["since"]) <= order(version) and ("until" not in run or order(version) <= order(run["until"])):
            return run["value"]
    return None if f"{field}_by_version" in row else row.get(field)


def compare_flags(old_version, new_version):
    table = json.loads(FLAGS.read_text())
    missing = [version for version in (old_version, new_version) if version not in table["versions"]]
    if missing:
        return {"missing": missing}
    old, new = flags_of(table, old_version), flags_of(table, new_version)
    changed = []
    for name in sorted(old.keys() & new.keys()):
        for field in FLAG_FIELDS:
            if old[name][field] != new[name][field]:
                changed.append({"flag": name, "field": field, **difference(old[name][field], new[name][field])})
    return {"added": sorted(new.keys() - old.keys()), "removed": sorted(old.keys() - new.keys()), "changed": changed}


def difference(old, new):
    """Lists by what came and went, everything else as it was and is."""
    if isinstance(old, list) and isinstance(new, list):
        return {"added": [item for item in new if item not in old], "removed": [item for item in old if item not in new]}
    return {"from": old, "to": new}


def goldens_of(version):
    """File name → case key → case; {} where the version was not recorded."""
    return {
        path.name: {key_of(case): case for case in json.loads(path.read_text())["cases"]}
        for path in sorted((GOLDENS / version).glob("models*.json"))
    }


def key_of(case):
    changes = case.get("config_changes")
    return " ".join([case["model"], *case["args"], *([json.dumps(changes, sort_keys=True)] if changes else [])])


def facts_of(case):
    """Everything of a case that is compared, by a dotted name."""
    facts = {f"config.{field}": value for field, value in case["config"].items()}
    for stage, weights in enumerate(case.get("weights") or ()):
        for field in ("parameter_bytes", "buffer_bytes", "elements"):
            facts[f"weights[{stage}].{field}"] = weights.get(field)
    for field in KV_FIELDS:
        facts[f"kv.{field}"] = (case.get("kv") or {}).get(field)
    return facts


def compare_goldens(old_version, new_version, models):
    old_files, new_files = goldens_of(old_version), goldens_of(new_version)
    missing = [version for version, files in ((old_version, old_files), (new_version, new_files)) if not files]
    if missing:
        return {"missing": missing}
    report = []
    for name in sorted(old_files.keys() & new_files.keys()):
        old, new = old_files[name], new_files[name]
        shared = [key for key in old if key in new and (not models or any(model in key for model in models))]
        changes = collections.defaultdict(list)
        for key in shared:
            before, after = facts_of(old[key]), facts_of(new[key])
            # A fact that only one of the two recordings has is new in the recorder, not in vLLM.
            for fact in sorted(before.keys() & after.keys()):
                if before[fact] != after[fact]:
                    changes[fact, shown(fact, before.get(fact)), shown(fact, after.get(fact))].append(key)
        report.append({
            "file": name,
            "shared": len(shared),
            "equal": len(shared) - len({key for keys in changes.values() for key in keys}),
            "only_old": sorted(key for key in old if key not in new),
            "only_new": sorted(key for key in new if key not in old),
            "changes": merged(changes),
        })
    return {"files": report}


def shown(fact, value):
    """Whole structures only say that they differ: their numbers are different in every case."""
    if isinstance(value, (dict, list)) and fact.startswith("kv."):
        return None
    return json.dumps(value, sort_keys=True)


def merged(changes):
    """One entry a fact; its distinct changes by how many cases have them."""
    facts = collections.defaultdict(list)
    for (fact, before, after), keys in changes.items():
        facts[fact].append({"from": before, "to": after, "cases": len(keys), "examples": keys})
    return [
        {"fact": fact, "cases": sum(one["cases"] for one in found), "kinds": sorted(found, key=lambda one: -one["cases"])}
        for fact, found in sorted(facts.items(), key=lambda item: -sum(one["cases"] for one in item[1]))
    ]


def print_flags(flags):
    print("Flags of vllm serve")
    if "missing" in flags:
        print(f"  flags.json has no {', '.join(flags['missing'])}: run record_args.py and merge_flags.py first.")
        return
    for title in ("added", "removed"):
        print(f"  {title}: {', '.join(flags[title]) or 'none'}")
    many = [field for field in FLAG_FIELDS if sum(change["field"] == field for change in flags["changed"]) > MANY]
    for field in many:
        names = [change["flag"] for change in flags["changed"] if change["field"] == field]
        print(f"  {field} of {len(names)} flags, e.g. {', '.join(names[:3])} (all with --json)")
    for change in flags["changed"]:
        if change["field"] in many:
            continue
        if "from" in change:
            what = f"{json.dumps(change['from'])} -> {json.dumps(change['to'])}"
        else:
            what = " ".join([*(f"+{item}" for item in change["added"]), *(f"-{item}" for item in change["removed"])])
        print(f"  {change['flag']} {change['field']}: {what}")


def print_goldens(goldens, examples):
    print("\nAnswers to the same cases")
    if "missing" in goldens:
        print(f"  no goldens of {', '.join(goldens['missing'])}: run record_models.py first.")
        return
    for file in goldens["files"]:
        print(f"  {file['file']}: {file['shared']} cases in both, {file['equal']} equal, "
              f"{len(file['only_old'])} only in the older, {len(file['only_new'])} only in the newer")
        for change in file["changes"]:
            print(f"    {change['fact']}: {change['cases']} cases")
            for kind in change["kinds"][:examples]:
                values = "" if kind["from"] is None or kind["to"] is None else f"{kind['from']} -> {kind['to']}, "
                print(f"      {values}{kind['cases']} x, e.g. {kind['examples'][0]}")
            if len(change["kinds"]) > examples:
                print(f"      and {len(change['kinds']) - examples} more kinds of change")
        for title, keys in (("no longer answered", file["only_old"]), ("answered for the first time", file["only_new"])):
            for key in keys[:examples]:
                print(f"    {title}: {key}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--models", nargs="+", default=[], help="only cases whose model or arguments contain one of these")
    parser.add_argument("--examples", type=int, default=3, help="kinds of change shown for each fact")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for version in (arguments.old, arguments.new):
        if not all(part.isdigit() for part in version.split(".")) or len(version.split(".")) != 3:
            sys.exit(f'"{version}" is no release; write it as X.Y.Z')
    flags = compare_flags(arguments.old, arguments.new)
    goldens = compare_goldens(arguments.old, arguments.new, arguments.models)
    if arguments.json:
        print(json.dumps({"old": arguments.old, "new": arguments.new, "flags": flags, "goldens": goldens}, indent=1))
    else:
        print_flags(flags)
        print_goldens(goldens, arguments.examples)
    if "missing" in flags and "missing" in goldens:
        sys.exit(1)


if __name__ == "__main__":
    main()
