"""How much of a table from outside we read. Over a limit means a clear refusal, never a silent cut."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one table.

    Attributes:
        file_bytes: size of the file as it lies on disk.
        unpacked_bytes: size after decompression, of a .gz or of all parts of a workbook that are read.
        expansion: how many times larger than packed something may become; only looked at from 16 MiB on.
        rows: rows below the header.
        columns: columns of the header.
        cell_chars: characters of one cell (a spreadsheet's own limit).
        line_chars: characters of one physical line.
        record_lines: physical lines of one row (a quoted cell may hold line breaks).
        shared_chars: characters of a workbook's table of shared texts, which has to be held in memory.
        seconds: time for the whole table, the time spent by whoever takes the rows included.
    """

    file_bytes: int = 512 * 1024**2
    unpacked_bytes: int = 4 * 1024**3
    expansion: int = 200
    rows: int = 5_000_000
    columns: int = 500
    cell_chars: int = 32_767
    line_chars: int = 1_000_000
    record_lines: int = 1_000
    shared_chars: int = 64 * 1024**2
    seconds: float = 3_600.0


DEFAULT = Limits()
"""What is used unless the caller says otherwise."""

EXPANSION_FROM = 16 * 1024**2
"""Unpacked size from which the expansion is looked at: small files of one repeated word are no attack."""
