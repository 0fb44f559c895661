"""What is missing, in words: what does not come out even, why it counts, and who is to answer, if anybody is named."""

from collections.abc import Sequence
from typing import Final

from enduse.pages.localizer import Localizer
from enduse.views.missing import LateView, MissingView
from enduse.views.shapes import Figure

SHOWN_MOST: Final = 100
"""So many differences, and so many things to do, stand in one report: who has thousands reads the tables."""


def left_words(left: int, words: Localizer) -> str:
    """Return that so many more are not shown, and where they are; empty if none."""
    if left <= 0:
        return ""
    return words.count(
        "One more is not shown here; {command} writes it.",
        "{n} more are not shown here; {command} writes all of them.",
        left,
        command=words.isolate("enduse export DIR --to OUT.xlsx"),
    )


def missing_words(lost: MissingView, words: Localizer) -> str:
    """Return what is missing and who answers for it, as sentences."""
    what, who = what_words(lost, words), who_words(lost, words)
    told = words.say("{what} {who}", what=what, who=who) if who else what
    if not lost.without_effect:
        return told
    doubt = words.count(
        "What was said of it in one statement had no effect, so none of it is exact.",
        "What was said of it in {n} statements had no effect, so none of it is exact.",
        len(lost.without_effect),
    )
    return words.say("{what} {who}", what=told, who=doubt)


def what_words(lost: MissingView, words: Localizer) -> str:
    """Return what does not come out even and why it counts."""
    amount, item = words.of(lost.figure), words.isolate(lost.item)
    if lost.other_units:
        return _units_words(lost, words)
    if lost.state == "overdue":
        more = {"amount": amount, "item": item}
        if not lost.days:
            return words.say("{amount} in {item} is overdue since today.", **more)
        return words.count(
            "{amount} in {item} is overdue by one day.",
            "{amount} in {item} is overdue by {n} days.",
            lost.days,
            **more,
        )
    if lost.state == "short":
        return words.say(
            "{amount} in {item} is short, by the word of {party} on {day}.",
            amount=amount,
            item=item,
            party=words.name(lost.by),
            day=words.day(lost.since),
        )
    return _stock_words(lost, words)


def _units_words(lost: MissingView, words: Localizer) -> str:
    """Return what stands in one unit and what in another."""
    amount, item = words.of(lost.figure), words.isolate(lost.item)
    if lost.sent is not None:
        got = words.listed([words.of(figure) for figure in lost.other_units])
        sent = words.of(lost.sent)
        if lost.sent.amount == lost.figure.amount:
            return words.say(
                "{sent} was sent in {item} and {got} received: the two cannot be compared.",
                sent=sent,
                item=item,
                got=got,
            )
        return words.say(
            "Of {sent} sent in {item}, {amount} is open, and {got} came besides: the two cannot be compared.",
            sent=sent,
            item=item,
            amount=amount,
            got=got,
        )
    return words.say(
        "{amount} of {material} more than the books say was counted at {place}, where they have {others}: the two cannot be compared.",
        amount=words.amount(-lost.figure.amount, lost.figure.resource),
        material=words.material(lost.figure.resource),
        place=words.name(lost.end),
        others=words.listed([words.of(figure) for figure in lost.other_units]),
    )


def _stock_words(lost: MissingView, words: Localizer) -> str:
    """Return what is not as the books say in a store, or more than was sent."""
    if _either(lost) and lost.orders is not None:
        few, many = (words.amount(end, lost.figure.resource) for end in (lost.orders[1], -lost.orders[0]))
        return words.say(
            "The count of {material} at {place} is up to {few} too low or {many} too high: nobody told what came first that day.",
            material=words.material(lost.figure.resource),
            place=words.name(lost.end),
            few=few,
            many=many,
        )
    figure = words.amount(abs(lost.figure.amount), lost.figure.resource)
    material = words.material(lost.figure.resource)
    more = {"amount": figure, "material": material, "item": words.isolate(lost.item), "place": words.name(lost.end)}
    if lost.in_place_of:
        others = words.listed(map(words.name, lost.in_place_of))
        return words.say(
            "{amount} of {material} came in {item} in place of {others}, by its receiver's word.", others=others, **more
        )
    if lost.state == "over":
        return words.say("{amount} of {material} more than was sent arrived in {item}.", **more)
    if lost.judgement == "stated_error":
        return _stated_words(lost, more, words)
    if lost.figure.amount < 0:
        return words.say("{amount} of {material} more than the books say lies at {place}.", **more)
    return words.say("{amount} of {material} at {place} is not where the books say.", **more)


