"""An amount as people write it: a currency before or behind the number, brackets or a minus behind it for what is below zero.

A stroke behind a point stands for no cents: *20.-* is twenty, while *20-* is twenty below zero.
"""

import re
from typing import Final

from enduse.exchange.tables.cells import with_western_digits
from enduse.terms.currencies import is_currency
from enduse.terms.names import without_marks

_SIGNS: Final = {
    "€": "EUR",
    "£": "GBP",
    "₤": "GBP",
    "US$": "USD",
    "USD$": "USD",
    "$": "USD AUD CAD NZD HKD SGD",
    "¥": "JPY CNY",
    "₪": "ILS",
    "₴": "UAH",
    "₺": "TRY",
    "₽": "RUB",
    "₹": "INR",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "ل.ل": "LBP",
    "ل.س": "SYP",
    "د.ع": "IQD",
    "ج.م": "EGP",
}
"""Signs of currencies, and the currencies (ISO 4217) that use them; the commonest first."""
_SIGN: Final = rf"{'|'.join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))}|[A-Z]{{3}}"
_AMOUNT: Final = re.compile(
    rf"(?P<minus>[+-])?\s*(?P<before>{_SIGN})?\s*(?P<inner>[+-])?(?P<number>[0-9](?:.*[0-9])?)(?:[.,][-\u2013\u2014]|[.,])?\s*(?P<behind>{_SIGN})?\s*(?P<after>-)?"
)
_DASHES: Final = ("\u2212", "\u2013")
_BESIDE_BRACKETS: Final = re.compile(rf"({_SIGN})?\s*\(\s*([0-9](?:.*[0-9])?)\s*\)\s*({_SIGN})?")
"""*(2.500) KWD*: below zero, with its currency outside the brackets."""
_BRACKETS: Final = re.compile(r"\(\s*(.*[0-9].*?)\s*\)")


def signed(text: str) -> str:
    """Return a number with its minus in front: *(250.00)* and *250.00-* are 250 below zero; any other text as it is.

    A dash that a word processor makes of a minus is one.
    """
    if text[:1] in _DASHES and text[1:2].isdecimal():
        return f"-{text[1:]}"
    if text.endswith("-") and text[:1].isdecimal() and text[-2:-1].isdecimal():
        return f"-{text[:-1]}"
    if text[:1] == "(" and (found := _BRACKETS.fullmatch(text)) and found[1][0] not in "+-":
        return f"-{found[1]}"
    return text


def parted(text: str) -> tuple[str, str]:
    """Return the number in an amount, with its minus in front, and the currency that is written beside it, if one is.

    Args:
        text: such as *US$ 1,200.50*, *-€5*, *(300 EUR)*; one that is no amount is given back without a currency.
    """
    plain = signed(with_western_digits(without_marks(text)).strip().replace("\u2212", "-"))
    if "(" in plain and (bracketed := _BESIDE_BRACKETS.fullmatch(plain)) is not None:
        plain = "-" + "".join(filter(None, bracketed.groups()))
    found = None if plain.isdecimal() else _AMOUNT.fullmatch(plain)
    if found is None:
        return plain, ""
    marks = [mark for mark in (found["minus"], found["inner"], found["after"]) if mark]
    signs = [sign for sign in (found["before"], found["behind"]) if sign]
    if len(marks) > 1 or len(signs) > 1 or not all(map(currencies_of, signs)):
        return plain, ""
    return ("-" if marks == ["-"] else "") + found["number"], next(iter(signs), "")


def currencies_of(sign: str) -> tuple[str, ...]:
    """Return the currencies for which a sign or code stands, the commonest first."""
    return (sign,) if is_currency(sign) else tuple(_SIGNS.get(sign, "").split())
