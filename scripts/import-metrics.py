#!/usr/bin/env python3
"""Makes the catalog of vLLM's metrics out of the sources of its releases. The same folder gives the same bytes.

    python3 scripts/import-metrics.py RELEASES_DIR        # RELEASES_DIR/<release>/vllm/…

Nothing of vLLM is imported or run: the sources are parsed, and of their expressions only the label and bucket lists are
evaluated. A metric is a call of something named like a gauge, counter or histogram whose name starts with "vllm:", or an
entry of a table of such definitions. What a definition depends on (an `if` around it, its file) becomes `needs`; a
definition that depends on something this script does not know stops the import.
"""

import ast
import json
import re
import sys
from pathlib import Path

OUT = Path(__file__).parent.parent / "src/artifacts/metrics/data/metrics.json"
KIND = re.compile(r"(gauge|counter|histogram)", re.IGNORECASE)
CLASS = re.compile(r"_?(gauge|counter|histogram)(_cls)?", re.IGNORECASE)
# Files that name metrics without defining them.
SKIPPED = re.compile(r"benchmarks/|v1/metrics/reader\.py|orca_metrics\.py|/tests?/")
# prometheus_client's buckets of a histogram that names none.
DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

# What must be on for a metric to be there, by the file that defines it …
NEEDS_BY_FILE = [
    (r"v1/spec_decode/metrics\.py", "speculative"),
    (r"kv_connector/v1/nixl", "nixl"),
    (r"kv_connector/v1/(offloading|offloading_connector)|v1/kv_offload/(base|cpu)", "kv-offload"),
    (r"v1/kv_offload/tiering", "kv-offload-tiering"),
    (r"kv_connector/v1/hf3fs", "hf3fs"),
    (r"kv_connector/v1/mooncake/store", "mooncake-store"),
    (r"kv_connector/v1/mooncake", "mooncake"),
    (r"kv_connector/v1/hisparse", "hisparse"),
    (r"kv_connector/v1/umbp", "umbp"),
    (r"v1/simple_kv_offload", "simple-kv-offload"),
    (r"realtime/metrics\.py", "realtime"),
    (r"serve/dev/sleep", "sleep-endpoints"),
    (r"entrypoints/rl", "rl-endpoints"),
    (r"parser/metrics\.py", "tool-parser"),
    # Always there, and 0 without it.
    (r"v1/metrics/perf\.py", "mfu-metrics"),
    (r"v1/metrics/loggers\.py|engine/metrics\.py", None),
]
# … and by the condition around the definition.
NEEDS_BY_TEST = [
    (r"show_hidden_metrics", "hidden"),
    (r"VLLM_COMPUTE_NANS_IN_LOGITS", "nan-check"),
    (r"kv_cache_metrics(_enabled)?$", "kv-cache-metrics"),
    (r"lora_config is not None|labels\.max_lora|max_lora", "lora"),
    (r"watermark_config", "watermark"),
    (r"is_kv_consumer", "kv-consumer"),
    (r"is_diffusion", "diffusion"),
]
# Tests that do not decide whether the metric exists in a server.
IGNORED_TESTS = re.compile(r"store_threshold|not self.spec_decoding_enabled|is None$|_tool_call_parser_invocations|metric_types|TYPE_CHECKING|prometheus_client|type == 'cache_config'|hasattr|ray_metrics")


