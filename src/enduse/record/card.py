"""The note of a checkpoint, read back from the page it was printed on (:mod:`enduse.pages.card`)."""

import re
from html import unescape

from enduse.errors import MalformedError
from enduse.record import note as notes

_NOTE = re.compile(r'<pre dir="ltr">(.*?)</pre>', re.DOTALL)


def read(page: bytes) -> bytes:
    """Return the note of the checkpoint that stands on a card, from the page it was printed from.

    Raises:
        MalformedError: it is no such page.
    """
    found = _NOTE.search(page.decode("utf-8", "replace"))
    if found is None:
        raise MalformedError("record.no_card")
    note = unescape(found[1]).encode()
    notes.parse(note)
    return note
