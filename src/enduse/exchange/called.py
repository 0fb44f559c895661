"""Names that rows of a table write, brought to the identifiers that the programme has for them."""

from collections import defaultdict
from collections.abc import Iterator

from enduse.book.book import Book
from enduse.errors import MalformedError
from enduse.exchange.tables.leaf import slug
from enduse.statements.epcis import OWN_CLASS
from enduse.terms.texts import Text


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
