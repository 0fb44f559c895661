"""A contract stands beside what is invoiced, paid, delivered and built of it; a trace walks from the donor to what is verified, and back."""

from datetime import timedelta
from random import Random

import pytest

import enduse
from conftest import Small
from enduse.book.past import BookAsAt, at_size
from enduse.errors import InvalidValueError, UnknownError
from enduse.ledger.trace import Tracer, uneven
from enduse.ledger.trace_seeds import TracePart
from enduse.messages import english_remedy_of
from enduse.pages.contract_lines import goods_figures, invoice_words
from enduse.pages.localizer import Localizer
from enduse.rows import Rows
from enduse.statements.access import Clearance, ClearanceBody, MovementBody, MovementStatement
from enduse.statements.contract import Contract, ContractBody, ContractItem, Invoice, InvoiceBody
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.money import (
    Disbursement,
    DisbursementBody,
    Expenditure,
    ExpenditureBody,
    Pledge,
    PledgeBody,
    Refund,
    RefundBody,
)
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.statements.works import Milestone, MilestoneBody, Need, NeedBody, Project, ProjectBody
from enduse.terms.amounts import Instrument, Money, Quantity
from enduse.terms.times import micros
from enduse.views.cash import money as cash
from enduse.views.contracts import contract_keys, contract_view
from enduse.views.names import lookup
from enduse.views.published import standing_money
from enduse.views.trace import trace
from support.cement import goods
from support.ledger_hand import Hand, usd

CEMENT = (ContractItem(material="cement", quantity=Quantity("100", "TNE"), cost=Money("9000", "USD")),)


def test_a_consignment_is_traced_to_the_movement_that_carried_it_and_where_it_waited_and_back(small):
    day = small.now - timedelta(days=90)
    small.say("keeper", Place, PlaceBody(place="north", name={"en": "North"}, type="area"))
    goods(small, "warehouse", "commissioning", "100", 0, "yard", action="ADD")
    sent(small, "60", "W-1", contract="", invoice="")
    notified = MovementBody(movement="m", action="submit", to="monitor", planned=day, carries=("W-1", "W-9"))
    small.say("fund", MovementStatement, notified, occurred_at=day - timedelta(days=2), place="north")
    small.say("fund", MovementStatement, MovementBody(movement="m", action="impede"), occurred_at=day)
    small.say("fund", Clearance, ClearanceBody(item="W-1", action="request", trucks=2), occurred_at=day)
    traced = trace(small.book, "W-1")
    assert [(one.movement, one.outcome, one.carries) for one in traced.movements] == [("m", "impeded", ("W-1", "W-9"))]
    assert [(one.item, one.state, one.trucks) for one in traced.waits] == [("W-1", "requested", 2)]
    carried = trace(small.book, "m")
    assert (carried.what, carried.amounts, carried.movements) == (
        "movement",
        {"cement/g": 60_000_000},
        traced.movements,
    )
    told = small.book.access.movements["m"][0]
    small.say("fund", Correction, CorrectionBody(corrects=told.entry, reason="did_not_occur"))
    assert trace(small.book, "W-1").movements == (), "what was taken back names nothing"


def test_what_is_sealed_of_a_movement_is_in_no_trace_before_it_is_disclosed(tmp_path):
    small = Small(tmp_path / "sealed")
    goods(small, "warehouse", "commissioning", "100", 0, "yard", action="ADD")
    sent(small, "60", "W-1", contract="", invoice="")
    small.intake.close()
    body = {"movement": "m", "action": "submit", "carries": ["W-1"]}
    with enduse.open(small.folder) as programme:
        fields = {"occurred_at": small.now, "body": body}
        programme.seal_statement("movement", fields, party="fund", now=small.now)
        assert programme.trace("W-1").movements == ()
        with pytest.raises(UnknownError):
            programme.trace("m")
        programme.disclose_due(party="fund", now=small.now + timedelta(days=90))
        (one,) = programme.trace("W-1").movements
        assert (one.movement, one.carries) == ("m", ("W-1",))


