"""What a person may sign of a proposed link between two files of money, prepared and signed by nobody yet."""

from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import msgspec

from enduse.errors import UnknownError
from enduse.exchange.standards.linking import FileLinks
from enduse.messages import Message
from enduse.system import open_file


class PreparedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """What a person may sign of a proposed link, as the fields of a claim.

    Attributes:
        claim: its identifier, made from what it says.
        about: the activity that lacks the link.
        told: what it says.
        citation: in which files both ends stand.
    """

    claim: str
    about: str
    told: Message
    citation: str

    def fields(self, words: dict[str, str]) -> dict[str, Any]:
        """Return the claim's fields, with its words by language."""
        return {"claim": self.claim, "about": self.about, "words": words, "citation": {"source": self.citation}}


def prepared_claim(links: FileLinks, number: int) -> PreparedClaim:
    """Return the claim that two transactions are one payment, for somebody to sign who has asked both.

    Args:
        links: with the proposal.
        number: of the proposal.

    Raises:
        UnknownError: there is no such proposal.
        OSError: a file cannot be read.
    """
    found = next((one for one in links.proposals if one.number == number), None)
    if found is None:
        raise UnknownError("link.no_proposal", number=number, most=len(links.proposals))
    out, came = found.pair.outgoing, found.pair.incoming
    ends = f"{out.activity}\n{out.number}\n{came.activity}\n{came.number}"
    sources = [f"{Path(file).name} (SHA-256 {_digest(Path(file))})" for file in dict.fromkeys((out.file, came.file))]
    told = Message.of(
        "link.claimed",
        amount=out.amount,
        currency=out.currency,
        day=out.day,
        out=out.activity,
        number=out.number,
        received=came.amount,
        on=came.day,
        came=came.activity,
        other=came.number,
    )
    lacking = came if found.lacks == ("provider",) else out
    return PreparedClaim(
        claim=f"claim:link-{sha256(ends.encode()).hexdigest()[:16]}",
        about=lacking.activity,
        told=told,
        citation="; ".join(sources),
    )


def _digest(path: Path) -> str:
    with open_file(path) as file:
        return file_digest(file, "sha256").hexdigest()
