"""Totals of files of IATI, by the rule of the standard, and never a sum that counts a thing twice.

What one publisher says of one type of transaction in one currency is a sum; sums of different types or publishers
are two sides of the same money and are not added up.

Source: IATI Standard 2.03, codelist TransactionType.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.standards.copies import BUDGETS, Copies, Counts
from enduse.exchange.standards.iati import ORGANISATIONS, IatiFile, Item, child_of, name_of, number_of, text_of, type_of
from enduse.terms.currencies import is_currency

Way = Literal["incoming", "outgoing"]
ENDS: Final[dict[Way, str]] = {"incoming": "provider", "outgoing": "receiver"}
INCOMING: Final = frozenset({"1", "11", "13"})
_BESIDE_ISO: Final = frozenset({"XBT"})
"""What the code list of IATI has beside ISO 4217."""
PLANS: Final = ("budget", "planned-disbursement")
"""What activities plan."""
_REVISED: Final = "2"
"""Type of a budget that takes the place of the first one of its period (codelist BudgetType)."""
_WIDEST: Final = 28
"""Digits of an amount beyond which it is no amount of money."""
_EXACT: Final = Context(prec=4 * _WIDEST)
"""Sums of such amounts are exact in it."""


class TransactionSum(msgspec.Struct, frozen=True):
    """What one publisher says of one type of transaction in one currency.

    Attributes:
        publisher: reference of the reporting organisation; its name where it has none.
        type: code of the transaction type.
        currency: ISO 4217 code; empty where neither the value nor the activity names one.
        count: of transactions.
        amount: their sum; corrections with a minus take away.
    """

    publisher: str
    type: str
    currency: str
    count: int
    amount: Decimal


class Links(msgspec.Struct):
    """How many transactions name the activity at their other end.

    Attributes:
        transactions: of this direction.
        named: of those, how many name an activity.
        found: of those named, how many name another activity of these files.
        itself: of those named, how many name the very activity they stand in, which links nothing.
    """

    transactions: int = 0
    named: int = 0
    found: int = 0
    itself: int = 0

    @property
    def unresolved(self) -> int:
        """How many name no other activity; a proposal changes nothing about that."""
        return self.transactions - self.named + self.itself


class BudgetSum(msgspec.Struct, frozen=True):
    """What an organisation tells of one kind of budget, period and currency; of its activities what is planned in a year together.

    Attributes:
        publisher: the organisation's identifier.
        kind: name of the element, such as ``total-budget``; of activities ``budget`` or ``planned-disbursement``.
        start: first day of the period, as it stands there; of activities the year in which their periods begin.
        end: last day of it; of activities empty.
        currency: ISO 4217 code; empty where neither the value nor the organisation names one.
        count: of budgets.
        amount: their sum.
    """

    publisher: str
    kind: str
    start: str
    end: str
    currency: str
    count: int
    amount: Decimal


class ScopeCount(msgspec.Struct, frozen=True):
    """How many activities name an emergency or an appeal as what they are for.

    Attributes:
        type: code of the kind of scope (codelist HumanitarianScopeType): 1 an emergency, 2 an appeal.
        vocabulary: whose list the code is on; empty where that is not said.
        code: on that list.
        activities: that name it; one may name several, so their money is not added up.
    """

    type: str
    vocabulary: str
    code: str
    activities: int


class IatiTotals(msgspec.Struct, frozen=True):
    """Totals of IATI files.

    Attributes:
        activities: read.
        repeated: of those, how many have an identifier that was read before; they are not counted.
        sums: by publisher, type and currency.
        incoming: links of transactions that came in, to the provider's activity.
        outgoing: links of those that went out, to the receiver's activity.
        faults: what could not be read, and transactions without a type, which are in no sum and no count.
        organisations: read, of files of organisations.
        budgets: of these, by organisation, kind, period and currency; of activities, by publisher, kind, year and currency.
        differing: of what stands more than once and says different money, which copy is counted.
        humanitarian: activities that say of themselves, or of a transaction, that they are.
        scopes: the emergencies and appeals that activities name, those that most name first.
    """

    activities: int
    repeated: int
    sums: tuple[TransactionSum, ...]
    incoming: Links
    outgoing: Links
    faults: tuple[Problem, ...]
    organisations: int
    budgets: tuple[BudgetSum, ...]
    differing: tuple[Problem, ...] = ()
    humanitarian: int = 0
    scopes: tuple[ScopeCount, ...] = ()

    @property
    def budgets_of_all_years(self) -> tuple[BudgetSum, ...]:
        """The budgets, those of activities from their first to their last year in one: a publisher has many years."""
        found: dict[tuple[str, ...], BudgetSum] = {}
        for one in self.budgets:
            key = (one.publisher, one.kind, one.currency, *((one.start, one.end) if one.end else ()))
            before = found.get(key)
            found[key] = msgspec.structs.replace(
                one,
                start=before.start if before else one.start,
                end=one.end or one.start,
                count=one.count + (before.count if before else 0),
                amount=_EXACT.add(one.amount, before.amount) if before else one.amount,
            )
        return tuple(found.values())


class LinkCounting:
    """Counts what transactions name at their other end while files are read; the one rule of it.

    Attributes:
        seen: identifiers of the activities read.
    """

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._counts: dict[Way, Links] = {way: Links() for way in ENDS}
        self._named: dict[Way, list[str]] = {way: [] for way in ENDS}

    def add(self, transaction: Any, activity: str) -> tuple[str, Way, str]:  # noqa: ANN401 - the library has no types
        """Count a transaction; return the code of its type, its direction, and which other activity it names, empty where none.

        Raises:
            MalformedError: it has no type, and so no direction: it is counted nowhere.
        """
        code = type_of(transaction)
        if not code:
            raise MalformedError("link.no_type")
        way: Way = "incoming" if code in INCOMING else "outgoing"
        counts = self._counts[way]
        counts.transactions += 1
        other = child_of(transaction, f"{ENDS[way]}-org")
        names = other.get(f"{ENDS[way]}-activity-id", "").strip() if other is not None else ""
        counts.named += bool(names)
        if names and names == activity:
            counts.itself += 1
            return code, way, ""
        if names:
            self._named[way].append(names)
        return code, way, names

    def counts(self, way: Way) -> Links:
        """Return the counts of one direction."""
        counts = self._counts[way]
        found = sum(name in self.seen for name in self._named[way])
        return Links(counts.transactions, counts.named, found, counts.itself)


class IatiSums:
    """Totals of IATI files while they are read, one activity after the other."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str], tuple[int, Decimal]] = {}
        self._links = LinkCounting()
        self._faults: list[Problem] = []
        self._read = self._repeated = self._organisations = self._humanitarian = 0
        self._scopes: Counter[tuple[str, str, str]] = Counter()
        self._budgets: dict[tuple[str, str, str, str, str], tuple[int, Decimal]] = {}

    def add(self, file: IatiFile, item: Item, *, counted: bool) -> None:
        """Add what an activity says of money; a copy of one that is counted elsewhere is only counted as repeated.

        Of an organisation its budgets are added, by kind, period and currency.
        """
        organisation = file.kind == ORGANISATIONS
        self._organisations += organisation
        self._read += not organisation
        if not counted:
            self._repeated += 1
            return
        if item.identifier:
            self._links.seen.add(item.identifier)
        if organisation:
            self._add_budgets(file, item)
            return
        self._humanitarian += any(
            is_humanitarian(one) for one in (item.element, *item.element.iterchildren("transaction"))
        )
        self._scopes.update({scope_of(one) for one in item.element.iterchildren("humanitarian-scope")})
        reporter = child_of(item.element, "reporting-org")
        publisher = (reporter.get("ref", "").strip() or name_of(reporter)) if reporter is not None else ""
        self._add_plans(file, item, publisher)
        for transaction in item.element.iterchildren("transaction"):
            try:
                code, _, _ = self._links.add(transaction, item.identifier)
                currency, amount = value_of(transaction, item.element)
            except EnduseError as error:
                self._faults.append(error.at(str(file.path), item.line_of(transaction)))
                continue
            count, before = self._sums.get((publisher, code, currency), (0, Decimal()))
            self._sums[publisher, code, currency] = (count + 1, _EXACT.add(before, amount))

    def _add_plans(self, file: IatiFile, item: Item, publisher: str) -> None:
        """Add what an activity plans, by the year in which a period begins; what was revised in place of what was planned first."""
        for kind in PLANS:
            plans = list(item.element.iterchildren(kind))
            revised = {_period(one) for one in plans if one.get("type", "").strip() == _REVISED}
            for one in plans:
                if one.get("type", "").strip() == _REVISED or _period(one) not in revised:
                    self._add_budget(file, item, one, (publisher, kind, _period(one)[0][:4], ""))

    def _add_budgets(self, file: IatiFile, item: Item) -> None:
        for kind in BUDGETS:
            for budget in item.element.iterfind(kind):
                self._add_budget(file, item, budget, (item.identifier, kind, *_period(budget)))

    def _add_budget(self, file: IatiFile, item: Item, budget: Any, of: tuple[str, str, str, str]) -> None:  # noqa: ANN401
        try:
            currency, amount = value_of(budget, item.element)
        except EnduseError as error:
            self._faults.append(error.at(str(file.path), item.line_of(budget)))
            return
        count, before = self._budgets.get((*of, currency), (0, Decimal()))
        self._budgets[*of, currency] = (count + 1, _EXACT.add(before, amount))

    def end(self, file: IatiFile) -> None:
        """Take what of a file could not be read."""
        self._faults += file.faults

    @property
    def totals(self) -> IatiTotals:
        """What was added so far."""
        return IatiTotals(
            activities=self._read,
            repeated=self._repeated,
            sums=tuple(TransactionSum(*key, *each) for key, each in sorted(self._sums.items())),
            incoming=self._links.counts("incoming"),
            outgoing=self._links.counts("outgoing"),
            faults=tuple(self._faults),
            organisations=self._organisations,
            budgets=tuple(BudgetSum(*key, *each) for key, each in sorted(self._budgets.items())),
            humanitarian=self._humanitarian,
            scopes=tuple(
                ScopeCount(*key, count)
                for key, count in sorted(self._scopes.items(), key=lambda each: (-each[1], each[0]))
            ),
        )


