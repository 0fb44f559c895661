"""Names for people of everything a report may name, and whether all of it is invented or practice."""

from enduse.book import keys
from enduse.book.book import Book
from enduse.terms.texts import Names, Text


def names(book: Book) -> Names:
    """Return names of parties, umbrellas, places, projects, needs, tranches, materials and functions, by identifier."""
    programme = book.programme
    called: dict[str, Text] = {party: body.name for party, body in programme.parties.items()}
    called.update({umbrella: body.name for umbrella, body in programme.umbrellas.items()})
    called.update({place: body.name for place, body in programme.places.items()})
    called.update({name: project.now.body.title for name, project in book.works.projects.items()})
    called.update({name: need.body.title for name, need in book.works.needs.items()})
    called.update({name: tranche.now.body.title for name, tranche in book.releases.tranches.items()})
    return Names({**programme.materials, **programme.functions, **called}, programme.former_names)


def practice(book: Book) -> bool:
    """Say whether the programme's folder holds the keys of several parties."""
    return keys.practice(book.folder)


def invented(book: Book) -> bool:
    """Say whether every party of the programme is marked as invented."""
    parties = book.programme.parties
    return bool(parties) and all(party.invented for party in parties.values())
