"""What a supported finding does: it moves goods from an open difference or a declared use to where they went."""

from collections.abc import Iterator

import msgspec

from enduse.ledger import accounts
from enduse.ledger.accounts import class_of, item_of, owner_of, rest_of
from enduse.ledger.draft import Draft
from enduse.ledger.packs import booked, unpacked
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import Half, Line, Said, State, spot_of
from enduse.messages import Amount
from enduse.statements.claim import Finding, Resolution
from enduse.terms.times import micros


def finding(draft: Draft, statement: Finding) -> Outcome:
    """Apply a finding; one that supersedes an earlier one of the same party takes back what that moved.

    Raises:
        NoEffectError: a resolution asks for more than is open, or for an account that cannot be told.
    """
    body = statement.body
    name = draft.name("finding", body.finding)
    earlier = _superseded(draft, body.supersedes)
    if earlier is not None:
        draft.take_back(earlier.halves, earlier.index)
    own = len(draft.halves)
    if body.result == "supported":
        for resolution in body.resolves:
            _resolve(draft, resolution, body.finding, micros(statement.occurred_at))
    elif body.resolves:
        draft.note("finding.moves_nothing", result=body.result)
    end = len(draft.halves)
    postings = draft.commit()
    if earlier is not None:
        release(draft.state, earlier)
        draft.state.said[earlier.id] = msgspec.structs.replace(earlier, taken_back_by=draft.index)
        draft.state.names.pop(earlier.name, None)
    _rest(draft, draft.halves[own:end])
    draft.keep(draft.halves[own:end], "finding", name=name)
    return draft.outcome(postings)


def _rest(draft: Draft, halves: list[Half]) -> None:
    """Remember which open accounts a finding rests on."""
    for one in halves:
        if class_of(one.account) in {"difference", "use"}:
            spot = spot_of(one.account, one.resource)
            draft.state.rests[spot] = (*draft.state.rests.get(spot, ()), (draft.index, -one.amount))


def release(state: State, said: Said) -> None:
    """Forget what a finding rested on, because it was taken back."""
    for one in said.halves:
        spot = spot_of(one.account, one.resource)
        kept = tuple(resting for resting in state.rests.get(spot, ()) if resting[0] != said.index)
        if kept:
            state.rests[spot] = kept
        else:
            state.rests.pop(spot, None)


def _superseded(draft: Draft, identifier: str | None) -> Said | None:
    if identifier is None:
        return None
    found = draft.state.names.get(f"finding {draft.party} {identifier}")
    if found is None:
        draft.note("finding.supersedes_unknown", finding=identifier, party=draft.party)
        return None
    return draft.state.said[found]


def _resolve(draft: Draft, resolution: Resolution, identifier: str, when: int) -> None:
    amount, base = resolution.quantity.base()
    if amount <= 0:
        raise NoEffectError("goods.not_an_amount", material=resolution.material, quantity=resolution.quantity.value)
    told = list(_told(draft, resolution, base, amount, when))
    resource, amount = next((one for one in told if _open(draft, resolution, one[0])), told[0])
    source = _account(draft, resolution, resource)
    open_amount = draft.state.balance(source, resource) + draft.change(source, resource)
    if open_amount < 0 and resolution.outcome != "measurement_error":
        raise NoEffectError(
            "finding.of_a_surplus", account=accounts.named(source), amount=Amount(-open_amount, resource)
        )
    if amount > abs(open_amount):
        raise NoEffectError(
            "finding.more_than_open",
            amount=Amount(amount, resource),
            open=Amount(abs(open_amount), resource),
            account=accounts.named(source),
        )
    if resolution.to is not None:
        _reroute(draft, resolution, Amount(amount, resource), source, identifier, when)
        return
    owner = resolution.owner or _answers(draft, source, resolution)
    target = f"{resolution.outcome} {owner} {item_of(source)}"
    signed = amount if open_amount > 0 else -amount
    draft.move(resource, source, target, signed, f"found_{resolution.outcome}", when, None, identifier)


