"""How an assessment is worded, in any language there is a catalogue for: places by name, periods by date, chances in words.

Assurance says what could not be told apart, and what would help, as English sentences of a few fixed forms. They are
read back here, so that they can be said with names and dates and in other languages; what has no known form is shown
as it is.
"""

import re
from decimal import Decimal
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.terms.units import SHOWN, UNITS
from enduse.views.assessment_view import (
    AssessmentView,
    DetectionLimit,
    DetectionRow,
    ExcludedReadings,
    KnownView,
    LeadView,
)

DAY: Final = 86_400_000_000
LEAST_CHANCE: Final = 1e-12
"""Chances below this are not told apart: the approximation behind them does not reach so far."""
SMALL_CHANCE: Final = 1e-3
DIGITS: Final = 3
WAY: Final = " > "

_WHEN: Final = r"in periods? (\d+)(?: to (\d+))?"
_RIVAL: Final = re.compile(
    rf"(misread (?:shipped|received|closing_stock|used)|node loss|transit loss|surplus|instrument bias|falsified use)"
    rf" at (.+) {_WHEN}"
)
_COUNT: Final = re.compile(r"an independent stock count at (.+) before period (\d+) and after period (\d+)")
_SURVEY: Final = re.compile(rf"an independent survey of use at (.+) {_WHEN}")
_ALL: Final = re.compile(rf"independent weighing of all that enters and leaves (.+) {_WHEN}")
_WEIGH: Final = re.compile(rf"independent weighing at (departure and arrival|departure|arrival) on (.+) {_WHEN}")
_SCALE: Final = re.compile(r"a calibration of (.+) against a reference weight")
_USED: Final = re.compile(r"an independent count of what was used at (.+)")
_BLIND: Final = re.compile(r"Nobody measured what was used at (.+): loss after hand-over there is invisible\.")
_LACK: Final = re.compile(r"(\d+) of (\d+) readings are missing; losses are seen less surely where they are\.")
_FACTOR: Final = re.compile(r"The (.+) errors look ([\d.]+) times what was stated; what was found is used\.")
_COPIED: Final = re.compile(
    r"(\d+) of (\d+) amounts received equal the amount shipped to the last digit, which two scales hardly do\. "
    r"Where one end copied the other, a loss on the way does not show\."
)
_CAME: Final = re.compile(
    r"Judged after every period as the readings came in, one budget for all looks: "
    r"the first alarm came after period (\d+); later readings were not looked at\."
)


TIED: Final = "would look the same"
"""What assurance says of a reading set aside that may as well be right, and goods missing."""


FIXED: Final = frozenset(
    {
        mark("Nothing could be tested: no amount was read by two witnesses, so no loss would be seen anywhere."),
        mark(
            "Slips are frequent in these readings: a discrepancy that one misread reading explains as well as a loss was set aside and is listed as such, so short losses are seen less surely than stated."
        ),
        mark(
            "Judged after every period as the readings came in, one budget for all looks: no alarm after any of them."
        ),
        mark("So many readings were set aside that the stated false-alarm rate may not hold."),
        mark(
            "Too few instruments to check the stated systematic errors of the scales: they are largely taken on trust."
        ),
    }
)
"""Caveats of assurance that are always the same words."""

RIVALS: Final = {
    "misread shipped": mark("a wrong reading at departure"),
    "misread received": mark("a wrong reading at arrival"),
    "misread closing_stock": mark("a wrong stock count"),
    "misread used": mark("a wrong figure of use"),
    "node loss": mark("a loss at the place"),
    "transit loss": mark("a loss on the way"),
    "surplus": mark("goods without papers"),
    "instrument bias": mark("a scale that reads wrong"),
    "falsified use": mark("overstated use"),
}
"""Other explanations, as assurance names them."""


