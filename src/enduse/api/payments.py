"""What may be asked of payments before anybody decides on them, as a part of a programme's questions."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import msgspec

from enduse.api.auditing import AuditQuestions
from enduse.api.given import When, as_instant
from enduse.book.assure import uses
from enduse.errors import EnduseError, MalformedError, UnknownError
from enduse.statements.result import ResultBody
from enduse.views import differences as judged
from enduse.views.backlog import Backlog, backlog
from enduse.views.what_if import WhatIf, indicator_of, what_if

A_DAY_MOST = 100


class PaymentQuestions(AuditQuestions):
    """A programme asked for what payments wait for, and what would be paid if."""

    def backlog(
        self,
        *,
        a_day: str = "1",
        by: When | None = None,
        as_at: When | None = None,
        as_known: When | int | None = None,
    ) -> Backlog:
        """Return the payments that wait for nothing but an inspection, for how long, and how many inspectors would clear them.

        Args:
            a_day: inspections that one inspector makes a day; decimal text, above 0 and up to 100.
            by: the day by which all are to be through.
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Raises:
            MalformedError: ``a_day`` is no such number, or ``by`` is no day.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     waiting = programme.backlog(by="2026-09-30")
            >>> [(one.tranche, one.days) for one in waiting.tranches], waiting.needed
            ([('tranche:school-2', 30)], 1)
        """
        try:
            pace = Decimal(a_day)
        except InvalidOperation:
            pace = Decimal(0)
        if not pace.is_finite() or not 0 < pace <= A_DAY_MOST:
            raise MalformedError("backlog.no_pace", value=a_day, most=A_DAY_MOST)
        until = None if by is None else as_instant(by, end_of_day=True)
        with self._then(as_at, as_known) as book:
            used = judged.used(book, uses(book), {})
            return backlog(book, used, a_day=Fraction(pace), said=a_day, by=until)

    def what_if(
        self,
        tranche: str,
        supposed: Mapping[str, str] | None = None,
        *,
        results: Mapping[str, str] | None = None,
        on: When | None = None,
    ) -> WhatIf:
        """Return what would be paid for a tranche if parts of its condition, or verified results, stood otherwise.

        Nothing is recorded. Whether anything is paid is still for those who decide.

        Args:
            tranche: its identifier, or its name.
            supposed: ``met``, ``not_met`` or ``not_known`` by number of the part, as the answer numbers them.
            results: verified results to be supposed, of the indicator that the tranche pays or waits for: values by year,
                ``YEAR`` or ``YEAR/ENTITY`` or ``YEAR/ENTITY/STAGE``; where lateness counts, ``VALUE@DATE``.
            on: the day for which it is asked; by default the end of the record.

        Raises:
            UnknownError: there is no such tranche, no part of that number, or no indicator that it pays or waits for.
            MalformedError: a part can stand no such way, or a result is none.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     now = programme.what_if("tranche:school-2")
            ...     then = programme.what_if("tranche:school-2", {"1": "met"})
            >>> [(part.number, part.stands) for part in now.parts], now.payable.value
            ([('1', 'not_known'), ('2', 'met')], Decimal('0'))
            >>> then.would, then.payable.value
            ('met', Decimal('720000'))
        """
        known = self._book.releases.tranches
        found = tranche if tranche in known else self.find(tranche)
        if found not in known:
            raise UnknownError("tranche.unknown", tranche=tranche)
        indicator = indicator_of(known[found].now.body)
        if results and not indicator:
            raise UnknownError("what_if.no_indicator", tranche=found)
        said = [_result(indicator, *each) for each in (results or {}).items()]
        moment = None if on is None else as_instant(on, end_of_day=True)
        return what_if(self._book, found, supposed or {}, said, moment)


def _result(indicator: str, named: str, value: str) -> ResultBody:
    """Return a supposed result as it was written."""
    year, _, rest = named.partition("/")
    entity, _, stage = rest.partition("/")
    amount, late, day = value.partition("@")
    given = {"result": "result:supposed", "indicator": indicator, "value": amount.strip()}
    given |= {name: text for name, text in (("entity", entity), ("stage", stage)) if text}
    try:
        achieved = {"achieved": as_instant(day.strip(), end_of_day=True)} if late else {}
        return msgspec.convert({**given, **achieved, "year": int(year[:9])}, ResultBody)
    except (msgspec.ValidationError, ValueError, EnduseError) as error:
        raise MalformedError("what_if.no_result", value=f"{named}={value}"[:200]) from error
