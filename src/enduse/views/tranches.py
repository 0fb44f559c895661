"""Tranches: what each waits for, how each condition stands, and by which statements."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from enduse.book.book import Book
from enduse.messages import Amount, Message
from enduse.release.demands import demand
from enduse.release.standing import TrancheStanding
from enduse.release.state import ConditionVersion
from enduse.release.verdict import Verdict
from enduse.statements import condition as kinds
from enduse.statements.claim import Finding
from enduse.statements.condition import Attestation, ConditionBody
from enduse.statements.reading import Reading
from enduse.statements.result import Result
from enduse.terms.amounts import material_of, money_resource
from enduse.terms.times import micros
from enduse.terms.trade_items import one_form
from enduse.views.delays import told
from enduse.views.key_lives import key_marks, unconfirmed
from enduse.views.shapes import ConditionView, TrancheView, Used, WaitingCondition
from enduse.views.sums import resting

Part = tuple[kinds.AnyCondition, Verdict]
"""A condition and how it stands."""


def tranches(book: Book, used: tuple[Used, ...], at: datetime | None = None) -> tuple[TrancheView, ...]:
    """Return every tranche: held back first, then unknown, then due.

    Args:
        book: of the programme.
        used: declared against measured use.
        at: by the conditions in force then; by default at the end of the record.
    """
    order = {"not_met": 0, "not_known": 1, "met": 2}
    views = (_tranche(book, standing, used) for standing in book.tranches(at))
    return tuple(sorted(views, key=lambda view: order[view.mark]))


def _tranche(book: Book, standing: TrancheStanding, used: tuple[Used, ...]) -> TrancheView:
    state = book.releases.tranches[standing.tranche]
    version = counting(book, standing)
    resource = money_resource(standing.amount.currency)
    payments = [book.index_of(payment.entry) for payment in state.payments if payment.amount]
    condition, waiting = _condition(book, version.body.requires, standing.verdict, used), _waiting(book, standing, used)
    rests_on = [*_entries(condition), *payments, book.index_of(version.entry), *_decided(book, standing.tranche)]
    return TrancheView(
        tranche=standing.tranche,
        title=version.body.title,
        project=standing.project,
        amount=resting(standing.amount.minor(), resource, [book.index_of(version.entry)]),
        paid=resting(standing.paid, resource, payments),
        mark=standing.verdict.value,
        status=standing.status,
        condition=condition,
        evidence=standing.digest,
        decision=book.index_of(standing.decision) if standing.decision else None,
        pending=standing.pending,
        dues=standing.dues,
        waiting=waiting,
        marks=(
            *_stated_late(book, state.versions[0]),
            *_restated(state.versions[0], version),
            *_by_corrected_clocks(book, version.body, standing.verdict),
            *_judged_since(book, state.versions[0], _entries(condition)),
            *_waits(book, standing, version, waiting),
            *(mark.told for mark in key_marks(book, rests_on)),
            *told(book.late(rests_on)),
        ),
        unconfirmed=unconfirmed(book, rests_on),
    )


def _stated_late(book: Book, first: ConditionVersion) -> tuple[Message, ...]:
    """Return who first stated a tranche when others had judged what tranches wait for, and the project had one already."""
    releases, project = book.releases, first.body.project
    said = [one.entry for words in releases.attestations.values() for one in words]
    said += [one.entry for results in releases.results.values() for one in results]
    said += [entry for known in releases.decisions.values() for entry in known.signers.values()]
    judged = min(map(book.index_of, said), default=first.index)
    beside = [
        name
        for name, state in releases.tranches.items()
        if state.versions[0].body.project == project and state.versions[0].index < first.index
    ]
    if judged >= first.index or not beside:
        return ()
    told = {"party": first.party, "day": first.at, "entry": first.index, "judged": judged, "tranches": beside}
    return (Message.of("condition.stated_late", **told),)


def _judged_since(book: Book, first: ConditionVersion, entries: Iterable[int]) -> Iterator[Message]:
    """Give who judges a condition under mandates alone that were given after its tranche was first stated, and by whom.

    Whoever gives mandates could else choose a judge once it is known what a tranche waits for, unseen.
    """
    judging, programme = book.programme.judging, book.programme
    said = (signed.statement for signed in book.statements(sorted(set(entries))))
    parties = dict.fromkeys(each.party for each in said if isinstance(each, Reading | Attestation | Result | Finding))
    for party in parties:
        held = [programme.mandates[name] for name in programme.held.get(party, ())]
        since = [(book.index_of(one.acceptance), one) for one in held if not judging.isdisjoint(one.functions)]
        if since and min(since, key=lambda each: each[0])[0] > first.index:
            entry, one = min(since, key=lambda each: each[0])
            told = {"party": party, "giver": one.offered_by, "day": one.accepted_at, "entry": entry}
            yield Message.of("condition.judged_since", **told)


def _by_corrected_clocks(book: Book, body: ConditionBody, verdict: Verdict) -> Iterator[Message]:
    """Give the clocks that the council corrected across a day of a tranche: it lapses, or is in time, by the council's word."""
    days, walked = [body.lapses, body.due], [(body.requires, verdict)]
    for part in walked:
        walked += parts(*part)
        if isinstance(part[0], kinds.Within):
            days += [part[0].period.start, part[0].period.end]
    for by, wrong in sorted(book.clocks.corrections.items()):
        first, last = sorted((wrong.stated, wrong.reads))
        if any(day is not None and first < micros(day) <= last for day in days):
            yield wrong.told(by)


