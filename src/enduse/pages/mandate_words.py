"""Mandates in words."""

from enduse.pages.localizer import Localizer
from enduse.views.responsibilities import OfferedMandate


def offered_words(offer: OfferedMandate, words: Localizer) -> str:
    """Return what was offered to whom and where, and that nobody holds anything by it."""
    values = {
        "functions": words.named(offer.functions),
        "places": words.named(offer.places),
        "party": words.name(offer.party),
    }
    if offer.itself:
        return words.say("{functions} in {places}: {party} offers itself; this is not accepted on record", **values)
    return words.say("{functions} in {places}: offered to {party}, which has not accepted on record", **values)
