"""Money of the invented programme: who pledged, who bound itself, who paid, and what the fund spent it on.

All donors pay into one fund; one of them has pledged and never paid. One payment is written down wrongly and corrected.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from enduse.simulate.freight import Freight, later
from enduse.simulate.parties import text
from enduse.simulate.trade import CARRIERS, Fault, Supply
from enduse.simulate.works import (
    CLINIC,
    CONTRACT,
    FOOD,
    FUEL,
    HOMES,
    HOMES_TRANCHE,
    SCHOOL,
    TRANCHES,
    WATER,
    dollars,
    tonnes,
)
from enduse.simulate.writer import Writer
from enduse.statements.contract import Contract, ContractBody, ContractItem, Invoice, InvoiceBody
from enduse.statements.keyring import Signed
from enduse.statements.money import (
    Commitment,
    CommitmentBody,
    Disbursement,
    DisbursementBody,
    Expenditure,
    ExpenditureBody,
    Pledge,
    PledgeBody,
    Purchase,
)

FUND: Final = "party:fund"


class DonorPlan(msgspec.Struct, frozen=True):
    """A donor in whole dollars: pledged, committed, and each payment with its week."""

    party: str
    pledged: int
    committed: int
    paid: tuple[tuple[int, int], ...]


DONORS = (
    DonorPlan("party:azura", 8_000_000, 8_000_000, ((2, 3_000_000), (9, 2_000_000))),
    DonorPlan("party:arzan", 5_000_000, 4_000_000, ((2, 2_500_000), (12, 1_500_000))),
    DonorPlan("party:lumen", 2_500_000, 2_500_000, ((2, 1_250_000), (8, 1_250_000))),
    DonorPlan("party:marwen", 3_000_000, 2_000_000, ((10, 950_000),)),
    DonorPlan("party:dorran", 6_000_000, 0, ()),
)
"""Donors; the last has pledged and not paid."""

TRANCHE: Final = next(int(item.body.amount.value) for item in TRANCHES if item.body.tranche == HOMES_TRANCHE)
"""Dollars of the one tranche that is released."""

WORKS: Final = (
    (HOMES, "party:tessera", 620_000, (3, 8, 13)),
    (WATER, "party:tessera", 240_000, (6, 12, 18)),
    (CLINIC, "party:olivar", 410_000, (4, 9)),
    (SCHOOL, "party:olivar", 330_000, (15, 20)),
)
"""Payments to builders that no tranche holds back: project, builder, dollars each time, weeks."""

CLINIC_CONTRACT: Final = ContractBody(
    contract=CONTRACT,
    supplier="party:olivar",
    title=text("Building of the clinic, North", "بناء عيادة الشمال"),
    project=CLINIC,
    amount=dollars(900_000),
    items=(
        ContractItem(material="cement", quantity=tonnes("100")),
        ContractItem(material="steel", quantity=tonnes("12")),
    ),
    ocid="ocds-enduse-demo-clinic-works",
    state="active",
)
"""The one contract of the play: its builder builds in what the store sends it under the contract's number."""

PURPOSES: Final = {"food-parcel": FOOD, "diesel": FUEL}
"""Goods that are bought for one project; cement and steel go into a common store."""


