"""What would be paid if, in words."""

from collections.abc import Iterator

from enduse.pages.localizer import Localizer
from enduse.views.what_if import WhatIf


def answer_words(found: WhatIf, words: Localizer) -> str:
    """Return what would be paid."""
    amount, title = words.of(found.payable), words.text(found.title, found.tranche)
    supposed = any(part.would != part.stands for part in found.parts) or any(part.supposed for part in found.parts)
    if found.payable.amount and supposed:
        return words.say("{tranche}: if so, {amount} could be paid, once it is decided.", tranche=title, amount=amount)
    if found.payable.amount:
        return words.say(
            "{tranche}: {amount} can be paid as it stands, once it is decided.", tranche=title, amount=amount
        )
    if found.would == "met":
        return words.say("{tranche}: its condition would be met, and nothing more would be paid.", tranche=title)
    if supposed:
        return words.say("{tranche}: nothing could be paid then either.", tranche=title)
    return words.say("{tranche}: nothing can be paid as it stands.", tranche=title)


def rest_words(found: WhatIf, words: Localizer) -> Iterator[str]:
    """Give what would still be in the way, who would have to sign, and what a formula makes due."""
    if found.lacking:
        yield words.say("Still in the way: {parts}.", parts=words.listed(found.lacking))
    for stop in found.stops:
        yield words.message(stop)
    if found.signatures is not None and found.payable.amount and found.status not in {"decided", "released"}:
        yield words.say("The decision lacks: {lacking}", lacking=words.message(found.signatures))
    for due in found.dues:
        amount = words.amount(due.paid, found.payable.resource)
        yield words.say("Year {year}: {amount} by the formula.", year=words.number(due.year), amount=amount)