def main(root: Path) -> None:
    # 0.8.5.post1 and 0.9.0.1 stand for 0.8.5 and 0.9.0.
    folders = {m.group(1): d for d in sorted(root.iterdir()) if (m := re.fullmatch(r"(\d+\.\d+\.\d+)(\.\w+)?", d.name))}
    releases = sorted(folders, key=order)
    seen: dict[tuple[str, str], dict[str, dict]] = {}
    values: dict[str, dict[str, list[str]]] = {}
    families: dict[str, list[str]] = {}
    for release in releases:
        tree = Release(release, folders[release] / "vllm")
        for engine, name, definition in tree.metrics():
            at = seen.setdefault((engine, name), {})
            if release in at:
                at[release] = merged(name, at[release], definition)
            else:
                at[release] = definition
        for name in tree.named() - {n.removesuffix("_total") for (_, n), at in seen.items() if release in at}:
            print(f"note: {release}: {name} is named and not defined", file=sys.stderr)
        values[release] = tree.label_values()
        families[release] = tree.bucket_families()
    rows = [metric(engine, name, at, releases) for (engine, name), at in sorted(seen.items())]
    v1 = {row["name"] for row in rows if row["engine"] == "v1"}
    document = {
        "releases": releases,
        "metrics": [without_engine(row) for row in rows if row["engine"] == "v1"],
        "v0": [{"name": r["name"], "type": r["type"], "until": r["spans"][-1]["until"]} for r in rows if r["engine"] == "v0" and r["name"] not in v1],
        "labelValues": spans(values, releases, "values"),
        "bucketFamilies": spans({r: v for r, v in families.items() if v}, releases, "families"),
    }
    text = json.dumps(document, indent=1)
    # One line for each short list.
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(text + "\n")
    print(f"{len(document['metrics'])} metrics of {len(releases)} releases, {len(document['v0'])} of the V0 engine only")


def without_engine(row: dict) -> dict:
    return {key: value for key, value in row.items() if key != "engine"}


def order(release: str) -> tuple[int, ...]:
    return tuple(map(int, release.split(".")))


def merged(name: str, one: dict, other: dict) -> dict:
    """Two definitions in one release: the one that needs less stands, then the one with more labels."""
    if one["type"] != other["type"]:
        raise SystemExit(f"{name}: {one} and {other}")
    if one.get("buckets") == "elsewhere":
        one = {**one, "buckets": other["buckets"]}
    if other.get("buckets") == "elsewhere":
        other = {**other, "buckets": one["buckets"]}
    return min(one, other, key=lambda d: (len(d["needs"]), -len(d["labels"])))


def metric(engine: str, name: str, at: dict[str, dict], releases: list[str]) -> dict:
    types = {definition.pop("type") for definition in at.values()}
    if len(types) != 1:
        raise SystemExit(f"{name} has several types: {types}")
    return {"engine": engine, "name": name, "type": types.pop(), "spans": spans(at, releases, None)}


def spans(at: dict[str, object], releases: list[str], key: str | None) -> list[dict]:
    """Runs of releases with the same value; `until` is the last of them, absent when that is the newest."""
    runs: list[dict] = []
    previous = None
    for release in releases:
        value = at.get(release)
        if value is not None and value == previous:
            runs[-1]["until"] = release
        elif value is not None:
            runs.append({"since": release, "until": release, **({key: value} if key else value)})
        previous = value
    for run in runs:
        if run["until"] == releases[-1]:
            del run["until"]
    return runs


