"""Tables at the desk: asked about, shown row by row as they will be understood, signed elsewhere or here, and recorded whole."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

import enduse
from enduse import Answers, PreparedTable, TableLimits
from enduse.errors import ConflictError, EnduseError, LimitError, MalformedError, Problem, UnknownError
from enduse.messages import Message
from enduse.pages.catalogue import mark
from enduse.pages.choices import column_word, option_word, table_question
from enduse.pages.imports import figure_words, refusals, remarks
from enduse.pages.localizer import Localizer
from enduse.pages.said_words import UNSAID, act_of, flat_lines, said_lines
from enduse.portal.desk import FileReply, PageReply, Reply, Visit, WayReply
from enduse.portal.say import credentials, own_keys
from enduse.portal.uploads import Upload, UploadReceipt, Uploads, file_name, on_disk
from enduse.system import read_file
from enduse.views.proposals import ProfileProposal

TABLE: Final = TableLimits(
    file_bytes=2 * 1024**2,
    unpacked_bytes=32 * 1024**2,
    rows=2_000,
    columns=200,
    cell_chars=4_000,
    line_chars=100_000,
    shared_chars=4 * 1024**2,
    seconds=10,
)
"""What is read of a table at the desk; a larger one is brought by the command line."""

SIGNED_MAX: Final = 8 * 1024**2
"""Bytes of what comes back signed."""

RECORD_MAX: Final = 200_000
"""Statements of a record on a copy of which a table is tried while others wait for their pages."""

LIGHT_MAX: Final = 16 * 1024**2
"""Bytes of a light copy."""

PROFILE_MAX: Final = 64 * 1024
PASSKEY_MAX: Final = 10
"""So many statements are signed one after the other by a passkey, which asks for a finger each time."""

ROWS_SHOWN: Final = 25
CHANGES_SHOWN: Final = 50
PLACES_SHOWN: Final = 20

_YES_OR_NO: Final = {"yes": True, "no": False}
ASKING: Final = {"asks": table_question, "option_word": option_word, "column_word": column_word}
"""What the page of questions words them with."""

ASKED: Final = {
    "changed": (
        mark("Is it the same row, changed?"),
        (("yes", mark("Yes: the same row, changed")), ("no", mark("No: one row is gone, and another is new"))),
    ),
    "gone": (
        mark("Are these rows no longer stated?"),
        (
            ("yes", mark("Yes: what they said is taken back")),
            ("no", mark("No: they stay as they are; this table holds others")),
        ),
    ),
    "newest": (
        mark("Is this table the newest word?"),
        (("yes", mark("Yes: the newest word")), ("no", mark("No: take only what was never said"))),
    ),
    "table": (mark("Is it a further issue of that table?"), ()),
}
"""What is asked of a table that comes again: the question, and what may be answered."""


class IssueQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a table that comes again.

    Attributes:
        field: of the answer.
        told: what was found.
        asks: the question in words.
        choices: what may be answered, and in words.
    """

    field: str
    told: Message
    asks: str
    choices: tuple[tuple[str, str], ...]


class PreviewRow(msgspec.Struct, frozen=True, kw_only=True):
    """One statement as it will be signed.

    Attributes:
        row: of the table; 0 where it takes back what an earlier issue said.
        act: what is done by saying it.
        said: what it says, each with its name.
        refused: why it would have no effect; ``None`` where it would have some.
    """

    row: int
    act: str
    said: tuple[tuple[str, str], ...]
    refused: Message | None


Found = ProfileProposal | IssueQuestion | PreparedTable


def tables_page(visit: Visit, faults: tuple[Message, ...] = ()) -> Reply:
    """Show the tables that were brought, and take another one."""
    values = {
        "uploads": Uploads(visit.desk.store, visit.me.id).all(),
        "keys": own_keys(visit),
        "here": credentials(visit),
        "most": TABLE,
        "faults": faults,
    }
    return PageReply(template="desk_tables.html", values=values, status=422 if faults else 200)


