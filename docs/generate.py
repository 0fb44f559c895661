"""Write the generated pages from the code: statement kinds, conditions, schemas, commands, threats.

Run by ``make docs``; a test fails when a page on disk is not what this writes.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import typer.main
from msgspec import inspect as types

from enduse.cli.commands import LANGUAGE
from enduse.cli.main import app
from enduse.history.questions import HISTORY_QUESTIONS
from enduse.history.tables import HISTORY_TABLES, history_columns
from enduse.ledger.balances import Moment
from enduse.pages.flat_files import flat_columns
from enduse.release.demands import demand
from enduse.statements.base import Statement
from enduse.statements.codec import KINDS
from enduse.statements.condition import AnyCondition
from enduse.statements.formula import AnyPays
from enduse.views.flat_rows import TABLES

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made by docs/generate.py from the code. Do not edit. -->\n"


def schemas() -> Iterator[tuple[str, str]]:
    """Give the JSON Schema (2020-12) of every kind, by path below ``docs/reference``."""
    for kind, struct in sorted(KINDS.items()):
        schema = _level(msgspec.json.schema(struct))
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": kind,
            "description": "The payload of a signed statement. Duplicate keys are refused too.",
        }
        yield f"schemas/{kind}.json", json.dumps({**head, **schema}, indent=2, ensure_ascii=False) + "\n"


def _level(schema: Any) -> Any:
    """Return a schema whose descriptions begin at the left: msgspec before 0.23 leaves docstrings indented."""
    if isinstance(schema, dict):
        told = schema.get("description")
        level = {"description": inspect.cleandoc(told)} if isinstance(told, str) else {}
        return {name: _level(each) for name, each in schema.items()} | level
    return [_level(each) for each in schema] if isinstance(schema, list) else schema


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


def exports() -> str:
    """Return the page on exported tables: every column, what it is, and its type in Parquet."""
    lines = [MADE, "# Exported tables\n", _EXPORTS]
    for table, struct in TABLES.items():
        known = sentences(struct)
        lines += [f"## {table}\n", f"{_told(struct)}\n", "| column | what it is | Parquet |", "|---|---|---|"]
        for column in flat_columns(table):
            told = known.get(column.name) or _EXPORTED.get(column.name) or f"Its name for people: `{column.name[:-5]}`."
            lines.append(f"| `{column.name}` | {told} | `{column.type}` |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def history() -> str:
    """Return the page on the tables of a history: every column, what it is, and its type in Parquet."""
    lines = [MADE, "# The ledger as tables\n", _HISTORY]
    for table, struct in HISTORY_TABLES.items():
        known = sentences(struct)
        lines += [f"## {table}\n", f"{_told(struct)}\n", "| column | what it is | Parquet |", "|---|---|---|"]
        names = {field.encode_name: field.name for field in msgspec.structs.fields(struct)}
        lines += [f"| `{name}` | {known[names[name]]} | `{kind}` |" for name, kind in history_columns(table).items()]
        lines.append("")
    lines.append(_QUESTIONS)
    for question in HISTORY_QUESTIONS:
        told = f"{question.told[0].upper()}{question.told[1:]}.\n"
        lines += [f"### {question.name}\n", told, "```sql", question.sql(Moment(size=1200)).rstrip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


_HISTORY = """`enduse history DIR --to OUT` writes the whole ledger as Parquet ([how to ask it](../how-to/ask-with-an-engine.md)); the answers
at one moment are [exported tables](exports.md). A folder a table, a file a range of entries, and `history.json`, which lists them:

```text
OUT/history.json
OUT/postings/000000000000-000000065536.parquet      what entries 0 to 65,535 brought about
OUT/postings/000000065536-000000070012.parquet      what those after them did
OUT/statements/...
```

