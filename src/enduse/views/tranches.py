"""The conditional part of a report: each tranche, what it waits for, how each condition stands and by which statements."""

import re
from decimal import Decimal
from typing import Final

from enduse.book.book import Book
from enduse.release.release import Tranche as Standing
from enduse.release.sentences import STANDS, asked
from enduse.release.verdict import Verdict
from enduse.statements import condition as kinds
from enduse.terms.amounts import goods_resource, money_resource
from enduse.terms.texts import Text, say
from enduse.views.shapes import Figure, Part, TrancheView, Used

LANGUAGES: Final = ("en", "ar")
_UNITS: Final = {"TNE": {"en": "t", "ar": "طن"}, "LTR": {"en": "litres", "ar": "لتر"}, "C62": {"en": "", "ar": ""}}
_CODED: Final = re.compile(r"(?<=\d) (TNE|LTR|C62)\b")


def tranches(book: Book, used: tuple[Used, ...]) -> tuple[TrancheView, ...]:
    """Return every tranche as it stands at the end of the record: held back first, then unknown, then due."""
    order = {"not_met": 0, "not_known": 1, "met": 2}
    found = [_tranche(book, standing, used) for standing in book.tranches()]
    return tuple(sorted(found, key=lambda one: order[one.mark]))


def called(book: Book, identifier: str, language: str) -> str:
    """Return a name for people of a party, place, function, material, project or tranche."""
    project = book.works.projects.get(identifier)
    if project is not None:
        return say(project.now.body.title, language, identifier)
    tranche = book.releases.tranches.get(identifier)
    if tranche is not None:
        return say(tranche.now.body.title, language, identifier)
    return book.programme.name(identifier, language)


def _tranche(book: Book, standing: Standing, used: tuple[Used, ...]) -> TrancheView:
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
        parts=tuple(_part(book, leaf, said, used) for leaf, said in leaves(version.body.requires, standing.verdict)),
        decision=book.index_of(standing.decision) if standing.decision else None,
    )


def leaves(condition: kinds.AnyCondition, verdict: Verdict) -> list[tuple[kinds.AnyCondition, Verdict]]:
    """Return the conditions that must all hold, each with its verdict; anything but *all of* stays whole."""
    if isinstance(condition, kinds.AllOf):
        pairs = zip(condition.of, verdict.parts, strict=True)
        return [leaf for part, said in pairs for leaf in leaves(part, said)]
    return [(condition, verdict)]


def _part(book: Book, condition: kinds.AnyCondition, verdict: Verdict, used: tuple[Used, ...]) -> Part:
    asks: Text = {}
    why: Text = {}
    for language in LANGUAGES:
        asks[language] = _plain(asked(condition, language, lambda name, tongue: called(book, name, tongue)), language)
        whole = verdict.sentence_en if language == "en" else verdict.sentence_ar
        head = f"{STANDS[language][verdict.value]}: {asked(condition, language, book.facts.name)}"
        why[language] = whole.removeprefix(head).strip().removeprefix("(").removesuffix(")")
    resource, lower, upper = _measured(book, condition)
    return Part(
        mark=verdict.value,
        asks=asks,
        why=why,
        entries=tuple(sorted(book.index_of(name) for name in verdict.evidence)),
        resource=resource,
        lower=lower,
        upper=upper,
        claimed=verdict.value != "met" and _declared(condition, used),
    )


def _declared(condition: kinds.AnyCondition, used: tuple[Used, ...]) -> bool:
    """Say whether declared use alone would meet a condition on measured use."""
    if not isinstance(condition, kinds.UseVerified):
        return False
    return any(
        one.billed is not None and one.declared.amount >= Decimal(condition.share) * one.billed
        for one in used
        if one.project == condition.project and one.resource.rpartition("/")[0] == condition.material
    )


def _plain(sentence: str, language: str) -> str:
    """Write the units that people see for the codes that machines read."""
    return _CODED.sub(lambda found: f" {_UNITS[found[1]][language]}".rstrip(), sentence)


def _measured(book: Book, condition: kinds.AnyCondition) -> tuple[str, int | None, int | None]:
    """Return the measured amount a condition was judged by, where there is one."""
    match condition:
        case kinds.UseVerified() | kinds.AmountVerified():
            measured = book.facts.use_verified(condition.project, condition.material)
        case kinds.NoOpenDifference():
            measured = book.facts.open_difference(condition.material, condition.place)
        case _:
            measured = None
    if measured is None:
        return "", None, None
    return goods_resource(condition.material, measured.base), measured.lower, measured.upper  # type: ignore[union-attr]