def bring(visit: Visit) -> Reply:
    """Take a table: what is too large, or no table, is refused, and nothing of it is kept."""
    visit.limit("table", 60, 3600)
    key, data = visit.fields.get("key", ""), visit.files.get("file", b"")
    if key not in {one.key for one in own_keys(visit)}:
        raise ConflictError("desk.no_key")
    try:
        if not data:
            raise MalformedError("upload.nothing")
        name, profile = file_name(visit.file_names.get("file", "")), _own_profile(visit)
        with on_disk(visit.programme.folder, name, data) as (table, _):
            enduse.check_table_size(table, TABLE)
    except EnduseError as error:
        return tables_page(visit, (error.problem.told,))
    at = datetime.now(UTC).isoformat()
    return WayReply(f"desk/tables/{Uploads(visit.desk.store, visit.me.id).begin(name, key, at, data, profile)}/")


def _own_profile(visit: Visit) -> str:
    """Return how a table is read, where a file says it that came with it.

    Raises:
        LimitError, MalformedError: it is too long, or no text.
    """
    given = visit.files.get("profile", b"")
    if len(given) > PROFILE_MAX:
        raise LimitError("file.too_large", size=len(given), most=PROFILE_MAX)
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("file.not_utf8", source="profile") from error


def worked_out(visit: Visit, upload: Upload) -> tuple[Found, str]:
    """Return what must be asked of a table, else what is to be signed of it; and how it is read, where that was found by asking.

    Raises:
        LimitError: the record is too large to try a table on it here.
        EnduseError: the table cannot be read.
    """
    programme = visit.programme
    if programme.size > RECORD_MAX:
        raise LimitError("upload.record_large", n=programme.size, most=RECORD_MAX)
    proposed = ""
    with on_disk(programme.folder, upload.name, upload.file, upload.profile) as (table, own):

        def prepared(how: Path | None) -> PreparedTable:
            return programme.prepare_table(table, key=upload.key, profile=how, answers=upload.answers, at=upload.at)

        try:
            try:
                return prepared(own), ""
            except MalformedError as error:
                if error.problem.code != "table.no_profile_fits":
                    raise
            found = enduse.propose_profile(table, {**upload.told, "party": visit.me.party})
            if found.questions or not found.profile:
                return found, ""
            proposed, made = found.profile, table.with_name("proposed.toml")
            made.write_text(proposed, encoding="utf-8")
            return prepared(made), proposed
        except ConflictError as error:
            field = enduse.TABLE_QUESTIONS.get(error.problem.code)
            if field is None:
                raise
            return _asked(error.problem, field, visit.sheet().s), proposed


def _asked(problem: Problem, field: str, words: Localizer) -> IssueQuestion:
    asks, choices = ASKED[field]
    offered = tuple((value, words.translated(told)) for value, told in choices)
    if field == "table":
        values = {name: str(problem.values[name]) for name in ("table", "other") if name in problem.values}
        told = {
            "table": words.say("Yes: of “{table}”", table=words.isolate(values.get("table", ""))),
            "other": words.say("No: a table of its own, “{table}”", table=words.isolate(values.get("other", ""))),
        }
        offered = tuple((name, told[which]) for which, name in values.items())
    return IssueQuestion(field=field, told=problem.told, asks=words.translated(asks), choices=offered)


def current(visit: Visit, upload: Upload) -> tuple[Upload, Found]:
    """Return a table with what is to be signed of it as the record is now; that is kept, and worked out anew once the record has grown."""
    kept = upload.prepared
    if kept is not None and kept.size == visit.programme.size:
        return upload, kept
    found, profile = worked_out(visit, upload)
    prepared = found if isinstance(found, PreparedTable) else None
    now = msgspec.structs.replace(upload, prepared=prepared, proposed=profile or upload.proposed)
    if now != upload:
        Uploads(visit.desk.store, visit.me.id).keep(now)
    return now, found


