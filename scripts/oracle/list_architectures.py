"""List which architectures each release's model registry names, from the releases' sources.

    python list_architectures.py SOURCES --out src/engine/data/architectures.json

SOURCES holds one unpacked wheel a release, `<version>/vllm/…`. A row is {architecture: [first release that names it,
last release, or null while the newest does]}. Only releases found in SOURCES are known; they are listed as well, since
an architecture that first shows up in one may have come in any release after the one before.
Draft models and the names of the Transformers backend itself are left out: nobody serves a model under them.
"""

import argparse
import ast
import json
import pathlib
import re

NOT_SERVED = {
    "_SPECULATIVE_DECODING_MODELS",
    "_TRANSFORMERS_BACKEND_MODELS",
    "_TRANSFORMERS_MODELS",
    "_PREVIOUSLY_SUPPORTED_MODELS",
    "_OOT_SUPPORTED_MODELS",
}


def order(version):
    return tuple(int(part) for part in version.split("."))


def label(version):
    """0.8.5.post1 → 0.8.5, 0.10.1.1 → 0.10.1: fixes of the same release."""
    return ".".join(version.split(".post")[0].split(".")[:3])


def architectures(registry):
    """Keys of the tables of models, read from the source text: nothing is imported."""
    names = set()
    for node in ast.parse(registry.read_text()).body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not isinstance(node.value, ast.Dict):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or not re.fullmatch(r"_[A-Z_]+_MODELS", target.id) or target.id in NOT_SERVED:
            continue
        names |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    return names


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    found = {}
    for folder in args.sources.iterdir():
        registry = folder / "vllm" / "model_executor" / "models" / "registry.py"
        if re.match(r"\d+\.\d+\.\d+", folder.name) and registry.exists():
            found[label(folder.name)] = architectures(registry)
    releases = sorted(found, key=order)
    rows = []
    for name in sorted(set().union(*found.values())):
        having = [release for release in releases if name in found[release]]
        last = None if having[-1] == releases[-1] else having[-1]
        rows.append(f" {json.dumps(name)}: {json.dumps([having[0], last])}")
    text = ",\n".join(rows)
    args.out.write_text(f'{{"releases": {json.dumps(releases)},\n"architectures": {{\n{text}\n}}}}\n')


main()
