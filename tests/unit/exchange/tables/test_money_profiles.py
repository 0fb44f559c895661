"""The shipped profiles for money: files of the standards are added as they are, and nothing is taken twice."""

import json
from collections import Counter
from importlib.resources import files

import pytest

import enduse
from conftest import Small
from enduse.errors import ConflictError
from enduse.exchange.answers import Answers
from enduse.exchange.tables.table import read_table


def flow(number, amount=100, status="paid", boundary="incoming", shared="single", kind="financial", **more):
    ends = {
        "sourceObjects": [{"type": "Organization", "name": "Azura (invented)"}],
        "destinationObjects": [{"type": "Organization", "name": "Water fund (invented)"}],
    }
    return {
        "id": str(number),
        "amountUSD": amount,
        "boundary": boundary,
        "onBoundary": shared,
        "status": status,
        "contributionType": kind,
        "date": "2026-03-01T00:00:00Z",
        "updatedAt": "2026-03-02T00:00:00Z",
        "versionId": 1,
        **ends,
        **more,
    }


def made(path, profile=None):
    """What a file makes: kinds with amounts; codes of what is wrong."""
    said, wrong = [], Counter()
    with read_table(path, profile) as table:
        for row in table:
            wrong.update(problem.code for problem in row.problems)
            said += [(one.kind.__name__, one.body.amount.value, one.body) for one in row.statements]
    return said, dict(wrong)


def test_flows_count_as_the_service_counts_them(tmp_path):
    """Handed on within, shared with other questions, gone out: none of it is added a second time."""
    flows = [
        flow(1),
        flow(2, 70, "commitment"),
        flow(3, 50, "pledge"),
        flow(4, 30, kind="in kind"),
        flow(5, boundary="internal", parentFlowId="1"),
        flow(6, boundary="outgoing"),
        flow(7, shared="shared"),
        flow(8, 0),
    ]
    path = tmp_path / "flows.json"
    path.write_text(json.dumps({"data": {"flows": flows}}), encoding="utf-8")
    said, wrong = made(path)
    assert wrong == {}
    assert [(kind, amount) for kind, amount, _ in said] == [
        ("Disbursement", "100"),
        ("Commitment", "70"),
        ("Pledge", "50"),
        ("Disbursement", "30"),
    ]
    assert [body.in_kind is not None for kind, _, body in said if kind == "Disbursement"] == [False, True]
    assert (said[0][2].donor, said[0][2].recipient) == ("party:azura-invented", "party:water-fund-invented")
    assert said[0][2].disbursement == "disbursement:fts-1"


def test_what_a_fund_handed_on_comes_out_of_what_it_received(tmp_path):
    """Flows that are parts of others are added where it is asked for: what donors paid stays as it was, and is followed further."""
    drillers = {"destinationObjects": [{"type": "Organization", "name": "Drillers (invented)"}]}
    fund = {"sourceObjects": [{"type": "Organization", "name": "Water fund (invented)"}]}
    within = {"boundary": "internal", "parentFlowId": "1", **fund, **drillers}
    flows = [
        flow(1),
        flow(2, 80, **within),
        flow(3, 70, status="commitment", **within),
        flow(4, 60, kind="in kind", **within),
        flow(5, 50, **{**within, "parentFlowId": None}),
    ]
    path = tmp_path / "flows.json"
    path.write_text(json.dumps({"data": {"flows": flows}}), encoding="utf-8")
    small = Small(tmp_path / "town", open_acts=("report:disbursement",))
    small.intake.close()
    with enduse.open(small.folder) as programme:
        assert programme.add(path, party="keeper").accepted == 1
        added = programme.add(path, party="keeper", profile="fts-handed-on")
        assert (added.accepted, added.refused) == (1, 0)
        (money,) = programme.cash().currencies
        assert (money.totals.paid.value, money.totals.handed_on.value) == (100, 80)
        held = {one.party: one.held.value for one in money.parties if one.held.value}
        assert held == {"party:water-fund-invented": 20, "party:drillers-invented": 80}
        assert programme.add(path, party="keeper", profile="fts-handed-on").statements == 0