def table_page(
    visit: Visit, table: str, faults: tuple[Message, ...] = (), typed: dict[str, str] | None = None
) -> Reply:
    """Show what is asked of a table, or its rows as they will be understood, or what became of it."""
    upload = Uploads(visit.desk.store, visit.me.id).one(table)
    if upload.receipt is not None:
        return PageReply(template="desk_table_receipt.html", values={"upload": upload, "receipt": upload.receipt})
    before = upload.prepared
    upload, found = current(visit, upload)
    status = 422 if faults else 200
    if isinstance(found, ProfileProposal):
        values = {"upload": upload, "found": found, "typed": typed or {}, "faults": faults, **ASKING}
        return PageReply(template="desk_table_ask.html", values=values, status=status)
    if isinstance(found, IssueQuestion):
        values = {"upload": upload, "question": found, "faults": faults}
        return PageReply(template="desk_table_issue.html", values=values, status=status)
    anew = before is not None and before.raw != found.raw
    return preview_page(visit, upload, found, anew=anew)


def answer(visit: Visit, table: str) -> Reply:
    """Take the answers to what is asked of a table; what does not fit is not kept."""
    uploads = Uploads(visit.desk.store, visit.me.id)
    upload = uploads.one(table)
    way = WayReply(f"desk/tables/{upload.id}/")
    if upload.receipt is not None:
        return way
    if "again" in visit.fields:
        uploads.keep(msgspec.structs.replace(upload, told={}, answers=Answers(), prepared=None, proposed=""))
        return way
    given = {
        name.removeprefix("told."): text.strip() for name, text in visit.fields.items() if name.startswith("told.")
    }
    told = {**upload.told, **{name: text for name, text in given.items() if text}}
    answers = _with_answers(upload.answers, visit.fields)
    now = msgspec.structs.replace(upload, told=told, answers=answers, prepared=None)
    try:
        now, _ = current(visit, now)
    except EnduseError as error:
        return table_page(visit, table, (error.problem.told,), given)
    uploads.keep(now)
    return way


def _with_answers(answers: Answers, fields: dict[str, str]) -> Answers:
    given: dict[str, Any] = {
        name: _YES_OR_NO[fields[name]] for name in ("changed", "gone", "newest") if fields.get(name) in _YES_OR_NO
    }
    if name := fields.get("table", "").strip():
        given["table"] = name
    return msgspec.structs.replace(answers, **given)


def preview_page(visit: Visit, upload: Upload, found: PreparedTable, *, anew: bool) -> Reply:
    """Say what would become of each row, show them as they will be understood, and ask for the signature."""
    words, programme = visit.sheet().s, visit.programme
    site = programme.signing_page(visit.desk.origin)
    first = _first(visit.fields.get("row", ""), len(found.statements))
    shown = found.statements[first : first + ROWS_SHOWN]
    few = len(found.statements) <= PASSKEY_MAX
    result = found.result
    told = {problem.line: problem.told for problem in result.problems if problem.source == upload.name}
    values = {
        "upload": upload,
        "anew": anew,
        "result": result,
        "new_no_effect": result.no_effect - result.already_recorded,
        "issues": result.issues,
        "changes_shown": CHANGES_SHOWN,
        "figures": [(figure, figure_words(figure, words)) for figure in result.figures if figure.count],
        "remarks": remarks(result.notes, words),
        "problems": refusals(result.problems, words, PLACES_SHOWN),
        "rows": _rows(visit, shown, found.header, told),
        "first": first,
        "earlier": max(0, first - ROWS_SHOWN) if first else None,
        "later": first + ROWS_SHOWN if first + ROWS_SHOWN < len(found.statements) else None,
        "n": len(found.statements),
        "spoken": found.spoken,
        "domain": site.relying_party if site is not None and few else "",
        "credential": credentials(visit).get(upload.key, ""),
        "public_key": base64.b64encode(programme.public_key(upload.key)).decode(),
        "payloads": " ".join(base64.b64encode(each.payload).decode() for each in found.statements) if few else "",
    }
    return PageReply(template="desk_table.html", values=values, script=True)


def _first(asked: str, n: int) -> int:
    at = int(asked) if asked.isdecimal() and len(asked) < 7 else 0  # noqa: PLR2004 - digits of a number of rows
    return at if at < n else 0


