"""The arrangement of the invented programme: who is asked, who offers, who promises in public, who fills posts, what a poll says.

All of it is said on the play's last day. A request waits for an answer and another is declined; soldiers are offered for police; an
umbrella that leaves the coast out is proposed; of three promises one has lapsed, one waits for a finding, and one nobody made.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal

from enduse.simulate.parties import CENTRAL, COAST, HANDED_TO, KEEPER, text
from enduse.simulate.writer import Writer
from enduse.statements.condition import FindingPresent
from enduse.statements.indicator import Indicator, IndicatorBody
from enduse.statements.mandate import Check, Mandate, MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.post import Post, PostBody
from enduse.statements.request import Request, RequestBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Period

ADMINISTRATION: Final = "party:administration"
COUNCIL: Final = "party:umbrella"
POLICE_FROM: Final = Period(start=datetime(2026, 9, 1, tzinfo=UTC), end=datetime(2028, 9, 1, tzinfo=UTC))
HANDED_OVER: Final = Period(start=datetime(2027, 3, 1, tzinfo=UTC), end=datetime(2036, 2, 17, tzinfo=UTC))
BULLETIN: Final = Citation(source="Bulletin of the Council for the Palm Coast (invented), number 14", date="2026-06")

REQUESTS: Final[tuple[tuple[str, str, Text, datetime, Literal["", "accept", "decline"], str], ...]] = (
    (
        "request:police",
        "party:lumen",
        text("Send instructors for the coast's police", "إرسال مدرِّبين لشرطة الساحل"),
        datetime(2026, 7, 15, tzinfo=UTC),
        "accept",
        "Twelve instructors from October on.",
    ),
    (
        "request:quay",
        "party:arzan",
        text("Pay for the quay of the fishing boats", "تمويل رصيف قوارب الصيد"),
        datetime(2026, 7, 31, tzinfo=UTC),
        "decline",
        "The budget of the year is spent.",
    ),
    (
        "request:pledge",
        "party:dorran",
        text("Say when what was pledged will be paid", "بيان موعد دفع ما تُعُهِّد به"),
        datetime(2026, 8, 15, tzinfo=UTC),
        "",
        "",
    ),
)
"""What the council asked of whom, by when an answer was due, and what was answered."""

POLLS: Final = (
    (
        datetime(2026, 5, 4, tzinfo=UTC),
        "58",
        1_204,
        text(
            "Should the crossing be run by people of the coast? (yes, no, undecided)",
            "هل ينبغي أن يدير المعبر أناس من الساحل؟ (نعم، لا، لم أقرر)",
        ),
    ),
    (
        datetime(2026, 8, 3, tzinfo=UTC),
        "64",
        1_187,
        text(
            "Who should run the crossing? (people of the coast, another party, undecided)",
            "من ينبغي أن يدير المعبر؟ (أناس من الساحل، طرف آخر، لم أقرر)",
        ),
    ),
)
"""When it was asked, per cent, how many were asked, and how: the second time in other words."""


def plan_arrangement(writer: Writer, last: datetime) -> list[str]:
    """Put it on the calendar, behind everything else of the play's last day.

    Args:
        writer: of the play.
        last: the evening of the play's last day.

    Returns:
        A list that will hold the statements that have no effect, once they are made.
    """
    idle: list[str] = []
    writer.at(last, lambda: _say(writer, idle))
    return idle


def _say(writer: Writer, idle: list[str]) -> None:
    _request(writer)
    _offer(writer, idle)
    _promise(writer)
    posts = PostBody(
        post="post:departments",
        party=ADMINISTRATION,
        title=text("Heads of department", "رؤساء الدوائر"),
        function="administration",
        count=24,
        filled={"coast": 8, "diaspora": 3, "seconded": 9},
    )
    writer.say(Post, ADMINISTRATION, posts, COAST)
    azura = PartyBody(
        party="party:azura",
        name=text("Republic of Azura", "جمهورية أزورا"),
        type="state",
        purpose=text(
            "We pay for homes and a clinic, and for nothing that is armed.",
            "ندفع ثمن مساكن وعيادة، ولا ندفع لشيء مسلّح.",
        ),
        invented=True,
    )
    writer.say(Party, "party:azura", azura)
    for poll in _polls():
        writer.say(Indicator, "party:watch", poll, COAST)


def _request(writer: Writer) -> None:
    """Say what was asked, and what of it was answered."""
    for name, asked, what, due, answer, why in REQUESTS:
        sent = RequestBody(request=name, action="send", to=asked, what=what, respond_by=due)
        writer.say(Request, COUNCIL, sent, when=datetime(2026, 6, 20, 9, tzinfo=UTC))
        if answer:
            answered = RequestBody(request=name, action=answer, reason=why)
            writer.say(Request, asked, answered, when=datetime(2026, 7, 6, 9, tzinfo=UTC))


def _offer(writer: Writer, idle: list[str]) -> None:
    """Offer police, of the kind that is taken and of one that is not; a handover; an umbrella that fails its check."""
    for name, kind in (("mandate:police", "civil-police"), ("mandate:soldiers", "military-force")):
        offer = MandateBody(
            mandate=name,
            action="offer",
            holder="party:dorran",
            functions=("police",),
            places=(COAST,),
            period=POLICE_FROM,
            type=kind,
            reason="To keep those safe who build.",
        )
        offered = writer.say(Mandate, "party:dorran", offer)
    idle.append(offered.id)
    handed = MandateBody(
        mandate="mandate:stores-handed-over",
        action="hand_over",
        holder=HANDED_TO,
        succeeds="mandate:stores",
        period=HANDED_OVER,
        checks=(
            Check(
                check="check:counted", title=text("All stock was counted", "جُردت المخزونات كلها"), function="monitoring"
            ),
            Check(check="check:staff", title=text("The receiver has its storekeepers", "للجهة المتسلّمة أمناء مخازنها")),
        ),
        reason="The coast's own authority is to keep the stores.",
    )
    writer.say(Mandate, ADMINISTRATION, handed)
    counted = MandateBody(mandate="mandate:stores-handed-over", action="check", check="check:counted")
    writer.say(Mandate, "party:monitor", counted, CENTRAL)
    members = tuple(Member(party=party, groups=("donors",)) for party in ("party:azura", "party:lumen"))
    donors_only = UmbrellaBody(
        umbrella="umbrella:donors-only",
        name=text("Donors alone (fails its check)", "المانحون وحدهم (لا تجتاز الفحص)"),
        members=members,
        required_groups=("donors", "coast"),
        quorum=QuorumRule(need="all", of=("group:donors",)),
    )
    idle.append(writer.say(Umbrella, KEEPER, donors_only).id)


def _promise(writer: Writer) -> None:
    """Register promises: one that lapsed, one that waits for a finding, one that a bulletin calls for and nobody made."""
    lapsed = UndertakingBody(
        undertaking="undertaking:quarterly",
        action="state",
        by="party:fund",
        about="accounts",
        words=text("We publish our accounts by the end of July.", "ننشر حساباتنا بنهاية تموز/يوليو."),
        language="en",
        due=datetime(2026, 7, 31, tzinfo=UTC),
    )
    writer.say(Undertaking, "party:fund", lapsed, when=datetime(2026, 6, 1, 9, tzinfo=UTC))
    waits = UndertakingBody(
        undertaking="undertaking:road",
        action="state",
        by=ADMINISTRATION,
        about="road",
        words=text(
            "We open the coast road by day and night once it is cleared.", "نفتح طريق الساحل ليلًا ونهارًا بعد تطهيره."
        ),
        language="en",
        when="after",
        requires=FindingPresent(about="matter:coast-road-cleared", result="supported"),
    )
    writer.say(Undertaking, ADMINISTRATION, waits, when=datetime(2026, 6, 10, 9, tzinfo=UTC))
    called_for = UndertakingBody(
        undertaking="undertaking:fees",
        action="propose",
        by="party:marwen",
        about="fees",
        words=text("Goods for the coast pass without fees.", "تمر البضائع إلى الساحل بلا رسوم."),
        language="en",
        citation=BULLETIN,
    )
    writer.say(Undertaking, KEEPER, called_for)


def _polls() -> Iterator[IndicatorBody]:
    for asked, value, sample, wording in POLLS:
        yield IndicatorBody(
            series="poll:crossing",
            title=text("The crossing in the hands of the coast", "المعبر بأيدي أهل الساحل"),
            wording=wording,
            value=value,
            unit="percent",
            period=Period(start=asked, end=asked.replace(day=asked.day + 5)),
            sample=sample,
            margin="3",
            method="Asked at the door, in every third house of 40 streets drawn by lot.",
            citation=Citation(source="Poll of Harbour Watch (invented)", date=f"{asked:%Y-%m}"),
        )
