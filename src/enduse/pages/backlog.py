"""The inspection backlog in words: how many payments wait, how long, who inspects, and when several inspectors are through."""

from collections.abc import Iterator
from decimal import Decimal

from enduse.pages.localizer import Localizer
from enduse.views.backlog import Backlog, Inspection


def backlog_words(found: Backlog, words: Localizer) -> Iterator[str]:
    """Give what waits and how long, then how fast inspections have been made."""
    if not found.tranches:
        yield words.say("No payment waits for an inspection alone.")
        return
    amounts = words.listed(words.of(each) for each in found.amounts)
    yield words.count(
        "One payment waits for nothing but an inspection: {amounts}.",
        "{n} payments wait for nothing but an inspection: {amounts}.",
        len(found.tranches),
        amounts=amounts,
    )
    if found.half is not None and found.longest is not None:
        half, longest = (words.count("one day", "{n} days", each) for each in (found.half, found.longest))
        if len(found.tranches) == 1:
            yield words.say("It has waited {days}.", days=longest)
        else:
            yield words.say(
                "Half of them have waited {half} or longer, the first {longest}.", half=half, longest=longest
            )
    yield pace_words(found, words)


def promised_words(found: Backlog, words: Localizer) -> Iterator[str]:
    """Give visits that were promised: those of which nothing is told though their day is past, and how many are to come."""
    for one in found.overdue:
        yield words.say(
            "{party} promised a visit to {place} by {day}; nothing is told of it.",
            party=words.name(one.monitor),
            place=words.name(one.place),
            day=words.day(one.due),
        )
    if found.to_come:
        yield words.count("One visit promised is to come.", "{n} visits promised are to come.", found.to_come)


def pace_words(found: Backlog, words: Localizer) -> str:
    """Return how many inspections were made lately, and by how many."""
    pace = found.pace
    days = words.count("one day", "{n} days", pace.days)
    if not pace.made:
        return words.say("No inspection is on record for the {days} before.", days=days)
    return words.count(
        "In the {days} before, one inspection was made, by {parties}.",
        "In the {days} before, {n} inspections were made, by {parties}.",
        pace.made,
        days=days,
        parties=words.count("one party", "{n} parties", pace.parties),
    )


def inspector_words(one: Inspection, words: Localizer) -> str:
    """Return whose inspection would count, and of what."""
    project = words.name(one.project)
    if not one.party:
        return words.say("Nobody holds the task of inspecting {project}.", project=project)
    return words.say("{party} inspects {project}.", party=words.name(one.party), project=project)


def clearing_words(found: Backlog, words: Localizer) -> Iterator[str]:
    """Give by when several numbers of inspectors would be through, and how many it takes by the day asked for."""
    for one in found.clearing:
        told = words.count(
            "One inspector, at {pace} a day, is through in {days}, on {day}.",
            "{n} inspectors, at {pace} a day each, are through in {days}, on {day}.",
            one.inspectors,
            pace=words.number(Decimal(found.a_day)),
            days=words.count("one day", "{n} days", one.days),
            day=words.day(one.through),
        )
        if one.too_late:
            told += " " + words.count(
                "One payment will have lapsed before its turn comes.",
                "{n} payments will have lapsed before their turn comes.",
                one.too_late,
            )
        yield told
    if found.by is not None and found.needed is None and found.inspections:
        yield words.say("By {day} not even one inspection is done.", day=words.day(found.by))
    if found.by is not None and found.needed is not None:
        yield words.count(
            "To be through by {day} takes one inspector.",
            "To be through by {day} takes {n} inspectors.",
            found.needed,
            day=words.day(found.by),
        )
