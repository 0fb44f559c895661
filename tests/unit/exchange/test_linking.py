"""Tests of links between IATI files: counted as given, proposed with reasons and rivals, never made."""

import json
from decimal import Decimal

import msgspec
import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.exchange.standards import linking
from enduse.exchange.standards.link_claim import prepared_claim
from enduse.exchange.standards.linking import file_links
from enduse.exchange.standards.totals import iati_totals

AZURA, FUND = ("XX-1", "Azura (invented)"), ("XX-2", "Water Fund")


def org(role, ref="", name="", activity=""):
    named = f' {role}-activity-id="{activity}"' if activity else ""
    return f'<{role}-org ref="{ref}"{named}><narrative>{name}</narrative></{role}-org>'


def told(code, day, value, *ends, currency=""):
    of = f' currency="{currency}"' if currency else ""
    return (
        f'<transaction><transaction-type code="{code}"/><transaction-date iso-date="{day}"/>'
        f"<value{of}>{value}</value>{''.join(ends)}</transaction>"
    )


def activity(reporter, name, *transactions):
    return (
        f'<iati-activity default-currency="USD"><iati-identifier>{name}</iati-identifier>'
        f'<reporting-org ref="{reporter[0]}"><narrative>{reporter[1]}</narrative></reporting-org>'
        f"{''.join(transactions)}</iati-activity>"
    )


@pytest.fixture
def links(tmp_path):
    def of(*activities, **how):
        paths = [tmp_path / f"{number}.xml" for number in range(len(activities))]
        for path, each in zip(paths, activities, strict=True):
            path.write_text(f'<iati-activities version="2.03">{each}</iati-activities>', encoding="utf-8")
        return file_links(paths, **how)

    return of


def paid(*transactions):
    return activity(AZURA, "XX-1-wells", *transactions)


def came(*transactions):
    return activity(FUND, "XX-2-water", *transactions)


def codes(pair):
    return [reason.code for reason in pair.reasons]


def test_one_payment_told_from_both_ends_is_proposed_and_stays_unresolved(links):
    answer = links(
        paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))),
        came(told(1, "2026-03-04", "5000", org("provider", *AZURA))),
    )
    (one,) = answer.proposals
    assert (one.number, one.lacks, one.rivals, one.alike) == (1, ("provider", "receiver"), (), 0)
    assert (one.pair.outgoing.activity, one.pair.incoming.activity) == ("XX-1-wells", "XX-2-water")
    assert codes(one.pair) == ["link.parties_by_reference", "link.same_amount", "link.days_apart", "link.steps"]
    assert (answer.unresolved, answer.incoming.proposed, answer.outgoing.proposed) == (2, 1, 1)


def test_what_is_named_is_counted_and_what_names_only_itself_links_nothing(links):
    answer = links(
        came(
            told(1, "2026-03-01", "1", org("provider", *AZURA, activity="XX-2-water")),
            told(1, "2026-03-01", "2", org("provider", *AZURA, activity="XX-1-wells")),
            told(1, "2026-03-01", "3", org("provider", *AZURA, activity="XX-9-elsewhere")),
            told(1, "2026-03-01", "4", org("provider", *AZURA)),
        ),
        paid(),
    )
    counts = answer.incoming
    assert (counts.transactions, counts.named, counts.itself, counts.found, counts.unresolved) == (4, 3, 1, 1, 2)


