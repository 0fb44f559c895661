"""Words for the states that several pages and commands show; each is a message of the catalogues."""

from typing import Final

from enduse.pages.catalogue import mark

MARKS: Final = {"met": mark("Met"), "not_met": mark("Not met"), "not_known": mark("Not known")}
"""How a condition, or a part of one, stands."""

TRANCHES: Final = {
    "planned": mark("Not yet due."),
    "due": mark("Waiting to be decided."),
    "verified": mark("Conditions met; nobody has decided yet."),
    "decided": mark("Release decided, not yet paid."),
    "released": mark("Released."),
    "withheld": mark("Withheld by decision."),
    "recovered": mark("Released, and to be paid back."),
    "lapsed": mark("Lapsed."),
}
"""Where a tranche is on its way."""

EXPOSURES: Final = {
    "held": mark("{amount} held"),
    "missing": mark("{amount} missing"),
    "under_way": mark("{amount} under way"),
    "unmeasured_use": mark("{amount} said to be used, not measured"),
    "short_use": mark("{amount} measured short"),
}
"""What is at stake at a place that may be visited."""

KINDS: Final = {
    "attestation": mark("attestation"),
    "closure": mark("closure"),
    "estimate": mark("estimate"),
    "expenditure": mark("payment"),
    "invoice": mark("invoice"),
    "mandate": mark("mandate"),
    "matter": mark("matter"),
    "milestone": mark("milestone"),
    "point": mark("service point"),
    "post": mark("post"),
    "request": mark("request"),
    "umbrella": mark("umbrella"),
    "undertaking": mark("undertaking"),
    "visit": mark("visit"),
}
"""What is called by its kind and its identifier where it has no name of its own."""