def _restated(first: ConditionVersion, now: ConditionVersion) -> tuple[Message, ...]:
    """Return who says that a tranche waits for something else than it was first said to, where it does."""
    if not now.accepted or now.body == first.body:
        return ()
    told = {"party": now.party, "day": now.at, "entry": now.index, "accepted": now.since, "first": first.index}
    return (Message.of("condition.restated", **told),)


def _waiting(book: Book, standing: TrancheStanding, used: tuple[Used, ...]) -> WaitingCondition | None:
    """Return what was stated anew for a tranche and waits to be accepted."""
    if standing.waiting is None:
        return None
    version, verdict = standing.waiting
    amount = version.body.amount
    return WaitingCondition(
        entry=version.index,
        party=version.party,
        at=version.at,
        title=version.body.title,
        amount=resting(amount.minor(), money_resource(amount.currency), [version.index]),
        due=version.body.due,
        lapses=version.body.lapses,
        condition=_condition(book, version.body.requires, verdict, used),
        lacking=book.facts.quorum_missing(()),
    )


def _waits(
    book: Book, standing: TrancheStanding, now: ConditionVersion, waiting: WaitingCondition | None
) -> Iterator[Message]:
    """Give what was stated anew for a tranche and waits: who stated it, all that it would change, and what is lacking."""
    if standing.waiting is None or waiting is None:
        return
    terms = [*_terms(now.body, standing.waiting[0].body)]
    if waiting.condition.demand != demand(now.body.requires):
        terms.append(Message.of("condition.would_wait", demand=waiting.condition.demand))
        terms.append(Message.of("condition.would_stand", value=waiting.condition.mark))
    terms = terms or [Message.of("condition.would_be_called")]
    yield Message.of("condition.waits", party=waiting.party, day=waiting.at, entry=waiting.entry, terms=terms)
    signed = any(book.releases.decisions[name].body.action == "accept_condition" for name in standing.pending)
    if waiting.lacking is not None and not signed:
        yield Message.of("condition.waits_for", lacking=waiting.lacking)


def _terms(now: kinds.ConditionBody, then: kinds.ConditionBody) -> Iterator[Message]:
    """Give in which of its other terms a condition that waits differs from the one that counts."""
    if then.amount != now.amount:
        ends = (Amount(one.amount.minor(), money_resource(one.amount.currency)) for one in (then, now))
        yield Message.of("condition.would_pay", **dict(zip(("amount", "now"), ends, strict=True)))
    if then.formula != now.formula:
        yield Message.of("condition.would_pay_by_formula")
    if then.due != now.due:
        due = then.due
        yield Message.of("condition.would_be_due", day=due) if due else Message.of("condition.would_be_due_at_once")
    if then.lapses != now.lapses:
        last = then.lapses
        yield Message.of("condition.would_lapse", day=last) if last else Message.of("condition.would_not_lapse")


def _entries(condition: ConditionView) -> list[int]:
    """Return the statements that a condition and its parts rest on."""
    return [*condition.entries, *(entry for part in condition.parts for entry in _entries(part))]


def _decided(book: Book, tranche: str) -> list[int]:
    """Return the statements by which members signed decisions on a tranche."""
    taken = [known for known in book.releases.decisions.values() if known.body.tranche == tranche]
    return [book.index_of(entry) for known in taken for entry in known.signers.values()]


def parts(condition: kinds.AnyCondition, verdict: Verdict) -> list[Part]:
    """Return the conditions that one is made of, each with its verdict."""
    match condition:
        case kinds.AllOf() | kinds.AnyOf() | kinds.AtLeast():
            return list(zip(condition.of, verdict.parts, strict=True))
        case kinds.Not():
            return list(zip((condition.of,), verdict.parts, strict=True))
    return []


def counting(book: Book, standing: TrancheStanding) -> ConditionVersion:
    """Return the version of its condition by which a tranche stands as it does."""
    return book.releases.tranches[standing.tranche].versions[standing.version - 1]


def requires(book: Book, standing: TrancheStanding) -> kinds.AnyCondition:
    """Return the condition by which a tranche stands as it does."""
    return counting(book, standing).body.requires


def leaves(condition: kinds.AnyCondition, verdict: Verdict) -> list[Part]:
    """Return the conditions that must all hold, each with its verdict; anything but *all of* stays whole."""
    if not isinstance(condition, kinds.AllOf):
        return [(condition, verdict)]
    return [leaf for part in parts(condition, verdict) for leaf in leaves(*part)]


def _condition(book: Book, condition: kinds.AnyCondition, verdict: Verdict, used: tuple[Used, ...]) -> ConditionView:
    return ConditionView(
        form=str(condition.__struct_config__.tag),
        mark=verdict.value,
        demand=verdict.demand,
        why=verdict.why,
        entries=tuple(sorted(book.indexes_of(verdict.evidence))),
        claimed=verdict.value != "met" and _declared(condition, used),
        parts=tuple(_condition(book, *part, used) for part in parts(condition, verdict)),
    )


def _declared(condition: kinds.AnyCondition, used: tuple[Used, ...]) -> bool:
    """Say whether declared use alone would meet a condition on measured use."""
    if not isinstance(condition, kinds.UseVerified):
        return False
    return any(
        use.billed is not None and use.declared.amount >= Decimal(condition.share) * use.billed
        for use in used
        if use.project == condition.project and material_of(use.resource) == one_form(condition.material)
    )
