"""What pays a tranche, and what of it was given back: each party's own word about its own money."""

from collections.abc import Iterable

from enduse.messages import Message
from enduse.release.facts import Facts
from enduse.release.state import GivenBack, Payment, TrancheState
from enduse.statements.entry import Entry
from enduse.statements.money import Disbursement, Refund


def payment(entry: Entry, statement: Disbursement, state: TrancheState, facts: Facts | None) -> Payment:
    """Return what a disbursement on a release decision pays of its tranche.

    What was given back may not be paid again on the same decision: the condition may hold no more.
    """
    body = statement.body
    amount, note = body.amount.minor(), _strange(statement, state, facts)
    paid = sum(item.amount for item in state.payments)
    counts = 0 if note else min(amount, max(state.now.body.amount.minor() - paid, 0))
    if counts < amount and not note:
        note = Message.of("payment.beyond_tranche")
    return Payment(
        disbursement=body.disbursement,
        amount=counts,
        currency=body.amount.currency,
        entry=entry.id,
        party=statement.party,
        aside=amount - counts,
        note=note,
        recipient=body.recipient,
    )


def _strange(statement: Disbursement, state: TrancheState, facts: Facts | None) -> Message | None:
    """Say why a disbursement does not pay a tranche, if so.

    It is the payer's own word, in the tranche's currency, to the project's owner or builder or their like, and by a
    source where the formula names them.
    """
    body, now = statement.body, state.now.body
    if body.donor not in {None, statement.party}:
        return Message.of("money.reported", party=statement.party, donor=body.donor)
    if body.amount.currency != now.amount.currency:
        return Message.of("payment.other_currency", currency=body.amount.currency, released_in=now.amount.currency)
    sources = [source.source for source in now.formula.sources] if now.formula is not None else []
    if sources and statement.party not in sources:
        return Message.of("payment.no_source_of_it", party=statement.party, sources=sources)
    project = None if facts is None else facts.project(now.project)
    if facts is None or project is None:
        return Message.of("project.unknown", project=now.project)
    if not any(facts.related(body.recipient, builder) for builder in project.builders):
        return Message.of("payment.to_a_stranger", recipient=body.recipient, project=now.project)
    return None


def refund(entry: Entry, statement: Refund) -> GivenBack:
    """Return what a refund says was given back."""
    body = statement.body
    return GivenBack(body.of or "", body.amount.minor(), body.amount.currency, entry.id, statement.party, body.to)


def given_back(paid: Payment, refunds: Iterable[GivenBack]) -> int:
    """Return how much of what counts of a payment was given back; what did not count is given back first."""
    named = sum(one.amount for one in refunds if one.of and one.answers(paid))
    return min(max(named - paid.aside, 0), paid.amount)
