"""Every module is reached: by the command line or by the public API, also through imports inside functions."""

import ast
from pathlib import Path

from enduse.system import uncollected

SRC = Path(__file__).parents[2] / "src"
ROOTS = ("enduse", "enduse.cli.main")


def modules(source):
    """Syntax tree of every module, by its name."""
    found = {}
    with uncollected():  # Otherwise more than half of the time goes to looking for garbage, of which trees are none.
        for path in sorted((source / "enduse").rglob("*.py")):
            parts = path.relative_to(source).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def for_types_only(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports(tree):
    """Give (module, name or nothing, name it is bound to) of every import that a run may execute."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if for_types_only(node):
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name, alias.asname or alias.name) for alias in node.names)
        waiting.extend(ast.iter_child_nodes(node))


def lazy_homes(tree):
    """Home of each name that a package resolves on first use: it imports them for the type checker alone."""
    blocks = [node for node in tree.body if for_types_only(node)]
    named = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module for node in named for alias in node.names}


def needs(name, known):
    """Give the modules that one module leads to."""
    tree, packages = known[name], {}
    for module, member, bound in imports(tree):
        yield module
        if member is None:
            packages[bound] = module
        elif f"{module}.{member}" in known:
            packages[bound] = f"{module}.{member}"
            yield packages[bound]
        elif module in known:
            yield lazy_homes(known[module]).get(member, module)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in packages:
            package = packages[node.value.id]
            yield lazy_homes(known[package]).get(node.attr, package) if package in known else package
    if name == "enduse.cli.main":  # each command is named by its module and the function in it
        words = [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        yield from (f"enduse.cli.{word.partition('.')[0]}" for word in words if word.count(".") == 1)
    if name == "enduse":  # what the public API offers is reached by whoever calls it
        for member, home in lazy_homes(tree).items():
            yield f"{home}.{member}" if f"{home}.{member}" in known else home


def reached(known, roots=ROOTS):
    seen, waiting = set(), list(roots)
    while waiting:
        name = waiting.pop()
        if name in known and name not in seen:
            seen.add(name)
            waiting.extend([name.rpartition(".")[0], *needs(name, known)])
    return seen


def test_every_module_is_reached_by_a_command_or_the_public_api():
    known = modules(SRC)
    assert sorted(known.keys() - reached(known)) == []


def test_a_module_counts_only_where_a_run_could_import_it(tmp_path):
    sources = {
        "__init__": "",
        "cli/__init__": "",
        "cli/main": "def run():\n    from enduse.deep import work\nimport enduse.lazily as room\nroom.Here\n",
        "deep": "from enduse import plain\n",
        "plain": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from enduse import typed\n",
        "typed": "",
        "lazily/__init__": (
            "if TYPE_CHECKING:\n    from enduse.lazily.one import Here\n    from enduse.lazily.two import There\n"
        ),
        "lazily/one": "",
        "lazily/two": "",
    }
    for name, text in sources.items():
        path = tmp_path / "enduse" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    known = modules(tmp_path)
    assert sorted(known.keys() - reached(known)) == ["enduse.lazily.two", "enduse.typed"]