def test_what_is_paid_under_a_contract_and_names_no_project_is_spent_on_that_of_the_contract(built):
    body = ExpenditureBody(expenditure="E-9", amount=usd_of(100), payee="warehouse", contract="C-7")
    said = built.say("fund", Expenditure, body)
    foreign = ExpenditureBody(expenditure="E-8", amount=usd_of(7), payee="warehouse", contract="C-8")
    built.say("fund", Expenditure, foreign)
    assert spent_on_projects(built) == {"library": 5_500, "": 7}
    published = {project: one.amount for project, one in standing_money(built.book) if one.name == "E-9"}
    assert {name: figure.value for name, figure in published.items()} == {"library": 100}
    traced = trace(built.book, "library")
    assert traced.amounts["money/USD"] == usd_of(5_500).minor()
    assert [view.contract for view in traced.contracts] == ["C-7"]
    built.say("fund", Correction, CorrectionBody(corrects=built.book.statement(said.index).id, reason="did_not_occur"))
    assert spent_on_projects(built) == {"library": 5_400, "": 7}, "what is taken back is off it again"


def spent_on_projects(small):
    (money,) = cash(small.book).currencies
    return {one.project: one.spent.value for one in money.projects}


def test_a_project_for_which_there_is_only_a_contract_is_traced_to_it(small):
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    plan = ProjectBody(project="library", title={"en": "Library"}, purpose="reconstruction", contractor="fund")
    small.say("keeper", Project, plan, place="site")
    small.say("fund", Contract, stated())
    assert [view.contract for view in trace(small.book, "library").contracts] == ["C-7"]


def usd_of(value):
    return Money(str(value), "USD")


def stated(**more):
    fields = {
        "contract": "C-7",
        "supplier": "warehouse",
        "project": "library",
        "amount": usd_of(9_000),
        "items": CEMENT,
    }
    return ContractBody(**fields | more)


def sent(small, tonnes, number, *, contract="C-7", invoice="INV-1", step="shipping", party="warehouse", **more):
    at, taker = ("yard", "warehouse") if step == "shipping" else ("site", party)
    kinds = [{"type": kind, "bizTransaction": name} for kind, name in (("po", contract), ("inv", invoice)) if name]
    ends = {"sourceList": [{"type": "possessing_party", "source": "warehouse"}]}
    if step == "shipping":
        ends["destinationList"] = [{"type": "possessing_party", "destination": "fund"}]
    own = [{"type": "desadv", "bizTransaction": number}, *kinds]
    return goods(small, taker, step, tonnes, 0, at, bizTransactionList=own, **ends, **more)


@pytest.fixture
def built(small):
    """A building of which each step is stated: pledge, contract, invoice, payment, two loads, use, measurement, milestone."""
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    small.say("keeper", Need, NeedBody(need="reading", title={"en": "Books"}))
    plan = ProjectBody(
        project="library", title={"en": "Library"}, purpose="reconstruction", need="reading", contractor="fund"
    )
    small.say("keeper", Project, plan, place="site")
    small.say("donor", Pledge, PledgeBody(pledge="P-1", amount=usd_of(50_000), recipient="fund"))
    paid = DisbursementBody(disbursement="D-1", amount=usd_of(20_000), recipient="fund", pledge="P-1")
    small.say("donor", Disbursement, paid)
    small.say("fund", Contract, stated(ocid="ocds-abcdef-7"))
    goods(small, "warehouse", "commissioning", "100", 0, "yard", action="ADD")
    sent(small, "60", "W-1")
    sent(small, "60", "W-1", step="receiving", party="fund", contract="", invoice="")
    sent(small, "30", "W-2")
    sent(small, "28", "W-2", step="receiving", party="fund", contract="", invoice="")
    small.say("warehouse", Invoice, InvoiceBody(invoice="INV-1", amount=usd_of(5_400), contract="C-7", buyer="fund"))
    spent = ExpenditureBody(
        expenditure="E-1", amount=usd_of(5_400), payee="warehouse", project="library", contract="C-7", invoice="INV-1"
    )
    small.say("fund", Expenditure, spent)
    goods(small, "fund", "consuming", "70", 0, "site", **{"enduse:project": "library"})
    measured = ReadingBody(
        reading="R-1",
        of="use",
        project="library",
        material="cement",
        quantity=Quantity("69", "TNE"),
        method="survey",
        instrument=Instrument(instrument="tape", random_sd="0.01", systematic_sd="0.01"),
    )
    small.say("monitor", Reading, measured, place="site")
    small.say("fund", Milestone, MilestoneBody(milestone="M-1", project="library", progress="0.7"), place="site")
    return small


