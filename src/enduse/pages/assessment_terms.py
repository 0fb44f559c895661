"""What the codes of an assessment are called: bands, leads, explanations, measurements, readings, slips, results."""

from typing import Final

from enduse.assurance.result import Hypothesis, MeasurementKind, OrdinaryFault, SlipKind
from enduse.pages.catalogue import mark

SIGNS: Final = {"well": "●", "fair": "◕", "poor": "◑", "hardly": "◔", "unseen": "○", "unstated": "·"}
"""What stands for a band where there is no colour: the fuller, the more would be noticed."""

BANDS: Final = {
    "well": mark("a loss of 1% or less is noticed"),
    "fair": mark("5% or less"),
    "poor": mark("20% or less"),
    "hardly": mark("only more than 20%"),
    "unseen": mark("a loss of any size goes unnoticed"),
    "unstated": mark("not stated"),
}

LEADS: Final = {
    Hypothesis.NODE_LOSS: mark("About {what} is missing at {place}, {when}."),
    Hypothesis.TRANSIT_LOSS: mark("About {what} went missing on the way {place}, {when}."),
    Hypothesis.SURPLUS: mark("About {what} too much appears at {place}, {when}."),
    Hypothesis.INSTRUMENT_BIAS: mark(
        "{place} reads {share} off for {material}, more than its stated error allows ({when})."
    ),
    Hypothesis.FALSIFIED_USE: mark(
        "About {what} of what is said to have been used or handed out at {place}, {when}, is not borne out by an independent check."
    ),
}

HYPOTHESES: Final = {
    Hypothesis.NODE_LOSS: mark("a loss at the place"),
    Hypothesis.TRANSIT_LOSS: mark("a loss on the way"),
    Hypothesis.SURPLUS: mark("goods without papers"),
    Hypothesis.INSTRUMENT_BIAS: mark("a scale that reads wrong"),
    Hypothesis.MISREAD_SHIPPED: mark("a wrong reading at departure"),
    Hypothesis.MISREAD_RECEIVED: mark("a wrong reading at arrival"),
    Hypothesis.MISREAD_STOCK: mark("a wrong stock count"),
    Hypothesis.MISREAD_USE: mark("a wrong figure of use"),
    Hypothesis.FALSIFIED_USE: mark("overstated use"),
    Hypothesis.OVERSTATED_DISPATCH: mark("dispatch notes that all say too much"),
    Hypothesis.UNDERSTATED_RECEIPT: mark("receipts that all say too little"),
}

MEASUREMENTS: Final = {
    MeasurementKind.STOCK_COUNT: mark("an independent stock count at {place} before and after {when}"),
    MeasurementKind.USE_SURVEY: mark("an independent survey of use at {place}, {when}"),
    MeasurementKind.USE_COUNT: mark("an independent count of what was used at {place}"),
    MeasurementKind.WEIGHING_OF_ALL: mark("independent weighing of all that enters and leaves {place}, {when}"),
    MeasurementKind.WEIGHING_AT_BOTH_ENDS: mark("independent weighing at departure and arrival, {place}, {when}"),
    MeasurementKind.WEIGHING_AT_DEPARTURE: mark("independent weighing at departure, {place}, {when}"),
    MeasurementKind.WEIGHING_AT_ARRIVAL: mark("independent weighing at arrival, {place}, {when}"),
    MeasurementKind.CALIBRATION: mark("a calibration of {place} against a reference weight"),
}

READINGS: Final = {
    "shipped": mark("sent"),
    "received": mark("received"),
    "closing_stock": mark("stock count"),
    "used": mark("used"),
}

SLIPS: Final = {
    SlipKind.UNIT: mark("looks like a wrong unit or decimal place"),
    SlipKind.TYPING: mark("looks like a typing slip"),
    SlipKind.SWAPPED: mark("looks exchanged with another reading"),
    SlipKind.UNEXPLAINED: mark("unexplained"),
}

RESULTS: Final = {
    "supported": mark("supported"),
    "not_supported": mark("not supported"),
    "unresolved": mark("unresolved"),
}

FAULTS: Final = {
    OrdinaryFault.UNDER_WAY: mark("goods that arrive in a later period than they were sent"),
    OrdinaryFault.DRIFT: mark("scales that drift"),
    OrdinaryFault.WILD_READINGS: mark("a few readings that are far off"),
    OrdinaryFault.NOT_STATED: mark("what nobody counted or reported"),
    OrdinaryFault.ERRORS: mark("errors somewhat larger than stated"),
    OrdinaryFault.UNUSED_ROWS: mark("rows of the tables that could not be used"),
}
"""What is ordinary in the field and explains a loss as well."""
