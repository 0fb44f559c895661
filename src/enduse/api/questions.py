"""The questions that can be asked of a programme, with typed answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from enduse import operators
from enduse.api.given import ClosedProgramme, When, as_instant
from enduse.api.visits import VisitQuestions
from enduse.book.assessment import assess
from enduse.book.assure import differences, uses
from enduse.book.book import Book
from enduse.book.evidence import check_decisions
from enduse.book.network import tables
from enduse.book.past import at_size
from enduse.errors import Problem, UnknownError
from enduse.messages import Message
from enduse.views import booked, cash, goods, money
from enduse.views import differences as judged
from enduse.views.accounts import Balance, balances
from enduse.views.advances import AdvanceMoney, advances
from enduse.views.answers import Report, Status
from enduse.views.assessment import programme_assessment
from enduse.views.assessment_view import AssessmentView
from enduse.views.cash import MoneyView
from enduse.views.changes import Changes, changes
from enduse.views.flat import FlatAnswers, flat_tables
from enduse.views.flat_works import FlatWorks
from enduse.views.goods_lines import GoodsLines, goods_lines
from enduse.views.inbox import Inbox, inbox
from enduse.views.key_lives import KeyLives, key_lives, key_marks, marked
from enduse.views.missing import LateView, MissingView
from enduse.views.report import build_report
from enduse.views.responsibilities import Responsibilities, responsibilities
from enduse.views.shapes import CurrencyTotals, MaterialTotals, Task, TrancheView
from enduse.views.status import status
from enduse.views.sums import Sums
from enduse.views.tasks import holder
from enduse.views.trace import JoinedTrace, trace
from enduse.views.tranches import tranches
from enduse.views.verified import Verified, verified


class Questions(VisitQuestions):
    """A programme and its questions, one method each.

    Questions record nothing and take no lock. The answers are frozen values, the same that reports and ``--json`` show:
    amounts are whole smallest units, names are identifiers, what is to be said is a code; :meth:`words` puts them into
    words. What others record meanwhile is taken in by :meth:`refresh`.

    Attributes:
        folder: where it is.
    """

    _earlier: Status | None = None

    @contextmanager
    def past(self, *, as_at: When | None = None, as_known: When | int | None = None) -> Iterator["Questions"]:
        """Ask every question of an earlier time.

        What was known then is had from what the book keeps of earlier times, and the record that follows, so that each
        answer is the one that was given then.

        Args:
            as_at: only what is said to have happened by then counts, and what waits or is overdue is judged then.
            as_known: counting only what had been recorded by then: a time, or so many statements.

        Raises:
            UnknownError: nothing had been recorded, or the record was never so long.

        Example:
            >>> with enduse.open("demo") as programme, programme.past(as_known=1200) as then:
            ...     len(then.missing()), then.as_of.date().isoformat()
            (4, '2026-06-03')
        """
        with self._then(as_at, as_known) as book:
            earlier = _Past(self.folder, book)
            try:
                yield earlier
            finally:
                earlier.close()

    # -- questions -------------------------------------------------------------------------------------------------

    def status(self, *, as_at: When | None = None, as_known: When | int | None = None) -> Status:
        """Return how it stands, on one screen.

        Args:
            as_at: as it stood then, as claimed: what waits, is missing or overdue, and who must act, too.
            as_known: counting only what had been recorded by then: a time, or so many statements.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     now = programme.status()
            >>> now.size, now.mandates, len(now.tasks)
            (1955, 18, 13)
        """
        with self._then(as_at, as_known) as book:
            return status(book)

    def money(self, *, as_at: When | None = None, as_known: When | int | None = None) -> tuple[CurrencyTotals, ...]:
        """Return who promised, paid and spent what, currency by currency.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (dollars,) = programme.money()
            >>> print(dollars.currency, dollars.pledged.value, dollars.paid.value)
            USD 24500000 13650000
        """
        with self._then(as_at, as_known) as book:
            return money.currencies(Sums(blocks=book.summed()), book.ledger)

    def cash(self, *, as_at: When | None = None, as_known: When | int | None = None) -> MoneyView:
        """Return money by donor, party, project and place: promised, paid, handed on, spent, held, from outside.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (dollars,) = programme.cash().currencies
            >>> for line in dollars.projects[:2]:
            ...     print(line.project, line.spent.value)
            project:homes 3060000
            project:food 2760000
        """
        with self._then(as_at, as_known) as book:
            return cash.money(book)

    def goods(self, *, as_at: When | None = None, as_known: When | int | None = None) -> tuple[MaterialTotals, ...]:
        """Return what became of each material, the gravest losses first.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     cement = programme.goods()[0]
            >>> print(cement.resource, cement.came_in.value, cement.missing.value, cement.missing.unit)
            cement/g 1200 20 TNE
        """
        with self._then(as_at, as_known) as book:
            return goods.goods(book, Sums(blocks=booked.summed(book)), differences(book))

    def goods_lines(self, *, as_at: When | None = None, as_known: When | int | None = None) -> GoodsLines:
        """Return goods by material, donor, place and project: held, spoiled, on their way, used, not arrived, off purpose, lost.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     cement = programme.goods_lines().materials[0]
            >>> for line in cement.projects[:2]:
            ...     print(line.name, line.sums.used.value, line.sums.used.unit)
            project:homes 600 TNE
            project:water 215 TNE
        """
        with self._then(as_at, as_known) as book:
            return goods_lines(book, differences(book))

    def missing(self) -> tuple[MissingView, ...]:
        """Return open differences with their intervals, the gravest first, those within measurement error too.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     lost = programme.missing()[0]
            >>> lost.owner, lost.item, lost.judgement
            ('party:brindle', 'consignment:0128', 'beyond_error')
        """
        return judged.missing(self._book, differences(self._book))

    def advances(self, *, as_at: When | None = None, as_known: When | int | None = None) -> tuple[AdvanceMoney, ...]:
        """Return advances: what was spent of each, accepted and given back, what is open, by when, and who is asked.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     late = [(one.number, one.asked) for one in programme.advances() if one.days]
            >>> late
            []
        """
        with self._then(as_at, as_known) as book:
            return advances(book)

    def late(self, *, as_at: When | None = None, as_known: When | int | None = None) -> tuple[LateView, ...]:
        """Return what is overdue or closed short, the oldest first, with the days since and who may have it.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     part = programme.late()[0]
            >>> part.item, part.state, part.holders
            ('consignment:0128', 'short', ('party:brindle',))
        """
        with self._then(as_at, as_known) as book:
            return judged.late(book, differences(book))

    def changes(self, since: When | int, now: Status | None = None) -> Changes:
        """Return what is new since an earlier time: said, taken back, decided, newly late, missing or settled.

        Args:
            since: what was recorded from this day or time on is new; or what follows the first so many statements.
            now: the answer of :meth:`status`, where it is at hand.

        Raises:
            UnknownError: the record was never so long.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     new = programme.changes("2026-06-01")
            >>> new.since_size, [finding.finding for finding in new.findings]
            (1171, ['finding:clinic-cement'])
        """
        return changes(self._stood(self._size(since, before=True)), self._book, now)

    def _stood(self, size: int) -> Status:
        """Return how it stood at a size of the record; what was known then stays, so the last asked for is kept."""
        if self._earlier is None or self._earlier.size != size:
            with at_size(self._book, size) as earlier:
                self._earlier = status(earlier)
        return self._earlier

    def tasks(self) -> tuple[Task, ...]:
        """Return who must act, goods first.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     first = programme.tasks()[0]
            >>> first.owner, first.code, first.about
            ('party:brindle', 'account_for', 'consignment:0128')
        """
        return self.status().tasks

    def inbox(self, party: str, now: Status | None = None) -> Inbox:
        """Return what waits for one party: receipts, differences it owns, gaps to examine, decisions, keys that end soon.

        Args:
            party: for whom.
            now: the answer of :meth:`status`, where it is at hand.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     first = programme.inbox("party:brindle").items[0]
            >>> first.code, first.about
            ('account_for', 'consignment:0128')
        """
        return inbox(self._book, party, self.status() if now is None else now)

    def trace(self, identifier: str) -> JoinedTrace:
        """Return what became of something and where it came from, to the smallest unit.

        Args:
            identifier: or name of a pledge, payment, finding, lot, consignment, contract, invoice, need, project, place, party or movement.

        Raises:
            UnknownError: nothing in the record is called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.trace("project:clinic").what
            'project'
        """
        try:
            return trace(self._book, str(identifier))
        except UnknownError:
            found = self.find(str(identifier))
            if found == identifier:
                raise
            return trace(self._book, found)

    def mandates(self, on: When | None = None, leaving: Mapping[str, When] | None = None) -> Responsibilities:
        """Return who is responsible for what and where, and every gap and overlap from that day on.

        Args:
            on: a day; by default when the last statement was recorded.
            leaving: what if these parties left on those days?

        Example:
            >>> with enduse.open("demo") as programme:
            ...     len(programme.mandates("2026-06-01").held)
            18
        """
        gone = {party: as_instant(day) for party, day in (leaving or {}).items()}
        return responsibilities(self._book, None if on is None else as_instant(on), gone)

    def responsible(self, function: str, place: str | None = None) -> str:
        """Return which party holds a function at a place, or anywhere where none is named; empty where nobody does.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.responsible("no-such-function")
            ''
        """
        return holder(self._book, [function], place)

    def keys(self, party: str | None = None) -> KeyLives:
        """Return the life of every key: who brought it, who vouches for it, what was recovered, and what still waits.

        Args:
            party: only the keys of this party.

        Raises:
            UnknownError: the party never had a key.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            >>> key.state, key.enrolled_by, key.unconfirmed
            ('in_force', 'party:keeper', True)
        """
        return key_lives(self._book, party)

    def told_of_keys(self) -> tuple[Message, ...]:
        """Return what a reader of any figure must know of the keys under which statements were signed: of recovered ones.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.told_of_keys()
            ()
        """
        return marked(key_marks(self._book))

    def tranches(self, on: When | None = None) -> tuple[TrancheView, ...]:
        """Return how every tranche stands: held back first, then unknown, then due.

        Args:
            on: by the conditions in force on this day; by default when the last statement was recorded.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [(tranche.tranche, tranche.mark) for tranche in programme.tranches()]
            [('tranche:clinic-2', 'not_met'), ('tranche:school-2', 'not_known'), ('tranche:homes-2', 'met')]
        """
        used = judged.used(self._book, uses(self._book), {})
        return tranches(self._book, used, None if on is None else as_instant(on, end_of_day=True))

    def decision_basis(self, tranche: str) -> dict[str, str | int]:
        """Return what a decision on a tranche names as its basis: the record as it is now, and the evidence in it.

        Everybody who signs the same decision signs the same basis, so it is asked for once and handed round.

        Args:
            tranche: its identifier.

        Raises:
            UnknownError: there is no such tranche.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.decision_basis("tranche:school-2")["record_size"]
            1955
        """
        standing = next((known for known in self._book.tranches() if known.tranche == tranche), None)
        if standing is None:
            raise UnknownError("tranche.unknown", tranche=tranche)
        root = self._book.root.hex()
        return {"record_size": self.size, "record_root": root, "evidence": standing.digest}

    def verified(self) -> Verified | None:
        """Return the published checkpoint that all answers were held against; ``None`` before the first.

        Raises:
            RecordError: it is not what the answers rest on.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     checkpoint = programme.verified()
            >>> checkpoint.size, checkpoint.beyond, checkpoint.cosigned
            (1955, 0, ())
        """
        return verified(self._book)

    def check_decisions(self) -> dict[str, tuple[Problem, ...]]:
        """Fold the record again for each release decision in effect, and say what does not hold of what it rests on.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.check_decisions()
            {'decision:1': (), 'decision:2': ()}
        """
        return {decision: tuple(problems) for decision, problems in check_decisions(self._book).items()}

    def balances(self, *, as_at: When | None = None, as_known: When | int | None = None) -> tuple[Balance, ...]:
        """Return what every account holds, those that are even left out.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.
        """
        with self._then(as_at, as_known) as book:
            return balances(book)

    def assess(
        self,
        *,
        false_alarm: float = 0.05,
        period_days: int = 7,
        errors_known: bool = True,
        as_it_came: bool = False,
        power: bool = True,
    ) -> AssessmentView:
        """Say whether anything is missing beyond measurement error; arguments as those of :func:`enduse.assess`.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     seen = programme.assess(power=False)
            >>> [(total.material, round(total.estimate)) for total in seen.missing], seen.owners
            ([('cement TNE', 20)], ('party:brindle',))
        """
        laid = tables(self._book, period_days)
        found = assess(laid.rows, false_alarm=false_alarm, known=errors_known, as_it_came=as_it_came, power=power)
        return programme_assessment(self._book, laid, found)

    def flat(self, since: When | int | None = None) -> FlatAnswers:
        """Return all answers as flat rows, table by table, for analysts and spreadsheets (docs/reference/exports.md).

        Args:
            since: an earlier issue: a time, or so many statements. With it a table tells what is new since then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     flat = programme.flat()
            >>> [(row.project, row.spent) for row in flat.tables["money_by_project"][:1]]
            [('project:homes', Decimal('3060000'))]
        """
        return FlatAnswers(
            status=(now := self.status()),
            size=self.size,
            root=self._book.root.hex(),
            languages=self._book.programme.languages,
            verified=self.verified(),
            tables=flat_tables(
                now,
                self.cash(),
                self.goods_lines(),
                self.late(),
                goods.holdings(self._book, Sums(blocks=booked.summed(self._book))),
                self.statements(),
                FlatWorks(
                    works=self.works(),
                    indicators=self.indicators(),
                    access=self.access_public(),
                    visits=self.visits().visits,
                ),
                None if since is None else self.changes(since),
            ),
        )

    def report(self) -> Report:
        """Return everything a report shows; :mod:`enduse.pages` draws it."""
        return build_report(self._book)

    def digest(self) -> str:
        """Return SHA-256 over everything worked out; equal for everybody who follows the same record."""
        return self._book.digest()

    def verify(self, trust: operators.Trust | None = None) -> operators.AuditReport:
        """Recompute every hash, signature and running number of the record, and compare with its signed checkpoint.

        Args:
            trust: keys to check with, had from elsewhere (:func:`enduse.operators.read_trust`). Without it the key in the
                folder is taken, which protects against everybody but whoever wrote the folder.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.verify().ok
            True
        """
        return operators.verify_record(self.folder, trust)


class _Past(Questions):
    """A programme of an earlier time; its record stays open for the programme that it was had from."""

    def close(self) -> None:
        """Answer nothing more."""
        self._book = cast("Book", ClosedProgramme(self.folder))