def only(small):
    (key,) = contract_keys(small.book)
    return contract_view(small.book, key)


def codes(view):
    return {note.code for note in view.notes}


def test_contracted_invoiced_paid_delivered_and_built_stand_beside_each_other(built):
    (view,) = trace(built.book, "C-7").contracts
    (cement,) = view.goods
    tonnes = [one.amount // 1_000_000 for one in (cement.contracted, cement.sent, cement.delivered, cement.built)]
    assert (view.amount.value, view.invoiced[0].value, view.paid[0].value) == (9_000, 5_400, 5_400)
    assert tonnes == [100, 90, 88, 70]
    assert cement.measured is not None
    low, high = cement.measured
    assert low.amount < 69_000_000 < high.amount
    assert view.progress == ("0.7", "fund")
    assert codes(view) == {"contract.delivered_short"}, "a fact with who is asked; nothing else is amiss"
    assert view.notes[0].values["senders"] == ["warehouse"]


@pytest.mark.parametrize("name", ["C-7", "ocds-abcdef-7", "INV-1", "W-1", "E-1", "P-1", "D-1", "library", "reading"])
def test_a_trace_of_any_of_them_walks_to_the_donor_and_to_what_was_built_and_verified(built, name):
    found = trace(built.book, name)
    assert [view.contract for view in found.contracts] == ["C-7"]
    (project,) = found.built
    assert (project.project, project.need, project.progress, project.by) == ("library", "reading", "0.7", "fund")
    whole = trace(built.book, "C-7")
    assert {(one.why, one.owner) for one in whole.sources} >= {("promised_by_donor", "donor")}
    assert any(one.why == "use" and one.amount == 70_000_000 for one in whole.uses)
    assert whole.built[0].materials[0].declared == 70_000_000
    assert whole.built[0].materials[0].measured is not None, "what a monitor measured stands beside what was declared"
    for graph, backward in ((found.forward, False), (found.backward, True)):
        assert uneven(graph, backward=backward) is None


def test_what_was_measured_stands_beside_a_contract_from_whatever_name_one_begins_and_no_zero_is_made_up(built):
    def shown(name):
        (view,) = trace(built.book, name).contracts
        return (
            view.goods[0].built,
            view.goods[0].measured,
            [head for head, _ in goods_figures(view, Localizer("en", {}))],
        )

    whole, part = shown("C-7"), shown("INV-1")
    assert (whole[0].amount, part[0]) == (70_000_000, None)
    assert whole[1] == part[1]
    assert ("built in" in whole[2], "built in" in part[2]) == (True, False)
    built.say("fund", Contract, stated(contract="C-8", ocid=None))
    view = next(one for one in trace(built.book, "C-8").contracts if one.contract == "C-8")
    assert (view.loads, view.goods[0].built) == ((), None), "nothing names it: not known is not zero"


def test_what_nobody_declared_as_built_in_is_not_known_and_is_not_zero(small):
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    small.say("keeper", Need, NeedBody(need="reading", title={"en": "Books"}))
    plan = ProjectBody(project="library", title={"en": "Library"}, purpose="reconstruction", need="reading")
    small.say("keeper", Project, plan, place="site")
    small.say("fund", Contract, stated())
    goods(small, "warehouse", "commissioning", "100", 0, "yard", action="ADD")
    sent(small, "60", "W-1")
    (view,) = trace(small.book, "C-7").contracts
    columns = dict(goods_figures(view, Localizer("en", {})))
    assert (view.goods[0].built, columns["built in"], columns["sent"]) == (None, ["not known"], ["60\u00a0t"])


def test_the_number_on_the_paper_finds_contract_and_invoice(built):
    built.say("fund", Contract, stated(contract="contract:well-1"))
    built.say("warehouse", Invoice, InvoiceBody(invoice="invoice:T-1", amount=usd_of(1), buyer="fund"))
    found = lookup(built.book)
    assert (found.find("T-1"), found.find("well-1")) == ("invoice:T-1", "contract:well-1")


def test_nothing_follows_from_a_payment_and_a_load_that_name_no_contract(built):
    sent(built, "10", "W-3", contract="", invoice="")
    built.say("fund", Expenditure, ExpenditureBody(expenditure="E-2", amount=usd_of(10), payee="warehouse"))
    before = only(built)
    for name in ("W-3", "E-2"):
        found = trace(built.book, name)
        assert not [one for one in found.unresolved if one.code.startswith("contract.")]
    assert {one.number for one in before.loads} == {"W-1", "W-2"}
    assert [one.payment for one in before.payments] == ["E-1"]


def test_what_names_a_contract_of_others_is_told_and_joined_to_nothing(built):
    stray = {"payee": "carrier", "amount": usd_of(70)}
    built.say("monitor", Expenditure, ExpenditureBody(expenditure="X-1", contract="C-7", **stray))
    built.say("monitor", Expenditure, ExpenditureBody(expenditure="X-2", contract="C-99", **stray))
    assert only(built).paid[0].value == 5_400
    told = {name: [one.code for one in trace(built.book, name).unresolved] for name in ("X-1", "X-2")}
    assert "contract.of_others" in told["X-1"]
    assert "contract.not_stated" in told["X-2"]
    assert not trace(built.book, "X-1").contracts


def test_nobody_takes_the_number_of_anothers_contract(built):
    built.say("donor", Contract, stated(supplier="carrier", amount=usd_of(1), project=None))
    assert len(contract_keys(built.book)) == 2
    mine = contract_view(built.book, "fund C-7")
    assert (mine.amount.value, mine.paid[0].value) == (9_000, 5_400)
    assert not contract_view(built.book, "donor C-7").payments


def test_a_stranger_who_uses_the_number_and_names_a_party_parts_nothing_from_its_contract(built):
    def joined():
        view = contract_view(built.book, "fund C-7")
        return [view.paid, view.goods, view.payments, view.loads, view.invoiced, view.notes]

    before = joined()
    built.say("monitor", Contract, stated(supplier="warehouse", amount=usd_of(1), project=None))
    built.say("carrier", Invoice, InvoiceBody(invoice="INV-1", amount=usd_of(1), contract="C-7", buyer="fund"))
    assert joined()[:4] == before[:4]
    assert not contract_view(built.book, "monitor C-7").loads
    more = ExpenditureBody(expenditure="E-3", amount=usd_of(7), payee="warehouse", invoice="INV-1")
    built.say("fund", Expenditure, more)
    assert contract_view(built.book, "fund C-7").paid[0].value == 5_407, "an invoice alone is enough still"


@pytest.mark.threat(
    who="stranger",
    tries="states a contract of its own under the number of another's, with the same supplier, so that what names supplier and number alone is joined to neither",
    alone="what the supplier itself has named together with its buyer is the contract that is meant",
    needs="the supplier's own word for the stranger's contract, or its silence on the other",
    seen_by="everybody: `enduse trace` tells what is joined to nothing, and who is asked",
)
@pytest.mark.parametrize("word", ["invoice", "load", "nothing"])
def test_a_contract_named_by_number_and_supplier_alone_is_the_one_that_its_supplier_told_with_its_buyer(small, word):
    small.say("keeper", Project, ProjectBody(project="library", title={"en": "L"}, purpose="reconstruction"))
    small.say("fund", Contract, stated())
    if word == "invoice":
        said = InvoiceBody(invoice="I-1", amount=usd_of(5), contract="C-7", buyer="fund")
        small.say("warehouse", Invoice, said)
    if word == "load":
        goods(small, "warehouse", "commissioning", "100", 0, "yard", action="ADD")
        sent(small, "60", "W-1", invoice="")
    small.say(
        "donor", Expenditure, ExpenditureBody(expenditure="E-1", amount=usd_of(70), payee="warehouse", contract="C-7")
    )

    def paid(buyer):
        return [one.payment for one in contract_view(small.book, f"{buyer} C-7").payments]

    assert paid("fund") == ["E-1"]
    small.say("monitor", Contract, stated(project=None, amount=usd_of(1)))
    assert (paid("fund"), paid("monitor")) == (["E-1"] if word != "nothing" else [], [])
    small.say(
        "monitor",
        Disbursement,
        DisbursementBody(disbursement="D-9", amount=usd_of(1), recipient="warehouse", contract="C-7"),
    )
    assert "E-1" not in paid("monitor"), "a stranger's payment is no word of the supplier"
    assert ("E-1" in paid("fund")) == (word != "nothing")


def test_what_others_report_of_a_contract_gives_way_to_its_buyers_own_word(small):
    small.say("monitor", Contract, stated(project=None, buyer="fund", amount=usd_of(1)))
    assert codes(only(small)) >= {"contract.reported", "contract.no_invoice", "contract.no_payment"}
    small.say("fund", Contract, stated(project=None))
    small.say("monitor", Contract, stated(project=None, buyer="fund", amount=usd_of(2)))
    view = only(small)
    assert (view.party, view.amount.value) == ("fund", 9_000)
    assert "contract.reported" not in codes(view)


def test_a_contract_stated_anew_shows_what_stood_before_and_one_taken_back_counts_no_more(built):
    first = only(built)
    again = built.say("fund", Contract, stated(amount=usd_of(12_000), ocid="ocds-abcdef-7"))
    view = only(built)
    (before,) = view.before
    assert (view.amount.value, before.amount.value, before.changed) == (12_000, 9_000, ("amount",))
    with at_size(built.book, first.entry + 1) as earlier:
        assert contract_view(earlier, "fund C-7").amount.value == 9_000
    theirs = CorrectionBody(corrects=built.book.statement(again.index).id, reason="incorrect_data")
    refused = built.say("warehouse", Correction, theirs)
    assert refused.outcome == "no_effect"
    built.say("fund", Correction, theirs)
    view = only(built)
    assert view.amount.value == 9_000
    assert [(one.taken_back, one.amount.value) for one in view.before] == [(True, 12_000)]
    first_id = built.book.contracts.versions("fund C-7")[0].entry
    built.say("fund", Correction, CorrectionBody(corrects=first_id, reason="incorrect_data"))
    assert contract_keys(built.book) == ()
    with pytest.raises(UnknownError):
        trace(built.book, "C-7")


def test_paid_beyond_and_in_another_currency_are_told_with_who_is_asked_and_a_refund_counts(built):
    def pay(name, amount, currency="USD", **more):
        body = ExpenditureBody(
            expenditure=name, amount=Money(str(amount), currency), payee="warehouse", contract="C-7", **more
        )
        return built.say("fund", Expenditure, body)

    wrong = pay("E-2", 5_000)
    assert "contract.paid_beyond" in codes(only(built))
    built.say("warehouse", Refund, RefundBody(refund="F-1", amount=usd_of(1_400), to="fund", contract="C-7"))
    view = only(built)
    assert (view.paid[0].value, "contract.paid_beyond" in codes(view)) == (9_000, False)
    built.say(
        "fund", Correction, CorrectionBody(corrects=built.book.statement(wrong.index).id, reason="incorrect_data")
    )
    assert only(built).paid[0].value == 4_000, "what was taken back was not paid"
    pay("E-3", 10, "EUR")
    view = only(built)
    assert {one.resource: one.value for one in view.paid} == {"money/EUR": 10, "money/USD": 4_000}
    assert "contract.other_currency" in codes(view)


def test_an_advance_and_what_is_withheld_make_nothing_overpaid_or_unpaid(small):
    """An advance before any invoice, an invoice of all works paid less advance and retention, the retention paid a year later."""
    small.say("fund", Contract, ContractBody(contract="C-1", supplier="warehouse", amount=usd_of(60_000)))

    def invoice(number, amount):
        body = InvoiceBody(invoice=number, amount=Money(str(amount), "USD"), buyer="fund", contract="C-1")
        return small.say("warehouse", Invoice, body)

    def pay(name, amount, **more):
        body = ExpenditureBody(expenditure=name, amount=usd_of(amount), payee="warehouse", contract="C-1", **more)
        return small.say("fund", Expenditure, body)

    def money_codes():
        found = codes(only(small))
        return [one for one in found if one not in {"contract.no_consignment", "contract.no_project"}]

    pay("ADVANCE", 12_000)
    assert money_codes() == ["contract.no_invoice"]
    invoice("INV-1", 60_000)
    pay("WORKS", 45_000, invoice="INV-1")
    assert money_codes() == []
    pay("RETENTION", 3_000, invoice="INV-1")
    assert (only(small).paid[0].value, money_codes()) == (60_000, [])
    invoice("ADVANCE-1", 12_000)
    told = next(one for one in only(small).notes if one.code == "contract.invoiced_beyond")
    assert "an advance or what was withheld is invoiced by itself" in str(english_remedy_of(told))
    invoice("CREDIT-1", -12_000)
    assert money_codes() == [], "a credit note takes the advance off the works"


def test_what_an_invoice_retains_and_sets_off_is_told_and_no_more_than_the_contract_is_invoiced(small):
    """An advance, two interim invoices less a part of it and less retention, and the retention: each invoiced by itself."""
    small.say("fund", Contract, ContractBody(contract="C-1", supplier="warehouse", amount=usd_of(60_000)))

    def invoice(number, amount, party="warehouse", **more):
        told = {name: usd_of(one) if isinstance(one, int) else one for name, one in more.items()}
        told |= {"buyer": "fund"} if party == "warehouse" else {"supplier": "warehouse"}
        small.say(party, Invoice, InvoiceBody(invoice=number, amount=usd_of(amount), contract="C-1", **told))

    def pay(number, amount):
        body = ExpenditureBody(
            expenditure=f"P-{number}-{amount}", amount=usd_of(amount), payee="warehouse", invoice=number
        )
        small.say("fund", Expenditure, body)

    def money():
        view = only(small)
        told = sorted(set(codes(view)) - {"contract.no_consignment", "contract.no_project"})
        return sum(one.value for one in view.invoiced), sum(one.value for one in view.paid), told

    invoice("ADV", 12_000, asks="advance")
    pay("ADV", 12_000)
    assert money() == (12_000, 12_000, [])
    invoice("IPC-1", 20_000, recovered=4_000, retained=1_000)
    pay("IPC-1", 15_000)
    assert money() == (12_000 + 16_000, 27_000, [])
    invoice("IPC-2", 40_000, recovered=8_000, retained=2_000)
    pay("IPC-2", 30_000)
    assert money() == (60_000, 57_000, [])
    view = only(small)
    assert [(one.in_the_end.value, one.now.value) for one in view.invoices] == [
        (12_000, 12_000),
        (16_000, 15_000),
        (32_000, 30_000),
    ]
    invoice("RET", 3_000, asks="retention")
    pay("RET", 3_000)
    assert money() == (60_000, 60_000, []), "what was retained was invoiced with the works"
    lines = list(invoice_words(only(small), Localizer("en", {})))
    assert lines[1].replace("\u2068", "").replace("\u2069", "").replace("\xa0", " ") == (
        "IPC-1: USD 20,000 less USD 4,000 set off against an advance, USD 1,000 retained: USD 15,000 now,"
        " paid for it: USD 15,000"
    )
    assert "12,000 in advance" in lines[0]
    assert "3,000 that was retained" in lines[3]
    pay("IPC-2", 3_000)
    assert money()[2] == ["contract.invoice_paid_beyond", "contract.paid_beyond"], "32,000 in the end, 33,000 paid"


def test_a_buyer_who_states_an_invoice_before_what_it_retains_differs_in_nothing_from_its_net(small):
    """The supplier asks for what is due now, the buyer certifies the works and what is kept back of them: one sum, told two ways."""
    small.say("fund", Contract, ContractBody(contract="C-1", supplier="warehouse", amount=usd_of(60_000)))
    small.say("warehouse", Invoice, InvoiceBody(invoice="I-1", amount=usd_of(15_000), buyer="fund", contract="C-1"))
    less = {"recovered": usd_of(4_000), "retained": usd_of(1_000)}
    word = InvoiceBody(invoice="I-1", amount=usd_of(20_000), supplier="warehouse", contract="C-1", **less)
    small.say("fund", Invoice, word)
    body = ExpenditureBody(expenditure="P-1", amount=usd_of(16_000), payee="warehouse", contract="C-1", invoice="I-1")
    small.say("fund", Expenditure, body)
    view = only(small)
    (invoice,) = view.invoices
    assert (invoice.party, invoice.amount.value, invoice.others) == ("fund", 20_000, ())
    assert not {"contract.invoice_differs", "contract.invoice_paid_beyond"} & set(codes(view))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"retained": Money("60", "USD"), "recovered": Money("41", "USD")}, "invoice.less_than_nothing"),
        ({"retained": Money("6", "EUR")}, "invoice.less_than_nothing"),
        ({"recovered": Money("-1", "USD")}, "invoice.less_than_nothing"),
        ({"retained": Money("6", "USD"), "asks": "advance"}, "invoice.for_works"),
    ],
)
def test_what_is_retained_or_set_off_is_of_the_invoices_own_sum(more, code):
    with pytest.raises(InvalidValueError) as refused:
        InvoiceBody(invoice="I-1", amount=usd_of(100), **more)
    assert refused.value.message.code == code


