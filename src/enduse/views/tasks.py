"""Who must act: every open end has one owner and one thing to do."""

from collections.abc import Iterable, Iterator

import msgspec

from enduse.book.backing import use_accounts
from enduse.book.book import Book
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.voices import relation_of, voice_key
from enduse.programme.arrangement import STRUCTURE
from enduse.statements import condition as kinds
from enduse.terms.amounts import goods_resource
from enduse.terms.times import instant_of
from enduse.views import booked
from enduse.views.advances import overdue
from enduse.views.councils import waiting_councils, waiting_words
from enduse.views.missing import MissingView
from enduse.views.shapes import CurrencyTotals, Figure, FindingView, Moved, Task, TaskCode, Used
from enduse.views.sums import resting
from enduse.views.tranches import leaves, requires


def tasks(
    book: Book,
    *,
    currencies: tuple[CurrencyTotals, ...],
    missing: tuple[MissingView, ...],
    findings: tuple[FindingView, ...],
    used: tuple[Used, ...],
) -> tuple[Task, ...]:
    """Return what is to be done, goods first, then tranches, councils, mandates, money and needs."""
    result = [task for lost in missing if lost.judgement != "within_error" for task in _of_missing(book, lost)]
    result += [
        Task(owner=part.owner, code="make_good", figure=part.figure, about=part.item, entries=part.figure.entries)
        for finding in findings
        for part in finding.moved
        if _open(part)
    ]
    result += _below_zero(book)
    result += _short_uses(book, used)
    result += _tranche_tasks(book)
    result += _council_tasks(book)
    result += _unmeasured_uses(book, used, result)
    result += _offers(book)
    result += [
        Task(owner=seal.party, code="disclose", about=seal.body.about, entries=(book.index_of(seal.entry),))
        for seal in book.seals.overdue(instant_of(book.head.clock))
    ]
    for totals in currencies:
        result += _donor_tasks(book, totals)
    result += _advance_tasks(book)
    result += [
        Task(owner=may_state(book, "project", book.works.needs[need].place), code="plan", about=need)
        for need in book.works.unanswered()
    ]
    return tuple(result)


def _open(part: Moved) -> bool:
    return part.outcome in {"off_purpose", "stolen", "lost"} and part.figure.amount > 0


# -- who -----------------------------------------------------------------------------------------------------------


def holder(book: Book, functions: Iterable[str], place: str | None, without: Iterable[str] = ()) -> str:
    """Return who holds one of these functions at the end of the record; empty when nobody does.

    Args:
        book: of the programme.
        functions: any one of them will do.
        place: where; ``None`` takes whoever holds it anywhere.
        without: parties that do not count, nor whoever is related to one of them.
    """
    programme, now = book.programme, instant_of(book.head.clock)
    barred = tuple(without)
    for function in functions:
        for party, names in programme.held.items():
            if any(party == other or programme.related(party, other) for other in barred):
                continue
            mandates = (programme.mandates[name] for name in names)
            anywhere = any(function in mandate.functions and mandate.in_force(now) for mandate in mandates)
            if anywhere if place is None else programme.holds(party, function, place, now):
                return party
    return ""


def may_state(book: Book, act: str, place: str | None, without: Iterable[str] = ()) -> str:
    """Return who may state ``act`` there, by the programme's own rules; empty when nobody may.

    Args:
        book: of the programme.
        act: kind of statement.
        place: where; ``None`` takes whoever may anywhere.
        without: as for :func:`holder`.
    """
    programme = book.programme
    by_default = [programme.founded.administration] if act in STRUCTURE else []
    party = holder(book, programme.rules.get(act, by_default), place, without)
    if not party and act == "decision":
        return programme.umbrella  # its members may always sign
    return programme.keeper if not party and act in STRUCTURE else party


def place_of(book: Book, project: str) -> str | None:
    """Return where a project is built."""
    known = book.works.projects.get(project)
    return known.place if known is not None else None


