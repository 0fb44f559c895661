"""What is to be built or handed out in the invented programme: needs, projects, bills of quantities and tranches."""

import msgspec

from enduse.simulate.parties import text
from enduse.statements.condition import (
    AllOf,
    AnyCondition,
    Attested,
    ConditionBody,
    NoOpenDifference,
    UseVerified,
)
from enduse.statements.works import BillItem, NeedBody, ProjectBody
from enduse.terms.amounts import Money, Quantity

CLINIC = "project:clinic"
HOMES = "project:homes"
SCHOOL = "project:school"
WATER = "project:water"
FOOD = "project:food"
FUEL = "project:fuel"

CONTRACT = "contract:clinic-works"

CLINIC_TRANCHE = "tranche:clinic-2"
HOMES_TRANCHE = "tranche:homes-2"
SCHOOL_TRANCHE = "tranche:school-2"


def tonnes(value: str) -> Quantity:
    """Return ``value`` tonnes."""
    return Quantity(value, "TNE")


def dollars(value: int) -> Money:
    """Return whole invented dollars; the currency code is real because ISO 4217 has none for plays."""
    return Money(str(value), "USD")


def _bill(cement: str, steel: str) -> tuple[BillItem, ...]:
    return (
        BillItem(material="cement", quantity=tonnes(cement), tolerance="0.03"),
        BillItem(material="steel", quantity=tonnes(steel), tolerance="0.02"),
    )


NEEDS = (
    NeedBody(
        need="need:health",
        title=text("A clinic in the North", "عيادة في الشمال"),
        sector="sector:health",
        cost=dollars(1_600_000),
        cost_high=dollars(2_100_000),
        people=41_000,
    ),
    NeedBody(
        need="need:housing",
        title=text("Homes for 480 families", "مساكن لـ480 أسرة"),
        sector="sector:housing",
        cost=dollars(5_200_000),
        cost_high=dollars(6_900_000),
        people=2_640,
    ),
    NeedBody(
        need="need:schooling",
        title=text("A school in the South", "مدرسة في الجنوب"),
        sector="sector:education",
        cost=dollars(2_400_000),
        people=1_100,
    ),
    NeedBody(
        need="need:water",
        title=text("Drinking water for the North", "مياه شرب للشمال"),
        sector="sector:water",
        cost=dollars(1_900_000),
        cost_high=dollars(2_300_000),
        people=88_000,
    ),
    NeedBody(
        need="need:food",
        title=text("Food until the harvest", "غذاء حتى موسم الحصاد"),
        sector="sector:food",
        cost=dollars(2_900_000),
        people=60_000,
    ),
    NeedBody(
        need="need:port",
        title=text("A quay for fishing boats", "رصيف لقوارب الصيد"),
        sector="sector:livelihoods",
        cost=dollars(3_700_000),
        people=9_000,
    ),
)
"""Assessed needs; nobody has yet planned anything for the last."""


class PlannedWorks(msgspec.Struct, frozen=True):
    """A project with the site it is built or handed out at, and who first states it."""

    at: str
    by: str
    body: ProjectBody


WORKS = (
    PlannedWorks(
        "place:clinic-site",
        "party:fund",
        ProjectBody(
            project=CLINIC,
            title=text("Clinic, North", "عيادة الشمال"),
            purpose="reconstruction",
            need="need:health",
            contractor="party:olivar",
            budget=dollars(1_700_000),
            bill=_bill("100", "12"),
        ),
    ),
    PlannedWorks(
        "place:homes-site",
        "party:fund",
        ProjectBody(
            project=HOMES,
            title=text("480 homes, Middle", "480 مسكنًا، الوسط"),
            purpose="reconstruction",
            need="need:housing",
            contractor="party:tessera",
            budget=dollars(5_600_000),
            bill=_bill("620", "78"),
        ),
    ),
    PlannedWorks(
        "place:school-site",
        "party:fund",
        ProjectBody(
            project=SCHOOL,
            title=text("School, South", "مدرسة الجنوب"),
            purpose="reconstruction",
            need="need:schooling",
            contractor="party:olivar",
            budget=dollars(2_300_000),
            bill=_bill("340", "44"),
        ),
    ),
    PlannedWorks(
        "place:water-site",
        "party:fund",
        ProjectBody(
            project=WATER,
            title=text("Water works, North", "محطة مياه الشمال"),
            purpose="reconstruction",
            need="need:water",
            contractor="party:tessera",
            budget=dollars(1_900_000),
            bill=_bill("220", "30"),
        ),
    ),
    PlannedWorks(
        "place:food-north",
        "party:relief",
        ProjectBody(
            project=FOOD,
            title=text("Food parcels", "الطرود الغذائية"),
            purpose="humanitarian",
            need="need:food",
            budget=dollars(2_900_000),
        ),
    ),
    PlannedWorks(
        "place:hospital",
        "party:health",
        ProjectBody(
            project=FUEL,
            title=text("Fuel for the hospital", "وقود للمستشفى"),
            purpose="humanitarian",
            need="need:health",
            budget=dollars(1_500_000),
        ),
    ),
)
"""Projects. Tranches wait for conditions in reconstruction only; food and fuel never wait."""


class PlannedTranche(msgspec.Struct, frozen=True):
    """A tranche and what it must come out as at the end of the play."""

    body: ConditionBody
    expected: str


def _tranche(name: str, english: str, arabic: str, amount: int, project: str, requires: AnyCondition) -> ConditionBody:
    return ConditionBody(
        tranche=name, title=text(english, arabic), amount=dollars(amount), project=project, requires=requires
    )


TRANCHES = (
    PlannedTranche(
        _tranche(
            CLINIC_TRANCHE,
            "Second tranche for the clinic",
            "الدفعة الثانية للعيادة",
            640_000,
            CLINIC,
            AllOf(
                of=(
                    UseVerified(project=CLINIC, material="cement", share="0.8"),
                    NoOpenDifference(material="cement", limit=tonnes("1")),
                    Attested(subject="place:clinic-site", function="site-checking"),
                    Attested(subject=CLINIC, function="structure-checking"),
                )
            ),
        ),
        "not_met",
    ),
    PlannedTranche(
        _tranche(
            HOMES_TRANCHE,
            "Second tranche for the homes",
            "الدفعة الثانية للمساكن",
            1_200_000,
            HOMES,
            AllOf(
                of=(
                    UseVerified(project=HOMES, material="cement", share="0.75"),
                    UseVerified(project=HOMES, material="steel", share="0.75"),
                    Attested(subject="place:homes-site", function="site-checking"),
                )
            ),
        ),
        "met",
    ),
    PlannedTranche(
        _tranche(
            SCHOOL_TRANCHE,
            "Second tranche for the school",
            "الدفعة الثانية للمدرسة",
            720_000,
            SCHOOL,
            AllOf(
                of=(
                    UseVerified(project=SCHOOL, material="cement", share="0.5"),
                    Attested(subject="place:school-site", function="site-checking"),
                )
            ),
        ),
        "not_known",
    ),
)
"""One tranche that must be held back, one that is due, one about which nobody knows enough yet."""
