"""A proposed profile tried on its whole table: how many rows are read and refused, and the first of them as they are understood."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import EnduseError, Problem
from enduse.exchange.tables.leaf import MISSING
from enduse.exchange.tables.mapping import Mapper
from enduse.exchange.tables.profile import Profile, parse_profile
from enduse.exchange.tables.table import Table, read_table
from enduse.exchange.tables.vocabulary import fields_of
from enduse.views.proposals import ProfileProposal, UnderstoodRow

_SHOWN: Final = 3
_PROBLEMS: Final = 10


def tried(path: Path, proposal: ProfileProposal, text: str) -> ProfileProposal:
    """Return the proposal with its profile, tried on the whole table."""
    profile = parse_profile(text, f"{path.stem}.toml")
    understood: list[UnderstoodRow] = []
    with read_table(path, profile) as table:
        show = _Shown(table, profile)
        problems: list[Problem] = []
        rows = refused = 0
        for row in table:
            rows += 1
            refused += bool(row.problems)
            problems += row.problems[: _PROBLEMS - len(problems)]
        summary = table.summary()
        understood += show.rows
    return msgspec.structs.replace(
        proposal,
        profile=text,
        rows=rows,
        refused=refused,
        problems=tuple(problems),
        notes=proposal.notes | summary.lost,
        understood=tuple(understood),
    )


class _Shown:
    """The first rows of a table, field by field as they are read."""

    def __init__(self, table: Table, profile: Profile) -> None:
        self.rows: list[UnderstoodRow] = []
        self._sheet = table.sheet
        mapper = Mapper(table.sheet.columns, profile.all_lists(), profile.read.blank)
        style, lists = profile.style(), profile.lists
        self._fields = [
            (
                str(told["what"]),
                mapper.condition(told.get("where", {}), ""),
                mapper.filled(told, profile.read.numbers, ""),
                {name: mapper.compile(leaf, "") for name, leaf in fields_of(told, style, lists).items()},
            )
            for told in profile.tells[:_SHOWN]
        ]
        table.watch(self._look)

    def _look(self, line: int, cells: Sequence[str]) -> None:
        if len({row.line for row in self.rows}) >= _SHOWN:
            return
        for what, is_meant, is_filled, fields in self._fields:
            if is_meant(cells) and is_filled(cells):
                self.rows.append(UnderstoodRow(line=line, what=what, fields=dict(_read(fields, cells))))


def _read(fields: Mapping[str, object], cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name, made in fields.items():
        try:
            value = made(cells)  # type: ignore[operator] # compiled by the mapper
        except EnduseError as error:
            value = f"? ({error.problem.message})"
        if value is not MISSING:
            plain = bytes(value).decode() if type(value).__name__ == "Raw" else value
            yield name, plain.isoformat() if hasattr(plain, "isoformat") else str(plain)