@pytest.fixture
def activities(tmp_path):
    told = [
        ("1", "500"),
        ("2", "400"),
        ("3", "300"),
        ("3", "-50"),
        ("4", "200"),
        ("11", "90"),
        ("12", "80"),
        ("8", "7"),
    ]
    rows = "".join(
        f'<transaction><transaction-type code="{code}"/><transaction-date iso-date="2026-03-01"/><value>{value}</value>'
        "<provider-org><narrative>Azura</narrative></provider-org><receiver-org><narrative>Builder</narrative></receiver-org>"
        "</transaction>"
        for code, value in told
    )
    path = tmp_path / "activities.xml"
    path.write_text(
        '<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>XX-2-1</iati-identifier>'
        f'<reporting-org ref="XX-2"><narrative>Fund</narrative></reporting-org>{rows}</iati-activity></iati-activities>',
        encoding="utf-8",
    )
    return path


def test_the_value_date_is_taken_for_the_day_of_the_rate(activities):
    text = activities.read_text(encoding="utf-8")
    activities.write_text(text.replace("<value>", '<value value-date="2026-02-20">'), encoding="utf-8")
    said, wrong = made(activities)
    assert (len(said), wrong) == (5, {})
    assert {body.valued.isoformat() for _, _, body in said} == {"2026-02-20T12:00:00+00:00"}


def test_activities_are_read_as_what_went_out_and_a_minus_is_given_back(activities):
    said, wrong = made(activities)
    assert wrong == {}
    assert [(kind, amount) for kind, amount, _ in said] == [
        ("Commitment", "400"),
        ("Disbursement", "300"),
        ("Refund", "50"),
        ("Disbursement", "200"),
        ("Pledge", "80"),
    ]
    assert {(body.donor, body.recipient) for kind, _, body in said if kind != "Refund"} == {
        ("party:fund", "party:builder")
    }
    assert [body.spent for kind, _, body in said if kind == "Disbursement"] == [False, True]
    (back,) = (body for kind, _, body in said if kind == "Refund")
    assert (back.by, back.to) == ("party:builder", "party:fund")


def test_what_came_in_is_read_only_where_it_is_asked_for(activities):
    said, wrong = made(activities, "iati-incoming")
    assert wrong == {}
    assert [(kind, amount, body.donor, body.recipient) for kind, amount, body in said] == [
        ("Commitment", "90", "party:azura", "party:fund"),
        ("Disbursement", "500", "party:azura", "party:fund"),
    ]
    assert {body.commitment for _, _, body in said} == {"commitment:xx-2-1-azura-usd"}


def test_contributions_to_a_pooled_fund_are_pledged_on_one_day_and_paid_on_another(tmp_path):
    path = tmp_path / "contributions.csv"
    path.write_text(
        "PooledFundId,PooledFundName,ContributionCode,FiscalYear,DonorName,PledgeDate,PledgeAmt,PaidDate,PaidAmt\n"
        "7,Water fund (invented),C-1,2026,Azura (invented),2026-02-01T00:00:00,500000.00,2026-03-04T00:00:00,500000.00\n"
        "7,Water fund (invented),C-2,2026,Borea (invented),2026-02-09T00:00:00,120000.50,,0\n"
        "7,Water fund (invented),C-3,2026,Azura (invented),,0,2026-04-01T00:00:00,70000\n"
        "7,Water fund (invented),C-4,2026,Borea (invented),2026-05-09T00:00:00,800,,\n"
        "7,Water fund (invented),C-5,2026,Borea (invented),,,2026-06-09T00:00:00,900\n",
        encoding="utf-8",
    )
    said = []
    with read_table(path, None) as table:
        for row in table:
            assert row.problems == ()
            said += [
                (one.kind.__name__, one.body.amount.value, one.occurred_at.date().isoformat(), one.body.pledge)
                for one in row.statements
            ]
            assert {(one.body.donor[:11], one.body.recipient) for one in row.statements} <= {
                ("party:azura", "party:water-fund-invented"),
                ("party:borea", "party:water-fund-invented"),
            }
    assert said == [
        ("Pledge", "500000.00", "2026-02-01", "pledge:cbpf-c-1"),
        ("Disbursement", "500000.00", "2026-03-04", "pledge:cbpf-c-1"),
        ("Pledge", "120000.50", "2026-02-09", "pledge:cbpf-c-2"),
        ("Disbursement", "70000", "2026-04-01", None),
        ("Pledge", "800", "2026-05-09", "pledge:cbpf-c-4"),
        ("Disbursement", "900", "2026-06-09", None),
    ]


