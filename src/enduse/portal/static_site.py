"""The same pages as files, for any web server or a stick: every page in each of its languages, and each answer as JSON."""

import shutil
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

import enduse
from enduse.errors import ConflictError
from enduse.pages.catalogue import ENGLISH, published
from enduse.pages.catalogue import known as known_language
from enduse.portal.addresses import slug
from enduse.portal.answers import SiteAnswers
from enduse.portal.app import packaged
from enduse.portal.drawing import PageWords, draw
from enduse.portal.pages import PAGES, address, known, twin
from enduse.portal.publication import FOLDER
from enduse.portal.questions import QuestionCount
from enduse.portal.site import compose, parts_of
from enduse.portal.tables import table_addresses, table_file

MARK: Final = "site.json"
"""File by which a folder is known for a site of ours, which may be replaced."""


class WrittenSite(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: how many pages, languages counted, and on which record they rest."""

    pages: int
    origin: str
    size: int


def write_site(
    programme: "enduse.Programme",
    out: Path,
    step: Callable[[int, int], None] | None = None,
    beside_it: Callable[[Path], object] | None = None,
    languages: Sequence[str] = (),
    questions: Sequence[QuestionCount] = (),
) -> WrittenSite:
    """Write the site of a programme into a folder; it appears when all of it is written.

    Args:
        programme: whose.
        out: folder; missing, empty, or holding an earlier site, which is replaced.
        step: told how many pages are written, of how many.
        beside_it: writes the money in the open standards into the folder, before it appears; by default all of it.
        languages: of the pages; by default those in which the programme publishes.
        questions: of residents, in counts; without any there is no page of them.

    Raises:
        UnknownError: there is no catalogue for one of the languages.
        ConflictError: the folder holds something else.
    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file())):
        raise ConflictError("portal.folder_taken", source=str(out))
    tongues = tuple(dict.fromkeys(map(known_language, languages))) or published(programme.languages)
    beside = out.with_name(f".{out.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        if beside_it is None:  # first, since what is refused is refused here, and pages take long
            programme.write_money(beside / FOLDER)
        else:
            beside_it(beside)
        written = _write(SiteAnswers(programme), beside, tongues, step, questions)
        if out.exists():
            shutil.rmtree(out)
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return written


def _write(
    answers: SiteAnswers,
    out: Path,
    tongues: tuple[str, ...],
    step: Callable[[int, int], None] | None,
    questions: Sequence[QuestionCount],
) -> WrittenSite:
    asks = bool(questions)
    todo = [
        (page.name, about, "" if not about else slug(page.kind, about))
        for page in PAGES.values()
        for about in ([""] if page.about is None else sorted(known(answers, page)))
    ]
    for done, (name, about, written) in enumerate(todo):
        for part in ("", *parts_of(answers, name, about)):
            for language in ("", *tongues):
                where = f"{language}/{address(name, about, part)}index.html" if language else twin(name, about, part)
                made = compose(answers, name, written, language, static=True, part=part, asks=asks, published=tongues)
                _put(out / where, b"" if made is None else made.data)
        if step is not None:
            step(done + 1, len(todo))
    for table in table_addresses():
        _put(out / table.csv, table_file(answers, table.table, "csv", ENGLISH))
        if find_spec("duckdb") is not None:
            _put(out / table.parquet, table_file(answers, table.table, "parquet", ENGLISH))
    if questions:
        _asked(answers, out, tongues, questions)
    _put(out / "tables.json", msgspec.json.encode(table_addresses()))
    first = draw(
        "languages.html", PageWords(ENGLISH, answers.names, static=True, standing=answers.standing, published=tongues)
    )
    _put(out / "index.html", first.encode())
    for name in ("portal.css", "favicon.svg"):
        _put(out / "static" / name, packaged(name).data)
    made_of = WrittenSite(pages=len(todo) * len(tongues), origin=answers.standing.origin, size=answers.size)
    _put(out / MARK, msgspec.json.encode(made_of))
    return made_of


def _asked(answers: SiteAnswers, out: Path, tongues: tuple[str, ...], questions: Sequence[QuestionCount]) -> None:
    """Write how many residents asked what, and how many were answered."""
    _put(out / "ask.json", msgspec.json.encode(questions))
    for language in tongues:
        sheet = PageWords(
            language,
            answers.names,
            here="asked/",
            twin="ask.json",
            static=True,
            asks=True,
            standing=answers.standing,
            published=tongues,
        )
        _put(out / language / "asked" / "index.html", draw("asked.html", sheet, counts=questions).encode())


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
