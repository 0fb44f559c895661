"""What a keeper with software of its own can do: sign, and write past the door."""

import itertools

from enduse.record.store import NewEntry
from enduse.statements.key import NEW_KEY, Key, KeyBody, possession_message
from enduse.statements.keyring import sign
from enduse.terms.ed25519 import SigningKey
from enduse.terms.signatures import signer


def new_key(name):
    return SigningKey.from_seed(name.encode().ljust(32, b"-"))


def body_of(book, action, party, key, **more):
    """The body of a statement on a key of a party; a new key signs that it was asked for."""
    public = key.public.hex()
    if action in NEW_KEY:
        message = possession_message(book.keyring.origin, book.keyring.founder, party, public)
        more = {"possession": key.sign(message).hex(), **more}
    return KeyBody(action=action, party=party, public_key=public, **more)


class OwnSoftware:
    """Writes statements into a record past every check at the door, as somebody who holds it can."""

    def __init__(self, book):
        self.book = book
        self._numbers = {}

    def said(self, kind, party, key, at, body=None, **head):
        """Return a statement, numbered and signed."""
        count = self._numbers.setdefault(key.public, itertools.count(self.book.keyring.next_seq(key.public)))
        fields = {} if body is None else {"body": body}
        whole = kind(programme=self.book.keyring.origin, party=party, seq=next(count), occurred_at=at, **fields, **head)
        return sign(whole, key)

    def write(self, *signed):
        """Append statements and follow; returns the index of the first."""
        first = self.book.size
        entries = [
            NewEntry(each.raw, bytes.fromhex(each.id), signer(each.public_key), each.statement.seq) for each in signed
        ]
        self.book.log.store.append(entries, first)
        self.book.follow()
        return first

    def change(self, action, by, key, party, of, at, **more):
        """Return a statement on a key, signed by somebody with some key."""
        return self.said(Key, by, key, at, body_of(self.book, action, party, of, **more))