def _rows(
    visit: Visit, shown: Sequence[enduse.Unsigned], header: int, told: dict[int | None, Message]
) -> list[PreviewRow]:
    words, rows = visit.sheet().s, []
    for each in shown:
        plain = msgspec.json.decode(each.payload)
        row = header + plain["source"]["row"] if "row" in plain.get("source", ()) else 0
        act, lines = act_of(each.payload, words), said_lines(each.payload, words)
        if plain["kind"] == "correction":
            act = words.say(
                "takes back no. {number}", number=visit.programme.statement(plain["body"]["corrects"]).entry
            )
            lines = tuple(line for line in lines if line.field != "body")
        flat = tuple(dict.fromkeys(flat_lines(line for line in lines if line.field not in UNSAID)))
        rows.append(PreviewRow(row=row, act=act, said=flat, refused=told.get(row)))
    return rows


def unsigned_file(visit: Visit, table: str) -> Reply:
    """Give all that is to be signed as one file."""
    found = _prepared(visit, table)
    return FileReply(f"unsigned-{found.statements[0].id[:8]}.dsse", found.raw)


def _prepared(visit: Visit, table: str) -> PreparedTable:
    """Return what was shown to be signed.

    Raises:
        UnknownError: nothing was.
    """
    found = Uploads(visit.desk.store, visit.me.id).one(table).prepared
    if found is None or not found.statements:
        raise UnknownError("desk.no_page")
    return found


def profile_file(visit: Visit, table: str) -> Reply:
    """Give how a table is read, for its next issue."""
    upload = Uploads(visit.desk.store, visit.me.id).one(table)
    if not upload.proposed:
        raise UnknownError("desk.no_page")
    return FileReply(f"{Path(upload.name).stem}.toml", upload.proposed.encode())


def remarks_file(visit: Visit, table: str) -> Reply:
    """Give the table back with remarks on the rows at fault, for whoever keeps it."""
    upload = Uploads(visit.desk.store, visit.me.id).one(table)
    if upload.prepared is None or not upload.prepared.result.problems:
        raise UnknownError("desk.no_page")
    profile = upload.profile or upload.proposed
    with on_disk(visit.programme.folder, upload.name, upload.file, profile) as (file, how):
        out = file.parent / "remarks.csv"
        problems = upload.prepared.result.problems
        enduse.write_remarks(file, out, problems, profile=how, language=visit.language)
        return FileReply(f"{Path(upload.name).stem}-remarks.csv", read_file(out, SIGNED_MAX))


def light_file(visit: Visit) -> Reply:
    """Give the light copy with which a command signs on somebody's own machine; none of it is secret."""
    with on_disk(visit.programme.folder, "light.csv", b"") as (file, _):
        return FileReply("light.json", read_file(visit.programme.write_light(file.parent / "light"), LIGHT_MAX))


def drop(visit: Visit, table: str) -> Reply:
    """Erase a table that is not to be signed."""
    Uploads(visit.desk.store, visit.me.id).drop(table)
    return WayReply("desk/tables/")


def sign(visit: Visit, table: str) -> Reply:
    """Take back all that was to be signed, and record it; where the record would read the table otherwise by now, nothing."""
    uploads = Uploads(visit.desk.store, visit.me.id)
    upload = uploads.one(table)
    way = WayReply(f"desk/tables/{upload.id}/")
    if upload.receipt is not None:
        return way
    shown = _prepared(visit, table)
    raw = visit.files.get("file", b"") or visit.fields.get("envelope", "").encode()
    _, found = current(visit, upload)
    if not isinstance(found, PreparedTable) or found.raw != shown.raw:
        raise ConflictError("upload.changed")
    taken = visit.programme.record_prepared(shown.statements, raw)
    visit.recorded = True
    entries = [one.index for one in taken if one.index is not None]
    outcomes = [one.outcome for one in taken]
    receipt = UploadReceipt(
        entries=(min(entries), max(entries)) if entries else (),
        accepted=outcomes.count("accepted"),
        no_effect=outcomes.count("no_effect"),
        refused=outcomes.count("refused"),
        problems=tuple(one.problem for one in taken if one.problem is not None),
    )
    uploads.end(upload, receipt)
    return way