def activity(path, *told):
    """An activity of a donor, from type, value, receiver and currency of each transaction."""
    rows = "".join(
        f'<transaction><transaction-type code="{code}"/><transaction-date iso-date="2026-03-01"/>'
        f'<value currency="{currency}">{value}</value><receiver-org><narrative>{receiver}</narrative></receiver-org></transaction>'
        for code, value, receiver, currency in told
    )
    path.write_text(
        '<iati-activities version="2.03"><iati-activity><iati-identifier>XX-1-a</iati-identifier>'
        f'<reporting-org ref="XX-1"><narrative>Donor</narrative></reporting-org>{rows}</iati-activity></iati-activities>',
        encoding="utf-8",
    )
    said, wrong = made(path)
    assert wrong == {}
    return [(kind, amount, body.commitment) for kind, amount, body in said]


def test_what_an_activity_pays_is_paid_under_its_one_commitment_to_that_party(tmp_path):
    """Whatever their order in the file; what is given back opens it again; another party's or currency's is not named."""
    one = "commitment:xx-1-a-agency-usd"
    assert activity(
        tmp_path / "one.xml",
        ("3", "600", "Agency", "USD"),
        ("2", "1000", "Agency", "USD"),
        ("4", "100", "agency", "USD"),
        ("3", "-50", "Agency", "USD"),
        ("3", "7", "Builder", "USD"),
        ("3", "8", "Agency", "EUR"),
    ) == [
        ("Commitment", "1000", one),
        ("Disbursement", "600", one),
        ("Disbursement", "100", one),
        ("Refund", "50", one),
        ("Disbursement", "7", None),
        ("Disbursement", "8", None),
    ]


def test_where_an_activity_has_two_commitments_to_a_party_it_does_not_say_which_is_kept(tmp_path):
    told = activity(
        tmp_path / "two.xml",
        ("2", "1000", "Agency", "USD"),
        ("2", "500", "Agency", "USD"),
        ("3", "600", "Agency", "USD"),
    )
    assert [(kind, amount) for kind, amount, _ in told] == [
        ("Commitment", "1000"),
        ("Commitment", "500"),
        ("Disbursement", "600"),
    ]
    assert len({number for _, _, number in told}) == 3
    assert told[2][2] is None


def test_a_payment_is_known_by_its_activity_and_the_reference_that_the_file_gives_it(tmp_path):
    """Where two bear one reference, or it is an identifier that another activity's has, neither is taken for the other."""

    def payment(reference, value):
        return (
            f'<transaction ref="{reference}"><transaction-type code="3"/><transaction-date iso-date="2026-03-01"/>'
            f"<value>{value}</value><receiver-org><narrative>Builder</narrative></receiver-org></transaction>"
        )

    def activity(name, *payments):
        return (
            f'<iati-activity default-currency="USD"><iati-identifier>{name}</iati-identifier>'
            f'<reporting-org ref="XX-2"><narrative>Fund</narrative></reporting-org>{"".join(payments)}</iati-activity>'
        )

    told = (
        activity("XX-2-1", *(payment(*one) for one in (("SR-D-21", 10), ("SR-D-22", 20), ("SR-D-22", 30), ("", 1)))),
        activity("XX-2-1-SR", payment("D 21", 40)),
        activity("B", payment("sr d 21", 60), payment("SR-D-21", 70)),
    )
    path = tmp_path / "activities.xml"
    path.write_text(f'<iati-activities version="2.03">{"".join(told)}</iati-activities>', encoding="utf-8")
    said, wrong = made(path)
    assert wrong == {}
    named = {amount: body.disbursement for _, amount, body in said}
    assert named.pop("10") == "disbursement:xx-2-1-sr-d-21"
    assert set(named) == {"20", "30", "1", "40", "60", "70"}, "all are taken"
    assert not any("sr-d" in identifier for identifier in named.values())


