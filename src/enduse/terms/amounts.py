"""Quantities and money: exact decimal text on the wire, whole numbers of the smallest unit inside.

Money is kept in 1/10,000 of a currency unit (ISO 4217), which every currency's minor unit divides; quantities in the
base units of :mod:`enduse.terms.units`. Decimal text is never read through a float.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from functools import lru_cache
from typing import Annotated

import msgspec

from enduse.errors import EnduseError, InvalidValueError, MalformedError
from enduse.messages import Message
from enduse.terms.currencies import PUBLISHED, fits, is_currency
from enduse.terms.forms import form
from enduse.terms.identifiers import Id
from enduse.terms.trade_items import one_form
from enduse.terms.units import SHOWN, UNITS, UnitCode, unit

DecimalText = Annotated[str, form("form.decimal", "1250.5", pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$(?!\n)")]
"""An exact decimal: up to 18 digits before the point and 9 after, no exponent."""

Currency = Annotated[str, form("form.currency", "USD", pattern=r"^[A-Z]{3}$(?!\n)")]
"""Written like an ISO 4217 currency code; whether there is such a currency, :meth:`Money.unfit` says."""

MINOR_PER_UNIT = 10_000
"""Smallest money unit we count: 1/10,000 of a currency unit."""

AMOUNT_MAX = 2**62
"""Largest amount or balance, in smallest units: fits the 64-bit integers of every store, and one addition more."""

MONEY_MAX = 10**16
"""Largest sum one statement moves (a million million units: donors pay in weak currencies too), so that hundreds fit into an account."""

RELATIVE_SD_MAX = Decimal(1)
WIDE = Context(prec=120, traps=[InvalidOperation, DivisionByZero, Overflow])
"""Wide enough for every product of a decimal we take and a factor we have; the default context would round at 28."""
_EXACT = Context(prec=120, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
"""As wide, and refuses what it would have to round."""
_LOOSE = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")
_BOUNDED = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?")


def whole(value: str | Decimal, factor: Decimal, smallest: str) -> int:
    """Return ``value * factor`` as a whole number.

    Args:
        value: how much.
        factor: how many of the smallest unit one is.
        smallest: the smallest unit, by its word in the vocabulary, such as ``one_g``.

    Raises:
        MalformedError: the product has a fraction or is larger than can be kept; it is refused, never rounded.
    """
    try:
        product = _EXACT.multiply(Decimal(value), factor)
    except Inexact as error:
        raise MalformedError("amount.too_fine", value=value, smallest=smallest) from error
    result = int(product)
    if result != product:
        raise MalformedError("amount.too_fine", value=value, smallest=smallest)
    if abs(result) > AMOUNT_MAX:
        raise MalformedError("amount.too_large", value=value, most=plain(AMOUNT_MAX, factor))
    return result


@lru_cache(maxsize=4096)
def in_base(value: str | Decimal, code: str) -> tuple[int, str]:
    """Return a quantity in whole base units, and which base unit that is.

    Args:
        value: how much.
        code: of the unit. One that is no whole number of base units, such as the pound, is rounded once, half to even.

    Raises:
        MalformedError: finer than the base unit, larger than can be kept, or in no unit we know.
    """
    known = unit(code)
    if known.whole:
        return whole(value, known.factor, f"one_{known.base}"), known.base
    amount = int(WIDE.multiply(Decimal(value), known.factor).to_integral_value(ROUND_HALF_EVEN, WIDE))
    if abs(amount) > AMOUNT_MAX:
        raise MalformedError("amount.too_large", value=value, most=str(int(AMOUNT_MAX / known.factor)))
    return amount, known.base


@lru_cache(maxsize=4096)
def last_place(value: str, code: str) -> int:
    """Return half of the last place to which a figure is written, in whole base units of its unit, such as 5 g for 9.98 t.

    Raises:
        MalformedError: the unit is none we know.
    """
    _, _, fraction = value.partition(".")
    return int(unit(code).factor / 2 / 10 ** len(fraction))


def plain(number: int, factor: Decimal | int) -> str:
    """Return ``number / factor`` as exact decimal text without exponent or trailing zeros."""
    text = format(WIDE.divide(Decimal(number), Decimal(factor)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_decimal(text: str) -> str:
    """Bring a decimal from a table to the form of :data:`DecimalText`, keeping every digit.

    Accepts leading zeros, a leading plus and a bare trailing point; refuses anything else.

    Raises:
        MalformedError: it is not a plain decimal number.
    """
    stripped = text.strip()
    if not _LOOSE.fullmatch(stripped):
        raise MalformedError("decimal.not_plain", text=text)
    sign = "-" if stripped.startswith("-") else ""
    digits, _, fraction = stripped.lstrip("+-").partition(".")
    digits = digits.lstrip("0") or "0"
    return f"{sign}{digits}.{fraction}" if fraction else f"{sign}{digits}"


def bounded(text: str) -> bool:
    """Say whether ``text`` is a :data:`DecimalText`: up to 18 digits before the point and 9 after."""
    return _BOUNDED.fullmatch(text) is not None


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of money: exact decimal ``value`` and ISO 4217 ``currency``.

    Attributes:
        value: how much, in units of the currency.
        currency: which currency (ISO 4217).
    """

    value: DecimalText
    currency: Currency

    def __post_init__(self) -> None:
        _checked(self.minor)

    def minor(self) -> int:
        """Return the amount in 1/10,000 of a currency unit."""
        return whole(self.value, Decimal(MINOR_PER_UNIT), "smallest_money")

    def unfit(self) -> tuple[str, Message] | None:
        """Say which field says what no payment can be, and why: no such currency, too much.

        The lists of currencies change, so a record may hold such a sum; nobody can have paid it, and it moves nothing.
        """
        if not is_currency(self.currency):
            return "currency", Message.of("money.currency_unknown", currency=self.currency, published=PUBLISHED)
        if abs(self.minor()) > MONEY_MAX:
            most = plain(MONEY_MAX, MINOR_PER_UNIT)
            return "value", Message.of("money.too_much", value=self.value, currency=self.currency, most=most)
        return None

    def is_too_fine(self) -> bool:
        """Say whether the sum has part of a smallest coin, as what was worked out by a rate has; it moves as stated."""
        return not fits(self.value, self.currency)


