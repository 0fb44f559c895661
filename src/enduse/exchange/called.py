"""Names that rows of a table write, brought to the identifiers that the programme has for them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from enduse.book.book import Book
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.exchange.tables.leaf import END, PAPER, looks, paper, slug
from enduse.messages import Message
from enduse.statements.epcis import OWN_CLASS
from enduse.terms.lookup import Lookup
from enduse.terms.names import spelling
from enduse.terms.texts import Text
from enduse.views.names import Named, lookup

_AMONG: Final[dict[str, Named]] = {"party:": "party", "place:": "place", "project:": "project", OWN_CLASS: "material"}
_KINDS: Final = tuple(_AMONG)
_SHOWN: Final = 5
_NUMBERS_MAX: Final = 100_000
"""Numbers of consignments that are looked through for those on paper."""


def called(book: Book) -> dict[str, str]:
    """Return the identifier that the programme has for what a table calls so, by the one that is made of the name alone.

    A name is known in every language it was given in, and a party by its former names; what several things are called, and
    what is an identifier of the programme itself, is left as it is written. With them what names of it look like
    (:func:`enduse.exchange.tables.leaf.looks`), so that one with a letter of another script is not taken for a new one.

    Where goods come from and go to people write a party or a place: the places that no party is called like stand under
    :data:`enduse.exchange.tables.leaf.END`.

    Numbers on paper are brought to the identifiers that a workbook made of them (:func:`_papers`).

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
            for look in looks(prefix, written):
                meant[look].add(identifier)
    places = {made for made in (*known, *meant) if made.startswith("place:") and "~" not in made}
    for made in places:
        own = made.removeprefix("place:")
        if f"party:{own}" not in known and f"party:{own}" not in meant:
            meant[END + own] = {made} if made in known else meant[made]
    one = {made: next(iter(ids)) for made, ids in meant.items() if len(ids) == 1 and made not in known}
    return one | _papers(book)


def _papers(book: Book) -> dict[str, str]:
    """Return the identifiers of consignments that were made of numbers on paper, each by itself.

    A workbook makes ``waybill:w-7`` of *W-7*, where other tables keep a number as it is written: both mean one paper. What
    is written *W-7* in the record too stays apart; in a programme of very many consignments all do.
    """
    ledger = book.ledger
    if len(ledger.numbers) + len(ledger.loose) > _NUMBERS_MAX:
        return {}
    numbers = {*ledger.numbers, *ledger.loose}
    plain = {paper(number) for number in numbers if not number.startswith(PAPER)}
    return {number: number for number in numbers if number.startswith(PAPER) and number not in plain}


class OnlyNew:
    """Which names a table may bring that the programme does not have: those that were told, and no other."""

    def __init__(self, book: Book, told: Iterable[str]) -> None:
        """Take the names that may be new.

        Args:
            book: of the programme.
            told: names, or identifiers.
        """
        self._book = book
        self._told = set(map(spelling, told))
        self._lookups: dict[Named, Lookup] = {}
        accounts = book.ledger.balances.items()
        self._used = {part for name, _ in accounts for part in name.split(" ")}
        self._used |= {OWN_CLASS + resource.rpartition("/")[0] for _, held in accounts for resource in held}

    def check(self, identifier: str, read: str, column: str) -> None:
        """Refuse a name that is neither the programme's, nor used in its record, nor told.

        Args:
            identifier: that was made of it.
            read: the name.
            column: in which it stands.

        Raises:
            MalformedError: it is new; says what may be meant.
        """
        if identifier in self._used or not self._told.isdisjoint((spelling(read), spelling(identifier))):
            return
        known, candidates = self._like(identifier, read)
        if not known:
            code = "cell.name_new_like" if candidates else "cell.name_new"
            raise MalformedError(code, path=column, read=read, candidates=candidates)

    def _like(self, identifier: str, read: str) -> tuple[bool, list[str]]:
        among = _among(identifier)
        if among not in self._lookups:
            self._lookups[among] = lookup(self._book, among)
        return _like(self._lookups[among], identifier, read)


def only_new(book: Book, told: Iterable[str] | None) -> Callable[[str, str, str], None] | None:
    """Return what refuses names that must not be new; nothing, where it was not said which may.

    Args:
        book: of the programme.
        told: names that may be new; ``-`` is none.
    """
    return None if told is None else OnlyNew(book, told).check


def likely_slips(book: Book, named: Mapping[str, tuple[str, str]]) -> list[Message]:
    """Say of names that the programme does not have which they are, and of those spelt much like its own what may be meant.

    Args:
        book: of the programme, before the table is recorded.
        named: column and name, by the identifier that was made of it.
    """
    found: list[Message] = []
    new: dict[str, list[str]] = defaultdict(list)
    lookups: dict[Named, Lookup] = {}
    for identifier, (column, read) in named.items():
        among = _among(identifier)
        if among not in lookups:
            lookups[among] = lookup(book, among)
        known, candidates = _like(lookups[among], identifier, read)
        if candidates:
            found.append(Message.of("table.name_like", column=column, read=read, candidates=candidates))
        elif not known and among != "material":
            new[column].append(read)
    for column, names in new.items():
        shown = [*names[:_SHOWN], "\u2026"] if len(names) > _SHOWN else names
        found.append(Message.of("table.names_new", n=len(names), column=column, names=shown))
    return found


def identifier_meant(book: Book, identifier: str, written: str) -> str:
    """Return what a text means that is to stand where an identifier of a kind stood.

    Args:
        book: of the programme.
        identifier: that stood there.
        written: a name of the programme's, or an identifier.

    Raises:
        UnknownError: the programme has nothing of that kind that is called so; says what may be meant.
        ConflictError: it has several.
    """
    among = _among(identifier)
    if not identifier.startswith(_KINDS) or written.startswith(_KINDS):
        return written
    try:
        found = lookup(book, among).find(written)
    except UnknownError as error:
        if among != "material" or error.problem.code != "name.unknown":
            raise
        found = slug(written)
    return found if among != "material" or ":" in found else OWN_CLASS + found


def _among(identifier: str) -> Named:
    return next((_AMONG[kind] for kind in _AMONG if identifier.startswith(kind)), "material")


def _like(known: Lookup, identifier: str, read: str) -> tuple[bool, list[str]]:
    """Say whether an identifier or a name is known; if not, what may be meant."""
    if identifier in known or identifier.removeprefix(OWN_CLASS) in known:
        return True, []
    try:
        known.find(read)
    except UnknownError as error:
        candidates = error.problem.values.get("candidates")
        return False, [str(each) for each in candidates] if isinstance(candidates, list) else []
    except ConflictError:
        return True, []  # several are called so: left as it is written
    return True, []


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