def _told(draft: Draft, resolution: Resolution, base: str, amount: int, when: int) -> Iterator[tuple[str, int]]:
    """Give by resource how much is meant: as the books have it now, and in packs that were booked before that."""
    line, _ = booked(draft.state, resolution.material, base, amount, when)
    yield line.resource, line.amount
    for resource in draft.state.packs:
        content, _ = unpacked(draft.state, Line(resource, None, 1), 0)
        if content.resource == line.resource and not line.amount % content.amount:
            yield resource, line.amount // content.amount


def _reroute(draft: Draft, resolution: Resolution, amount: Amount, source: str, identifier: str, when: int) -> None:
    """Move what one consignment lacks to another that has so much too much.

    Raises:
        NoEffectError: it has not.
    """
    other = msgspec.structs.replace(resolution, item=str(resolution.to))
    target = _account(draft, other, amount.resource)
    excess = -(draft.state.balance(target, amount.resource) + draft.change(target, amount.resource))
    if amount.amount > excess or class_of(source) != "transit" or class_of(target) != "transit":
        open_amount = Amount(max(excess, 0), amount.resource)
        raise NoEffectError("finding.no_excess", amount=amount, open=open_amount, account=accounts.named(target))
    draft.move(amount.resource, source, target, amount.amount, "found_misrouted", when, None, identifier)


def _answers(draft: Draft, source: str, resolution: Resolution) -> str:
    """Return who answers for an open account: its owner; of a consignment the one carrier.

    Raises:
        NoEffectError: several carried it, and none is named.
    """
    carriers = answering(draft.state, source)
    if len(carriers) != 1:
        of, item, material = resolution.of, resolution.item, resolution.material
        raise NoEffectError("finding.several_owners", material=material, of=of, item=item, parties=carriers)
    return carriers[0]


def answering(state: State, account: str) -> list[str]:
    """Return who may answer for an open account: its owner; of a consignment whoever carried it."""
    one = state.consignments.get(rest_of(account)) if class_of(account) == "transit" else None
    return [owner_of(account)] if one is None else list(dict.fromkeys(leg.carrier for leg in one.of("dispatch")))


def means(resolution: Resolution, account: str) -> bool:
    """Say whether a resolution speaks of an account: of a consignment, its clearing account.

    An identifier has no blanks: a consignment of a later series is called NUMBER@DAY, and of one of several senders
    that use the number NUMBER@SENDER, or both.
    """
    kind = class_of(account)
    if kind == "transit":
        name = item_of(account).replace(" ", "@")
        return resolution.of == "difference" and resolution.item in {name, f"{name}@{owner_of(account)}"}
    return kind == resolution.of and item_of(account) == resolution.item


def _open(draft: Draft, resolution: Resolution, resource: str) -> list[str]:
    """Return the accounts that a resolution speaks of in which anything is open."""
    drafted = (half.account for half in draft.halves)
    return [
        account
        for account in dict.fromkeys((*draft.state.balances, *drafted))
        if means(resolution, account) and draft.state.balance(account, resource) + draft.change(account, resource)
    ]


def _account(draft: Draft, resolution: Resolution, resource: str) -> str:
    """Return the open account that a resolution means.

    Raises:
        NoEffectError: there is none, or more than one and the resolution names no owner among them.
    """
    found = _open(draft, resolution, resource)
    of, item, material = resolution.of, resolution.item, resolution.material
    if not found:
        raise NoEffectError("finding.nothing_open", material=material, of=of, item=item)
    if len(found) == 1:
        return found[0]
    theirs = [account for account in found if resolution.owner in answering(draft.state, account)]
    if len(theirs) != 1:
        owners = sorted({name for account in found for name in answering(draft.state, account)})
        raise NoEffectError("finding.several_owners", material=material, of=of, item=item, parties=owners)
    return theirs[0]