def _period(budget: Any) -> tuple[str, str]:  # noqa: ANN401 - the library has no types
    """Return the first and the last day of a budget's period, as they stand there; empty where they do not."""
    days = [child_of(budget, end) for end in ("period-start", "period-end")]
    start, end = ("" if day is None else day.get("iso-date", "").strip()[:10] for day in days)
    return start, end


def is_humanitarian(element: Any) -> bool:  # noqa: ANN401 - the library has no types
    """Say whether an activity or a transaction says that it is."""
    return element.get("humanitarian", "").strip().lower() in {"1", "true"}


def scope_of(element: Any) -> tuple[str, str, str]:  # noqa: ANN401 - the library has no types
    """Return the type, the vocabulary and the code of a humanitarian scope."""
    kind, vocabulary, code = (element.get(name, "").strip() for name in ("type", "vocabulary", "code"))
    return kind, vocabulary, code


def iati_totals(paths: Iterable[Path]) -> IatiTotals:
    """Return the totals of IATI files; an activity that stands in two of them counts once, as it was updated last.

    Raises:
        MalformedError, LimitError: a file is no IATI file, or cannot be read in bounded memory.
        OSError: a file cannot be read.
    """
    given, copies = list(paths), Copies()
    totals = _added(given, copies.take)
    if copies.repeated:
        totals = _added(given, copies.is_counted)
    return msgspec.structs.replace(totals, differing=copies.differing())