def test_a_later_edition_changes_the_payment_of_that_reference_though_other_rows_cannot_be_read(tmp_path):
    """As published files are: a transaction without a type stands in every edition. Nothing has to be asked, nothing counts twice."""
    rows = (
        '<transaction ref="P-{}"><transaction-type code="{}"/><transaction-date iso-date="2026-03-01"/><value>{}</value>'
        "<receiver-org><narrative>Builder</narrative></receiver-org></transaction>"
    )
    small = Small(tmp_path / "town", open_acts=("report:disbursement",))
    small.intake.close()
    with enduse.open(small.folder) as programme:
        for value in (300, 350):
            path = tmp_path / str(value) / "activities.xml"
            path.parent.mkdir()
            told = rows.format(1, 3, value) + rows.format(2, 3, 200) + rows.format(3, "", 9)
            path.write_text(
                '<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>B</iati-identifier>'
                f'<reporting-org ref="XX-2"><narrative>Fund</narrative></reporting-org>{told}'
                "</iati-activity></iati-activities>",
                encoding="utf-8",
            )
            added = programme.add(path, party="keeper")
            assert (added.refused, programme.add(path, party="keeper").statements) == (1, 0)
        (money,) = programme.cash().currencies
        assert {one.party: one.received.value for one in money.parties if one.received.value} == {"party:builder": 550}


def test_what_was_recorded_before_payments_had_numbers_is_found_again(tmp_path):
    """Payments were named once by all that stands in their row: that a number names them now makes none of them another.

    What changed since is asked about, and counts once whatever is said.
    """
    shipped = (files("enduse.exchange.tables.profiles") / "iati-outgoing.toml").read_text(encoding="utf-8")
    parts = shipped.replace('identity = ["number of the payment"]', "").split("\n[[")
    parts = [one for one in parts if not ("payment" in one and 'filled = ["number of the payment"]' in one)]
    before = tmp_path / "before.toml"
    before.write_text("\n[[".join(parts).replace(', "number of the payment" = [""]', ""), encoding="utf-8")

    def edition(name, *payments):
        rows = "".join(
            f'<transaction ref="{reference}"><transaction-type code="{code}"/><transaction-date iso-date="2026-03-0{day}"/>'
            f"<value>{value}</value><receiver-org><narrative>Builder</narrative></receiver-org></transaction>"
            for day, (reference, code, value) in enumerate((("C-1", 2, 900), *payments), 1)
        )
        path = tmp_path / name / "activities.xml"
        path.parent.mkdir()
        path.write_text(
            '<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>B</iati-identifier>'
            f'<reporting-org ref="XX-2"><narrative>Fund</narrative></reporting-org>{rows}</iati-activity></iati-activities>',
            encoding="utf-8",
        )
        return path

    def received(programme):
        return [one.received.value for one in programme.cash().currencies[0].parties if one.party == "party:builder"]

    rest = (("P-2", 3, 200), ("", 3, 50), ("E-1", 4, 7))
    first = edition("first", ("P-1", 3, 300), *rest)
    later = edition("later", ("P-1", 3, 350), *rest, ("P-3", 3, 11))
    for name, answers in (("same", Answers(changed=True)), ("another", Answers(changed=False, gone=True))):
        small = Small(tmp_path / name, open_acts=("report:commitment", "report:disbursement"))
        small.intake.close()
        with enduse.open(small.folder) as programme:
            assert programme.add(first, party="keeper", profile=before).accepted == 5
            assert programme.add(first, party="keeper").statements == 0
            assert received(programme) == [550]
            with pytest.raises(ConflictError, match="like it but for one cell"):
                programme.add(later, party="keeper", answers=Answers(gone=False))
            programme.add(later, party="keeper", answers=answers)
            assert received(programme) == [611]
            assert programme.add(later, party="keeper").statements == 0
