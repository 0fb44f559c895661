"""Acts: what a programme's rules speak of. A kind of statement, ``goods:`` with an EPCIS business step, or a report.

Whoever states what another party promised, paid, or did with its goods reports: that is an act of its own, ``report:``
and the kind, whatever the party may state of itself.

Which function an act needs is data of the founding statement. A rule for an act that does not exist would guard nothing
without a word, so such a rule is refused where it is read, with the act that was probably meant.
"""

from datetime import datetime
from typing import Final

from enduse.errors import InvalidValueError
from enduse.messages import Message
from enduse.statements.base import Statement, named
from enduse.statements.contract import Contract
from enduse.statements.epcis import OWN_STEP, step_of
from enduse.statements.event_words import STEPS
from enduse.statements.goods import Goods
from enduse.statements.money import Commitment, Disbursement, Exchange, Pledge, Refund
from enduse.terms.forms import unknown_word

GOODS: Final = "goods"
NO_STEP: Final = "none"
"""Stands for the step in the act of an event that names none."""

OWN_MONEY: Final = ("pledge", "commitment", "disbursement", "expenditure", "refund", "acceptance", "exchange")
"""What a party says of its own money."""
MONEY: Final = (*OWN_MONEY, "rate")
CATALOGUE: Final = ("pack", "same")
"""What says how goods are counted: who states it can make a shortage look like none, or out of none."""

JUDGEMENT: Final = ("attestation", "decision", "finding", "result")

REPORT: Final = "report"
REPORTS: Final = tuple(
    f"{REPORT}:{kind}" for kind in ("pledge", "commitment", "disbursement", "refund", "exchange", "contract", GOODS)
)
"""Reports of what others promised, paid, or did with their goods; ``report`` alone is any of them."""

NEVER_OPEN: Final = ("decision", "finding", "result")
"""A claim does not become a finding, nor a wish a decision, because nobody said who may state one."""

ACCESS: Final = ("movement", "clearance", "crossing", "closure", "service_point", "incident")
"""What is said of how aid gets in."""

KINDS: Final = (
    *MONEY,
    *ACCESS,
    *JUDGEMENT,
    *CATALOGUE,
    "appeal",
    "assessment",
    "claim",
    "condition",
    "contract",
    "control",
    "disclosure",
    "document",
    "erasure",
    "estimate",
    "handing_over",
    "indicator",
    "invoice",
    "milestone",
    "need",
    "norm",
    "permit",
    "place",
    "post",
    "project",
    "reading",
    "reply",
    "request",
    "sealed",
    "umbrella",
    "undertaking",
    "visit",
    "weights",
)
"""Kinds of statement that are acts. Parties, keys, mandates, clocks, corrections and the founding go by rules of their own."""

SPECIAL: Final = ("finding:supersede", "undertaking:met")
"""Acts within a kind: replacing somebody else's finding; saying that an undertaking is met."""

_OF_DONORS: Final = (Pledge, Commitment, Disbursement)
_BY_HOLDERS: Final = (Refund, Exchange)

ACTS: Final = (*KINDS, *SPECIAL, REPORT, *REPORTS, GOODS, *(f"{GOODS}:{step}" for step in (*STEPS, NO_STEP)))
"""Every act, goods by the standard's business steps; beside them ``goods:`` and a step of one's own, written as a URI."""


def act_of(statement: Statement) -> str:
    """Return the act that a statement is."""
    kind = named(type(statement))
    if isinstance(statement, Goods):
        event = statement.body.said
        if event.holder not in {None, statement.party}:
            return f"{REPORT}:{kind}"
        return f"{kind}:{event.step or NO_STEP}"
    if isinstance(statement, _OF_DONORS) and statement.body.donor not in {
        None,
        statement.party,
    }:
        return f"{REPORT}:{kind}"
    if isinstance(statement, Contract) and statement.body.buyer not in {None, statement.party}:
        return f"{REPORT}:{kind}"
    if isinstance(statement, _BY_HOLDERS) and statement.body.by not in {None, statement.party}:
        return f"{REPORT}:{kind}"
    return kind


def happened_at(statement: Statement) -> datetime:
    """Return when a statement says that it happened; of goods, when the event was."""
    return statement.body.said.event_time if isinstance(statement, Goods) else statement.occurred_at


def act_named(act: str) -> str:
    """Return the act of a rule with its business step by its one name; other acts stay as they are."""
    kind, colon, step = act.partition(":")
    return f"{GOODS}:{step_of(step)}" if kind == GOODS and colon else act


def check_act(act: str, path: str) -> None:
    """Refuse an act that does not exist.

    Raises:
        InvalidValueError: names the act that is spelt most like it.
    """
    kind, _, step = act.partition(":")
    if act in ACTS or act_named(act) in ACTS or (kind == GOODS and OWN_STEP.search(step)):
        return
    raise InvalidValueError.about(unknown_word(act, Message.of("form.act"), {name: name for name in ACTS}), path=path)
