"""Names for people of everything a report may name, and whether all of it is invented or practice."""

from collections.abc import Iterable
from typing import Literal

from enduse.book import keys
from enduse.book.book import Book
from enduse.terms.lookup import Lookup
from enduse.terms.texts import Names, Text


def names(book: Book) -> Names:
    """Return names of parties, umbrellas, places, projects, needs, norms, tranches, materials, functions and series."""
    programme = book.programme
    called: dict[str, Text] = {party: body.name for party, body in programme.parties.items()}
    called.update({umbrella: body.name for umbrella, body in programme.umbrellas.items()})
    called.update({place: body.name for place, body in programme.places.items()})
    called.update({name: project.now.body.title for name, project in book.works.projects.items()})
    called.update({name: need.body.title for name, need in book.works.needs.items()})
    called.update({norm.body.norm: norm.body.title for norm in book.estimates.norms_now() if norm.body.title})
    called.update({name: tranche.now.body.title for name, tranche in book.releases.tranches.items()})
    called.update(
        {
            name: value.body.title
            for name, values in programme.series.values.items()
            for value in values
            if value.body.title
        }
    )
    return Names({**programme.materials, **programme.functions, **called}, programme.former_names)


Named = Literal["anything", "party", "place", "project", "material"]
"""Among what a name is looked up."""


def lookup(book: Book, among: Named = "anything") -> Lookup:
    """Return what finds identifiers by names, in any language, former names included; numbers on paper are names too.

    Args:
        book: of the programme.
        among: only parties, those who have but a key included; only places, projects or materials; or whatever a trace can begin at.
    """
    called = names(book)
    parties = {life.party: called.get(life.party, {}) for life in book.key_register.keys.values()}
    parties |= {party: body.name for party, body in book.programme.parties.items()}
    if among == "party":
        return Lookup(parties, called.former)
    if among != "anything":
        own: dict[Named, Iterable[str]] = {
            "place": book.programme.places,
            "project": book.works.projects,
            "material": book.programme.materials,
        }
        return Lookup({identifier: called[identifier] for identifier in own[among]}, called.former)
    numbers: dict[str, Text] = {one.number: {} for one in book.ledger.consignments.values()}
    paid: dict[str, Text] = {
        key.split(" ")[2]: {} for key in book.ledger.names
    }  # kind, party, number, and who reports it
    papers: dict[str, Text] = {number: {} for number in book.contracts.written()}
    return Lookup({**numbers, **paid, **papers, **parties, **called}, called.former)


def practice(book: Book) -> bool:
    """Say whether the programme's folder holds the keys of several parties."""
    return keys.practice(book.folder)


def invented(book: Book) -> bool:
    """Say whether every party of the programme is marked as invented."""
    parties = book.programme.parties
    return bool(parties) and all(party.invented for party in parties.values())
