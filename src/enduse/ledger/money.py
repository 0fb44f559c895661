"""What money statements do to the ledger. Each is a donor's word about its own money, or a report of it.

An identifier counts once per donor, whoever reports it; the donor's own word takes the place of a report.

A step takes from the account of the step it names, whether or not that is in the record yet: a negative balance of
``pledged`` or ``committed`` is money that was given beyond the promise, or whose promise is not recorded. So the order
of recording does not matter and over-delivery is kept.
"""

from enduse.ledger.accounts import committed, held, named, pledged, promised, spent, unpledged
from enduse.ledger.draft import Draft
from enduse.ledger.goods import AHEAD
from enduse.ledger.posting import NoEffectError, Outcome, PurchaseLink
from enduse.messages import Amount
from enduse.statements.money import Commitment, Disbursement, Expenditure, Pledge
from enduse.terms.amounts import AMOUNT_MAX, Money, goods_resource, money_resource
from enduse.terms.times import micros


def pledge(draft: Draft, statement: Pledge) -> Outcome:
    """A donor promises: ``promised`` to ``pledged``.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    donor = body.donor or draft.party
    name = draft.name("pledge", body.pledge, donor)
    target = pledged(donor, body.pledge)
    return _post(draft, statement, promised(donor), target, body.amount, ("pledged", body.pledge, name))


def commitment(draft: Draft, statement: Commitment) -> Outcome:
    """A donor binds itself: out of its pledge to ``committed``.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    donor = body.donor or draft.party
    name = draft.name("commitment", body.commitment, donor)
    source = _source(draft, donor, body.pledge, None)
    target = committed(donor, body.commitment)
    return _post(draft, statement, source, target, body.amount, ("committed", body.commitment, name))


def disbursement(draft: Draft, statement: Disbursement) -> Outcome:
    """Money reaches its recipient: out of commitment or pledge to ``held``.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    donor = body.donor or draft.party
    name = draft.name("disbursement", body.disbursement, donor)
    source = _source(draft, donor, body.pledge, body.commitment)
    target = held(body.recipient)
    return _post(draft, statement, source, target, body.amount, ("disbursed", body.disbursement, name))


def expenditure(draft: Draft, statement: Expenditure) -> Outcome:
    """Money is paid: ``held`` to ``spent``; what it buys is linked by lot.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    name = draft.name("expenditure", body.expenditure)
    for bought in body.buys:
        amount, base = bought.quantity.base()
        if not 0 < amount <= AMOUNT_MAX:
            raise NoEffectError("goods.not_an_amount", material=bought.material, quantity=bought.quantity.value)
        resource = goods_resource(bought.material, base)
        draft.links.append(PurchaseLink(draft.index, draft.party, body.expenditure, bought.lot, resource, amount))
    target = spent(draft.party, body.project or body.payee)
    return _post(draft, statement, held(draft.party), target, body.amount, ("spent", body.expenditure, name))


def _source(draft: Draft, donor: str, pledge_id: str | None, commitment_id: str | None) -> str:
    """Return the account of the step before, with a note where that is not in the record."""
    kind, identifier, account = (
        ("commitment", commitment_id, committed) if commitment_id else ("pledge", pledge_id, pledged)
    )
    if identifier is None:
        draft.note("money.names_no_pledge")
        return unpledged(donor)
    if f"{kind} {donor} {identifier}" not in draft.state.names:
        draft.note("money.step_unknown", kind=kind, identifier=identifier, donor=donor)
    return account(donor, identifier)


def _post(
    draft: Draft,
    statement: Pledge | Commitment | Disbursement | Expenditure,
    source: str,
    target: str,
    money: Money,
    label: tuple[str, str, str],
) -> Outcome:
    code, item, name = label
    if micros(statement.occurred_at) > micros(draft.entry.recorded_at) + AHEAD:
        raise NoEffectError("statement.of_the_future")
    if unfit := money.unfit():
        _, told = unfit
        raise NoEffectError(told.code, **told.values)
    amount = money.minor()
    if amount <= 0:
        raise NoEffectError("money.not_an_amount", amount=Amount(amount, money_resource(money.currency)))
    resource = money_resource(money.currency)
    own = len(draft.halves)
    draft.move(resource, source, target, amount, code, micros(statement.occurred_at), None, item)
    postings = draft.commit()
    _note_reported(draft, statement)
    open_amount = draft.state.balance(source, resource)
    if open_amount < 0 and not source.startswith(("promised ", "unpledged ")):
        draft.note("money.overdrawn", account=named(source), amount=Amount(open_amount, resource))
    draft.keep(draft.halves[own:], name=name)
    return draft.outcome(postings)


def _note_reported(draft: Draft, statement: Pledge | Commitment | Disbursement | Expenditure) -> None:
    donor = None if isinstance(statement, Expenditure) else statement.body.donor
    if donor is not None and donor != draft.party:
        draft.note("money.reported", party=draft.party, donor=donor)