def test_totals_count_what_is_named_by_the_same_rule_as_links(tmp_path):
    """Its own activity, another, none, and a transaction without a type, which is in no sum and no count of either."""
    typed = [
        told(1, "2026-03-01", "1", org("provider", *AZURA, activity="XX-2-water")),
        told(1, "2026-03-01", "2", org("provider", *AZURA, activity="XX-1-wells")),
        told(3, "2026-03-01", "4", org("receiver", *AZURA, activity="XX-2-water")),
        told(3, "2026-03-01", "8"),
        told("", "2026-03-01", "16", org("receiver", *AZURA, activity="XX-1-wells")),
    ]
    file = tmp_path / "one.xml"
    file.write_text(f'<iati-activities version="2.03">{came(*typed)}{paid()}</iati-activities>')
    totals, links = iati_totals([file]), file_links([file])
    for ours, theirs in ((totals.incoming, links.incoming), (totals.outgoing, links.outgoing)):
        assert {name: getattr(theirs, name) for name in ours.__struct_fields__} == msgspec.structs.asdict(ours)
    assert msgspec.structs.asdict(totals.incoming) == {"transactions": 2, "named": 2, "found": 1, "itself": 1}
    assert msgspec.structs.asdict(totals.outgoing) == {"transactions": 2, "named": 1, "found": 0, "itself": 1}
    assert [[fault.code for fault in each.faults] for each in (totals, links)] == [["link.no_type"]] * 2
    assert {one.type: one.amount for one in totals.sums} == {"1": 3, "3": 12}


@pytest.mark.parametrize(
    ("out", "back"),
    [
        (("3", "2026-03-01", "5000"), ("11", "2026-03-01", "5000")),  # paid here, promised there
        (("3", "2026-03-01", "5000"), ("1", "2026-03-12", "5000")),  # eleven days apart
        (("3", "2026-03-01", "5000"), ("1", "2026-03-01", "4899")),  # more than one in fifty less
        (("3", "2026-03-01", "-5000"), ("1", "2026-03-01", "5000")),  # taken back here
        (("3", "2026-03-01", "0"), ("1", "2026-03-01", "0")),
    ],
)
def test_another_step_day_or_sum_is_another_payment(links, out, back):
    answer = links(paid(told(*out, org("receiver", *FUND))), came(told(*back, org("provider", *AZURA))))
    assert answer.proposals == ()
    assert answer.unresolved == 2


def test_another_currency_or_party_is_another_payment(links):
    euro = told(1, "2026-03-01", "5000", org("provider", *AZURA), currency="EUR")
    other = told(1, "2026-03-01", "5000", org("provider", "XX-7", "Karst"))
    nobody = told(1, "2026-03-01", "5000")
    assert links(paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))), came(euro, other, nobody)).proposals == ()


def test_parties_known_by_name_are_told_as_such_and_so_are_references_that_differ(links):
    answer = links(
        paid(told(3, "2026-03-01", "5000", org("receiver", "41-2", " water fund."))),
        came(told(1, "2026-03-01", "4950", org("provider", "", "AZURA invented"))),
    )
    (one,) = answer.proposals
    assert codes(one.pair) == [
        "link.parties_by_name",
        "link.other_reference",
        "link.sums_differ",
        "link.same_day",
        "link.steps",
    ]
    assert one.pair.reasons[2].values["difference"] == "50"


def test_rivals_stand_beside_a_proposal_and_those_as_near_are_counted(links):
    answer = links(
        paid(*(told(3, f"2026-03-0{day}", "5000", org("receiver", *FUND)) for day in (1, 5, 9))),
        came(told(1, "2026-03-03", "5000", org("provider", *AZURA))),
    )
    (one,) = answer.proposals
    assert [each.outgoing.number for each in one.rivals] == [2, 3]
    assert (one.pair.outgoing.number, one.alike) == (1, 1)


def test_what_the_other_end_names_goes_before_what_is_nearer(links):
    answer = links(
        paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))),
        activity(AZURA, "XX-1-pipes", told(3, "2026-03-04", "5000", org("receiver", *FUND))),
        came(told(1, "2026-03-04", "5000", org("provider", *AZURA, activity="XX-1-wells"))),
    )
    (one,) = answer.proposals
    assert (one.pair.outgoing.activity, one.lacks, codes(one.pair)[0]) == (
        "XX-1-wells",
        ("receiver",),
        "link.other_end_names",
    )
    assert one.rivals == (), "the other end names another activity than that of the pipes"


def test_a_window_of_days_may_be_asked_for_and_no_number_of_days_that_is_none(links):
    both = (
        paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))),
        came(told(1, "2026-03-31", "5000", org("provider", *AZURA))),
    )
    assert [len(links(*both, days=days).proposals) for days in (29, 30)] == [0, 1]
    for days in (-1, 401):
        with pytest.raises(MalformedError) as caught:
            links(*both, days=days)
        assert caught.value.problem.code == "link.bad_days"


