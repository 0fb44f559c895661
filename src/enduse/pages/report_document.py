"""The report as a document: headings, paragraphs, lists and tables in one language, whoever sets them on paper."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from enduse.pages.area_maps import tables
from enduse.pages.changes import changes_head, changes_parts
from enduse.pages.localizer import Localizer
from enduse.pages.missing import SHOWN_MOST, left_words, missing_words
from enduse.pages.tasks import task_words
from enduse.pages.vocabulary import MARKS, TRANCHES
from enduse.pages.wait_words import wait_table
from enduse.pages.works_access_words import works_access_counts
from enduse.views.answers import Report
from enduse.views.changes import Changes
from enduse.views.shapes import Figure, TrancheView
from enduse.views.verified import checkpoint_messages

REFS_SHOWN: Final = 3
"""Statements named beside a figure; the record holds all."""


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of a section.

    Attributes:
        kind: how it is set; ``card`` is a paragraph that must not be overlooked, ``facts`` pairs of a name and a value.
        text: of a paragraph, card or heading; the name of a table for who cannot see it.
        rows: of a table with its head first, of a list or of facts.
        numbers: columns of a table that hold numbers.
    """

    kind: Literal["text", "dim", "card", "heading", "list", "table", "facts", "code"]
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[int, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A section with its title."""

    title: str
    blocks: tuple[Block, ...]


class PaperReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report in one language.

    Attributes:
        language: BCP 47 tag.
        direction: ``ltr`` or ``rtl``.
        title: of the programme.
        subtitle: from when to when, resting on how many statements.
        banners: what a reader must know first: that it is practice, invented, or that a clock was wrong.
        figures: the sums that come first: name, value, and what is to be known of it.
        sections: in the order they are read.
        footer: stands on every page: record, size and the first digits of the root.
        square: what the QR code says.
        square_caption: what it is for.
        closing: the last line.
    """

    language: str
    direction: str
    title: str
    subtitle: str
    banners: tuple[str, ...]
    figures: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
    footer: str
    square: str
    square_caption: str
    closing: str


def report_document(report: Report, words: Localizer, changes: Changes | None = None) -> PaperReport:
    """Return the report in the language of ``words``, with what is new since an earlier one where that is asked."""
    told = words.say(
        "From the promise to the use, {start} to {end}.", start=words.day(report.since), end=words.day(report.as_of)
    )
    counted = words.count(
        "Worked out from one signed statement; every figure names those it rests on.",
        "Worked out from {n} signed statements; every figure names those it rests on.",
        report.size,
    )
    sections = (
        Section(words.say("What is new"), tuple(_new(changes, words)) if changes is not None else ()),
        Section(words.say("What is missing"), tuple(_missing(report, words)) if report.goods else ()),
        Section(words.say("Who must act"), tuple(_tasks(report, words))),
        Section(words.say("Money"), tuple(_money(report, words))),
        Section(words.say("Goods"), tuple(_goods(report, words))),
        Section(words.say("Works and access"), tuple(_works_access(report, words))),
        Section(words.say("What came where?"), tuple(_areas(report, words))),
        Section(words.say("Tranches"), tuple(_tranches(report, words))),
        Section(words.say("Claims and findings"), tuple(_found(report, words))),
        Section(words.say("Check it yourself"), tuple(_check(report, words))),
    )
    return PaperReport(
        language=words.language,
        direction=words.direction,
        title=words.text(report.title, report.origin),
        subtitle=f"{told} {counted}",
        banners=tuple(_banners(report, words)),
        figures=tuple(_key_figures(report, words)),
        sections=tuple(section for section in sections if section.blocks),
        footer=f"{report.origin} · {report.size} · {report.root[:16]}",
        square=f"{report.origin} {report.size} {report.root}",
        square_caption=words.say("Name, size and root, to compare with another copy"),
        closing=words.say(
            "Made by Enduse from the record alone. It counts, cites and shows uncertainty; it does not judge intent."
        ),
    )


def _new(changes: Changes, words: Localizer) -> Iterator[Block]:
    yield Block(kind="text", text=changes_head(changes, words))
    for _, title, lines in changes_parts(changes, words):
        if rows := tuple((line,) for line in lines):
            yield Block(kind="heading", text=title)
            yield Block(kind="list", rows=rows)


def _amount(figure: Figure, words: Localizer) -> str:
    return words.amount(figure.amount, figure.resource)


def _refs(entries: tuple[int, ...], words: Localizer, total: int = 0) -> str:
    """Return which statements something rests on."""
    if not entries:
        return ""
    shown = words.listed(words.isolate(str(entry)) for entry in entries[:REFS_SHOWN])
    return f"{shown} …" if max(total, len(entries)) > REFS_SHOWN else shown


def _banners(report: Report, words: Localizer) -> Iterator[str]:
    if report.practice:
        yield words.practice()
    yield from map(words.message, (*report.clock, *report.told_of_keys))
    about = words.text(report.about)
    if report.invented:
        yield f"{words.say('Simulated.')} {about or words.say('Everything in this report is invented.')}"
    elif about:
        yield about


def _key_figures(report: Report, words: Localizer) -> Iterator[tuple[str, str, str]]:
    for one in report.currencies:
        if one.pledged.amount:
            yield words.say("Pledged"), _amount(one.pledged, words), ""
        share = words.percent(one.paid.amount, one.pledged.amount)
        note = words.say("{share} of what was pledged", share=share) if one.pledged.amount else ""
        yield words.say("Paid"), _amount(one.paid, words), note
        if one.spent.amount:
            left = words.say("{amount} not recorded as spent", amount=_amount(one.held, words))
            yield words.say("Spent"), _amount(one.spent, words), left
    for goods in report.goods:
        if goods.missing.amount:
            yield words.say("Missing"), _amount(goods.missing, words), words.material(goods.resource)


def _missing(report: Report, words: Localizer) -> Iterator[Block]:
    grave = [one for one in report.missing if one.judgement != "within_error"]
    for problem in report.contradictions:
        yield Block(kind="card", text=words.message(problem.told))
    if any(one.unlinked.amount for one in report.goods):
        told = words.say("Of some goods only the arrival was recorded: what was lost on their way is not known.")
        yield Block(kind="text", text=told)
    elif not grave and not report.contradictions:
        yield Block(kind="text", text=words.say("Nothing is missing beyond what the scales can tell."))
    for one in grave[:SHOWN_MOST]:
        lines = [missing_words(one, words)]
        if one.lower != one.upper:
            lower, upper = (words.amount(each, one.figure.resource) for each in (one.lower, one.upper))
            lines.append(words.say("95% interval of the scales: {lower} to {upper}", lower=lower, upper=upper))
        lines += [words.say("Disputed: {told}", told=words.message(each.told)) for each in one.disputes]
        yield Block(kind="card", text="\n".join(lines))
    yield from _left(grave, words)
    for finding in report.findings:
        for part in finding.moved:
            if part.outcome == "off_purpose":
                told = words.say(
                    "{amount} was not used for {project}: finding of {party}.",
                    amount=words.of(part.figure),
                    project=words.name(part.item),
                    party=words.name(finding.party),
                )
                yield Block(kind="card", text=told)
    small = [one for one in report.missing if one.judgement == "within_error" and one.figure.amount]
    if small:
        head = (
            words.say("Consignment"),
            words.say("Carrier"),
            words.say("Difference"),
            words.say("95% interval"),
            words.say("Rests on"),
        )
        rows = [
            (
                words.isolate(one.item),
                words.name(one.owner),
                words.of(one.figure),
                f"{words.amount(one.lower, one.figure.resource)} … {words.amount(one.upper, one.figure.resource)}",
                _refs(one.figure.entries, words, one.figure.resting),
            )
            for one in small[:SHOWN_MOST]
        ]
        yield Block(kind="heading", text=words.say("Small differences"))
        yield Block(kind="table", text=words.say("Small differences"), rows=(head, *rows), numbers=(2, 3))
        yield from _left(small, words)


def _left(found: Sequence[object], words: Localizer) -> Iterator[Block]:
    if told := left_words(len(found) - SHOWN_MOST, words):
        yield Block(kind="text", text=told)


def _tasks(report: Report, words: Localizer) -> Iterator[Block]:
    if not report.tasks:
        yield Block(kind="text", text=words.say("Nobody: nothing is open that a party here took on itself."))
        return
    head = (words.term("field:owner"), words.term("field:task"), words.say("Rests on"))
    rows = [
        (
            words.name(task.owner) if task.owner else words.say("Nobody holds this yet"),
            task_words(task, words),
            _refs(task.entries, words),
        )
        for task in report.tasks[:SHOWN_MOST]
    ]
    yield Block(kind="table", text=words.say("Who must act"), rows=(head, *rows))
    yield from _left(report.tasks, words)


def _money(report: Report, words: Localizer) -> Iterator[Block]:
    for one in report.currencies:
        head = (
            words.term("field:donor"),
            *map(words.say, ("Pledged", "Paid")),
            words.term("field:committed"),
            words.say("Rests on"),
        )
        rows = [
            (
                words.name(donor.party),
                words.exactly(donor.pledged),
                words.exactly(donor.paid),
                words.exactly(donor.committed),
                _refs(donor.paid.entries or donor.pledged.entries, words),
            )
            for donor in one.donors
        ]
        title = words.say("Who promised what, and what came of it")
        yield Block(kind="heading", text=title)
        yield Block(kind="table", text=title, rows=(head, *rows), numbers=(1, 2, 3))
        perhaps_paid = tuple((words.message(told),) for told in one.whose if told.code == "totals.unlinked")
        if perhaps_paid:
            yield Block(kind="list", rows=perhaps_paid)
    leads = [(f"{words.message(lead)}: {words.remedy(lead)}",) for lead in report.money_leads]
    if leads:
        yield Block(kind="list", rows=tuple(leads))


def _goods(report: Report, words: Localizer) -> Iterator[Block]:
    if not report.goods:
        return
    fields = ("came_in", "stored", "under_way", "used", "missing", "off_purpose", "other")
    head = (words.say("Material"), *(words.term(f"field:{name}") for name in fields))
    rows = [
        (words.material(one.resource), *(_amount(getattr(one, name), words) for name in fields)) for one in report.goods
    ]
    title = words.say("What became of everything that came in")
    yield Block(kind="heading", text=title)
    yield Block(kind="table", text=title, rows=(head, *rows), numbers=tuple(range(1, len(head))))
    if report.goods_leads:
        leads = tuple((f"{words.message(lead)}: {words.remedy(lead)}",) for lead in report.goods_leads)
        yield Block(kind="list", rows=leads)
    if report.holdings:
        title = words.say("Where goods lie today")
        head = (words.term("field:area"), words.term("field:place"), words.say("Goods"))
        stocks = [
            (words.name(one.area), words.name(one.place), words.listed(map(words.of, one.stock)))
            for one in report.holdings
        ]
        yield Block(kind="heading", text=title)
        yield Block(kind="table", text=title, rows=(head, *stocks))
    checked = [one for one in report.used if one.billed]
    if checked:
        title = words.say("Declared against measured")
        head = tuple(map(words.say, ("Project", "Material", "Planned", "Declared", "Measured")))
        uses = []
        for use in checked:
            measured = words.say("not measured")
            if use.measured is not None and use.lower is not None and use.upper is not None:
                bounds = (words.amount(each, use.resource) for each in (use.lower, use.upper))
                measured = f"{_amount(use.measured, words)} ({' … '.join(bounds)})"
            billed = words.amount(use.billed or 0, use.resource)
            uses.append(
                (words.name(use.project), words.material(use.resource), billed, _amount(use.declared, words), measured)
            )
        yield Block(kind="heading", text=title)
        yield Block(kind="table", text=title, rows=(head, *uses), numbers=(2, 3, 4))


def _works_access(report: Report, words: Localizer) -> Iterator[Block]:
    if lines := tuple((line,) for line in works_access_counts(report.works_access, report.least_count, words)):
        yield Block(kind="list", rows=lines)
    if report.waits:
        title, columns, rows = wait_table(report.waits, words, report.least_count)
        yield Block(kind="heading", text=title)
        yield Block(kind="table", text=title, rows=(columns, *rows), numbers=tuple(range(1, len(columns))))


def _areas(report: Report, words: Localizer) -> Iterator[Block]:
    for title, columns, rows in tables(report.areas, words) if report.areas is not None else ():
        yield Block(kind="heading", text=title)
        yield Block(kind="table", text=title, rows=(columns, *rows), numbers=tuple(range(1, len(columns))))


def _tranches(report: Report, words: Localizer) -> Iterator[Block]:
    if report.tranches:
        told = words.say(
            "A tranche is released when its conditions are met by measured facts and findings. What is not known releases nothing."
        )
        yield Block(kind="dim", text=told)
    for one in report.tranches:
        yield Block(kind="heading", text=words.text(one.title, one.tranche))
        state = f"{words.say(MARKS[one.mark])}. {words.say(TRANCHES[one.status])}"
        yield Block(kind="text", text=f"{_amount(one.amount, words)} · {words.name(one.project)} · {state}")
        yield Block(kind="list", rows=tuple(_parts(one, words)))


def _parts(tranche: TrancheView, words: Localizer) -> Iterator[tuple[str, ...]]:
    for part in tranche.parts:
        lines = [f"{words.say(MARKS[part.mark])}: {words.message(part.demand)}", *map(words.message, part.why)]
        if part.claimed:
            lines.append(words.say("By what was declared it would be met."))
        yield ("\n".join(lines),)


def _found(report: Report, words: Localizer) -> Iterator[Block]:
    if report.claims or report.findings:
        told = words.say(
            "A claim is what somebody says. A finding is an assessment by a body mandated to make it, with its method and the right of reply. A claim moves nothing."
        )
        yield Block(kind="dim", text=told)
    for claim in report.claims:
        about = words.say(
            "Claimed by {party}, {day}, about {about}.",
            party=words.name(claim.party),
            day=words.day(claim.at),
            about=words.name(claim.about),
        )
        yield Block(kind="text", text=f"{words.text(claim.words)}\n{about}")
    for finding in report.findings:
        yield Block(
            kind="heading",
            text=words.say("Finding of {party}, {day}", party=words.name(finding.party), day=words.day(finding.at)),
        )
        facts = (
            (words.say("About"), words.name(finding.about)),
            (words.say("Result"), words.term(finding.result)),
            (words.say("Method"), finding.method),
            (words.say("Right of reply"), finding.reply),
        )
        yield Block(kind="facts", rows=facts)


def _check(report: Report, words: Localizer) -> Iterator[Block]:
    told = words.say(
        "Every figure above follows from the record and from nothing else. Whoever has a copy gets the same figures, to the last digit, and sees at once if a single byte was changed."
    )
    yield Block(kind="dim", text=told)
    facts = (
        (words.say("Record"), words.isolate(report.origin)),
        (words.say("Statements"), words.number(report.size)),
        (words.say("Root hash"), report.root),
        (words.say("Checkpoint"), "\n".join(map(words.message, checkpoint_messages(report.verified)))),
        (words.say("Key of the log"), report.key),
    )
    yield Block(kind="facts", rows=facts)
    yield Block(kind="code", text="enduse record verify DIR")
