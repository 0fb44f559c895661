"""What a table means: one TOML file for each source, read by people as easily as by us.

A profile says how to recognise the source by its header, which statements a row makes, where each field comes from,
and which figures to report. It holds no code. Shipped profiles lie beside this module; anybody can write their own
(``docs/how-to/bring-a-table.md``).
"""

import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError, LimitError, MalformedError, UnknownError
from enduse.exchange.tables.condition_words import CONDITION_LIST, CONDITION_WORDS
from enduse.exchange.tables.unit_words import UNIT_WORDS
from enduse.exchange.tables.vocabulary import (
    UNIT_LIST,
    Style,
    columns_in,
    statement_of,
)
from enduse.statements.codec import type_of
from enduse.statements.faults import fault_of
from enduse.system import read_file
from enduse.terms.forms import form
from enduse.terms.identifiers import Id, Label

PROFILE_MAX: Final = 256 * 1024
"""Largest profile in bytes."""

Names = tuple[str, ...]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every part of a profile."""


class Recognise(_Part, frozen=True, kw_only=True):
    """The source is this one when its header has all ``columns``; by default those that the profile reads."""

    columns: Names = ()


class Read(_Part, frozen=True, kw_only=True):
    """How to read the file, where the default does not do.

    Attributes:
        sheet: sheet of a workbook; by default the first that is not hidden.
        delimiter: of a CSV; by default the one its header shows.
        encoding: of a CSV; by default UTF-8.
        header_rows: how many rows the names of the columns span; a name is made of all of them.
        dates: how days are written, where ``[[tells]]`` reads them: ``day-month-year``, ``month-day-year``,
            ``year-month-day`` (default), or a form such as ``%d %B %y``.
        numbers: how numbers are written, where ``[[tells]]`` reads them.
        zone: time zone of clocks and days, where a cell names none.
        time: at what time a day alone is taken.
        blank: texts that stand for nothing, beside the empty cell, such as ``N/A``.
        skip_bold: rows whose first cell with a letter is bold sum up others; they are passed over and counted.
        skip: by column, texts of rows that are none of the table's, such as subtotals; they are passed over and counted.
    """

    sheet: str | None = None
    delimiter: Annotated[str, form("form.delimiter", ";", pattern="^[^\\w\\s\"'.-]$(?!\n)|^\t$(?!\n)")] | None = None
    encoding: str | None = None
    header_rows: Annotated[int, Meta(ge=1, le=6)] = 1
    dates: tuple[str, ...] | str = "year-month-day"
    numbers: Literal["1234.5", "1,234.5", "1.234,5", "1234,5"] = "1234.5"
    zone: str = "UTC"
    time: str = "12:00"
    blank: Names = ()
    skip_bold: bool = False
    skip: dict[str, Names] = {}


class Custody(_Part, frozen=True, kw_only=True):
    """Which columns tie a row to one consignment or vehicle; without any, no row can carry custody."""

    waybill: str | None = None
    vehicle: str | None = None


class ProfileCheck(_Part, frozen=True, kw_only=True):
    """A figure to report: how many rows meet all the tests given here. Rows are counted, never dropped.

    Attributes:
        name: of the figure, for programs.
        title: for people.
        column: what is looked at.
        missing: the column is blank.
        above: its number is larger than this.
        equals: it is this text, or this number.
        where: other columns and the text each must have.
    """

    name: str
    title: Label
    column: str
    missing: bool = False
    above: str | None = None
    equals: str | None = None
    where: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.missing + (self.above is not None) + (self.equals is not None) != 1:
            raise InvalidValueError("profile.check_tests")


class FigureRules(_Part, frozen=True, kw_only=True):
    """What to count while reading.

    Attributes:
        business: columns that describe what happened; rows alike in all of them cannot be told apart.
        check: figures by test.
        tally: columns whose values are counted.
    """

    business: Names = ()
    check: tuple[ProfileCheck, ...] = ()
    tally: Names = ()


class Profile(_Part, frozen=True, kw_only=True):
    """How to read one source.

    Attributes:
        profile: its name.
        title: the source, for people.
        caution: what a careful reader should know about it.
        attribution: whom to name, and under which licence.
        party: who says what its rows say, where whoever adds the table names nobody else.
        tells: what each row tells, in business words, with the column of each field
            (see :mod:`enduse.exchange.tables.vocabulary`).
        identity: columns that name a row in every issue of the table; without any, rows are known by their content.
        edited: columns that only say when a row was written or edited: a change there is none of what it says.
        statement: what each row makes, for whatever those words do not cover; tables of ``kind``, ``occurred_at``, ``place``, ``refs`` and ``body`` whose
            leaves say where the value comes from (see :mod:`enduse.exchange.tables.mapping`).
        lists: named lists that bring values as written to identifiers.
    """

    profile: Annotated[str, form("form.profile_name", "aid-trucks", pattern=r"^[a-z0-9][a-z0-9-]{0,60}$(?!\n)")]
    title: Label
    recognise: Recognise = msgspec.field(default_factory=Recognise)
    party: Id | None = None
    tells: Annotated[tuple[dict[str, Any], ...], Meta(max_length=60)] = ()
    statement: Annotated[tuple[dict[str, Any], ...], Meta(max_length=20)] = ()
    identity: Names = ()
    edited: Names = ()
    caution: str = ""
    attribution: str = ""
    read: Read = msgspec.field(default_factory=Read)
    custody: Custody | None = None
    figures: FigureRules = msgspec.field(default_factory=FigureRules)
    lists: dict[str, dict[str, str]] = {}

    def __post_init__(self) -> None:
        if not self.tells and not self.statement:
            raise InvalidValueError("profile.tells_nothing")
        for made in self.statement:
            try:
                type_of(str(made.get("kind", "")))
            except UnknownError as error:
                raise InvalidValueError.about(error.problem.told, path=".statement") from error

    def statements(self) -> tuple[dict[str, Any], ...]:
        """Return what each row makes, what is told in business words included.

        Raises:
            MalformedError: there is no such word or field, or a field is missing.
        """
        style = self.style()
        told = (statement_of(told, style, self.lists, at) for at, told in enumerate(self.tells))
        return (*self.statement, *told)

    def style(self) -> Style:
        """Return how its table writes days and numbers."""
        dates = (self.read.dates,) if isinstance(self.read.dates, str) else self.read.dates
        return Style(dates=dates, numbers=self.read.numbers, zone=self.read.zone, time=self.read.time)

    def all_lists(self) -> dict[str, dict[str, str]]:
        """Return the lists, that of units with what people commonly write."""
        if not self.tells:
            return self.lists
        known = {UNIT_LIST: UNIT_WORDS, CONDITION_LIST: CONDITION_WORDS}
        return {**self.lists, **{name: {**words, **self.lists.get(name, {})} for name, words in known.items()}}

    def columns(self) -> Names:
        """Return the columns that a table of this source must have."""
        return self.recognise.columns or columns_in(self.tells)

    def fits(self, columns: tuple[str, ...]) -> bool:
        """Say whether a table with this header is of this source."""
        return set(self.columns()) <= set(columns)


def parse_profile(text: str, source: str) -> Profile:
    """Read a profile from TOML.

    Raises:
        MalformedError: it is not TOML, or not a profile; its problem names the path.
        LimitError: it is too large.
    """
    if len(text) > PROFILE_MAX:
        raise LimitError("file.too_large", source=source, size=len(text), most=PROFILE_MAX)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedError("profile.not_toml", source=source, reason=str(error)) from error
    try:
        return msgspec.convert(data, Profile)
    except msgspec.ValidationError as error:
        fault = fault_of(error, data, Profile).problem
        raise MalformedError.about(fault.told, source=source, path=fault.path) from error


@lru_cache(maxsize=1)
def shipped() -> dict[str, Profile]:
    """Return the profiles that come with the package, by name."""
    folder = resources.files(__package__) / "profiles"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    profiles = [parse_profile(file.read_text(encoding="utf-8"), file.name) for file in files]
    return {profile.profile: profile for profile in profiles}


def load_profile(wanted: str | Path) -> Profile:
    """Return a shipped profile by name, or read one from a TOML file.

    Raises:
        UnknownError: no such profile or file.
        MalformedError: the file is not a profile.
        LimitError: the file is too large.
    """
    if isinstance(wanted, str) and wanted in shipped():
        return shipped()[wanted]
    path = Path(wanted)
    try:
        text = read_file(path, PROFILE_MAX).decode()
    except OSError as error:
        raise UnknownError("profile.unknown", profile=str(wanted), known=list(shipped())) from error
    except UnicodeDecodeError as error:
        raise MalformedError("file.not_utf8", source=path.name) from error
    return parse_profile(text, path.name)


def fitting(columns: tuple[str, ...]) -> Profile | None:
    """Return the shipped profile for a header; of several, the one that asks for most columns; of those, the first by name."""
    fits = [profile for profile in shipped().values() if profile.fits(columns)]
    return max(fits, key=lambda profile: len(profile.columns()), default=None)