def test_two_words_on_one_invoice_stand_beside_each_other(built):
    other = InvoiceBody(invoice="INV-1", amount=usd_of(5_000), supplier="warehouse", contract="C-7")
    built.say("fund", Invoice, other)
    view = only(built)
    (invoice,) = view.invoices
    assert (invoice.party, invoice.amount.value, invoice.paid[0].value) == ("warehouse", 5_400, 5_400)
    assert [(party, figure.value) for party, figure in invoice.others] == [("fund", 5_000)]
    assert "contract.invoice_differs" in codes(view)
    assert view.invoiced[0].value == 5_400, "two words on one invoice are one invoice"


def test_a_payment_is_joined_through_its_invoice_alone(built):
    body = ExpenditureBody(expenditure="E-9", amount=usd_of(100), payee="warehouse", invoice="INV-1")
    built.say("fund", Expenditure, body)
    view = only(built)
    assert view.paid[0].value == 5_500
    assert "contract.invoice_paid_beyond" in codes(view)


def test_a_trace_reads_of_what_names_contracts_only_what_it_passes(built, monkeypatch):
    """Rows are counted at two sizes: what others paid under other contracts is not read."""
    contracts, read = built.book.contracts, []
    one_row, some_rows = Rows.__getitem__, Rows.between

    def one(rows, key):
        if rows is contracts.naming:
            read.append(key)
        return one_row(rows, key)

    def some(rows, start, stop):
        for key, value in some_rows(rows, start, stop):
            if rows is contracts.named:
                read.append(key)
            yield key, value

    monkeypatch.setattr(Rows, "__getitem__", one)
    monkeypatch.setattr(Rows, "between", some)

    def rows_read():
        read.clear()
        assert [view.contract for view in trace(built.book, "P-1").contracts] == ["C-7"]
        return len(read)

    for number in range(40):
        body = ExpenditureBody(expenditure=f"O-{number}", amount=usd_of(1), payee="mill", contract=f"X-{number}")
        built.say("warehouse", Expenditure, body)
        if number in {19, 39}:
            assert 0 < rows_read() < 20, number