Rows are only added. What a late paper or a correction changes stands in further rows, whose `entry` is that paper's. So the tables
hold both times: *as known* when the record held `n` statements is `entry < n`; *as at* a day, as claimed, is `day <= DAY` (to the
microsecond: `effective`). A column is added, never renamed. Amounts are whole numbers of the smallest unit: cast them to
`DECIMAL(38, 0)` before you add them up, and no engine rounds.

`history.json` names the record, what the book's rows mean (`meaning`), for each range the Merkle root of the record up to its
end, for each file its rows, length and SHA-256, and the signed checkpoint that all of it rests on: whoever holds a copy of the
record, checked with `enduse record verify`, works out the same rows. Each file says record, range, root and meaning in its own
metadata too (`parquet_kv_metadata` in DuckDB).

`enduse history DIR --to OUT --check` holds all of it against the record, row by row, and names the file that differs, is torn or
missing, or lies there and is none of the list's.
"""

_QUESTIONS = """## The same figures from every engine

`enduse history DIR --to OUT --engine ENGINE` asks an engine the questions below and compares its rows with the book's own. `ENGINE` is
`duckdb`, `spark` (extra `spark`, Java 17 or newer; in local mode, or the session that your program has open) or
`postgresql://USER@HOST/DATABASE` (extra `postgres`; the postings lie there in a temporary table for as long as it is asked).
Each text runs as it stands on all three. Here each counts the first 1,200 statements (*as known*); `AND effective <= MICROSECONDS` makes
it *as at* a time too, and `--as-known` and `--as-at` ask so.

Rows are compared in one form: each a JSON array in UTF-8 without blanks (texts, then whole numbers), sorted by their bytes, a line
each; the digest is SHA-256 of that. It is printed, and stands with the SQL in `--json`.
"""


_EXPORTS = """`enduse export DIR --to FOLDER` writes one CSV file a table, `--format parquet` one Parquet file; `--to FILE.xlsx` writes a
workbook for people, in the language of `--lang`, with the same figures. `programme.flat()` gives the same rows to Python.