def _stated_words(lost: MissingView, more: dict[str, str], words: Localizer) -> str:
    """Return what is within the error that somebody states of the scale of a store."""
    told = more | {"party": words.name(lost.error_by)}
    if lost.error_by != lost.owner:
        if lost.figure.amount < 0:
            return words.say(
                "{amount} of {material} more than the books say lies at {place}, within the error that {party} states of the scale.",
                **told,
            )
        return words.say(
            "{amount} of {material} at {place} is within the error that {party} states of the scale.", **told
        )
    if lost.figure.amount < 0:
        return words.say(
            "{amount} of {material} more than the books say lies at {place}, within the error that {party} states of its own scale.",
            **told,
        )
    return words.say(
        "{amount} of {material} at {place} is within the error that {party} states of its own scale.", **told
    )


def who_words(lost: MissingView, words: Localizer) -> str:
    """Return who answers for it, or is asked where nobody has said that it will not come; nobody where that is open."""
    if told := _open_words(lost, words):
        return told
    if lost.owner and (lost.named_by or lost.state == "overdue"):
        return _asked(lost.owner, lost.named_by, words)
    if lost.owner:
        return words.say("{owner} answers for it.", owner=words.name(lost.owner))
    if lost.parties:
        return words.say("No receipt says whose truck it was on: {parties}.", parties=words.named(lost.parties))
    return ""


def _open_words(lost: MissingView, words: Localizer) -> str:
    """Return why nobody is named, and who is asked."""
    if lost.counts:
        found = words.listed([words.of(figure) for figure in lost.counts])
        return words.say(
            "Counts of one time found {found}: {party} is asked which holds, and nobody is named.",
            found=found,
            party=words.name(lost.receiver),
        )
    if _either(lost):
        return words.say("{owner} is asked what came first.", owner=words.name(lost.owner))
    if lost.other_units:
        return words.say("Nobody is named until one of them is told in the unit of the other.")
    if lost.instead:
        got, sender = words.listed([words.of(figure) for figure in lost.instead]), words.name(lost.sender)
        return words.say(
            "{got} came in its place: {sender} is asked what it sent, and nobody is named.", got=got, sender=sender
        )
    if lost.contested is not None:
        return contested_words(lost.contested, lost.parties, words)
    if lost.in_place_of:
        return words.say("{sender} is asked what it sent.", sender=words.name(lost.sender))
    if lost.state == "over":
        return words.say("Was a part told twice, or sent and not recorded?")
    if lost.judgement == "stated_error" and lost.error_by == lost.owner:
        return words.say("Nobody else has weighed with it: nobody is named, and the amount stays open.")
    if lost.judgement == "stated_error":
        return words.say("Nobody is named, and the amount stays open until a finding says that it is an error.")
    return ""


def _either(lost: MissingView) -> bool:
    """Say whether an order of one day that nobody told makes of a gap a shortage or a surplus."""
    return lost.orders is not None and lost.orders[0] < 0 < lost.orders[1]


def late_words(late: LateView, words: Localizer) -> str:
    """Return why a part of a consignment counts as not arrived."""
    if late.state == "short":
        return words.say("short, by the word of {party}", party=words.name(late.by))
    if not late.days:
        return words.say("overdue since today")
    return words.count("overdue by one day", "overdue by {n} days", late.days)


def holders_words(late: LateView, words: Localizer) -> str:
    """Return who is asked for a part that has not arrived; nobody is named where that is open."""
    if late.other_units:
        got = words.listed([words.of(figure) for figure in late.other_units])
        return words.say("{got} came besides: the two cannot be compared, and nobody is named.", got=got)
    if late.contested is not None:
        return contested_words(late.contested, late.holders, words)
    if len(late.holders) == 1 and (late.named_by or late.state == "overdue"):
        return _asked(late.holders[0], late.named_by, words)
    if len(late.holders) == 1:
        return words.say("{owner} answers for it.", owner=words.name(late.holders[0]))
    return words.say("No receipt says whose truck it was on: {parties}.", parties=words.named(late.holders))


def contested_words(contested: Figure, asked: Sequence[str], words: Localizer) -> str:
    """Return that nobody is named for what is contested, and who is asked for the rest, if anybody."""
    if not asked:
        return words.say("The words of those who know differ, and nobody is named until they agree.")
    return words.say(
        "On {amount} of it the words of those who know differ, and nobody is named for that; asked for the rest: {parties}.",
        amount=words.of(contested),
        parties=words.named(asked),
    )


def _asked(owner: str, named_by: str, words: Localizer) -> str:
    """Return who is asked, and on whose word alone, where the carrier never spoke itself."""
    if named_by:
        return words.say(
            "{owner} is asked where it is, by the word of {party}: it has said nothing of it itself.",
            owner=words.name(owner),
            party=words.name(named_by),
        )
    return words.say("{owner} is asked where it is.", owner=words.name(owner))
