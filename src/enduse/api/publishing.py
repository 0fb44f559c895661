"""Contracts, and the money of a programme in the open standards, as a part of a programme's questions."""

from hashlib import sha256
from pathlib import Path

from enduse.api.arrangement import PublicQuestions
from enduse.exchange.standards.publishing import KEPT_POLICY, PublishedFiles, read_exclusions, write_publication
from enduse.system import read_file
from enduse.views.contract_shapes import ContractView
from enduse.views.contracts import contract_keys, contract_view, keys_named
from enduse.views.loads import unsettled
from enduse.views.published import PublishedMoney, excludable, published
from enduse.views.trace import JoinedTrace, contract_trace


class PublishingQuestions(PublicQuestions):
    """A programme whose money is published."""

    def published(self, exclude: Path | None = None) -> PublishedMoney:
        """Return all money that is published, project by project: every payment that stands.

        Args:
            exclude: policy of what is not: a CSV with the columns ``what`` (a project, place or party) and ``reason``; by
                default ``not-published.csv`` in the programme's folder, where it lies there.

        Raises:
            MalformedError: that is no such policy.
            UnknownError: nothing is called as one of its rows says; says what may have been meant.
            ConflictError: several things are called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     clinic = programme.published().projects[0]
            >>> print(clinic.project, clinic.budget.value, clinic.spent()[0].value)
            project:clinic 1700000 820000
        """
        kept = self.folder / KEPT_POLICY
        policy = exclude or (kept if kept.exists() else None)
        return published(self._book, read_exclusions(policy, excludable(self._book)) if policy else ())

    def exclusions_edition(self) -> str:
        """Return by what the edition of the policy that lies in the programme's folder is known; empty where none does.

        Raises:
            LimitError, OSError: it cannot be read.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.exclusions_edition()
            ''
        """
        kept = self.folder / KEPT_POLICY
        return sha256(read_file(kept)).hexdigest() if kept.exists() else ""

    def contracts(self, name: str = "", *, public: bool = False) -> tuple[ContractView, ...]:
        """Return contracts, each with what is contracted, invoiced, paid, delivered and built, and what is not known.

        Args:
            name: number of a contract, its OCID, or the project it is for; by default all.
            public: without consignments that may still be on their way: a contract tells whose they are and what they are for.

        Raises:
            UnknownError: nothing is called so.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (clinic,) = programme.contracts("project:clinic")
            >>> print(clinic.contract, clinic.supplier, clinic.amount.value, clinic.paid[0].value)
            contract:clinic-works party:olivar 900000 820000
        """
        book = self._book
        held_back = {one.number for one in unsettled(book)} if public else frozenset[str]()
        if not name:
            return tuple(contract_view(book, key, held_back) for key in contract_keys(book))
        if keys := keys_named(book, name):
            return tuple(contract_trace(book, key, held_back).contracts[0] for key in keys)
        project = self.find(name, "project")
        return tuple(one for one in self.contracts(public=public) if one.project == project)

    def contract(self, key: str, *, public: bool = False) -> JoinedTrace:
        """Return one contract, walked to what its goods became and back to whose money paid for it.

        Args:
            key: its buyer and number, with a blank between them (:attr:`ContractView.key`).
            public: without consignments that may still be on their way, as for :meth:`contracts`.

        Raises:
            KeyError: there is none.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     traced = programme.contract("party:fund contract:clinic-works")
            >>> [(one.project, one.progress) for one in traced.built]
            [('project:clinic', '0.8')]
        """
        held_back = {one.number for one in unsettled(self._book)} if public else frozenset[str]()
        return contract_trace(self._book, key, held_back)

    def write_money(
        self,
        folder: Path,
        *,
        exclude: Path | None = None,
        publisher: str | None = None,
        prefix: str | None = None,
        country: str | None = None,
    ) -> PublishedFiles:
        """Write all money that is published as files of IATI, OCDS and OC4IDS, with the policy by which they were made.

        Args:
            folder: where; made if it is not there.
            exclude: policy of what is not published, as for :meth:`published`.
            publisher: reference of the publishing organisation in IATI; by default one made from the name of the log.
            prefix: that the Open Contracting Partnership registered; by default one made from the name of the log.
            country: ISO 3166 code of the country that all of it is for, which IATI asks for.

        Raises:
            MalformedError: the policy is none, or a reference holds what no identifier may.
            UnknownError, ConflictError: the policy names nothing that is known, or several things, as for :meth:`published`.
            OSError: the files cannot be written.

        Example:
            >>> from pathlib import Path
            >>> with enduse.open("demo") as programme:
            ...     written = programme.write_money(Path("money"))
            >>> print(written.files[0], written.payments, written.spent[0].value)
            iati-activities.xml 78 9920000
        """
        money = self.published(exclude)
        return write_publication(money, folder, publisher=publisher, prefix=prefix, country=country)
