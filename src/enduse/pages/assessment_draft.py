"""The draft of a finding that a lead carries, for a body with the mandate to find."""

from typing import Any, Final

from enduse.pages.assessment_words import Words
from enduse.views.assessment_view import LeadView

METHOD_MAX: Final = 4000


def draft(lead: LeadView, words: Words) -> dict[str, Any]:
    """Return a finding with what an alarm can fill in, at the weakest grades there are.

    It is well formed, so that whoever examined it can sign it; but as it stands it finds nothing (``unresolved``), says
    that nobody has graded the sources, and leaves open what those concerned say.

    Args:
        lead: what it is about.
        words: of its assessment, without markup.
    """
    told = [words.lead(lead), words.interval(lead) + "."]
    if lead.alarm.indistinguishable_from:
        others = words.listed(map(words.explanation, lead.alarm.indistinguishable_from), sentences=True)
        told.append(words.say("What the readings cannot tell it from:") + f" {others}.")
    if lead.consignments:
        told.append(words.say("Consignments: {consignments}.", consignments=words.listed(lead.consignments)))
    method = words.say("All readings of the network compared (material accountancy): {told}", told=" ".join(told))
    return {
        "kind": "finding",
        "place": lead.place,
        "body": {
            "finding": lead.finding,
            "about": lead.about,
            "result": "unresolved",
            "method": method[:METHOD_MAX],
            "standard_of_proof": "grounds_to_suspect",
            "reliability": "F",
            "credibility": "6",
            "right_of_reply": "",
        },
    }