def _added(paths: Sequence[Path], counts: Counts) -> IatiTotals:
    sums = IatiSums()
    for at, path in enumerate(paths):
        file = IatiFile(path)
        for item in file.items():
            sums.add(file, item, counted=counts(at, file, item))
        sums.end(file)
    return sums.totals


def value_of(transaction: Any, activity: Any) -> tuple[str, Decimal]:  # noqa: ANN401 - the library has no types
    """Return the currency and the amount of a transaction.

    Raises:
        MalformedError: it has none, or what stands there is no number, or no currency.
    """
    value = child_of(transaction, "value")
    text = text_of(value) if value is not None else ""
    if not text:
        raise MalformedError("standards.no_value")
    amount = number_of(text)
    if amount is None or abs(amount.adjusted()) > _WIDEST or len(amount.as_tuple().digits) > _WIDEST:
        raise MalformedError("standards.bad_value", value=text[:60])
    return known_currency(value.get("currency") or activity.get("default-currency") or ""), amount


def known_currency(code: str) -> str:
    """Return a currency's code as the standards' closed lists have it; nothing, where none is named.

    Raises:
        MalformedError: no list has it.
    """
    plain = code.strip()
    if plain and plain not in _BESIDE_ISO and not is_currency(plain):
        raise MalformedError("standards.bad_currency", value=plain[:20])
    return plain
