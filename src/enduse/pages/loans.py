"""Loans between stores, and who owns what lies where, in words."""

from enduse.pages.localizer import Localizer
from enduse.views.loans import LoanView
from enduse.views.titles import TitleView


def loan_words(loan: LoanView, words: Localizer) -> str:
    """Return who owes whom what, and by whose word."""
    lender, borrower = words.name(loan.lender), words.name(loan.borrower)
    parts = {"lender": lender, "borrower": borrower, "lent": words.of(loan.lent), "repaid": words.of(loan.repaid)}
    if loan.open.amount > 0 and loan.since is not None:
        told = words.say(
            "{borrower} owes {lender} {open}: {lent} lent since {day}, {repaid} given back.",
            open=words.of(loan.open),
            day=words.day(loan.since),
            **parts,
        )
    elif loan.open.amount:
        told = words.say("{borrower} gave {lender} {repaid} back, more than the {lent} that it was lent.", **parts)
    else:
        told = words.say("{borrower} has given all that {lender} lent back: {lent}.", **parts)
    if len(loan.told_by) == 1:
        who = words.say("Only {party} calls it that.", party=words.name(loan.told_by[0]))
        return words.say("{what} {who}", what=told, who=who)
    return told


def title_words(title: TitleView, words: Localizer) -> str:
    """Return who owns what where, by whose word, and how much of it can still lie there."""
    parts = {
        "owner": words.name(title.owner),
        "amount": words.of(title.figure),
        "place": words.name(title.place),
        "givers": words.named(title.givers),
    }
    if title.lies.amount < title.figure.amount:
        return words.say(
            "{owner} owns {amount} at {place}, by the word of {givers}; no more than {lies} lies there now.",
            lies=words.of(title.lies),
            **parts,
        )
    return words.say(
        "{owner} owns {amount} at {place}, by the word of {givers}; held there by {holders}.",
        holders=words.named(title.holders),
        **parts,
    )