def test_what_others_report_is_found_by_its_number_too(small):
    paid = DisbursementBody(disbursement="fund-sr-d-21", amount=usd_of(20), recipient="fund", donor="donor")
    small.say("keeper", Disbursement, paid)
    found = lookup(small.book)
    assert found.find("Fund SR-D-21") == "fund-sr-d-21"
    with pytest.raises(UnknownError, match="fund-sr-d-21"):
        found.find("SR-D-21")


def test_what_has_no_number_is_joined_to_no_trace_of_something_else_without_one(built):
    event = {"bizTransactionList": [{"type": "po", "bizTransaction": "C-8"}]}
    goods(built, "warehouse", "commissioning", "1", 0, "yard", action="ADD", **event)
    contracts = built.book.contracts
    assert [one.item for _, one in contracts.naming_of("contract", "C-8")] == [""]
    assert list(contracts.of_items({""})) == list(contracts.of_items({"", *map(str, range(99))})) == []


def test_as_at_a_day_only_what_was_said_of_that_time_counts(built):
    early = BookAsAt(built.book, micros(contract_view(built.book, "fund C-7").at))
    assert contract_keys(early) == ("fund c-7",)
    view = contract_view(early, "fund C-7")
    assert (view.payments, view.invoices) == ((), ())


@pytest.mark.parametrize("seed", range(12))
def test_what_is_traced_together_is_counted_once_and_its_ways_add_up(seed):
    """Loads of one contract that go on from store to store, mixed with others: the ends of both ways are all that was sent, once."""
    dice, hand = Random(seed), Hand()
    stores = ("a", "b", "c")
    hand.enter("a", "at-a", 400, lot="A")
    hand.enter("b", "at-b", 100, lot="B")
    members = []
    for number in range(9):
        giver, taker = dice.sample(stores, 2)
        amount = dice.randrange(1, 40)
        hand.send(giver, f"at-{giver}", amount, f"c{number}", on=number)
        hand.receive(taker, f"at-{taker}", amount, f"c{number}", on=number)
        if dice.random() < 0.6:
            members.append(TracePart("account", f"transit {giver} c{number}"))
    hand.pay("expenditure", "a", expenditure="e", amount=usd(5), payee="mill", project="p")
    members.append(TracePart("spent", "e", "a"))
    traced = Tracer(hand.postings).together("x", "contract", members)
    starts = sum(amount for node, amount in traced.forward.starts.items() if "money" not in node)
    sent_in_all = sum(
        one.amount for one in hand.postings if one.amount > 0 and any(member.name == one.account for member in members)
    )
    for graph, backward in ((traced.forward, False), (traced.backward, True)):
        assert uneven(graph, backward=backward) is None
        assert sum(end.amount for end in graph.ends if end.resource.startswith("cement")) == starts
    assert 0 < starts <= sent_in_all or not members[:-1]
    assert traced.amounts["money/USD"] == 50_000


