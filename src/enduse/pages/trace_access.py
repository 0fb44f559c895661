"""Movements that carried what is traced, and where goods waited to be let in, in words."""

from typing import TYPE_CHECKING

from enduse.pages.access_terms import OUTCOMES, REASONS, STATES
from enduse.pages.wait_words import hours

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.access import ItemOnTheWay, MovementView


def movement_words(one: "MovementView", words: "Localizer") -> str:
    """Return how a movement stands, by whose word, who notified it and whom it asked, and what it carries."""
    told = [words.translated(STATES[one.state])]
    if one.planned is not None:
        told.append(words.say("planned for {day}", day=words.day(one.planned)))
    told.append(words.say("notified by {party}", party=words.name(one.notifier)))
    if one.authority:
        told.append(words.say("asked: {party}", party=words.name(one.authority)))
    claims = [
        words.say("{party}: {what}", party=words.name(party), what=words.translated(OUTCOMES[outcome]))
        for party, outcome in one.claims
    ]
    if claims:
        told.append(words.listed(claims))
    if one.carries:
        told.append(words.say("carries {what}", what=words.named(one.carries)))
    return words.listed(told, sentences=True)


def waiting_words(one: "ItemOnTheWay", words: "Localizer") -> str:
    """Return where goods stand on their way in, since when, in whose hands and why."""
    told = [words.translated(STATES[one.state]), words.say("since {day}", day=words.day(one.since))]
    if one.place:
        told.append(words.name(one.place))
    if one.holder:
        told.append(words.say("in the hands of {party}", party=words.name(one.holder)))
    if one.reason != "not_stated":
        told.append(words.translated(REASONS[one.reason]))
    told.append(words.say("{time} since it was asked for", time=hours(one.seconds, words)))
    return words.listed(told, sentences=True)