class Words:
    """Words an assessment.

    Args:
        assessment: what is worded.
        localizer: the language.

    Attributes:
        assessment: what is worded.
        localizer: the language.
        say: as that of the localizer.
        comma, semicolon, arrow: between the parts of a list, or the ends of a way.
    """

    def __init__(self, assessment: AssessmentView, localizer: Localizer) -> None:
        self.assessment = assessment
        self.localizer = localizer
        self.say = localizer.say
        mirrored = localizer.direction == "rtl"
        self.comma, self.semicolon, self.arrow = ("، ", "؛ ", " ← ") if mirrored else (", ", "; ", " → ")

    # names

    def place(self, where: str) -> str:
        """Return the name of a node, link or instrument."""
        if where in self.assessment.names:
            return self.localizer.name(where)
        ends = where.split(WAY)
        if len(ends) == 2 and all(end in self.assessment.names for end in ends):  # noqa: PLR2004 - both ends of a way
            return self.arrow.join(self.localizer.name(end) for end in ends)
        return WAY.join(self._bare(end) for end in ends)

    def _bare(self, name: str) -> str:
        """Return an identifier without what kind of thing it names, where that says nothing."""
        kind, colon, rest = name.partition(":")
        return rest if colon and kind in {"place", "scale"} and rest else name

    def material(self, material: str) -> str:
        """Return what a material is called."""
        resource = self.assessment.resources.get(material)
        return self.localizer.material(resource) if resource else material

    def amount(self, material: str, value: float) -> str:
        """Return an amount to three figures, with its unit where it is known."""
        resource = self.assessment.resources.get(material)
        if resource is None:
            return self.number(value)
        factor = UNITS[SHOWN[resource.rpartition("/")[2]]].factor
        amount = self.localizer.amount(round(Decimal(repr(_figures(value))) * factor), resource)
        least = self.localizer.amount(round(factor / 1000), resource)
        return self.say("less than {amount}", amount=least) if 0 < abs(value) < 0.0005 else amount  # noqa: PLR2004

    def number(self, value: float) -> str:
        """Return a number to three figures."""
        rounded = Decimal(repr(_figures(value)))
        return self.localizer.number(rounded, max(0, DIGITS - 1 - rounded.adjusted()) if rounded else 0)

    def of(self, material: str, value: float) -> str:
        """Return an amount of a material, such as ``20 t of cement``."""
        amount, name = self.amount(material, value), self.material(material)
        if self.assessment.resources.get(material, "").endswith("/piece"):
            return self.say("{amount} {things}", amount=amount, things=name)
        return self.say("{amount} of {material}", amount=amount, material=name)

    def share(self, share: float) -> str:
        """Return a share in per cent, to two figures or a tenth."""
        if 0 < share < 0.0005:  # noqa: PLR2004 - what rounds to 0.0 %
            return "<0.1%"
        return f"{self.localizer.number(Decimal(repr(100 * share)), 1 if share < 0.1 else 0)}%"  # noqa: PLR2004

    def chance(self, p: float) -> str:
        """Return a probability; one too small to be told from nothing says so."""
        if p < LEAST_CHANCE:
            return self.say("below {number}", number="1e-12")
        return f"{p:.0e}".replace("e-0", "e-") if p < SMALL_CHANCE else self.number(p)

    # time

    def when(self, first: int, last: int) -> str:
        """Return some periods as days, or as their numbers where they have no dates."""
        start, length = self.assessment.start, self.assessment.period_days
        if not length:
            if first == last:
                return self.say("period {number}", number=str(first))
            return self.say("periods {first} to {last}", first=str(first), last=str(last))
        begin, end = start + (first - 1) * length * DAY, start + (last * length - 1) * DAY
        return self.localizer.day(begin) if begin == end else self.localizer.days(begin, end)

    def window(self, first: int, last: int) -> str:
        """Return what a column of the table is about."""
        if last - first + 1 == self.assessment.periods:
            return self.say("whole time")
        if self.assessment.period_days == 7:  # noqa: PLR2004 - a week
            return self.localizer.count("last week", "last {n} weeks", last - first + 1)
        return self.localizer.count("last period", "last {n} periods", last - first + 1)

    # sentences

    def verdict(self) -> str:
        """Return the answer to the question of the page."""
        p, budget = self.chance(self.assessment.p_value), self.share(self.assessment.false_alarm)
        if self.assessment.leads:
            told = self.say("Something does not add up. The chance of that by errors of measurement alone: {p}.", p=p)
        else:
            told = self.say(
                "Nothing is missing beyond what errors of measurement explain (chance {p}; below {budget} there would be an alarm).",
                p=p,
                budget=budget,
            )
        if not self.assessment.aside:
            return told
        aside = self.localizer.count(
            "But one reading did not fit and was set aside; look at it too.",
            "But {n} readings did not fit and were set aside; look at them too.",
            sum(len(group.readings) for group in self.assessment.aside),
        )
        told = told + " " + aside
        if any(group.one_way for group in self.assessment.aside):
            told = told + " " + self.say("Some of them lie at one place and all err one way: look there first.")
        return told

    def lead(self, lead: LeadView) -> str:
        """Return what a lead says, in a sentence."""
        one = lead.alarm
        place, when = self.place(one.where), self.when(one.first_period, one.last_period)
        if one.hypothesis == "instrument bias":
            return self.say(
                "{place} reads {share} off for {material}, more than its stated error allows ({when}).",
                place=place,
                share=f"{100 * one.estimate:+.1f}%",
                material=self.material(one.material),
                when=when,
            )
        what = self.of(one.material, abs(one.estimate))
        if one.hypothesis == "surplus":
            return self.say("About {what} too much appears at {place}, {when}.", what=what, place=place, when=when)
        if one.hypothesis == "transit loss":
            return self.say("About {what} went missing on the way {place}, {when}.", what=what, place=place, when=when)
        return self.say("About {what} is missing at {place}, {when}.", what=what, place=place, when=when)

    def interval(self, lead: LeadView) -> str:
        """Return the limits of a lead."""
        one = lead.alarm
        if one.hypothesis == "instrument bias":
            low, high = (f"{100 * end:+.1f}%" for end in one.interval)
        else:
            low, high = (self.amount(one.material, end) for end in sorted(abs(end) for end in one.interval))
        return self.say(
            "95% limits: {low} to {high}; chance by error alone: {p}", low=low, high=high, p=self.chance(one.p_value)
        )

    def known(self, known: KnownView) -> str:
        """Return what the record says about the goods of a lead."""
        if known.code == "open":
            return self.say(
                "In the books it lies open in {item}; {owner} answers for it.",
                item=known.about,
                owner=self.localizer.name(known.name),
            )
        results = {
            "supported": self.say("supported"),
            "not_supported": self.say("not supported"),
            "unresolved": self.say("unresolved"),
        }
        return self.say(
            "The record holds a finding about {item}: {finding}, {result}.",
            item=known.about,
            finding=known.name,
            result=results[known.result],
        )

    def rivals(self, lead: LeadView) -> list[str]:
        """Return the explanations a lead cannot be told from; what it shares with them is not said again."""
        return [self._rival(text, lead) for text in lead.alarm.indistinguishable_from]

    def _rival(self, text: str, lead: LeadView) -> str:
        found = _RIVAL.fullmatch(text)
        if found is None:
            return text
        code, where, first, last = found[1], found[2], int(found[3]), int(found[4] or found[3])
        what = self.say(RIVALS[code])
        if (first, last) == (lead.alarm.first_period, lead.alarm.last_period):
            if where == lead.alarm.where:
                return what
            return self.say("{what} ({place})", what=what, place=self.place(where))
        return self.say("{what} ({place}, {when})", what=what, place=self.place(where), when=self.when(first, last))

    def measure(self, text: str) -> str:
        """Return a measurement that would help."""
        if found := _COUNT.fullmatch(text):
            when = self.when(int(found[2]), int(found[3]))
            return self.say(
                "an independent stock count at {place} before and after {when}", place=self.place(found[1]), when=when
            )
        if found := _WEIGH.fullmatch(text):
            where, when = self.place(found[2]), self.when(int(found[3]), int(found[4] or found[3]))
            if found[1] == "departure":
                return self.say("independent weighing at departure, {place}, {when}", place=where, when=when)
            if found[1] == "arrival":
                return self.say("independent weighing at arrival, {place}, {when}", place=where, when=when)
            return self.say("independent weighing at departure and arrival, {place}, {when}", place=where, when=when)
        if found := _ALL.fullmatch(text):
            where, when = self.place(found[1]), self.when(int(found[2]), int(found[3] or found[2]))
            return self.say(
                "independent weighing of all that enters and leaves {place}, {when}", place=where, when=when
            )
        if found := _SURVEY.fullmatch(text):
            where, when = self.place(found[1]), self.when(int(found[2]), int(found[3] or found[2]))
            return self.say("an independent survey of use at {place}, {when}", place=where, when=when)
        if found := _SCALE.fullmatch(text):
            return self.say("a calibration of {place} against a reference weight", place=self.place(found[1]))
        if found := _USED.fullmatch(text):
            return self.say("an independent count of what was used at {place}", place=self.place(found[1]))
        return text

    def caveat(self, text: str) -> str:
        """Return a caveat; long lists in it give way to how many there are."""
        if found := _BLIND.fullmatch(text):
            listed, _, more = found[1].partition(" and ")
            count = len(re.findall(r"\([^()]*\)(?=, |$)", listed)) + (int(more.split()[0]) if more else 0)
            return self.localizer.count(
                "In one case nobody measured what was used: what was lost after hand-over there is invisible.",
                "In {n} cases (a place and a material each) nobody measured what was used: what was lost after hand-over there is invisible.",
                count,
            )
        if found := _LACK.fullmatch(text):
            return self.say(
                "{lacking} of {all} possible readings are not there; where they are not, losses are seen less surely.",
                lacking=self.localizer.number(int(found[1])),
                all=self.localizer.number(int(found[2])),
            )
        if found := _FACTOR.fullmatch(text):
            return self.say(
                "The errors of measurement ({which}) look {factor} times what was stated; what was found is used.",
                which=found[1],
                factor=found[2],
            )
        if found := _COPIED.fullmatch(text):
            return self.say(
                "{copied} of {all} amounts received equal the amount shipped to the last digit, which two scales hardly do. Where one end copied the other, a loss on the way does not show.",
                copied=self.localizer.number(int(found[1])),
                all=self.localizer.number(int(found[2])),
            )
        if found := _CAME.fullmatch(text):
            return self.say(
                "Judged after every period as the readings came in, one budget for all looks: the first alarm came after {when}; later readings were not looked at.",
                when=self.when(int(found[1]), int(found[1])),
            )
        return self.say(text) if text in FIXED else text

    def aside(self, group: ExcludedReadings) -> str:
        """Return which readings were set aside, and why."""
        first, last, count = group.readings[0], group.readings[-1], len(group.readings)
        parts = {
            "kind": self._kind(first.reading_kind),
            "place": self.place(first.where),
            "material": self.material(first.material),
            "when": self.when(max(first.period, 1), max(last.period, 1)),
            "value": self.amount(first.material, sum(one.value for one in group.readings)),
            "expected": self.amount(first.material, sum(one.expected for one in group.readings)),
        }
        if count == 1:
            reason = self._reason(first.kind)
            told = self.say(
                "{reading} ({kind}, {place}, {material}, {when}) says {value}; all others say {expected}: {reason}.",
                reading=first.reading,
                reason=reason,
                **parts,
            )
        else:
            told = self.localizer.count(
                "{n} reading ({kind}, {place}, {material}, {when}) says {value}; all others say {expected}.",
                "{n} readings ({kind}, {place}, {material}, {when}) say {value} together; all others say {expected}.",
                count,
                **parts,
            )
        if group.one_way < 0:
            return (
                told
                + " "
                + self.say("All of them are too low. Slips rarely are: it may be a loss, or figures made up.")
            )
        if group.one_way > 0:
            return told + " " + self.say("All of them are too high. Slips rarely are: figures may be made up.")
        if any(TIED in one.sentence for one in group.readings):
            return told + " " + self.say("A loss of that size there would look the same.")
        return told

    def _kind(self, kind: str) -> str:
        return {
            "shipped": self.say("sent"),
            "received": self.say("received"),
            "closing_stock": self.say("stock count"),
            "used": self.say("used"),
        }[kind]

    def _reason(self, kind: str) -> str:
        reasons = {
            "unit": self.say("looks like a wrong unit or decimal place"),
            "typing": self.say("looks like a typing slip"),
            "swapped": self.say("looks exchanged with another reading"),
        }
        return reasons.get(kind, self.say("unexplained"))

    def band(self, band: str) -> str:
        """Return what a band means."""
        return {
            "well": self.say("a loss of 1% or less is seen"),
            "fair": self.say("5% or less"),
            "poor": self.say("20% or less"),
            "hardly": self.say("only more than 20%"),
            "unseen": self.say("none, however large"),
            "unstated": self.say("not stated"),
        }[band]

    def kind(self, kind: str) -> str:
        """Return what kind of place it is."""
        return {
            "donor": self.say("donor"),
            "crossing": self.say("crossing"),
            "warehouse": self.say("warehouse"),
            "vendor": self.say("vendor"),
            "site": self.say("site"),
        }[kind]

    def sight(self, row: DetectionRow, sight: DetectionLimit) -> tuple[str, str]:
        """Return the share and the amount of the smallest loss seen; where none is, words and nothing."""
        if sight.smallest is None or sight.share is None:
            return self.say("none") if sight.band == "unseen" else "-", ""
        return self.share(sight.share), self.amount(row.material, sight.smallest)

    def helps(self, limit: int) -> list[tuple[DetectionRow, str]]:
        """Return the rows where one measurement would help most, with it."""
        useful = [row for row in self.assessment.rows if row.measure]
        return [(row, self.measure(row.measure)) for row in useful[:limit]]

    def blind(self, limit: int) -> tuple[list[tuple[str, list[str]]], int]:
        """Return places where no loss would be seen with the materials, and how many places were left out."""
        by_place: dict[str, list[str]] = {}
        several = len({row.material for row in self.assessment.rows} | {what for _, what in self.assessment.unseen}) > 1
        for where, material in self.assessment.unseen:
            by_place.setdefault(self.place(where), []).extend([self.material(material)] if several else [])
        return list(by_place.items())[:limit], max(0, len(by_place) - limit)

    def unstated(self) -> str:
        """Return about how many places and materials nothing was worked out; empty where there is none."""
        places, materials = self.assessment.unstated, len(self.assessment.untold)
        told = self.localizer.count(
            "About one place or way nothing is stated: it is not busy enough, or too little is known of it.",
            "About {n} places and ways nothing is stated: only the busiest are worked out, and those of which enough is known.",
            places,
        )
        also = self.localizer.count(
            "About one material nothing is stated, for there are too many.",
            "About {n} materials nothing is stated, for there are too many.",
            materials,
        )
        if places and materials:
            return told + " " + also
        return told if places else also if materials else ""


def _figures(value: float) -> float:
    """Return a number rounded to three figures, or to the unit where it has more."""
    return round(value) if abs(value) >= 10**DIGITS else float(f"{value:.{DIGITS}g}")
