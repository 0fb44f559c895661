"""Kind ``rate``: what one unit of a currency is worth in another on a day, as somebody published it."""

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Currency, DecimalText
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation


class RateBody(Body, frozen=True, kw_only=True):
    """A published rate; the statement's time is the day for which it holds.

    Attributes:
        rate: its identifier.
        base: currency of which one unit is meant.
        quote: currency in which its worth is told.
        value: units of ``quote`` for one unit of ``base``.
        source: who publishes it, by the identifier that the programme's list of sources has.
        citation: where it was read.
    """

    rate: Id
    base: Currency
    quote: Currency
    value: DecimalText
    source: Id
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.base == self.quote:
            raise InvalidValueError("rate.of_itself", path=".quote", currency=self.quote)


class Rate(Statement, frozen=True, kw_only=True, tag="rate"):
    """A rate of exchange is published."""

    body: RateBody
