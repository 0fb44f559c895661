"""The conditional part of a report: each tranche, what it waits for, how each condition stands and by which statements."""

from decimal import Decimal

from enduse.book.book import Book
from enduse.release.release import TrancheStanding
from enduse.release.verdict import Verdict
from enduse.statements import condition as kinds
from enduse.terms.amounts import material_of, money_resource
from enduse.views.shapes import ConditionView, Figure, TrancheView, Used


def tranches(book: Book, used: tuple[Used, ...]) -> tuple[TrancheView, ...]:
    """Return every tranche as it stands at the end of the record: held back first, then unknown, then due."""
    order = {"not_met": 0, "not_known": 1, "met": 2}
    views = (_tranche(book, standing, used) for standing in book.tranches())
    return tuple(sorted(views, key=lambda view: order[view.mark]))


def _tranche(book: Book, standing: TrancheStanding, used: tuple[Used, ...]) -> TrancheView:
    known = book.releases.tranches[standing.tranche]
    version = known.versions[standing.version - 1]
    amount = Figure(
        standing.amount.minor(), money_resource(standing.amount.currency), (book.index_of(version.entry),), 1
    )
    return TrancheView(
        tranche=standing.tranche,
        title=version.body.title,
        project=standing.project,
        amount=amount,
        mark=standing.verdict.value,
        status=standing.status,
        parts=tuple(
            _condition(book, leaf, said, used) for leaf, said in leaves(version.body.requires, standing.verdict)
        ),
        decision=book.index_of(standing.decision) if standing.decision else None,
    )


def leaves(condition: kinds.AnyCondition, verdict: Verdict) -> list[tuple[kinds.AnyCondition, Verdict]]:
    """Return the conditions that must all hold, each with its verdict; anything but *all of* stays whole."""
    if isinstance(condition, kinds.AllOf):
        pairs = zip(condition.of, verdict.parts, strict=True)
        return [leaf for part, said in pairs for leaf in leaves(part, said)]
    return [(condition, verdict)]


def _condition(book: Book, condition: kinds.AnyCondition, verdict: Verdict, used: tuple[Used, ...]) -> ConditionView:
    return ConditionView(
        mark=verdict.value,
        demand=verdict.demand,
        why=verdict.why,
        entries=tuple(sorted(book.index_of(name) for name in verdict.evidence)),
        claimed=verdict.value != "met" and _declared(condition, used),
    )


def _declared(condition: kinds.AnyCondition, used: tuple[Used, ...]) -> bool:
    """Say whether declared use alone would meet a condition on measured use."""
    if not isinstance(condition, kinds.UseVerified):
        return False
    return any(
        use.billed is not None and use.declared.amount >= Decimal(condition.share) * use.billed
        for use in used
        if use.project == condition.project and material_of(use.resource) == condition.material
    )
