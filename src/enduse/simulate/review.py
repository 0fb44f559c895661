"""The last week of the invented programme: norms are published, a library is planned, and its bill is estimated again.

The library's bill asks for a third more cement than is usual for so much floor, and more than the monitor measures from
the same drawings. A visit is planned, made and acted on. The clinic of the North opens on fewer days each month.
"""

from datetime import datetime, timedelta
from typing import Final

from enduse.simulate.parties import KEEPER, text
from enduse.simulate.residents import say_residents
from enduse.simulate.works import CLINIC, HOMES, dollars, tonnes
from enduse.simulate.writer import Writer
from enduse.statements.control import Control, ControlBody
from enduse.statements.estimate import Estimate, EstimateBody, Norm, NormBody, Weight, Weights, WeightsBody
from enduse.statements.visit import Defect, VisitBody, VisitStatement
from enduse.statements.works import BillItem, Need, NeedBody, Project, ProjectBody, Score, StructureCount, WorkItem
from enduse.terms.amounts import Quantity
from enduse.terms.texts import Citation

LIBRARY: Final = "project:library"
FLOOR: Final = "work:floor-area"
HANDBOOK: Final = Citation(source="Handbook of the Palm Coast's builders (invented), table 4", date="2024")
CONTROLLED: Final = Citation(
    source="List of controlled goods of the Council for the Palm Coast (invented)", date="2026"
)


def plan_review(writer: Writer, last: datetime) -> None:
    """Put it on the calendar, behind everything else of the days it falls on.

    Args:
        writer: of the play.
        last: the evening of the play's last day.
    """
    writer.at(last - timedelta(days=6), lambda: _plan_visit(writer))
    writer.at(last - timedelta(days=3), lambda: _visit(writer))
    writer.at(last, lambda: _review(writer))


def _plan_visit(writer: Writer) -> None:
    due = writer.now + timedelta(days=4)
    writer.say(VisitStatement, "party:monitor", VisitBody(visit="visit:homes-1", action="plan", project=HOMES, due=due))
    late = VisitBody(visit="visit:clinic-2", action="plan", project=CLINIC, due=due)
    writer.say(VisitStatement, "party:monitor", late)


def _visit(writer: Writer) -> None:
    seen = VisitBody(
        visit="visit:homes-1",
        action="make",
        project=HOMES,
        team="team:b",
        outcome="as_declared",
        readings=("reading:use-homes-cement",),
        checked=12,
        defects=(Defect(defect="defect:homes-roof", title=text("A roof of block C leaks.", "سقف في البناية ج يرشح.")),),
        cost=dollars(180),
        words="Twelve receipts were held against the stock cards; none differs.",
    )
    writer.say(VisitStatement, "party:monitor", seen)


def _review(writer: Writer) -> None:
    acted = VisitBody(visit="visit:homes-1", action="act", words="The roof of block C is being sealed.")
    writer.say(VisitStatement, "party:fund", acted)
    _norms(writer)
    _library(writer)
    listed = ControlBody(material="cement", reference="A-1", citation=CONTROLLED)
    writer.say(Control, KEEPER, listed)
    say_residents(writer)


def _norms(writer: Writer) -> None:
    one = Quantity("1", "MTK")
    cement = NormBody(
        norm="norm:cement-floor",
        title=text("Cement for a square metre of floor", "الأسمنت لكل متر مربع من الأرضية"),
        work=FLOOR,
        per=one,
        material="cement",
        low=Quantity("200", "KGM"),
        high=Quantity("280", "KGM"),
        citation=HANDBOOK,
    )
    cost = NormBody(
        norm="norm:cost-floor",
        title=text("Cost of a square metre of floor", "كلفة المتر المربع من الأرضية"),
        work=FLOOR,
        per=one,
        cost_low=dollars(420),
        cost_high=dollars(610),
        citation=HANDBOOK,
    )
    for norm in (cement, cost):
        writer.say(Norm, KEEPER, norm)
    weights = WeightsBody(
        weights=(
            Weight(criterion="criterion:danger", title=text("danger to life", "خطر على الحياة"), weight="5"),
            Weight(criterion="criterion:people", title=text("people concerned", "عدد المعنيين"), weight="3"),
        ),
        reason="Published before needs are ranked by them.",
    )
    writer.say(Weights, KEEPER, weights)


def _library(writer: Writer) -> None:
    """Need, project and the bill estimated again: 112 t asked for, 60 to 84 t usual, 71 t estimated."""
    need = NeedBody(
        need="need:library",
        title=text("A library in the South", "مكتبة في الجنوب"),
        sector="sector:education",
        cost=dollars(150_000),
        cost_high=dollars(190_000),
        damage=dollars(120_000),
        damage_high=dollars(140_000),
        structures=(StructureCount(damage="destroyed", count=1), StructureCount(damage="severe", count=1)),
        debris=Quantity("900", "TNE"),
        people=6_000,
        scores=(
            Score(criterion="criterion:danger", share="0.1"),
            Score(criterion="criterion:people", share="0.2"),
        ),
        citation=Citation(source="Assessment of damage in the South (invented)", date="2026-08"),
    )
    writer.say(Need, KEEPER, need, "place:south")
    plan = ProjectBody(
        project=LIBRARY,
        title=text("Library, South", "مكتبة الجنوب"),
        purpose="reconstruction",
        need="need:library",
        contractor="party:tessera",
        budget=dollars(176_000),
        bill=(BillItem(material="cement", quantity=tonnes("112"), tolerance="0.03"),),
        works=(WorkItem(work=FLOOR, quantity=Quantity("300", "MTK")),),
    )
    writer.say(Project, "party:fund", plan)
    again = EstimateBody(
        estimate="estimate:library-1",
        project=LIBRARY,
        bill=(BillItem(material="cement", quantity=tonnes("71")),),
        works=(WorkItem(work=FLOOR, quantity=Quantity("300", "MTK")),),
        cost=dollars(169_000),
        method="Measured from the drawings that the plan was made from, by two people, each alone.",
    )
    writer.say(Estimate, "party:monitor", again)
