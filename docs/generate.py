"""Write the generated pages of ``docs/reference`` from the code: statement kinds, conditions, schemas, commands.

Run by ``make docs``; a test fails when a page on disk is not what this writes.
"""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec
import typer.main
from msgspec import inspect as types

from enduse.cli.commands import LANGUAGE
from enduse.cli.main import app
from enduse.release.demands import demand
from enduse.statements.base import Statement
from enduse.statements.codec import KINDS
from enduse.statements.condition import AnyCondition
from enduse.statements.formula import AnyPays

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
    """Return the page on statement kinds: every field in a sentence, and an example of each."""
    lines = [MADE, "# Statements\n", _HEAD, *_table(Statement), _REFUSED]
    for kind, struct in sorted(KINDS.items()):
        lines += [f"## {kind}\n", f"{_told(struct)} Schema: [schemas/{kind}.json](schemas/{kind}.json).\n"]
        body = next((field.type for field in _struct(struct).fields if field.name == "body"), None)
        if isinstance(body, types.StructType):
            lines += [f"{_told(body.cls)}\n", *_table(body.cls)]
        for example in _examples(kind):
            lines += ["```json", json.dumps(example, indent=2, ensure_ascii=False), "```\n"]
            if kind == "goods":
                lines += ["The event, as it stands in that text:\n", "```json"]
                lines += [json.dumps(json.loads(example["body"]["event"]), indent=2, ensure_ascii=False), "```\n"]
    lines += ["## Parts of statements\n"]
    for name, struct in sorted(parts().items()):
        lines += [f"### {name}\n", f"{_told(struct)}\n", *_table(struct)]
    return "\n".join(lines).rstrip() + "\n"


def conditions() -> str:
    """Return the page on what a tranche may wait for and what it may pay: each form with an example."""
    lines = [MADE, "# Conditions and payments\n", _CONDITIONS]
    for title, union, name in (("Conditions", AnyCondition, "conditions"), ("Payments", AnyPays, "formulas")):
        lines.append(f"## {title}\n")
        examples = {next(iter(example.values())): example for example in _examples(name)}
        for struct in union.__args__:
            tag = str(struct.__struct_config__.tag)
            raw = json.dumps(examples[tag], indent=2, ensure_ascii=False)
            lines += [f"### {tag}\n", f"{_told(struct)}\n", *_table(struct), "```json", raw, "```\n"]
            if union is AnyCondition:
                lines.append(f"It is worded: *{demand(msgspec.json.decode(raw, type=AnyCondition))}.*\n")
    return "\n".join(lines).rstrip() + "\n"


def sentences(struct: Any) -> dict[str, str]:
    """Return what each field of a struct is, from the ``Attributes`` of its docstring and of those it builds on."""
    told: dict[str, str] = {}
    for base in reversed(struct.__mro__):
        _, _, block = (inspect.cleandoc(base.__doc__ or "")).partition("Attributes:\n")
        name = ""
        for line in block.splitlines():
            if opened := re.fullmatch(r"    (\w+): (.*)", line):
                name = opened[1]
                told[name] = opened[2]
            elif name and line.strip():
                told[name] += " " + line.strip()
    return {name: _markdown(sentence[:1].upper() + sentence[1:]) for name, sentence in told.items()}


def _examples(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((REFERENCE / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _struct(struct: Any) -> types.StructType:
    return cast("types.StructType", types.type_info(struct))


def _told(struct: Any) -> str:
    """Return the docstring of a struct without its fields, which stand in a table."""
    return _markdown(inspect.cleandoc(struct.__doc__).partition("\n\nAttributes:")[0])


def _markdown(text: str) -> str:
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)
    return text.replace("``", "`").replace("|", "\\|")


def _table(struct: Any) -> list[str]:
    known = sentences(struct)
    rows = ["| field | what it is | holds |", "|---|---|---|"]
    for field in _struct(struct).fields:
        need = "" if field.required else " (optional)"
        rows.append(f"| `{field.encode_name}`{need} | {known.get(field.name, '')} | {_holds(field.type)} |")
    return [*rows, ""]


def _holds(info: types.Type) -> str:
    """Return what a field holds, in words."""
    match info:
        case types.Metadata():
            described = (info.extra_json_schema or {}).get("description")
            return described.partition(": ")[0] if described else _holds(info.type)
        case types.UnionType():
            kinds = [kind for kind in info.types if not isinstance(kind, types.NoneType)]
            structs = {kind.tag_field for kind in kinds if isinstance(kind, types.StructType)}
            if "is" in structs:
                return "a [condition](conditions.md#conditions)"
            return "a [payment](conditions.md#payments)" if "pays" in structs else _holds(kinds[0])
        case types.LiteralType():
            return "one of " + ", ".join(f"`{word}`" for word in info.values)
        case types.VarTupleType():
            return f"a list; each is {_holds(info.item_type)}"
        case types.DictType():
            return f"for each name ({_holds(info.key_type)}): {_holds(info.value_type)}"
        case types.StructType():
            name = info.cls.__name__
            return f"[{name}](statements.md#{name.lower()})"
        case types.StrType():
            return "a text" + (f" of at most {info.max_length:,} characters" if info.max_length else "")
        case types.BoolType():
            return "true or false"
    return "a whole number"


def parts() -> dict[str, Any]:
    """Return every part that statements are made of, by its name; conditions and payments have a page of their own."""
    reached: dict[Any, types.StructType] = {}
    waiting: list[types.Type] = [_struct(kind) for kind in KINDS.values()]
    while waiting:
        match waiting.pop():
            case types.Metadata() as named:
                waiting.append(named.type)
            case types.UnionType() as union:
                waiting += union.types
            case types.VarTupleType() as many:
                waiting.append(many.item_type)
            case types.StructType() as struct if struct.cls not in reached:
                reached[struct.cls] = struct
                waiting += [field.type for field in struct.fields]
    bodies = {
        cast("types.StructType", field.type).cls
        for kind in KINDS.values()
        for field in _struct(kind).fields
        if field.name == "body"
    }
    return {cls.__name__: cls for cls, struct in reached.items() if cls not in bodies and not struct.tag_field}


_HEAD = """\
A statement is JSON in UTF-8, at most 48,000 bytes, signed as the exact bytes received: a
[DSSE v1](https://github.com/secure-systems-lab/dsse) envelope with one Ed25519 signature, payload type
`application/vnd.enduse.statement+json`. Its identifier is the SHA-256 of those bytes. Every statement says its `kind`,
one of those below, and has the head that follows. Identifiers are 1 to 200 characters without blanks. Numbers that
matter are texts: up to 18 digits, at most one point and 9 digits behind it, no commas, no blanks.
"""

_REFUSED = """\
Refused, with the path of the fault and what belongs there: unknown fields, keys that stand twice, numbers that matter
without quotation marks, times without a zone or finer than a microsecond, amounts finer than the smallest unit, anything
over the size limit. What is only *without effect* (no mandate, say) is recorded and listed with the reason.
"""

_CONDITIONS = """\
A tranche of a reconstruction project waits for a condition (kind [condition](statements.md#condition), field
`requires`) and may pay by a formula (field `formula`). A condition is *met*, *not met* or *not known*; *not known*
never releases anything. Humanitarian goods never wait for one.
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
    made[REFERENCE / "conditions.md"] = conditions()
    made[REFERENCE / "commands.md"] = commands()
    return made


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(Path.cwd()))