class Funds:
    """Plans the money on the calendar of a writer.

    Attributes:
        spent: whole dollars the fund truly spent.
    """

    def __init__(self, writer: Writer, freight: Freight, day: Callable[[int, int, int], datetime]) -> None:
        self._writer = writer
        self._freight = freight
        self._day = day
        self._number = 0
        self.spent = 0

    def plan(self, take_back: Callable[[str, str, Fault, str], None]) -> None:
        """Put pledges, commitments, payments and wages on the calendar; ``take_back`` states a correction."""
        for donor in DONORS:
            self._plan_donor(donor)
        self._writer.at(self._day(2, 2, 10), lambda: self._writer.say(Contract, FUND, CLINIC_CONTRACT))
        for project, builder, amount, weeks in WORKS:
            for number, week in enumerate(weeks, 1):
                bill = f"invoice:clinic-{number}" if project == CLINIC else None
                if bill:
                    self._writer.at(self._day(week, 2, 15), partial(self._ask, builder, bill, amount))
                self._writer.at(self._day(week, 3, 11), partial(self.pay, builder, amount, project, invoice=bill))
        for week in range(3, 27):
            carrier = CARRIERS[week % len(CARRIERS)]
            self._writer.at(self._day(week, 4, 12), partial(self.pay, carrier, 9_500, None))
        self._writer.at(self._day(11, 3, 10), lambda: self._misbook(take_back))

    def _ask(self, builder: str, invoice: str, amount: int) -> None:
        """Let the builder of the clinic ask for a part of what its contract comes to."""
        body = InvoiceBody(invoice=invoice, amount=dollars(amount), buyer=FUND, contract=CLINIC_CONTRACT.contract)
        self._writer.say(Invoice, builder, body)

    def _plan_donor(self, donor: DonorPlan) -> None:
        name = donor.party.partition(":")[2]
        pledge, commitment = f"pledge:{name}", f"commitment:{name}"
        self._writer.at(self._day(1, 3, 10), lambda: self._pledge(donor, pledge))
        if donor.committed:
            body = CommitmentBody(commitment=commitment, amount=dollars(donor.committed), recipient=FUND, pledge=pledge)
            self._writer.at(self._day(1, 5, 10), partial(self._writer.say, Commitment, donor.party, body))
        for number, (week, amount) in enumerate(donor.paid, 1):
            paid = DisbursementBody(
                disbursement=f"disbursement:{name}-{number}",
                amount=dollars(amount),
                recipient=FUND,
                commitment=commitment,
            )
            self._writer.at(self._day(week, 0, 8), partial(self._writer.say, Disbursement, donor.party, paid))

    def _pledge(self, donor: DonorPlan, pledge: str) -> None:
        purpose = text("For rebuilding the Palm Coast", "لإعادة إعمار ساحل النخيل")
        body = PledgeBody(pledge=pledge, amount=dollars(donor.pledged), recipient=FUND, purpose=purpose)
        self._writer.say(Pledge, donor.party, body)

    def release(self, decision: str) -> None:
        """Let the largest donor pay the homes' tranche in answer to a decision, and the fund pass it on two days later."""
        body = DisbursementBody(
            disbursement="disbursement:azura-tranche",
            amount=dollars(TRANCHE),
            recipient=FUND,
            commitment="commitment:azura",
        )
        paid = self._writer.say(Disbursement, "party:azura", body, refs=(decision,)).id
        self._writer.at(later(self._writer.now, 48), lambda: self.pay("party:tessera", TRANCHE, HOMES, refs=(paid,)))

    def buy(self, supply: Supply, lot: str) -> None:
        """Pay for a lot."""
        bought = Purchase(
            lot=lot, material=supply.material, quantity=self._freight.quantity(supply.material, supply.lot)
        )
        self.pay(supply.supplier, supply.price, PURPOSES.get(supply.material), (bought,))

    def pay(
        self,
        payee: str,
        amount: int,
        project: str | None,
        buys: tuple[Purchase, ...] = (),
        refs: tuple[str, ...] = (),
        invoice: str | None = None,
    ) -> Signed:
        """Pay somebody out of the fund."""
        self.spent += amount
        return self._spend(payee, amount, project, buys, refs, invoice)

    def _spend(
        self,
        payee: str,
        amount: int,
        project: str | None,
        buys: tuple[Purchase, ...] = (),
        refs: tuple[str, ...] = (),
        invoice: str | None = None,
    ) -> Signed:
        self._number += 1
        body = ExpenditureBody(
            expenditure=f"expenditure:{self._number:03d}",
            amount=dollars(amount),
            payee=payee,
            project=project,
            buys=buys,
            contract=None if invoice is None else CLINIC_CONTRACT.contract,
            invoice=invoice,
        )
        return self._writer.say(Expenditure, FUND, body, "place:coast", refs)

    def _misbook(self, take_back: Callable[[str, str, Fault, str], None]) -> None:
        wrong = self._spend("party:tessera", 42_000, WATER)

        def mend() -> None:
            take_back(FUND, wrong.id, "incorrect_data", "Two digits changed places: 42,000 written for 24,000.")
            self.pay("party:tessera", 24_000, WATER, refs=(wrong.id,))

        self._writer.at(self._day(11, 4, 9), mend)
