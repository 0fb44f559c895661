"""Names that rows of a table write, brought to the identifiers that the programme has for them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from enduse.book.book import Book
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.exchange.tables.leaf import slug
from enduse.messages import Message
from enduse.statements.epcis import OWN_CLASS
from enduse.terms.lookup import Lookup
from enduse.terms.texts import Text

_KINDS: Final = ("party:", "place:", "project:", OWN_CLASS)


def called(book: Book) -> dict[str, str]:
    """Return the identifier that the programme has for what a table calls so, by the one that is made of the name alone.

    A name is known in every language it was given in, and a party by its former names; what several things are called, and
    what is an identifier of the programme itself, is left as it is written.

    Args:
        book: of the programme.
    """
    known: set[str] = set()
    meant: dict[str, set[str]] = defaultdict(set)
    for prefix, identifier, name in _names(book):
        known.add(identifier)
        for written in name.values():
            try:
                meant[prefix + slug(written)].add(identifier)
            except MalformedError:  # a name of signs alone makes no identifier
                continue
    return {made: next(iter(ids)) for made, ids in meant.items() if len(ids) == 1 and made not in known}


def likely_slips(book: Book, named: Mapping[str, tuple[str, str]]) -> list[Message]:
    """Say of names that the programme does not have, and of which some are spelt much like its own, what may be meant.

    Args:
        book: of the programme, before the table is recorded.
        named: column and name, by the identifier that was made of it.
    """
    found: list[Message] = []
    lookups: dict[str, Lookup] = {}
    for identifier, (column, read) in named.items():
        kind = next((kind for kind in _KINDS if identifier.startswith(kind)), "")
        if kind not in lookups:
            lookups[kind] = Lookup(dict(_named_as(book, kind)))
        if identifier in lookups[kind]:
            continue
        try:
            lookups[kind].find(read)
        except UnknownError as error:
            if error.problem.code == "name.unknown_like":
                candidates = error.problem.values["candidates"]
                found.append(Message.of("table.name_like", column=column, read=read, candidates=candidates))
        except ConflictError:
            continue  # several are called so: left as it is written
    return found


def _named_as(book: Book, kind: str) -> Iterator[tuple[str, Text]]:
    """Yield what the programme has of a kind, by what its identifier begins with, each with its name."""
    for prefix, identifier, text in _names(book):
        if prefix == kind or (prefix == OWN_CLASS and not kind):
            yield identifier, text


def _names(book: Book) -> Iterator[tuple[str, str, Text]]:
    """Yield each name with the identifier it stands for, and what an identifier made of it begins with."""
    programme = book.programme
    for party, named in programme.parties.items():
        for text in (named.name, *programme.former_names.get(party, ())):
            yield "party:", party, text
    for place, described in programme.places.items():
        yield "place:", place, described.name
    for project, held in book.works.projects.items():
        yield "project:", project, held.now.body.title
    for material, text in programme.materials.items():
        bare = material.removeprefix(OWN_CLASS)
        yield "", bare, text
        yield OWN_CLASS, material if ":" in material else OWN_CLASS + bare, text
