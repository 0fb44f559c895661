"""The photos and papers beside a record: what was signed of each, whether its file is here, and whose word it is."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Literal

import msgspec

from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.programme.seals import Seal
from enduse.record.documents import DocumentStore
from enduse.record.vault import FILE as VAULT
from enduse.record.vault import Vault, check_opening
from enduse.statements.document import Content, DocumentStatement
from enduse.statements.sealed import Sealed
from enduse.views.statements import RecordedStatement, recorded


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """One photo or paper.

    Attributes:
        entry: statement that put it beside the record.
        about: what it shows.
        party: whose word that is.
        by: device or office of that party that signed, where its key is delegated.
        at: when it was taken or signed, as claimed.
        standing: of its file, as read and hashed now: ``here``, ``missing``, ``changed``, ``erased``; ``sealed`` is a
            private one whose opening is not in this folder.
        content: digest, length and media type; ``None`` of a private one, unless its opening is here.
        commitment: of a private one.
        says: what can be seen or read, in the party's words.
        signer: of a paper, whose signature it bears.
        signer_said: entries in which the signer has since spoken of it under its own key; they take the paper's place.
        rests: entries of others that answer to it, such as what a clerk recorded from the paper.
    """

    entry: int
    about: str
    party: str
    by: str
    at: datetime
    standing: Literal["here", "missing", "changed", "erased", "sealed"]
    content: Content | None
    commitment: str = ""
    says: str = ""
    signer: str | None = None
    signer_said: tuple[int, ...] = ()
    rests: tuple[int, ...] = ()


def documents(book: Book) -> Iterator[DocumentView]:
    """Give every document that has effect, the public ones first, in the order of the record; each file is read and hashed."""
    store, kept = DocumentStore(book.folder), book.documents()
    there = [said for said in (recorded(book, each.entry) for each in kept) if said.refusal is None]
    for said in there:
        if isinstance(said.statement, DocumentStatement):
            body = said.statement.body
            own, others = _spoken(book, said, body.signer) if body.signer else ((), ())
            content = said.statement.content
            yield DocumentView(
                entry=said.entry,
                about=body.about,
                party=said.statement.party,
                by=said.by,
                at=said.statement.occurred_at,
                standing=store.standing(content),
                content=content,
                says=body.says,
                signer=body.signer,
                signer_said=own,
                rests=others,
            )
    yield from _private(book, store, there)


def _private(book: Book, store: DocumentStore, there: Iterable[RecordedStatement]) -> Iterator[DocumentView]:
    for said in there:
        if isinstance(said.statement, Sealed):
            commitment = said.statement.body.commitment
            sealed = book.seals.of(commitment, said.statement.party)
            value = _opened(book, commitment, sealed)
            try:
                content = None if value is None else msgspec.json.decode(value, type=Content)
            except ValueError:
                continue  # a sealed value like any other: its field is called as whoever sealed it liked
            standing = "sealed" if content is None else store.standing(content, private=commitment)
            yield DocumentView(
                entry=said.entry,
                about=said.statement.body.about,
                party=said.statement.party,
                by=said.by,
                at=said.statement.occurred_at,
                standing="erased" if sealed is not None and sealed.basis else standing,
                content=content,
                commitment=commitment,
            )


def _opened(book: Book, commitment: str, sealed: Seal | None) -> str | None:
    """Return what a sealed value is: as disclosed, or from the vault in this folder.

    Raises:
        RecordError: the vault is damaged, or holds something else than was sealed.
    """
    value = None if sealed is None else sealed.value
    if value is None and (book.folder / VAULT).is_file():
        with Vault(book.folder / VAULT) as vault, suppress(UnknownError):
            opening = vault.open(bytes.fromhex(commitment))
            check_opening(opening, bytes.fromhex(commitment), str(vault.path))
            value = opening.value.decode()
    return value


def _answers(book: Book, statement: str) -> list[RecordedStatement]:
    """Return what answers a statement and has effect."""
    return [said for said in (recorded(book, entry) for entry in book.answers(statement)) if said.refusal is None]


def _spoken(book: Book, paper: RecordedStatement, signer: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return what the signer of a paper has said of it itself, and what others recorded from it."""
    direct = _answers(book, paper.id)
    others = [each for each in direct if each.statement.party != signer]
    own = [each for each in direct if each.statement.party == signer]
    own += [each for other in others for each in _answers(book, other.id) if each.statement.party == signer]
    return tuple(sorted({each.entry for each in own})), tuple(each.entry for each in others)