def measurer(book: Book, project: str) -> str:
    """Return who can measure a project's use so that it counts: a body that may find, else one that may read.

    Neither may have built or declared it, nor be related to who did.
    """
    known = book.facts.project(project)
    declarers = (
        owner_of(account) for beside in (False, True) for account in use_accounts(book, project, beside=beside)
    )
    involved = {*(known.builders if known else ()), *declarers}
    place = place_of(book, project)
    return may_state(book, "finding", place, involved) or may_state(book, "reading", place, involved)


# -- goods ---------------------------------------------------------------------------------------------------------


def _of_missing(book: Book, lost: MissingView) -> Iterator[Task]:
    """Give what is to be done about a difference: where it is not sure who has it, some are asked and none accused."""
    code, owners = _who(book, lost)
    if lost.in_place_of and lost.state == "over":
        return  # asked where it lacks
    if lost.instead:
        code, owners = "say_what_was_sent", (lost.sender,)
    days = lost.days if lost.state == "overdue" else None
    figure = lost.figure
    if lost.contested is not None and lost.parties:
        yield from _of_the_rest(lost, days)
        figure = msgspec.structs.replace(figure, amount=lost.contested.amount)
    if figure.amount < 0 and code in {"weigh_again", "settle_error", "say_which_count"}:
        figure = msgspec.structs.replace(figure, amount=-figure.amount)
    elif figure.amount < 0 and lost.contested is None:
        code, figure = "explain_surplus", msgspec.structs.replace(figure, amount=-figure.amount)
    for owner in owners:
        yield Task(owner=owner, code=code, figure=figure, about=lost.item, entries=figure.entries, days=days)


def _who(book: Book, lost: MissingView) -> tuple[TaskCode, tuple[str, ...]]:
    """Return what is to be done about a difference and by whom."""
    if lost.counts:
        return "say_which_count", (lost.receiver,)
    if lost.contested is not None or lost.state == "over":
        return "say_what_came", (lost.receiver,)
    if lost.parties:
        return "receive", lost.parties
    if lost.judgement == "stated_error":
        without = (lost.owner, lost.error_by)
        if lost.error_by == lost.owner:
            return "weigh_again", (may_state(book, "reading", lost.item, without),)
        return "settle_error", (may_state(book, "finding", lost.item, without),)
    return "receive" if lost.named_by or lost.state == "overdue" else "account_for", (lost.owner,)


def _of_the_rest(lost: MissingView, days: int | None) -> Iterator[Task]:
    """Give what is asked of carriers where a part is contested: the rest lacks whosever word is true."""
    if lost.contested is not None:
        figure = msgspec.structs.replace(lost.figure, amount=lost.figure.amount - lost.contested.amount)
        for carrier in lost.parties:
            yield Task(owner=carrier, code="receive", figure=figure, about=lost.item, entries=figure.entries, days=days)


def _below_zero(book: Book) -> Iterator[Task]:
    """Give stocks below zero: what lies elsewhere makes up for none of them."""
    for account, held in booked.balances(book).items():
        for resource, amount in held.items() if class_of(account) == "stock" else ():
            if amount < 0:
                figure = resting(-amount, resource, [])
                yield Task(owner=owner_of(account), code="say_what_came_in", figure=figure, about=item_of(account))


def _short_uses(book: Book, used: tuple[Used, ...]) -> Iterator[Task]:
    """Give uses that were measured short and that no finding has settled."""
    for use in used:
        if use.judgement in {"beyond_error", "exact"} and use.measured is not None:
            short = use.declared.amount - use.resolved - use.measured.amount
            known = book.works.projects.get(use.project)
            declarer = next(map(owner_of, use_accounts(book, use.project)), "")
            builder = declarer or ((known.now.body.contractor or known.owner) if known else "")
            figure = resting(short, use.resource, use.measured.entries)
            yield Task(owner=builder, code="explain", figure=figure, about=use.project, entries=figure.entries)


