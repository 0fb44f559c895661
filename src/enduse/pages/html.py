"""The report as one HTML file: every language it is published in, no script, nothing fetched from anywhere; it prints as it reads."""

import io
import re
from collections.abc import Callable, Mapping, Sized
from pathlib import Path
from typing import Final

from enduse.messages import Message
from enduse.messages.plain import word_of
from enduse.pages import flow as flows
from enduse.pages.area_maps import draw_map, maps, tables
from enduse.pages.assessment_html import AssessmentEdition
from enduse.pages.catalogue import marking, own_name, published, unread
from enduse.pages.changes import changes_head, changes_parts
from enduse.pages.foreign import english_marked
from enduse.pages.localizer import Localizer, isolated
from enduse.pages.markup import Markup, environment, segno
from enduse.pages.missing import SHOWN_MOST, left_words, missing_words
from enduse.pages.tasks import task_words
from enduse.pages.vocabulary import KINDS, MARKS, TRANCHES
from enduse.pages.wait_words import Part, wait_table
from enduse.pages.works_access_words import works_access_counts
from enduse.terms.names import as_written
from enduse.terms.texts import Text
from enduse.views.answers import Report
from enduse.views.assessment_view import AssessmentView
from enduse.views.changes import Changes
from enduse.views.missing import MissingView
from enduse.views.shapes import Figure, Flow, Task
from enduse.views.verified import checkpoint_messages

REFS_SHOWN: Final = 3
"""Statements named beside a figure; the report holds more."""


def isolate(part: str) -> Markup:
    """Return a part of a sentence in a ``bdi`` element, escaped; markup has seen to its own isolation already."""
    return part if isinstance(part, Markup) else Markup("<bdi>{}</bdi>").format(part)


class PageLocalizer(Localizer):
    """Words a report as HTML: what has no name is called by its kind, in the reader's language, and the rest of its identifier."""

    def __init__(self, language: str, names: Mapping[str, Text]) -> None:
        super().__init__(language, names, isolate)
        self._messages = marking(self._messages)

    def name(self, identifier: str) -> str:
        """Return a name for people; of what has none its kind in words, and what tells it from others of its kind."""
        kind, own = self._parted(identifier)
        return f"{self.translated(KINDS[kind])} {own}" if own else super().name(identifier)

    def term(self, code: str, how: str = "term") -> str:
        """Return a word of the vocabulary; one that nobody knows may be a place of the programme, as where people of a post are from."""
        place = f"place:{code}"
        known = word_of(code, how) is not None or not any(self.spellings(place))
        return super().term(code, how) if known else self.isolate(self.name(place))

    def short(self, identifier: str) -> str:
        """Return the same without its kind, for where that is told already."""
        return self._parted(identifier)[1] or super().name(identifier)

    def _parted(self, identifier: str) -> tuple[str, str]:
        """Return the kind and the rest of an identifier that has no name; nothing of any other."""
        kind, _, own = identifier.partition(":")
        return (kind, as_written(own)) if own and kind in KINDS and not any(self.spellings(identifier)) else ("", "")

    def message(self, message: Message) -> Markup:
        """Return a message in this language, as markup."""
        return Markup(super().message(message))

    def remedy(self, message: Message) -> Markup:
        """Return what can be done about a message, as markup."""
        return Markup(super().remedy(message))

    def _separator(self, *, sentences: bool) -> Markup:
        return Markup(super()._separator(sentences=sentences))

    def _fill(self, text: str, parts: Mapping[str, object]) -> Markup:
        return Markup(super()._fill(text, parts))


class Edition:
    """One language of a page.

    Attributes:
        language: BCP 47 tag.
        localizer: words.
        direction: ``ltr`` or ``rtl``.
        own_name: what the language calls itself.
        unread: whether no native speaker has read the translation yet.
        view: what network assurance saw, where it was asked.
    """

    def __init__(
        self, language: str, names: Mapping[str, Text], assessment: AssessmentView | None, *, short: bool = False
    ) -> None:
        self.language = language
        self.localizer = PageLocalizer(language, names)
        self.direction = self.localizer.direction
        self.own_name = own_name(language)
        self.unread = unread(language)
        self.view = AssessmentEdition(assessment, self.localizer, short=short) if assessment else None