def test_dirt_is_told_with_its_line_and_the_rest_is_compared(links):
    answer = links(
        paid(
            told(3, "5000000", "5000", org("receiver", *FUND)),
            told(3, "2026-03-01", "much", org("receiver", *FUND)),
            told("", "2026-03-01", "5000", org("receiver", *FUND)),
            told(3, "2026-03-01", "5000", org("receiver", *FUND)),
        ),
        came(told(1, "2026-03-01", "5000", org("provider", *AZURA))),
    )
    assert [fault.code for fault in answer.faults] == ["link.no_day", "standards.bad_value", "link.no_type"]
    assert all(fault.line for fault in answer.faults)
    assert answer.proposals[0].pair.outgoing.number == 4
    assert answer.outgoing.transactions == 3, "what has no type went neither in nor out"


def test_a_search_that_stops_says_how_much_it_did_not_look_at(links, monkeypatch):
    monkeypatch.setattr(linking, "_LOOKED_AT", 2)
    answer = links(
        paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))),
        came(*(told(1, "2026-03-01", "5000", org("provider", "XX-1")) for _ in range(5))),
    )
    assert (len(answer.proposals), answer.not_compared) == (1, 3)


def test_more_transactions_than_can_be_held_are_refused(links, monkeypatch):
    monkeypatch.setattr(linking, "MOST", 1)
    with pytest.raises(LimitError):
        links(paid(*(told(3, "2026-03-01", "5000", org("receiver", *FUND)) for _ in range(2))))


def test_what_a_person_may_sign_names_both_ends_and_the_files(links):
    answer = links(
        paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))),
        came(told(1, "2026-03-04", "5000", org("provider", *AZURA))),
    )
    claim = prepared_claim(answer, 1)
    assert claim.about == "XX-1-wells"
    assert claim.told.values["amount"] == str(Decimal(5000))
    assert claim.citation.count("SHA-256") == 2
    with pytest.raises(UnknownError):
        prepared_claim(answer, 2)


def test_the_command_lists_prepares_and_links_nothing(tmp_path):
    both = paid(told(3, "2026-03-01", "5000", org("receiver", *FUND))) + came(
        told(1, "2026-03-04", "5000", org("provider", *AZURA))
    )
    file, to = tmp_path / "both.xml", tmp_path / "claim.json"
    file.write_text(f'<iati-activities version="2.03">{both}</iati-activities>', encoding="utf-8")
    run = CliRunner().invoke
    listed = run(app, ["money", "links", str(file), "--json"])
    assert json.loads(listed.stdout)["files"]["unresolved"] == 2
    done = run(app, ["money", "links", str(file), "--accept", "1", "--to", str(to), "--json"])
    assert done.exit_code == 0, done.output
    fields = json.loads(to.read_text(encoding="utf-8"))
    assert fields == json.loads(done.stdout)["prepared"]["fields"]
    assert set(fields["words"]) == {"en", "ar"}
    before = to.read_bytes()
    for refused in (["--accept", "1", "--to", str(to)], ["--accept", "1"], ["--accept", "7", "--to", "x"]):
        assert run(app, ["money", "links", str(file), *refused]).exit_code == 2
    assert to.read_bytes() == before


def test_of_copies_that_differ_the_later_is_compared_and_both_are_named(links):
    def copy(day, value):
        text = paid(told(3, "2026-03-01", value, org("receiver", *FUND)))
        return text.replace("<iati-activity", f'<iati-activity last-updated-datetime="{day}"', 1)

    back = came(told(1, "2026-03-01", "7000", org("provider", *AZURA)))
    answer = links(copy("2026-03-02T00:00:00Z", "5000"), copy("2026-04-02T00:00:00Z", "7000"), back)
    assert (answer.activities, answer.repeated, answer.outgoing.transactions) == (3, 1, 1)
    assert [one.pair.outgoing.amount for one in answer.proposals] == [7000]
    assert [one.code for one in answer.differing] == ["standards.copy_later"]
