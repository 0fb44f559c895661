"""The field's terms, each with the words a resident would use."""

from typing import Final

from enduse.pages.catalogue import mark

TERMS: Final = (
    (mark("pledge"), mark("promised")),
    (mark("commitment"), mark("promised in writing")),
    (mark("disbursement"), mark("paid in")),
    (mark("expenditure"), mark("spent")),
    (mark("tranche"), mark("next payment")),
    (mark("condition"), mark("what must be so first")),
    (mark("released"), mark("payment agreed")),
    (mark("withheld"), mark("held for now")),
    (mark("consignment"), mark("load")),
    (mark("handling unit"), mark("box")),
    (mark("dispatched"), mark("left")),
    (mark("received"), mark("counted in")),
    (mark("in transit"), mark("on its way")),
    (mark("part receipt"), mark("a part came")),
    (mark("handed on"), mark("passed on to")),
    (mark("custody"), mark("who has it")),
    (mark("end use"), mark("what it was used for")),
    (mark("difference"), mark("gap not explained yet")),
    (mark("within error"), mark("too small to tell")),
    (mark("overdue"), mark("late, no word yet")),
    (mark("open"), mark("not finished")),
    (mark("lead"), mark("something to check")),
    (mark("claim"), mark("what somebody says")),
    (mark("finding"), mark("checked result")),
    (mark("right of reply"), mark("their answer")),
    (mark("off purpose"), mark("used for something else")),
    (mark("not known"), mark("we do not know")),
    (mark("not measured"), mark("nobody measured")),
    (mark("interval"), mark("most likely between")),
    (mark("detection limit"), mark("smallest loss we would notice")),
    (mark("declared"), mark("the builder says")),
    (mark("mandate"), mark("the task given")),
    (mark("independent"), mark("neither pays nor builds")),
    (mark("attestation"), mark("signed confirmation")),
    (mark("undertaking"), mark("public promise")),
    (mark("lapsed"), mark("its date passed")),
    (mark("no effect"), mark("kept, not counted")),
    (mark("correction"), mark("put right, old kept")),
    (mark("witness"), mark("another that watches")),
    (mark("quorum"), mark("enough signatures")),
)
"""Term and plain words; both are messages of the catalogues."""
