"""What accountancy and visits together would detect, in words."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from enduse.inspection.detection import ChanceRange
from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.pages.visits_words import share_words
from enduse.terms.amounts import material_of
from enduse.views.detection import Detection, PlaceDetection

BASES: Final = {
    "compared": mark("Figures that balance: {places}."),
    "use_measured": mark("Use measured beside what is declared: {places}."),
    "use_not_measured": mark("Accountancy sees nothing, because nobody independent measured the use: {places}."),
    "not_balanced": mark("Accountancy sees nothing, because the stock is not counted: {places}."),
    "not_compared": mark("Not known, because nothing that arrived was compared yet: {places}."),
    "no_extra": mark("Not known, because statistics are not installed here: {places}."),
    "no_readings": mark("Not known, because there are no figures to compare: {places}."),
    "too_many": mark("Not known, because there are too many figures to work it out here: {places}."),
}
"""What the chance of accountancy rests on."""


def chance_words(chance: ChanceRange, words: Localizer) -> str:
    """Return a chance in per cent, as far as it is known."""
    match chance.knowledge:
        case "known":
            return share_words(chance.least, words)
        case "not_known":
            return words.say("not known")
    least, most = share_words(chance.least, words), share_words(chance.most, words)
    if not chance.least:
        return words.say("at most {most}", most=most)
    if chance.most == 1:
        return words.say("at least {least}", least=least)
    return words.say("{least} to {most}", least=least, most=most)


def basis_words(found: Detection, words: Localizer) -> Iterator[str]:
    """Give what the chances of accountancy rest on, each with the places and materials it holds for."""
    for basis, text in BASES.items():
        here = [
            words.say(
                "{place} ({material})", place=words.name(one.place), material=words.name(material_of(one.resource))
            )
            if one.resource
            else words.name(one.place)
            for one in found.places
            if one.basis == basis
        ]
        if here:
            yield words.say(text, places=words.listed(here, sentences=True))


def detection_headings(words: Localizer) -> tuple[str, ...]:
    """Return the headings of :func:`detection_cells`."""
    return (
        words.say("place"),
        words.say("on the way there"),
        words.say("accountancy"),
        words.say("visits"),
        words.say("together"),
        words.say("one more visit adds"),
    )


def detection_cells(one: PlaceDetection, words: Localizer) -> tuple[str, ...]:
    """Return the figures of a place: on the way there, accountancy, visits, together, what one more visit adds."""
    chances = (one.on_way, one.accountancy, one.visits, one.together, one.more)
    return tuple(chance_words(chance, words) for chance in chances)


def detection_words(found: Detection, words: Localizer) -> Iterator[str]:
    """Give what the figures mean: of which loss, from which visits, with which promises kept, and what they suppose."""
    yield words.say(
        "If {loss} of what passed a place were taken there, the chance that accountancy or one round of visits shows it is {together}"
        " on average, each place weighed by what is at stake there.",
        loss=share_words(float(Decimal(found.loss)), words),
        together=chance_words(found.together, words),
    )
    if found.more.knowledge != "not_known":
        yield words.say("One more visit in a round would add {more}.", more=chance_words(found.more, words))
    if not found.visits:
        yield words.say("No draw is stated in the record, so how often each place is visited is not known.")
    else:
        yield words.count(
            "Visits: one in a round, which finds what is wrong with a chance of {seen}.",
            "Visits: {n} in a round, each of which finds what is wrong with a chance of {seen}.",
            found.visits,
            seen=share_words(float(Decimal(found.seen)), words),
        )
    if found.ended:
        yield words.say(
            "Promises kept: of {ended} promised visits whose day is over {made} were made, {kept}.",
            ended=words.number(found.ended),
            made=words.number(found.made),
            kept=chance_words(found.kept, words),
        )
    else:
        yield words.say("Promises kept: not known, no promised visit is over yet.")
    yield words.say(
        "Together: 1 - (1 - accountancy) x (1 - visited x found x kept), of the material that shows worst at each place. This supposes"
        " that accountancy and visits miss a loss independently of one another, and that a visit takes one day of a monitor."
    )