class ReportEdition(Edition):
    """One language of the report: what its template may call.

    Attributes:
        report: what is told.
        marks, states: words of conditions and tranches.
    """

    marks = MARKS
    states = TRANCHES

    def __init__(self, report: Report, language: str, changes: Changes | None = None) -> None:
        super().__init__(language, report.names, report.assessment, short=True)
        self.report = report
        self.changes = changes

    def new(self) -> list[tuple[str, list[str]]]:
        """Return what is new since an earlier report, by what it is called: first, without a name, since when."""
        if self.changes is None:
            return []
        parts = [(title, list(lines)) for _, title, lines in changes_parts(self.changes, self.localizer)]
        return [("", [changes_head(self.changes, self.localizer)]), *(part for part in parts if part[1])]

    def amount(self, figure: Figure, digits: int | None = None) -> Markup:
        """Return the amount of a figure, isolated."""
        return isolate(self.localizer.amount(figure.amount, figure.resource, digits))

    def plain(self, amount: int, resource: str, digits: int | None = None) -> Markup:
        """Return an amount, isolated."""
        return isolate(self.localizer.amount(amount, resource, digits))

    def refs(self, entries: tuple[int, ...], total: int = 0) -> Markup:
        """Return which statements something rests on."""
        if not entries:
            return Markup("")
        shown = self.localizer.listed(isolate(str(index)) for index in entries[:REFS_SHOWN])
        count = max(total, len(entries))
        if count > REFS_SHOWN:
            shown += " …"
        words = self.localizer.count("statement {list}", "{n} statements: {list}", count, list=shown)
        if days := max((self.report.late.get(entry, 0) for entry in entries), default=0):
            words = self.localizer.count(
                "{said}, recorded {n} day after", "{said}, recorded {n} days after", days, said=words
            )
        return Markup('<span class="refs">{}</span>').format(words)

    def share(self, part: int, whole: int) -> str:
        """Return a share as a CSS percentage, between 0 and 100, to a hundredth."""
        hundredths = max(0, min(10_000, part * 10_000 // whole)) if whole > 0 else 0
        return f"{hundredths // 100}.{hundredths % 100:02d}%"

    def drawing(self, flow: Flow, number: int, title: str, description: str) -> Markup:
        """Return a flow as SVG."""
        name = f"{self.language}-flow-{number}"
        return Markup(flows.draw(flow, self.localizer, name, title, description))

    def label(self, flow: Flow, node: str) -> str:
        """Return what a node of a flow is called."""
        return next(flows.label(item, self.localizer) for item in flow.nodes if item.node == node)

    shown_most = SHOWN_MOST

    def left(self, found: Sized) -> Markup:
        """Return a line that says how many more there are than are shown; nothing where all are."""
        told = left_words(len(found) - SHOWN_MOST, self.localizer)
        return Markup("<p>{}</p>").format(told) if told else Markup()

    def missing(self, lost: MissingView) -> str:
        """Return what is missing and who answers for it."""
        return missing_words(lost, self.localizer)

    def task(self, task: Task) -> str:
        """Return what somebody must do."""
        return task_words(task, self.localizer)

    def area_maps(self) -> list[tuple[str, Markup]]:
        """Return the maps of broad areas, each with its title, drawn; none where no shapes were given."""
        told, words = self.report.areas, Localizer(self.language, self.report.names, isolated)
        if told is None or not told.outlines:
            return []
        # an image has no marks of its page in its texts
        return [
            (Markup(shown.title), Markup(draw_map(told.outlines, one, words, f"{self.language}-map-{number}")))
            for number, (shown, one) in enumerate(zip(maps(told, self.localizer), maps(told, words), strict=True))
        ]

    def area_tables(self) -> list[Part]:
        """Return what was promised, what came and what waits, by broad area, as tables."""
        return [] if self.report.areas is None else tables(self.report.areas, self.localizer)

    def works_access(self) -> list[str]:
        """Return what of works and access somebody has to look at."""
        return list(works_access_counts(self.report.works_access, self.report.least_count, self.localizer))

    def waits(self) -> list[Part]:
        """Return how long consignments and movements waited, as a table; none where nothing is told."""
        report = self.report
        return [wait_table(report.waits, self.localizer, report.least_count)] if report.waits else []

    def checkpoint(self) -> list[str]:
        """Return up to which checkpoint the report was verified, and who else has signed that one."""
        return [self.localizer.message(message) for message in checkpoint_messages(self.report.verified)]

    def square(self) -> Markup:
        """Return the checkpoint as a QR code, for comparing a printed page with another copy."""
        out = io.BytesIO()
        text = f"{self.report.origin} {self.report.size} {self.report.root}"
        segno.make(text, error="m").save(
            out, kind="svg", xmldecl=False, svgns=False, border=2, omitsize=True, dark="#000", light="#fff"
        )
        return Markup(out.getvalue().decode())


def page(template: str, **values: object) -> str:
    """Return a template of ours filled in, without its empty lines; what is set as it was written keeps its own."""
    helpers: dict[str, Callable[..., object]] = {"zip": zip, "max": max, "sum": sum}
    text = environment("enduse.pages").get_template(template).render(**values, **helpers)
    parts = re.split(r"(<pre.*?</pre>)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"\n\s*\n", "\n", part) for part in parts[::2]]
    return english_marked("".join(parts).strip() + "\n")


def render(report: Report, languages: tuple[str, ...] = (), changes: Changes | None = None) -> str:
    """Return the whole report as HTML, in some languages, else in those the programme is published in."""
    editions = [ReportEdition(report, language, changes) for language in languages or published(report.languages)]
    return page("report.html", report=report, editions=editions, practice=report.practice)


def write_report(report: Report, path: Path, changes: Changes | None = None) -> Path:
    """Write the report to ``path``, with what is new since an earlier one where that is asked, and return it."""
    path.write_text(render(report, changes=changes), encoding="utf-8")
    return path
