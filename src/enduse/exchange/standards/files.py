"""A file of money, whichever open standard it is of: checked, copied and added up by its own standard."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from enduse.errors import MalformedError
from enduse.exchange.standards.checking import IatiCheck
from enduse.exchange.standards.contracting import ContractingFile, is_json
from enduse.exchange.standards.contracting_check import ContractingCheck
from enduse.exchange.standards.contracting_copy import copy_contracting
from enduse.exchange.standards.contracting_totals import ContractingTotals, contracting_totals
from enduse.exchange.standards.copying import Copied, copy_iati
from enduse.exchange.standards.fts import FtsTotals, fts_totals, is_fts_table
from enduse.exchange.standards.iati import IatiFile
from enduse.exchange.standards.standard import Standard
from enduse.exchange.standards.totals import IatiTotals, iati_totals


def check_file(path: Path, standard: Standard | None, today: date) -> IatiCheck | ContractingCheck:
    """Return the check of a file of IATI, OCDS or OC4IDS; it is read when its findings are asked for.

    Args:
        path: of the file.
        standard: what it is held against.
        today: the day on which dates are judged.

    Raises:
        MalformedError: it is none of these.
        OSError: it cannot be read.
    """
    if is_json(path):
        return ContractingCheck(ContractingFile(path), standard)
    return IatiCheck(IatiFile(path), standard, today)


def copy_file(source: Path, to: Path, standard: Standard | None = None) -> Copied:
    """Write a copy of a file of IATI, OCDS or OC4IDS without what cannot be read or is not valid.

    Raises:
        ConflictError: there is a file of the copy's name.
        MalformedError, LimitError, OSError: it is none of these, or cannot be read.
    """
    return copy_contracting(source, to, standard) if is_json(source) else copy_iati(source, to, standard)


def file_totals(paths: Sequence[Path], standard: Standard | None = None) -> IatiTotals | FtsTotals | ContractingTotals:
    """Return the totals of files of one standard: IATI, OCDS and OC4IDS, or the pages or tables of one answer of OCHA's FTS.

    Raises:
        MalformedError: they are of several standards, or of none.
        LimitError, OSError: one cannot be read.
    """
    if any(is_fts_table(path) for path in paths):
        return fts_totals(paths)
    forms = {is_json(path) for path in paths}
    if len(forms) > 1:
        raise MalformedError("standards.mixed")
    if True not in forms:
        return iati_totals(paths)
    try:
        return contracting_totals(paths, standard)
    except MalformedError as error:
        if error.problem.code != "standards.not_contracting":
            raise
        return fts_totals(paths)
