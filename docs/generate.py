"""Write the generated pages of ``docs/reference`` from the code: statement kinds, their JSON Schemas, commands.

Run by ``make docs``; a test fails when a page on disk is not what this writes.
"""

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer.main

from enduse.cli.commands import LANGUAGE
from enduse.cli.main import app
from enduse.statements.codec import KINDS

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/generate.py from the code. Do not edit. -->\n"


def schemas() -> Iterator[tuple[str, str]]:
    """Give the JSON Schema (2020-12) of every kind, by path below ``docs/reference``."""
    for kind, struct in sorted(KINDS.items()):
        schema = msgspec.json.schema(struct)
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": kind,
            "description": "The payload of a signed statement. Duplicate keys are refused too.",
        }
        yield f"schemas/{kind}.json", json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def statements() -> str:
    """Return the page on statement kinds."""
    lines = [MADE, "# Statements\n", _HEAD]
    for kind, struct in sorted(KINDS.items()):
        module = sys.modules[struct.__module__]
        lines.append(f"## {kind}\n")
        lines.append(f"{inspect.getdoc(struct)} Schema: [schemas/{kind}.json](schemas/{kind}.json).\n")
        body = struct.__annotations__.get("body")
        body = getattr(module, body) if isinstance(body, str) else body
        if body is None:
            continue
        lines += ["```text", inspect.getdoc(body) or "", "```\n", "| field | needed |", "|---|---|"]
        lines += [
            f"| `{field.encode_name}` | {'yes' if field.required else ''} |" for field in msgspec.structs.fields(body)
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


_HEAD = """\
A statement is JSON in UTF-8, at most 48,000 bytes, signed as the exact bytes received: a
[DSSE v1](https://github.com/secure-systems-lab/dsse) envelope with one Ed25519 signature, payload type
`application/vnd.enduse.statement+json`. Its identifier is the SHA-256 of those bytes. Every statement has this head:

| field | meaning |
|---|---|
| `kind` | one of the kinds below |
| `programme` | origin of the record it is meant for |
| `party` | who says it |
| `seq` | that party's running number for its key, from 1 |
| `occurred_at` | when, as claimed; RFC 3339 with a zone |
| `place` | where, as claimed; optional |
| `refs` | identifiers of statements it answers; optional |
| `source` | for imports: file name, SHA-256, row or path; optional |

Refused with the path of the fault: unknown fields, duplicate keys, NaN, times without a zone or finer than a
microsecond, decimals that are not exact text, amounts finer than the smallest unit, anything over the size limit.
"""


def commands() -> str:
    """Return the page on commands."""
    root = typer.main.get_command(app)
    lines = [MADE, "# Commands\n", _COMMANDS]
    for path, command in _walk(root, "enduse"):
        lines.append(f"## {path}\n")
        lines.append((inspect.cleandoc(command.help or "")).replace("\f", "") + "\n")
        rows = [(each, _named(each)) for each in command.params if LANGUAGE not in each.opts]
        lines += ["| | |", "|---|---|"]
        lines += [f"| `{name}` | {getattr(parameter, 'help', '') or ''} |" for parameter, name in rows]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


_COMMANDS = """\
Every command has `--json`, `--help` and `--lang LANGUAGE`, such as `--lang ar`; without it a command speaks the
language of your system, where there is a catalogue for it. Exit codes: 0 done, 1 the thing checked does not hold, 2 the
request could not be understood. Errors say what, where and what to do, on standard error.
"""


def _walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    found = getattr(command, "commands", None)
    if found is None:
        yield path, command
        return
    for name, inner in found.items():
        yield from _walk(inner, f"{path} {name}")


def _named(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name or "")
    return ", ".join([*parameter.opts, *parameter.secondary_opts])


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    made = {REFERENCE / name: text for name, text in schemas()}
    made[REFERENCE / "statements.md"] = statements()
    made[REFERENCE / "commands.md"] = commands()
    return made


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(Path.cwd()))