class Release:
    def __init__(self, name: str, package: Path) -> None:
        self.name = name
        self.package = package
        self.modules: dict[str, ast.Module] = {}
        self.constants: dict[str, object] = {}
        for path in sorted(package.rglob("*.py")):
            relative = path.relative_to(package).as_posix()
            text = path.read_text(errors="replace")
            named = re.search(r"""["']vllm:|Offloading(Counter|Gauge|Histogram)Metadata\(""", text)
            if not (named or "kvcr" in relative) or SKIPPED.search(relative):
                continue
            module = ast.parse(text)
            self.modules[relative] = module
            for node in ast.walk(module):
                for parent in parents_of(node):
                    self.constants.setdefault(parent[0], parent[1])
        self.buckets = self.bucket_lists()

    def metrics(self):
        for relative, module in self.modules.items():
            for statement, outer, tests in functions_of(module):
                yield from self.in_scope(relative, statement, outer, tests)

    def named(self) -> set[str]:
        """Every metric name that stands in the sources as a text of its own."""
        nodes = (node for module in self.modules.values() for node in ast.walk(module) if isinstance(node, ast.Constant))
        texts = (node.value for node in nodes if isinstance(node.value, str))
        return {text.removesuffix("_total") for text in texts if re.fullmatch(r"vllm:[a-z0-9_]+", text)}

    def in_scope(self, relative: str, scope: list[ast.stmt], names: dict, tests: list[str]):
        finder = Finder(self, relative, names, tests)
        finder.visit_all(scope)
        for name, definition in finder.found:
            # Up to 0.10 the V0 engine had its own definitions.
            yield ("v0" if relative == "engine/metrics.py" else "v1"), name, definition

    def label_values(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        engine = self.read("v1/engine/__init__.py")
        for node in ast.walk(engine):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FINISH_REASON_STRINGS":
                found["finished_reason"] = list(ast.literal_eval(node.value))
        stats = self.read("v1/metrics/stats.py")
        text = {}
        for node in ast.walk(stats):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                name = ast.unparse(target)
                if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    text[name] = node.value.value
                if name == "ALL_SOURCES":
                    found["prompt_tokens_by_source.source"] = [text[ast.unparse(e)] if not isinstance(e, ast.Constant) else e.value for e in node.value.elts]
        return found

    def bucket_families(self) -> list[str]:
        return sorted(self.buckets)

    def bucket_lists(self) -> dict[str, list[float]]:
        if not (self.package / "v1/metrics/buckets.py").exists():
            return {}
        module = self.read("v1/metrics/buckets.py")
        lists = {}
        for node in module.body:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                lists[ast.unparse(target)] = node.value
        table = lists["_STATIC_FAMILY_DEFAULTS"]
        families = {ast.literal_eval(k): list(ast.literal_eval(lists[ast.unparse(v)])) for k, v in zip(table.keys, table.values)}
        return {**families, "request_tokens": "max_model_len"}

    def read(self, relative: str) -> ast.Module:
        return ast.parse((self.package / relative).read_text())


def parents_of(node: ast.AST):
    """Constants by the names under which other files reach them: NAME and Class.NAME."""
    if isinstance(node, (ast.Module, ast.ClassDef)):
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for child in node.body:
            if not isinstance(child, (ast.Assign, ast.AnnAssign)) or not isinstance(child.value, (ast.Constant, ast.Tuple, ast.List, ast.ListComp, ast.Call)):
                continue
            target = ast.unparse(child.targets[0] if isinstance(child, ast.Assign) else child.target)
            try:
                value = eval(ast.unparse(child.value), {"__builtins__": {"range": range, "tuple": tuple, "list": list}})  # noqa: S307
            except Exception:
                continue
            yield prefix + target, value
            if prefix:
                yield f"self.{target}", value


def functions_of(module: ast.Module):
    """The module's own statements, and each function's."""
    yield [s for s in module.body if not isinstance(s, (ast.FunctionDef, ast.ClassDef))], {}, []
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            yield node.body, {}, []
        if isinstance(node, ast.ClassDef):
            yield [s for s in node.body if not isinstance(s, (ast.FunctionDef, ast.ClassDef))], {}, []


class Finder:
    """Walks statements in order, keeps track of simple assignments and of the conditions around a definition."""

    def __init__(self, release: Release, relative: str, names: dict, tests: list[str]) -> None:
        self.release = release
        self.relative = relative
        self.names = dict(names)
        self.tests = list(tests)
        self.found: list[tuple[str, dict]] = []

    def visit_all(self, statements: list[ast.stmt]) -> None:
        depth = len(self.tests)
        for statement in statements:
            self.visit(statement)
        del self.tests[depth:]

    def visit(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            return
        if isinstance(node, ast.If):
            test = ast.unparse(node.test)
            self.branch(test, node.body)
            self.branch(f"not ({test})", node.orelse)
            if node.body and isinstance(node.body[-1], ast.Return) and not node.orelse:
                self.tests.append(f"not ({test})")
            return
        if isinstance(node, (ast.For, ast.With, ast.Try)):
            if isinstance(node, ast.For):
                self.bind_loop(node.target, node.iter)
                self.expressions(node.iter)
            self.visit_all(node.body)
            return
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            self.expressions(node.value)
            if isinstance(target, ast.Subscript):
                self.table_entry(target.slice, node.value)
            self.bind(ast.unparse(target), node.value)
            return
        self.expressions(node)

    def branch(self, test: str, body: list[ast.stmt]) -> None:
        self.tests.append(test)
        self.visit_all(body)
        self.tests.pop()

    def bind(self, name: str, value: ast.expr) -> None:
        if isinstance(value, (ast.List, ast.Tuple)) and any(isinstance(e, ast.Tuple) for e in value.elts):
            self.names[name] = [*self.names.get(name, []), *[(e, list(self.tests)) for e in value.elts]] if isinstance(self.names.get(name), list) else [(e, list(self.tests)) for e in value.elts]
            return
        try:
            self.names[name] = self.evaluate(value)
        except Exception:
            self.names.pop(name, None)

    def bind_loop(self, target: ast.expr, source: ast.expr) -> None:
        """`for name, … in TABLE` with a table of tuples that was assigned before, or written in place."""
        rows = self.names.get(ast.unparse(source))
        if rows is None and isinstance(source, (ast.List, ast.Tuple)):
            rows = [(e, list(self.tests)) for e in source.elts]
        constant = self.release.constants.get(ast.unparse(source))
        if rows is None and isinstance(constant, (list, tuple)):
            rows = [(ast.parse(repr(row), mode="eval").body, list(self.tests)) for row in constant]
        self.names[f"loop:{ast.unparse(target)}"] = rows if isinstance(rows, list) else []

    def expressions(self, node: ast.AST) -> None:
        for child in ast.walk(node):
            if isinstance(child, ast.comprehension):
                self.bind_loop(child.target, child.iter)
        for child in ast.walk(node):
            if isinstance(child, ast.Call):
                self.call(child)
            if isinstance(child, ast.Dict):
                for key, value in zip(child.keys, child.values):
                    if key is not None:
                        self.table_entry(key, value)

    def table_entry(self, key: ast.expr, value: ast.expr) -> None:
        if not isinstance(value, ast.Call) or not re.fullmatch(r"Offloading\w*Metadata", ast.unparse(value.func)):
            return
        name = self.text(key)
        if name is None:
            # Names that another package defines.
            print(f"note: {self.release.name} {self.relative}: no name for {ast.unparse(key)}", file=sys.stderr)
            return
        self.add(name, ast.unparse(value.func), value, ["model_name", "engine"], self.tests)

    def call(self, node: ast.Call) -> None:
        function = ast.unparse(node.func).split(".")[-1]
        if not CLASS.fullmatch(function):
            return
        given = keyword(node, "name") or (node.args[0] if node.args else None)
        if given is None:
            return
        for name, tests in self.spellings(given):
            if name.startswith("vllm:"):
                self.add(name, function, node, [], tests)

    def spellings(self, node: ast.expr):
        name = self.text(node)
        if name is not None:
            yield name, self.tests
            return
        text = ast.unparse(node)
        for key, rows in self.names.items():
            if not key.startswith("loop:"):
                continue
            parts = [part.strip() for part in key[5:].strip("()").split(",")]
            wanted = [p for p in parts if p == text or f"{{{p}}}" in text]
            for row, tests in rows if wanted else []:
                cell = row.elts[parts.index(wanted[0])] if isinstance(row, ast.Tuple) else row
                value = self.text(cell)
                if value is None:
                    continue
                yield (value if wanted[0] == text else ast.literal_eval(text.removeprefix("f")).replace(f"{{{wanted[0]}}}", value)), tests

    def text(self, node: ast.expr) -> str | None:
        try:
            value = self.evaluate(node)
        except Exception:
            return None
        return value if isinstance(value, str) else None

    def evaluate(self, node: ast.expr):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "_vllm_metric_name":
            return f"vllm:{self.evaluate(node.args[0])}"
        base = self.names.get("labelnames", ["model_name", "engine"])
        known = {"self._labelnames": base, **self.release.constants, **self.names}
        node = Inline(known).visit(ast.parse(ast.unparse(node), mode="eval").body)
        scope = {k: v for k, v in known.items() if k.isidentifier()}
        scope["labelnames"] = base
        scope["max_model_len"] = "max_model_len"
        scope["build_1_2_5_buckets"] = lambda limit: series([1, 2, 5], limit)
        scope["build_1_2_3_5_8_buckets"] = lambda limit: series([1, 2, 3, 5, 8], limit)
        scope["build_cudagraph_buckets"] = lambda _: "cudagraph"
        scope["histogram_buckets"] = lambda family: {"family": family, "bounds": self.release.buckets[family]}
        return eval(ast.unparse(node), {"__builtins__": {"range": range, "list": list, "float": float}}, scope)  # noqa: S307

    def add(self, name: str, function: str, node: ast.Call, base: list[str], tests: list[str]) -> None:
        kind = KIND.search(function).group(1).lower()
        if kind == "counter":
            # prometheus_client exposes every counter with this suffix, once.
            name = f"{name.removesuffix('_total')}_total"
        definition = {"type": kind, "labels": self.labels(name, node, base), "needs": self.needs(name, tests)}
        if kind == "histogram":
            given = keyword(node, "buckets")
            try:
                buckets = DEFAULT_BUCKETS if given is None else self.evaluate(given)
            except NameError:
                # A field of another definition of the same name.
                buckets = "elsewhere"
            if isinstance(buckets, dict):
                definition["family"] = buckets["family"]
                buckets = buckets["bounds"]
            definition["buckets"] = buckets if isinstance(buckets, str) else [int(b) if float(b).is_integer() else b for b in buckets]
        self.found.append((name, definition))

    def labels(self, name: str, node: ast.Call, base: list[str]) -> list[str]:
        positional = 0 if function_is_metadata(node) else 2
        given = keyword(node, "labelnames") or (node.args[positional] if len(node.args) > positional else None)
        if given is None:
            return base
        text = ast.unparse(given)
        if text.endswith(".keys()") or "info" in text.lower() and "keys" in text.lower():
            return ["engine", "*"]
        return [*base, *self.evaluate(given)]

    def needs(self, name: str, tests: list[str]) -> list[str]:
        file_need = next((need for pattern, need in NEEDS_BY_FILE if re.search(pattern, self.relative)), "?")
        if file_need == "?":
            raise SystemExit(f"{self.relative}: {name} is defined in a file that this script does not know")
        needs = [] if file_need is None else [file_need]
        for test in tests:
            negative = test.startswith("not (")
            found = next((need for pattern, need in NEEDS_BY_TEST if re.search(pattern, test)), None)
            if found == "diffusion":
                if not negative and not test.startswith("not "):
                    needs = ["diffusion"]
            elif found is not None:
                if not negative and found not in needs:
                    needs.append(found)
            elif not IGNORED_TESTS.search(test.removeprefix("not (").removesuffix(")")):
                print(f"note: {self.release.name} {self.relative}: {name} under `{test}`", file=sys.stderr)
        return needs


class Inline(ast.NodeTransformer):
    """Puts known values in the place of dotted names."""

    def __init__(self, known: dict[str, object]) -> None:
        self.known = known

    def visit_Call(self, node: ast.Call) -> ast.expr:
        # What a user overrides is not the default.
        node.keywords = [k for k in node.keywords if k.arg not in ("overrides", "max_model_len")]
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        value = self.known.get(ast.unparse(node))
        return ast.parse(repr(value), mode="eval").body if value is not None else self.generic_visit(node)


def series(mantissas: list[int], limit):
    if isinstance(limit, str):
        return limit
    return [m * 10**e for e in range(12) for m in mantissas if m * 10**e <= limit]


def function_is_metadata(node: ast.Call) -> bool:
    return ast.unparse(node.func).endswith("Metadata")


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in node.keywords if k.arg == name), None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python3 scripts/import-metrics.py RELEASES_DIR")
    main(Path(sys.argv[1]))