def test_a_contract_that_is_restated_again_and_again_is_a_row_each_time(small):
    """However often it is stated anew, no row of the book grows."""
    said = [small.says("fund", Contract, stated(project=None, amount=usd_of(each))) for each in range(1, 201)]
    assert {taken.outcome for taken in small.intake.say(said, small.now)} == {"accepted"}
    contracts = small.book.contracts
    assert [one.body.amount.value for one in contracts.versions("fund C-7")] == [str(each) for each in range(1, 201)]
    assert len(contracts.contracts) == 200
    assert contracts.keys("contract", "C-7") == ("fund c-7",)
    (key,) = contract_keys(small.book)
    view = contract_view(small.book, key)
    assert (view.amount.value, len(view.before)) == (200, 199)


def test_a_number_is_one_however_a_table_an_event_or_a_statement_writes_it(small):
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    small.say("fund", Contract, stated(contract="contract:c-7", project=None))
    small.say("warehouse", Invoice, InvoiceBody(invoice="INV-2", contract="C-7", amount=usd_of(800)))
    small.say("fund", Invoice, InvoiceBody(invoice="invoice:inv-2", supplier="warehouse", amount=usd_of(900)))
    body = ExpenditureBody(
        expenditure="V-1", amount=usd_of(800), payee="warehouse", contract="C-7", invoice="invoice:inv-2"
    )
    small.say("fund", Expenditure, body)
    goods(small, "warehouse", "commissioning", "100", 0, "yard", action="ADD")
    sent(small, "60", "W-1", contract="C%207", invoice="inv%202")
    (key,) = contract_keys(small.book)
    view = contract_view(small.book, key)
    (invoice,) = view.invoices
    assert (view.contract, invoice.invoice, invoice.paid[0].amount) == ("contract:c-7", "INV-2", 800 * 10_000)
    assert [(party, other.amount) for party, other in invoice.others] == [("fund", 900 * 10_000)]
    assert [(load.number, load.invoice) for load in view.loads] == [("W-1", "inv%202")]
    for name in ("INV-2", "invoice:inv-2", "inv-2"):
        traced = trace(small.book, name)
        assert [one.contract for one in traced.contracts] == ["contract:c-7"]
        assert [told.code for told in traced.unresolved if told.code.startswith("contract.")] == []
    assert trace(small.book, "c-7").what == "contract"


def test_numbers_that_differ_in_a_sign_between_digits_are_two(small):
    small.say("warehouse", Invoice, InvoiceBody(invoice="1/12", buyer="fund", amount=usd_of(1)))
    small.say("warehouse", Invoice, InvoiceBody(invoice="1-12", buyer="fund", amount=usd_of(2)))
    assert len(tuple(small.book.contracts.all_keys("invoice"))) == 2
