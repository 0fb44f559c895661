"""Words for what is said of access: states, outcomes, reasons, types of service points; each is a message of the catalogues."""

from typing import Final

from enduse.pages.catalogue import mark

STATES: Final = {
    "drafted": mark("drafted"),
    "submitted": mark("notified, not answered"),
    "acknowledged": mark("acknowledged, not decided"),
    "approved": mark("approved, not departed"),
    "denied": mark("denied"),
    "no_answer": mark("no answer"),
    "departed": mark("on its way"),
    "completed": mark("completed"),
    "impeded": mark("impeded on its way"),
    "turned_back": mark("turned back"),
    "attacked": mark("attacked"),
    "cancelled": mark("called off"),
    "requested": mark("requested, not answered"),
    "refused": mark("refused"),
    "arrived": mark("at the crossing, not inspected"),
    "held": mark("held"),
    "released": mark("let go on"),
    "inspected": mark("inspected, not cleared"),
    "cleared": mark("cleared, not collected"),
    "collected": mark("collected, not delivered"),
    "delivered": mark("delivered"),
    "goods": mark("goods, from request to delivery"),
    "movement": mark("movements, from notification to their end"),
    "lead": mark("lead time, from notification to the planned departure"),
}
"""State of a movement or of goods on their way in."""

OUTCOMES: Final = {
    "planned": mark("planned"),
    "facilitated": mark("facilitated"),
    "partly": mark("partly facilitated"),
    "impeded": mark("impeded"),
    "denied": mark("denied"),
    "cancelled": mark("called off"),
    "no_answer": mark("no answer"),
    "open": mark("not said"),
    "disputed": mark("told otherwise by another"),
}
"""How movements ended, in the words of OCHA's tables."""

REASONS: Final = {
    "not_stated": mark("no reason given"),
    "security": mark("security"),
    "fighting": mark("fighting"),
    "closed_crossing": mark("crossing closed"),
    "damaged_road": mark("road damaged"),
    "inspection": mark("inspection"),
    "documents": mark("documents"),
    "restricted_item": mark("restricted item"),
    "customs": mark("customs"),
    "capacity": mark("no capacity"),
    "fuel": mark("no fuel"),
    "weather": mark("weather"),
    "crowd": mark("crowd"),
    "armed_persons": mark("armed persons"),
    "unexploded_ordnance": mark("unexploded ordnance"),
    "postponed": mark("postponed"),
    "other": mark("another reason"),
}
"""Why something waits, as its speaker says."""

POINTS: Final = {
    "clinic": mark("clinics"),
    "field_hospital": mark("field hospitals"),
    "hospital": mark("hospitals"),
    "water_point": mark("water points"),
    "bakery": mark("bakeries"),
    "shelter": mark("shelters"),
    "school": mark("schools"),
    "other": mark("other service points"),
    "working": mark("works"),
    "partly": mark("works in part"),
    "stopped": mark("does not work"),
    "not_known": mark("not known whether it works"),
}
"""Types of service points, and whether they work."""

SERVICES: Final = {
    "consultations": mark("consultations"),
    "maternity": mark("maternity"),
    "outpatient": mark("outpatients"),
    "surgery": mark("surgery"),
    "vaccination": mark("vaccination"),
}
"""What service points commonly offer; anything else stays as it was stated."""