A table or a column is added, never renamed. Amounts are exact, in the unit or currency of their row, and nothing where
nothing is known. Times are UTC. Lists (of statements, of parties) stand in one cell, parted by blanks. In CSV a text that
begins like a formula has an apostrophe in front. Every row ends with the record it rests on: whoever holds a copy of that
record works out the same row.
"""

_EXPORTED = {
    "record": "Name of the record.",
    "record_size": "Statements in it that were taken into account.",
    "record_root": "Their Merkle root, hexadecimal: the checkpoint that says so is checked by `enduse record verify`.",
    "record_practice": "Whether one folder held the keys of several parties: then the programme is practice.",
}
"""What the columns are that end every row."""


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
[DSSE v1](https://github.com/secure-systems-lab/dsse) envelope with one signature, of one of four [kinds](record-format.md#kinds-of-signature-ours), payload type
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


class Threat(NamedTuple):
    """What a mark ``@pytest.mark.threat(...)`` says of the test it stands over."""

    who: str
    tries: str
    alone: str
    needs: str
    seen_by: str
    test: str


ACTORS = {
    "operator": "Runs the record: holds the server, the database and the log's private key.",
    "keeper": "The party that the founding names: enrols keys, gives mandates, records everybody's statements.",
    "council minority": "Members of the umbrella, fewer than its quorum; an administration of one place is told here too.",
    "monitor": "Measures, counts and judges under a mandate to verify.",
    "builder": "Is paid to build, and holds the goods that are to be built in.",
    "donor": "Promises and pays.",
    "carrier": "Has the goods between two ends.",
    "storekeeper": "Has the goods of others, or its own, in a store.",
    "stranger": "Anybody: without a key, or with a key and without a mandate for what it says.",
}


def threats(tests: Path = ROOT / "tests") -> str:
    """Return the page on threats: a table per party, of what the tests try in its name."""
    found = [threat for path in sorted(tests.rglob("test_*.py")) for threat in threats_of(path)]
    lines = [MADE, "# Who could do what\n", _THREATS]
    for who, told in ACTORS.items():
        lines += [f"## {who.capitalize()}\n", f"{told}\n"]
        lines += ["| | tries | alone | with whom it would work | who sees it, and how |", "|---|---|---|---|---|"]
        tried = [each for each in found if each.who == who]
        for number, each in enumerate(tried, 1):
            cells = [cell.replace("|", "\\|") for cell in (each.tries, each.alone, each.needs, each.seen_by)]
            lines.append(f"| {number} | {' | '.join(cells)} |")
        # The tests stand below: their names, which do not break, would take the table's width.
        lines += ["\nTests:\n", *(f"{number}. `{each.test}`" for number, each in enumerate(tried, 1)), ""]
    return "\n".join(lines).rstrip() + "\n"


def threats_of(path: Path) -> Iterator[Threat]:
    """Give what the marks over the tests of a file say, read from its source.

    Raises:
        ValueError: a mark stands elsewhere than over a test, has other fields than the five, or says what is no plain
            text, or of whom no section is.
    """
    named = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    text = path.read_text(encoding="utf-8")
    if "mark.threat" not in text:
        return  # to read all tests as trees takes seconds
    nodes = list(ast.walk(ast.parse(text)))
    over = {id(mark): test for test in nodes if isinstance(test, ast.FunctionDef) for mark in test.decorator_list}
    calls = [node for node in nodes if isinstance(node, ast.Call) and _is_threat(node.func)]
    spelled = sum(_is_threat(node) for node in nodes)
    if spelled != len(calls) or not all(id(call) in over for call in calls):
        raise ValueError(f"{named}: a mark of a threat is called over a test, as a decorator")
    # Those of one test in the order they are written; the walk gives tests in the order of the file.
    for call in sorted(calls, key=lambda call: call.lineno):
        where = f"{named}::{over[id(call)].name}"
        said = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
        if call.args or set(said) != set(Threat._fields[:-1]):
            raise ValueError(f"{where}: a threat has exactly {', '.join(Threat._fields[:-1])}")
        if not all(isinstance(text, str) and text.strip() == text != "" for text in said.values()):
            raise ValueError(f"{where}: what a threat says is plain text")
        if said["who"] not in ACTORS:
            raise ValueError(f"{where}: {said['who']} is none of {', '.join(ACTORS)}")
        yield Threat(**said, test=where)


def _is_threat(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "threat" and ast.unparse(node.value).endswith("mark")


_THREATS = """\
Everybody in a programme has something to gain by bending it, whoever keeps it included. This page says, party by party, what
each could try, and each row is a test that tries it. Read a row from left to right: *what is tried*; *what comes of it alone*,
when nobody helps; *with whom it would work*, the smallest company in which it would go through (*nobody*: whoever helps, it does
not; *works alone*: no help is needed); and *who sees it*, with the command that shows it.

The tables are made from marks over the tests, so they say what has been tried, not all that could be. They do not cover:

- words that are false and that nobody contradicts: two parties who agree on a lie, such as a sender and a receiver who both
  sign for goods that never moved, are found by an independent count alone;
- whoever holds somebody else's private key: to the record that is the same party;
- computers: a break-in, a fault in this software or in what it stands on, except where a guarantee says so
  ([guarantees](../guarantees.md));
- a record that nobody watches: what stops an operator is others who cosign, mirror, or keep a checkpoint or a proof. Without
  them he rewrites all of it, unseen ([let two others watch](../how-to/let-two-others-watch.md)).
"""


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    made = {REFERENCE / name: text for name, text in schemas()}
    made[REFERENCE / "statements.md"] = statements()
    made[REFERENCE / "conditions.md"] = conditions()
    made[REFERENCE / "exports.md"] = exports()
    made[REFERENCE / "history.md"] = history()
    made[REFERENCE / "commands.md"] = commands()
    made[ROOT / "docs" / "explanation" / "threats.md"] = threats()
    return made


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(Path.cwd()))
