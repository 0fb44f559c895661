"""Copy of an IATI file without what could not be read or is not valid; all else stays as it is, to the last letter."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from enduse.errors import ConflictError, MalformedError, Problem
from enduse.exchange.standards.iati import IatiFile
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.standard import Standard
from enduse.exchange.tables.writing import whole


class Copied(NamedTuple):
    """What went into a copy.

    Attributes:
        items: activities or organisations that are in it.
        left_out: that were read and are not valid by the schema.
        faults: what could not be read.
        kind: what they are, such as ``iati-activities`` or ``releases``.
    """

    items: int
    left_out: int
    faults: tuple[Problem, ...]
    kind: str


def copy_iati(source: Path, to: Path, standard: Standard | None = None) -> Copied:
    """Write a copy of an IATI file, one activity after the other.

    Args:
        source: the file.
        to: the copy; there may be none of this name yet.
        standard: with schemas: only what is valid by them goes into it.

    Raises:
        ConflictError: there is a file of the copy's name.
        MalformedError: its version is one that the schemas do not judge.
        MalformedError, LimitError, OSError: as for :class:`IatiFile`.
    """
    if to.exists():
        raise ConflictError("standards.copy_there", source=str(to))
    file = IatiFile(source)
    if standard is not None and file.is_version_one:
        raise MalformedError("standards.version_one", source=str(source), version=file.version)
    schema = standard.schema(file.root.tag) if standard else None
    items = left_out = 0
    with whole(to) as part, etree.xmlfile(str(part), encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(file.root.tag, dict(file.root.attrib), nsmap=file.root.nsmap):
            for item in file.items():
                for one in _of_others(item.before, file, strict=schema is not None):
                    xml.write("\n", one)
                if schema is not None and not schema.validate(file.root):
                    left_out += 1
                    continue
                xml.write("\n", item.element)
                items += 1
            for one in _of_others(file.rest, file, strict=schema is not None):
                xml.write("\n", one)
            xml.write("\n")
    return Copied(items, left_out, tuple(file.faults), file.kind)


def _of_others(others: Iterable[Any], file: IatiFile, *, strict: bool) -> Iterator[Any]:
    """Give comments, instructions and elements of others that stand among activities; by the schema these have a namespace of their own."""
    for one in others:
        if strict and isinstance(one.tag, str) and not one.tag.startswith("{"):
            told = Problem.of("standards.not_of_it", source=str(file.path), line=one.sourceline, name=one.tag)
            file.faults.append(told)
        else:
            yield one
