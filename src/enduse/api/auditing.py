"""What auditors ask of a programme's money: links that lack, an account beside the record, a sample to examine."""

from pathlib import Path

from enduse.api.given import Folder, When, as_path
from enduse.api.publishing import PublishingQuestions
from enduse.exchange.account_table import read_account
from enduse.exchange.examined import read_examined, write_sample
from enduse.views.leads import NEAR_DAYS
from enduse.views.links import PaymentLinks, payment_links
from enduse.views.money_sample import RISK, MoneySample, SampleTerms, money_sample
from enduse.views.reconciling import Reconciliation, reconcile


class AuditQuestions(PublishingQuestions):
    """A programme whose money is audited; nothing here records or links anything."""

    def money_links(self, *, as_at: When | None = None, as_known: When | int | None = None) -> PaymentLinks:
        """Return how payments are linked to promises and to their recipients' word, and proposals for what is not.

        A proposal is for a person, who asks both parties; who said the payment signs it again with the link
        (:meth:`enduse.Programme.correct`), or nobody does.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     links = programme.money_links()
            >>> links.payments, links.kept, links.unresolved, len(links.proposals)
            (8, 8, 0, 0)
        """
        with self._then(as_at, as_known) as book:
            return payment_links(book)

    def reconcile(
        self,
        file: Folder,
        party: str,
        *,
        currency: str = "",
        days: int = NEAR_DAYS,
        as_known: When | int | None = None,
        numbers: str = "",
        dates: str = "",
        minus: str = "",
    ) -> Reconciliation:
        """Return a statement of account beside the payments that touch a party's cash: what matches, what stands on one side only.

        What differs is told as such and never as a loss; each currency ties to the last unit. Balances beside the rows and rows of
        totals are added up too; those that do not come out are ``wrong_sums``.

        Args:
            file: a bank's statement or a fund's own ledger as a table, with the columns ``day``, ``amount`` (or ``debit`` and
                ``credit``), ``balance``, ``account``, ``currency``, ``kind``, ``reference``, ``text``.
            party: whose account it is, by identifier or name.
            currency: of rows that name none.
            days: how many days apart both may tell one payment, 0 to 120.
            as_known: counting only what had been recorded by then.
            numbers: how the table writes numbers, ``1,234.5`` or ``1.234,5``, where it does not tell it.
            dates: how it writes days, ``day-month-year`` or ``month-day-year``, likewise.
            minus: what a minus among debits or credits means, where only some have one: ``taken-back``, ``usual`` (then what has none is
                taken back) or ``either`` (nothing).

        Raises:
            UnknownError: no party is called so.
            MalformedError: the table lacks a day or an amount, or has no movements.
            LimitError, OSError: it cannot be read.

        Example:
            >>> from pathlib import Path
            >>> rows = ["day,amount,currency,kind", "2026-03-01,0,USD,opening", "2026-03-01,500,USD,movement", ",500,USD,closing"]
            >>> _ = Path("bank.csv").write_text(chr(10).join(rows))
            >>> with enduse.open("demo") as programme:
            ...     beside = programme.reconcile("bank.csv", "party:fund")
            >>> print(beside.balances[0].gap.value, len(beside.only_account), beside.balances[0].tied)
            0 1 True
        """
        whose = self.find(party, "party")
        account = read_account(as_path(file), currency, numbers, dates, minus)
        with self._then(None, as_known) as book:
            return reconcile(book, whose, account, days)

    def money_sample(
        self,
        *,
        size: int | None = None,
        tolerable: str | None = None,
        expected: str | None = None,
        risk: str = RISK,
        currency: str | None = None,
        root: int | None = None,
        beacon: str | None = None,
        seed: bytes | None = None,
        announce: bool = False,
        examined: Folder | None = None,
        numbers: str = "",
        as_at: When | None = None,
        as_known: When | int | None = None,
    ) -> MoneySample:
        """Return a monetary-unit sample of what was spent: what to examine, and, of what was examined, the limit of error.

        Without ``root`` and ``beacon`` nothing is drawn: the answer is what to publish first, the list's digest and the size.

        Args:
            size: payments to examine; or else ``tolerable``.
            tolerable: error in all that would be borne, in units of the currency, as decimal text.
            expected: error in all that is looked for, likewise.
            risk: chance of accepting more than ``tolerable``, at most; decimal text from 0.001 to 0.5.
            currency: which, where several were spent.
            root: draw by the Merkle root of the record at this size, published after the list was fixed.
            beacon: draw by this public value, whose source was named before it was known: what stands before its first colon.
            seed: 32 random bytes to draw with beside the root. The answer's ``commitment`` is announced, the seed told once it is drawn.
            announce: draw nothing: the answer's ``topic`` is that of an undertaking, of whoever draws, that announces this draw
                before the seed is known. Once that is recorded, ``announced`` names it.
            examined: a table with the columns ``statement`` and ``examined``: what payments should have been.
            numbers: how that table writes numbers, ``1,234.5`` or ``1.234,5``, where it does not tell it.
            as_at: draw from what is said to have been spent by then.
            as_known: draw from what had been recorded by then: a time, or so many statements.

        Raises:
            MalformedError: what is asked for is no sample, or the table is none.
            UnknownError: nothing was spent, or no checkpoint of that size is published.
            ConflictError: the root was known with the list, or a payment was examined that was not drawn.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     plan = programme.money_sample(tolerable="500000", as_known=1000)
            ...     drawn = programme.money_sample(tolerable="500000", as_known=1000, root=1100)
            >>> plan.wanted, len(plan.chosen), plan.list == drawn.list
            (31, 0, True)
            >>> drawn.topic[:5], drawn.announced
            ('draw:', None)
            >>> drawn.points, {one.why for one in drawn.chosen} <= {"certain", "drawn"}
            (8, True)
        """
        told = None if examined is None else read_examined(Path(as_path(examined)), numbers)
        terms = SampleTerms(
            size=size,
            tolerable=tolerable,
            expected=expected,
            risk=risk,
            currency=currency,
            root=root,
            beacon=beacon,
            secret=seed,
            announce=announce,
        )
        with self._then(as_at, as_known) as book:
            return money_sample(book, self._book, terms, told)

    def write_sample(self, drawn: MoneySample, file: Folder) -> int:
        """Write what is to be examined as a CSV, with an empty column ``examined`` to fill in; returns how many rows.

        Args:
            drawn: the sample.
            file: where; replaced when the new one is whole.

        Raises:
            OSError: it cannot be written.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     drawn = programme.money_sample(size=3, beacon="a value published later")
            ...     programme.write_sample(drawn, "sample.csv")
            3
        """
        return write_sample(drawn, as_path(file))