class Quantity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A quantity of goods: exact decimal ``value`` and UN/ECE Rec 20 ``unit``.

    Attributes:
        value: how much.
        unit: in which unit (UN/ECE Recommendation 20).
    """

    value: DecimalText
    unit: UnitCode

    def __post_init__(self) -> None:
        _checked(self.base)

    def base(self) -> tuple[int, str]:
        """Return the quantity as whole base units, and which base unit that is."""
        return in_base(self.value, self.unit)


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a reading was made with, and its relative standard errors (ISO/IEC Guide 98-3, type A and type B).

    Attributes:
        instrument: whose readings share one systematic error.
        random_sd: relative standard deviation of each reading, such as ``0.005``.
        systematic_sd: relative standard deviation shared by all its readings.
    """

    instrument: Id
    random_sd: DecimalText
    systematic_sd: DecimalText = "0"

    def __post_init__(self) -> None:
        for text in (self.random_sd, self.systematic_sd):
            if not 0 <= Decimal(text) <= RELATIVE_SD_MAX:
                raise InvalidValueError("instrument.error_out_of_range")


def _checked(convert: Callable[[], object]) -> None:
    """Convert while decoding, so that a refusal names the path of the field."""
    try:
        convert()
    except EnduseError as error:
        raise InvalidValueError.about(error.problem.told) from error


def money_resource(currency: str) -> str:
    """Return the ledger's name for money in ``currency``."""
    return f"money/{currency}"


@lru_cache(maxsize=4096)
def goods_resource(material: str, base: str) -> str:
    """Return the ledger's name for ``material`` counted in ``base`` units."""
    return f"{one_form(material)}/{base}"


def material_of(resource: str) -> str:
    """Return what a resource is of: the material, or ``money``."""
    return resource.rpartition("/")[0]


def base_of(resource: str) -> str:
    """Return what a resource is counted in: the base unit, or the currency."""
    return resource.rpartition("/")[2]


def is_money(resource: str) -> bool:
    """Say whether a resource is money."""
    return resource.startswith("money/")


def unit_of(resource: str) -> str:
    """Return the unit in which people are shown a resource: UN/ECE Recommendation 20, for money ISO 4217."""
    base = base_of(resource)
    return base if is_money(resource) else SHOWN[base]


def in_unit(amount: int, resource: str) -> str:
    """Return an amount in :func:`unit_of`, exact, as plain decimal text."""
    return plain(amount, MINOR_PER_UNIT if is_money(resource) else UNITS[unit_of(resource)].factor)