def _unmeasured_uses(book: Book, used: tuple[Used, ...], so_far: Iterable[Task]) -> list[Task]:
    """Return billed uses nobody measured, but those a tranche asks for already."""
    asked = {(task.about, task.figure.resource) for task in so_far if task.code == "measure" and task.figure}
    return [
        Task(owner=measurer(book, use.project), code="measure", figure=use.declared, about=use.project)
        for use in used
        if use.judgement == "not_measured"
        and use.billed is not None
        and (use.project, use.resource) not in asked
        and use.declared.amount
    ]


# -- tranches, mandates, money -------------------------------------------------------------------------------------


def _tranche_tasks(book: Book) -> Iterator[Task]:
    """Give what each tranche still waits for."""
    for standing in book.tranches():
        place = place_of(book, standing.project)
        if standing.verdict.value == "met" and standing.status == "verified":
            yield Task(owner=may_state(book, "decision", place), code="decide", about=standing.tranche)
        if standing.waiting is not None:
            entries = (standing.waiting[0].index,)
            yield Task(owner=may_state(book, "decision", place), code="accept", about=standing.tranche, entries=entries)
        for leaf, verdict in leaves(requires(book, standing), standing.verdict):
            if verdict.value != "not_known":
                continue
            match leaf:
                case kinds.Attested():
                    yield Task(owner=holder(book, [leaf.function], place), code="attest", about=leaf.subject)
                case kinds.UseVerified():
                    billed = book.works.billed(leaf.project, leaf.material)
                    figure = resting(0, goods_resource(leaf.material, billed[1]), []) if billed else None
                    yield Task(owner=measurer(book, leaf.project), code="measure", figure=figure, about=leaf.project)
                case _:
                    continue


def _council_tasks(book: Book) -> Iterator[Task]:
    """Give what waits for signatures: of councils, whoever proposes one, its signers are asked once for each; clocks and ties."""
    asked: dict[tuple[str, str], list[int]] = {}
    for one in waiting_councils(book):
        for owner in one.asked:
            asked.setdefault((owner, one.umbrella), []).extend(one.entries)
    for (owner, umbrella), entries in asked.items():
        yield Task(owner=owner, code="agree_council", about=umbrella, entries=tuple(sorted(entries)))
    for word in waiting_words(book):
        for owner in word.asked:
            yield Task(owner=owner, code=word.code, about=word.about, entries=word.entries)


def _offers(book: Book) -> Iterator[Task]:
    """Give mandates that were offered and neither accepted nor declined."""
    for name, mandate in book.programme.mandates.items():
        if not mandate.acceptance and not mandate.declined and mandate.ended_at is None:
            owner = mandate.holder if mandate.given else book.programme.keeper
            yield Task(owner=owner, code="answer", about=name, entries=(book.index_of(mandate.offer),))


def _donor_tasks(book: Book, totals: CurrencyTotals) -> Iterator[Task]:
    for donor in totals.donors:
        if donor.uncommitted.amount > 0 and _speaks_for_itself(book, "pledge", donor.party):
            figure = donor.uncommitted
            yield Task(owner=donor.party, code="commit", figure=figure, entries=figure.entries)
        if donor.committed.amount > 0 and _speaks_for_itself(book, "commitment", donor.party):
            yield Task(owner=donor.party, code="pay", figure=donor.committed, entries=donor.committed.entries)


def _advance_tasks(book: Book) -> Iterator[Task]:
    """Give what is open of advances whose day has passed: nobody is asked for what waits for the other's answer."""
    for one in overdue(book):
        waits = one.unanswered
        rest = msgspec.structs.replace(one.open, amount=one.open.amount - waits.amount)
        said: tuple[tuple[str, TaskCode, Figure], ...] = (
            (one.recipient, "account_for_advance", rest),
            (one.payer, "answer_advance", waits),
        )
        for owner, code, figure in said:
            if figure.amount:
                yield Task(
                    owner=owner, code=code, figure=figure, about=one.number, entries=figure.entries, days=one.days
                )


def _speaks_for_itself(book: Book, kind: str, donor: str) -> bool:
    """Say whether a donor pledged, or bound itself, in its own words: nobody is told to act on what others report of it."""
    heard = book.ledger.voices.get(voice_key(relation_of(kind, donor, "*")), ())
    return any(party == donor for party, _ in heard)
