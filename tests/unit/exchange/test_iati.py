"""Tests of IATI files: read one activity after the other, held against a standard, copied and added up."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import ConflictError, LimitError, MalformedError, Problem, UnknownError
from enduse.exchange.standards import iati
from enduse.exchange.standards.checking import IatiCheck
from enduse.exchange.standards.copying import copy_iati
from enduse.exchange.standards.files import file_totals
from enduse.exchange.standards.fts import FtsTotals, fts_totals
from enduse.exchange.standards.iati import IatiFile
from enduse.exchange.standards.iati_rules import Known, Ruleset
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.standard import Standard
from enduse.exchange.standards.totals import iati_totals
from enduse.exchange.tables.cells import NumberCell
from enduse.exchange.tables.iatitable import COMMITMENT, GIVER, RECEIVER, IatiTable
from enduse.exchange.tables.sheet import Sheet
from enduse.messages import Message, english_remedy_of

TODAY = date(2026, 6, 1)
SCHEMA = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<xsd:element name="iati-activities"><xsd:complexType><xsd:sequence><xsd:element ref="iati-activity" maxOccurs="unbounded"/>
</xsd:sequence><xsd:attribute name="version" use="required"/></xsd:complexType></xsd:element>
<xsd:element name="iati-activity"><xsd:complexType><xsd:sequence><xsd:element name="iati-identifier" type="xsd:string"/>
<xsd:element name="reporting-org"><xsd:complexType><xsd:attribute name="ref"/></xsd:complexType></xsd:element>
<xsd:element name="transaction" minOccurs="0" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>
<xsd:element name="transaction-type"><xsd:complexType><xsd:attribute name="code" use="required"/></xsd:complexType></xsd:element>
<xsd:element name="value"><xsd:complexType><xsd:simpleContent><xsd:extension base="xsd:string">
<xsd:attribute name="currency"/><xsd:attribute name="value-date" type="xsd:date"/></xsd:extension></xsd:simpleContent>
</xsd:complexType></xsd:element><xsd:element name="receiver-org" minOccurs="0"><xsd:complexType>
<xsd:attribute name="receiver-activity-id"/></xsd:complexType></xsd:element></xsd:sequence></xsd:complexType></xsd:element>
</xsd:sequence><xsd:attribute name="default-currency"/></xsd:complexType></xsd:element></xsd:schema>"""
RULES = {
    "/iati-activities/iati-activity": {
        "no_spaces": {"cases": [{"paths": ["iati-identifier"], "ruleInfo": {"id": "1", "severity": "warning"}}]},
        "if_then": {"cases": [{"if": "transaction", "then": "@default-currency", "ruleInfo": {"id": "2"}}]},
    }
}
MAPPING = """<mappings><mapping><path>//iati-activity/transaction/transaction-type/@code</path>
<codelist ref="TransactionType"/></mapping></mappings>"""
TYPES = """<codelist name="TransactionType" complete="1"><codelist-items><codelist-item><code>1</code></codelist-item>
<codelist-item><code>3</code></codelist-item></codelist-items></codelist>"""


def activity(name, *transactions, currency=' default-currency="USD"'):
    return (
        f"<iati-activity{currency}><iati-identifier>{name}</iati-identifier>"
        f'<reporting-org ref="XX-1"/>{"".join(transactions)}</iati-activity>'
    )


def paid(value="100", code="3", attributes="", other=""):
    return f'<transaction><transaction-type code="{code}"/><value{attributes}>{value}</value>{other}</transaction>'


def written(folder, *activities, version=' version="2.03"', encoding="utf-8", name="file.xml"):
    path = Path(folder) / name
    path.write_bytes(f"<iati-activities{version}>{chr(10).join(activities)}</iati-activities>".encode(encoding))
    return path


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standard")
    (folder / "iati-activities-schema.xsd").write_text(SCHEMA, encoding="utf-8")
    (folder / "standard.json").write_text(json.dumps(RULES), encoding="utf-8")
    (folder / "lists").mkdir()
    (folder / "lists" / "mapping.xml").write_text(MAPPING, encoding="utf-8")
    (folder / "lists" / "TransactionType.xml").write_text(TYPES, encoding="utf-8")
    return Standard(folder)


def check(path, standard):
    one = IatiCheck(IatiFile(path), standard, TODAY)
    return one, list(one.findings())


def codes(found):
    return [one.problem.code for one in found]


def test_what_is_valid_has_no_findings(tmp_path, standard):
    one, found = check(written(tmp_path, activity("a", paid()), activity("b")), standard)
    assert (one.items, one.flagged, found) == (2, 0, [])
    assert one.parts == ("schemas", "rules", "codes")
    assert [(rule.id, rule.asked, rule.broken) for rule in one.rules] == [("1", 2, 0), ("2", 1, 0)]


def test_each_fault_is_told_with_its_place(tmp_path, standard):
    transactions = (paid(code="9"), paid(attributes=' value-date="5000000"'), "<transaction><value/></transaction>")
    path = written(tmp_path, activity("a"), activity(" b ", *transactions, currency=""))
    one, found = check(path, standard)
    assert (one.items, one.flagged) == (2, 1)
    told = {each.problem.code: each for each in found}
    assert set(told) == {"standards.code", "standards.schema_value", "standards.schema_misplaced", "standards.rule"}
    assert told["standards.code"].problem.path == "transaction[1]/transaction-type/@code"
    assert told["standards.code"].problem.values == {"given": "9", "named": "TransactionType"}
    assert told["standards.schema_value"].problem.values == {
        "element": "value-date",
        "value": "5000000",
        "kind": "xs:date",
    }
    assert told["standards.schema_misplaced"].problem.values == {"element": "value", "names": ["transaction-type"]}
    assert {each.problem.values.get("id") for each in found} >= {"1", "2"}
    assert {each.identifier for each in found} == {"b"}
    assert all(each.problem.line == 2 for each in found if each.problem.code != "standards.code" or each.problem.line)
    assert one.worst == {"error": 1}


def test_an_identifier_that_stands_twice_is_told(tmp_path):
    _, found = check(written(tmp_path, activity("a"), activity("b"), activity("a")), None)
    assert [(each.number, each.problem.code) for each in found] == [(3, "standards.same_identifier")]


def test_version_1_is_read_and_not_judged(tmp_path, standard):
    path = written(tmp_path, activity("a", "<other/>"), version=' version="1.05"')
    one, found = check(path, standard)
    assert (one.items, one.parts, one.unjudged, found) == (1, (), "1.05", [])
    with pytest.raises(MalformedError, match=r"version 1\.05"):
        copy_iati(path, tmp_path / "copy.xml", standard)
    assert not (tmp_path / "copy.xml").exists()
    assert copy_iati(path, tmp_path / "copy.xml").items == 1
    told = CliRunner().invoke(app, ["money", "check", str(path), "--standard", str(standard.folder), "--lang", "en"])
    assert "Version 1.05 is held against nothing" in told.stdout
    assert "name a folder" not in told.stdout


def test_what_is_no_xml_is_left_out_and_what_follows_is_read(tmp_path):
    path = written(tmp_path, activity("a"), activity("b", "<open>"), activity("c"), activity("d & e"), activity("f"))
    file = IatiFile(path)
    assert [(item.number, item.identifier) for item in file.items()] == [(1, "a"), (3, "c"), (5, "f")]
    assert [fault.values["number"] for fault in file.faults] == [2, 4]


@pytest.mark.parametrize("between", ["", "<!-- <iati-activity>" + "y" * 70_000 + "</iati-activity> -->"])
def test_what_is_too_long_or_broken_over_many_reads_takes_nothing_that_follows_with_it(tmp_path, between):
    first, after = (
        "<iati-activity><iati-identifier>{}</iati-identifier>{}</iati-activity>".format(*each)
        for each in (("a", f"<title><narrative>{'x' * 10_100_000}</narrative></title>"), ("b", ""))
    )
    broken = f"<iati-activity><title></description>{'z' * 200_000}</title></iati-activity>"
    file = tmp_path / "long.xml"
    file.write_text(f'<iati-activities version="2.03">{first}{between}{after}{broken}{after}</iati-activities>')
    read = IatiFile(file)
    assert [each.identifier for each in read.items()] == ["b", "b"]
    assert [(each.code, each.values["number"]) for each in read.faults] == [
        ("standards.broken_activity", 1),
        ("standards.broken_activity", 3),
    ]


def test_a_long_activity_is_looked_through_once_and_not_with_every_read(tmp_path, monkeypatch):
    looked = []
    stopped = IatiFile._stopped

    def counted(file, left):
        looked.append(len(left))
        return stopped(file, left)

    monkeypatch.setattr(IatiFile, "_stopped", counted)
    path = written(tmp_path, activity("a", f"<!-- {'y' * 3_000_000} -->"), activity("b"))
    assert [item.identifier for item in IatiFile(path).items()] == ["a", "b"]
    assert sum(looked) < 3_500_000


def test_what_stands_in_a_comment_is_no_activity(tmp_path):
    aside = f"<!-- {activity('x')} -->"
    path = written(
        tmp_path, aside, activity("a"), aside, activity("b & c"), activity("d", f"<![CDATA[{activity('y')}]]>")
    )
    file = IatiFile(path)
    assert [(item.number, item.identifier) for item in file.items()] == [(1, "a"), (3, "d")]
    assert [fault.values["number"] for fault in file.faults] == [2]


def test_a_file_that_is_cut_short_is_told(tmp_path):
    path = written(tmp_path, activity("a"), activity("b"))
    path.write_bytes(path.read_bytes()[:-40])
    file = IatiFile(path)
    assert [item.identifier for item in file.items()] == ["a"]
    assert [fault.code for fault in file.faults] == ["standards.cut_short"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    file = IatiFile(written(tmp_path, activity("م-1"), activity("م-2"), encoding=encoding))
    assert [item.identifier for item in file.items()] == ["م-1", "م-2"]
    assert not file.faults


def test_letters_of_another_encoding_are_told(tmp_path):
    file = IatiFile(written(tmp_path, activity("a"), activity("é"), activity("c"), encoding="latin-1"))
    assert [item.identifier for item in file.items()] == ["a", "c"]
    assert [fault.code for fault in file.faults] == ["standards.broken_activity"]


def test_entities_are_refused(tmp_path):
    path = tmp_path / "bomb.xml"
    path.write_text('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>\n<iati-activities version="2.03"/>', encoding="utf-8")
    with pytest.raises(MalformedError, match="entities"):
        IatiFile(path)


@pytest.mark.parametrize("text", ["id,value\n1,2\n", "<html></html>", "<iati-activities"])
def test_what_is_no_iati_file_is_refused(tmp_path, text):
    path = tmp_path / "other.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MalformedError, match="no IATI file") as refused:
        IatiFile(path)
    assert "enduse profile" in english_remedy_of(refused.value.problem.told), (
        "it says what may be given, and where tables go"
    )


@pytest.mark.parametrize("between", ["\0\0", "<!DOCTYPE x>", "a & b", "<open", "&nbsp;", "]]>"])
def test_what_is_no_xml_between_activities_takes_none_of_them_with_it(tmp_path, between):
    path = written(tmp_path, between, activity("a"), between, activity("b"), activity("c"))
    file = IatiFile(path)
    assert [item.identifier for item in file.items()] == ["a", "b", "c"]
    assert [fault.code for fault in file.faults] == ["standards.broken_between"] * 2
    assert [fault.values["number"] for fault in file.faults] == [1, 2]
    assert [0 <= (fault.line or 0) - line <= 1 for fault, line in zip(file.faults, (1, 3), strict=True)] == [True, True]


def test_an_activity_without_end_fills_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(iati, "LONGEST", 1 << 18)
    path = written(tmp_path, activity("a"), "<iati-activity>" + "<x/>" * (1 << 17))
    with pytest.raises(LimitError, match="number 2"):
        list(IatiFile(path).items())


def test_a_copy_keeps_every_letter_and_leaves_out_what_is_not_valid(tmp_path, standard):
    kept = activity("a", paid("1<!-- note -->00")), activity("b &lt; c\t")
    path = written(tmp_path, kept[0], activity("x", "<other/>"), kept[1], activity("y", "<open>"))
    done = copy_iati(path, tmp_path / "copy.xml", standard)
    assert (done.items, done.left_out, len(done.faults)) == (2, 1, 1)
    copied = etree.parse(str(tmp_path / "copy.xml")).getroot()
    assert [etree.tostring(one, method="c14n", with_tail=False) for one in copied] == [
        etree.tostring(etree.fromstring(text), method="c14n") for text in kept
    ]
    with pytest.raises(ConflictError):
        copy_iati(path, tmp_path / "copy.xml")


def test_a_copy_keeps_what_others_and_comments_say_between_activities(tmp_path, standard):
    between = '<!-- kept --><x:more xmlns:x="http://x.example" a="1">that</x:more><?made by?>'
    path = written(tmp_path, between, activity("a"), "<stray/>", between, activity("b"), between)
    copy_iati(path, tmp_path / "all.xml")
    assert [str(one.tag) for one in etree.parse(str(tmp_path / "all.xml")).getroot().iter("*")].count("stray") == 1
    done = copy_iati(path, tmp_path / "valid.xml", standard)
    text = (tmp_path / "valid.xml").read_text(encoding="utf-8")
    assert (text.count("<!-- kept -->"), text.count(">that<"), text.count("<?made by?>")) == (3, 3, 3)
    assert "stray" not in text
    assert [(one.code, one.values["name"]) for one in done.faults] == [("standards.not_of_it", "stray")]
    wide = path.with_name("wide.xml")
    wide.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert copy_iati(wide, tmp_path / "wide-copy.xml", standard).items == done.items == 2
    assert (tmp_path / "wide-copy.xml").read_text(encoding="utf-8") == text


def test_totals_add_up_nothing_twice(tmp_path):
    one = written(
        tmp_path,
        activity("a", paid("100.50"), paid("-0.50"), paid("7", attributes=' currency="EUR"'), paid("1,5"), paid("")),
        activity("b", paid("3", code="1"), paid("2", other='<receiver-org receiver-activity-id="a"/>')),
    )
    two = written(tmp_path, activity("a", paid("100.50")), activity("c", paid("1", code="1")), name="two.xml")
    answer = iati_totals([one, two])
    assert (answer.activities, answer.repeated) == (4, 1)
    assert [(each.publisher, each.type, each.currency, each.count, each.amount) for each in answer.sums] == [
        ("XX-1", "1", "USD", 2, Decimal(4)),
        ("XX-1", "3", "EUR", 1, Decimal(7)),
        ("XX-1", "3", "USD", 3, Decimal("102.00")),
    ]
    assert (answer.outgoing.transactions, answer.outgoing.named, answer.outgoing.found) == (6, 1, 1)
    assert [fault.code for fault in answer.faults] == ["standards.bad_value", "standards.no_value"]


@pytest.mark.parametrize(
    ("days", "kept", "code"),
    [
        (("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"), ("8", "8"), "standards.copy_later"),
        (("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"), ("7", "8"), "standards.copy_open"),
        (("", "2026-07-01T00:00:00Z"), ("7", "8"), "standards.copy_open"),
    ],
)
def test_of_copies_that_differ_the_later_counts_in_any_order_and_both_are_named(tmp_path, days, kept, code):
    files = []
    for day, value in zip(days, ("7", "8"), strict=True):
        said = activity("a", paid(value)).replace("<iati-activity", f'<iati-activity last-updated-datetime="{day}"', 1)
        files.append(written(tmp_path, said, activity("same", paid("1")), name=f"{value}.xml"))
    for order, value in zip((files, files[::-1]), kept, strict=True):
        answer = iati_totals(order)
        assert (answer.activities, answer.repeated) == (4, 2)
        assert [each.amount for each in answer.sums] == [Decimal(value) + 1]
        (told,) = answer.differing
        (other,) = {path for path in files if path.stem != value}
        assert (told.code, told.source, told.values["identifier"]) == (code, str(tmp_path / f"{value}.xml"), "a")
        assert str(told.values["others"]).count(f"{other}:") == 1


def test_a_later_copy_beside_one_without_a_date_is_not_said_to_be_decided(tmp_path):
    days = (' last-updated-datetime="2026-06-01T00:00:00Z"', ' last-updated-datetime="2026-07-01T00:00:00Z"', "")
    said = [
        activity("a", paid(str(at))).replace("<iati-activity", f"<iati-activity{day}") for at, day in enumerate(days)
    ]
    answer = iati_totals([written(tmp_path, *said)])
    assert ([each.amount for each in answer.sums], [one.code for one in answer.differing]) == (
        [1],
        ["standards.copy_open"],
    )


@pytest.mark.parametrize("value", ["1e3", "1E+3", "1_000", "\u0661\u0660", "NaN", "Infinity", "7,5"])
def test_what_the_schema_calls_no_decimal_is_in_no_total_and_in_no_table(tmp_path, value):
    path = written(tmp_path, activity("a", paid(value), paid("+5."), paid(".5")))
    answer = iati_totals([path])
    assert [one.amount for one in answer.sums] == [Decimal("5.5")]
    assert [(one.code, one.values["value"]) for one in answer.faults] == [("standards.bad_value", value)]
    with Sheet(path) as table:
        cells = [row[table.columns.index("value")] for _, row in table.rows() if not isinstance(row, Problem)]
    assert [isinstance(cell, NumberCell) for cell in cells] == [False, True, True]


@pytest.mark.parametrize(
    ("code", "good"), [("usd", False), ("US$", False), ("XXX", False), ("XBT", True), (" USD ", True), ("", True)]
)
def test_a_currency_that_no_list_has_is_told_and_in_no_total(tmp_path, code, good):
    answer = iati_totals([written(tmp_path, activity("a", paid("5", attributes=f' currency="{code}"'), currency=""))])
    assert [one.currency for one in answer.sums] == [code.strip()] * good
    assert [one.code for one in answer.faults] == ["standards.bad_currency"] * (not good)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "standards.empty"),
        (b"\xef\xbb\xbf \n", "standards.empty"),
        (
            b"<?xml version='1.0' encoding='x-unknown'?><iati-activities version='2.03'></iati-activities>",
            "standards.encoding",
        ),
        (b"\x1f\x8b\x08 and so on", "standards.packed"),
        (b"<other/>", "standards.not_iati"),
    ],
)
def test_a_file_that_is_empty_or_in_an_unknown_encoding_is_told_with_what_to_do(tmp_path, data, code):
    path = tmp_path / "activities.xml"
    path.write_bytes(data)
    with pytest.raises(MalformedError) as caught:
        IatiFile(path)
    assert caught.value.problem.code == code
    assert english_remedy_of(caught.value.problem.told)


def test_commands_that_read_a_part_of_a_file_say_so_by_their_exit_code(tmp_path):
    whole = written(tmp_path, activity("a", paid("5")))
    cut = tmp_path / "cut.xml"
    cut.write_text(whole.read_text(encoding="utf-8").replace("</iati-activities>", ""), encoding="utf-8")
    bad = written(tmp_path, activity("b", paid("much")), name="bad.xml")

    def left(*words):
        return CliRunner().invoke(app, ["money", *words]).exit_code

    assert [left("totals", str(path)) for path in (whole, cut, bad)] == [0, 1, 1]
    assert [left("totals", str(path), "--json") for path in (whole, cut)] == [0, 1]
    assert [left("links", str(path)) for path in (whole, cut)] == [1, 1], "without a day nothing is compared"
    assert [left("copy", str(path), "--to", str(tmp_path / f"to-{path.name}")) for path in (whole, cut)] == [0, 1]
    flows = [
        page(tmp_path, "page.json", flow(1, "5"), said=5),
        page(tmp_path, "part.json", flow(1, "5"), said=9, count=2),
    ]
    assert [left("totals", str(path)) for path in flows] == [0, 1]


def test_an_organisation_without_a_name_is_called_as_elsewhere_in_the_file_or_by_its_reference(tmp_path):
    ends = '<provider-org ref="XX-7"/><receiver-org ref="XX-9"/>'
    later = activity(
        "b", paid(other='<provider-org ref="XX-7"><narrative>Fund of the North</narrative></provider-org>')
    )
    path = written(tmp_path, activity("a", paid(other=ends), paid()), later)
    with Sheet(path) as table:
        told = [row for _, row in table.rows() if not isinstance(row, Problem)]
        rows = [dict(zip(table.columns, row, strict=True)) for row in told]
    assert [(one["reporting-org"], one["provider-org"], one["receiver-org"]) for one in rows] == [
        ("XX-1", "Fund of the North", "XX-9"),
        ("XX-1", "", ""),
        ("XX-1", "Fund of the North", ""),
    ]


def test_an_organisation_without_a_name_is_called_as_it_calls_itself_before_what_others_call_it(tmp_path):
    others = paid(other='<provider-org ref="XX-2"><narrative>The Funders</narrative></provider-org>')
    own = activity("b").replace(
        '<reporting-org ref="XX-1"/>', '<reporting-org ref="XX-2"><narrative>The Fund</narrative></reporting-org>'
    )
    path = written(tmp_path, activity("a", others, paid(other='<receiver-org ref="XX-2"/>')), own)
    with Sheet(path) as table:
        told = [row for _, row in table.rows() if not isinstance(row, Problem)]
        assert [row[table.columns.index("receiver-org")] for row in told] == ["", "The Fund"]


def test_what_is_humanitarian_and_for_which_emergencies_is_read_and_counted(tmp_path):
    scopes = (
        '<humanitarian-scope type="1" vocabulary="1-2" code="EQ-2026-000048-PSE"/>'
        '<humanitarian-scope type="2" vocabulary="2-1" code="FPSE26"/>'
    )
    path = written(
        tmp_path,
        activity(
            "a", scopes, paid(), paid(code="4").replace("<transaction>", '<transaction humanitarian="0">')
        ).replace("<iati-activity ", '<iati-activity humanitarian="1" '),
        activity("b", scopes[scopes.index('<humanitarian-scope type="2"') :], paid()),
        activity("c", paid().replace("<transaction>", '<transaction humanitarian="true">')),
    )
    answer = iati_totals([path])
    assert answer.humanitarian == 2
    assert [(one.type, one.code, one.activities) for one in answer.scopes] == [
        ("2", "FPSE26", 2),
        ("1", "EQ-2026-000048-PSE", 1),
    ]
    with Sheet(path) as table:
        at = [table.columns.index(name) for name in ("humanitarian", "humanitarian-scope/@code")]
        rows = [tuple(row[one] for one in at) for _, row in table.rows() if not isinstance(row, Problem)]
    assert rows == [
        ("1", "EQ-2026-000048-PSE, FPSE26"),
        ("", "EQ-2026-000048-PSE, FPSE26"),
        ("", "FPSE26"),
        ("1", ""),
    ]
    told = CliRunner().invoke(app, ["money", "totals", str(path), "--lang", "en"]).stdout
    assert "2 activities are humanitarian" in told
    assert "appeal" in told


def test_what_activities_plan_is_added_up_by_year_and_a_revised_budget_takes_the_place_of_the_first(tmp_path):
    def plan(value, year=2026, kind="budget", attributes=' type="1"'):
        days = f'<period-start iso-date="{year}-01-01"/><period-end iso-date="{year}-12-31"/>'
        return f"<{kind}{attributes}>{days}<value>{value}</value></{kind}>"

    path = written(
        tmp_path,
        activity(
            "a",
            plan("100"),
            plan("80", attributes=' type="2"'),
            plan("0", 2027),
            plan("7", kind="planned-disbursement"),
        ),
        activity("b", plan("5"), plan("x", 2028), paid("1")),
    )
    answer = iati_totals([path])
    assert [(one.kind, one.start, one.end, one.currency, one.count, one.amount) for one in answer.budgets] == [
        ("budget", "2026", "", "USD", 2, Decimal(85)),
        ("budget", "2027", "", "USD", 1, Decimal(0)),
        ("planned-disbursement", "2026", "", "USD", 1, Decimal(7)),
    ]
    assert [fault.code for fault in answer.faults] == ["standards.bad_value"]
    assert [one.amount for one in answer.sums] == [1], "plans are in no sum of transactions"
    told = CliRunner().invoke(app, ["money", "totals", str(path), "--lang", "en"]).stdout
    assert "XX-1 2026/2027" in told
    assert "budget of activities" in told


def test_a_file_of_organisations_is_no_table_of_transactions_and_says_so(tmp_path):
    path = tmp_path / "organisations.xml"
    path.write_text('<iati-organisations version="2.03"></iati-organisations>', encoding="utf-8")
    with pytest.raises(MalformedError, match="about organisations"), Sheet(path):
        pass


def flow(number, amount, boundary="incoming", on="single", status="paid", **more):
    known = {"id": str(number), "versionId": 1, "amountUSD": amount, "boundary": boundary, "onBoundary": on}
    return known | {"status": status} | more


def page(folder, name, *flows, said=None, count=None):
    data = {"incoming": {"fundingTotal": said}, "flows": flows}
    path = folder / name
    path.write_text(json.dumps({"data": data, "meta": {"count": count or len(flows)}}), encoding="utf-8")
    return path


def test_fts_counts_what_came_in_once(tmp_path):
    flows = [
        flow(1, 100),
        flow(2, 50.25, status="commitment", parentFlowId=9),
        flow(3, 7, status="pledge"),
        flow(4, 1000, on="shared"),
        flow(5, 2000, boundary="internal", parentFlowId=1),
        flow(6, 3, boundary="outgoing"),
    ]
    first = page(tmp_path, "1.json", *flows[:4], said=150.25, count=6)
    second = page(tmp_path, "2.json", *flows[3:], said=150.25, count=6)
    told = fts_totals([first, second])
    assert (told.flows, told.said, told.incoming, told.own) == (6, 6, Decimal("150.25"), Decimal("150.25"))
    assert (told.paid, told.committed, told.pledged, told.shared) == (100, Decimal("50.25"), 7, 1000)
    assert (told.internal, told.outgoing, told.unlinked) == (2000, 3, 1)
    assert fts_totals([first]).said == 6
    with pytest.raises(MalformedError, match="another question"):
        fts_totals([first, page(tmp_path, "3.json", flow(1, 1), said=1)])


@pytest.mark.parametrize("text", ["[]", "{}", '{"data": {"flows": [{"id": 1}]}}', "{", '{"data": {"flows": [1]}}'])
def test_what_is_no_answer_of_fts_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MalformedError, match="neither"):
        fts_totals([path])


@pytest.mark.parametrize("form", ["answer", "data", "list", "texts", "table", "table with tags"])
def test_flows_are_added_up_in_every_form_in_which_they_are_found(tmp_path, form):
    flows = [
        flow(1, 100),
        flow(2, 50.25, status="Commitment"),
        flow(3, 1000, on="shared"),
        flow(4, 2, boundary="internal"),
    ]
    columns = list(flows[0])
    lines = [columns, *(["#x"] * len(columns) for _ in range("tags" in form)), *(list(one.values()) for one in flows)]
    texts = [one | {"amountUSD": str(one["amountUSD"])} for one in flows]
    forms = {
        "answer": {"data": {"incoming": {"fundingTotal": 150.25}, "flows": flows}},
        "data": {"flows": flows},
        "list": flows,
        "texts": {"data": {"incoming": {"fundingTotal": "150.25"}, "flows": texts}},
    }
    path = tmp_path / "flows"
    table = "\n".join(",".join(map(str, line)) for line in lines)
    path.write_text(json.dumps(forms[form]) if form in forms else table, encoding="utf-8")
    told = file_totals([path])
    assert isinstance(told, FtsTotals)
    assert (told.flows, told.incoming, told.paid, told.committed) == (4, Decimal("150.25"), 100, Decimal("50.25"))
    assert told.own in {None, Decimal("150.25")}


@pytest.mark.parametrize("amount", [None, "", "1,000", "NaN", 1e99])
def test_a_flow_without_an_amount_is_told_and_the_rest_is_added_up(tmp_path, amount):
    path = page(tmp_path, "1.json", flow(1, 100), flow(2, amount), {"amountUSD": 7}, said=100)
    told = fts_totals([path])
    assert (told.flows, told.said, told.incoming) == (1, 3, 100)
    assert [one.code for one in told.faults] == ["standards.flow_amount", "standards.flow_unnamed"]
    assert CliRunner().invoke(app, ["money", "totals", str(path)]).exit_code == 1


def test_a_folder_without_the_standard_is_refused(tmp_path):
    with pytest.raises(UnknownError, match="none of the standard"):
        Standard(tmp_path)
    with pytest.raises(UnknownError, match="no such folder"):
        Standard(tmp_path / "x")


@pytest.mark.parametrize(
    ("rule", "case", "holds", "breaks"),
    [
        ("atleast_one", {"paths": ["b"]}, "<b/>", "<c/>"),
        ("no_more_than_one", {"paths": ["b"]}, "<b/>", "<b/><b/>"),
        ("only_one_of", {"paths": ["b"], "excluded": ["c"]}, "<b/>", "<b/><c/>"),
        ("one_or_all", {"one": "@x", "all": "sector"}, "<transaction><sector/></transaction>", "<transaction/>"),
        ("dependent", {"paths": ["b", "c"]}, "<b/><c/>", "<b/>"),
        ("sum", {"paths": ["b"], "sum": 1.1}, "<b>1</b><b>0.1</b>", "<b>1</b>"),
        ("strict_sum", {"paths": ["b"], "sum": 100}, "<b>33.3</b><b>66.7</b>", "<b>33.3</b><b>66.6</b>"),
        ("range", {"paths": ["b"], "min": 0, "max": 9}, "<b>9</b>", "<b>-1</b>"),
        ("date_order", {"less": "b", "more": "c"}, "<b>2026-01-01</b><c>2026-01-01Z</c>", "<b>2026-01-02</b><c>2026-01-01</c>"),
        ("date_order", {"less": "b", "more": "NOW"}, "<b>2026-06-01</b>", "<b>2026-06-02</b>"),
        ("date_now", {"date": "b"}, "<b>2026-06-01T23:00:00</b>", "<b>2027-01-01</b>"),
        ("time_limit", {"start": "b", "end": "c"}, "<b>2024-02-29</b><c>2025-03-01</c>", "<b>2024-02-29</b><c>2025-03-02</c>"),
        ("between_dates", {"date": "b", "start": "c", "end": "d"}, "<b>2026-01-02</b><c>2026-01-01</c><d>2026-01-02</d>", "<b>2026-01-03</b><c>2026-01-01</c><d>2026-01-02</d>"),
        ("regex_matches", {"paths": ["b"], "regex": "^[a-z]+$"}, "<b>abc</b>", "<b>abc</b><b>1</b>"),
        ("regex_no_matches", {"paths": ["b"], "regex": "[0-9]"}, "<b>abc</b>", "<b>a1</b>"),
        ("startswith", {"paths": ["b"], "prefix": ["c", "d"], "separator": "-"}, "<b>x-1</b><d>x</d>", "<b>x1</b><c>x</c>"),
        ("unique", {"paths": ["b", "c"]}, "<b>1</b><c>2</c>", "<b>1</b><c>1</c>"),
        ("no_spaces", {"paths": ["b"]}, "<b>a b</b>", "<b>a </b>"),
        ("if_then", {"if": "b", "then": "c"}, "<b/><c/>", "<b/>"),
        ("loop", {"foreach": "b/@v", "do": {"no_more_than_one": {"cases": [{"paths": ["b[@v = '$1']"]}]}}}, '<b v="1"/><b v="2"/>', '<b v="1"/><b v="1"/>'),
    ],
)  # fmt: skip
def test_each_rule(rule, case, holds, breaks):
    rules = Ruleset({"//iati-activity": {rule: {"cases": [case]}}}, Known(today=TODAY))
    for text, count in ((holds, 0), (breaks, 1)):
        assert len(list(rules.broken(etree.fromstring(f"<iati-activity>{text}</iati-activity>")))) == count
    assert [(one.asked, one.broken) for one in rules.tallies] == [(2, 1)]


@pytest.mark.parametrize(
    "document", [{"//a": {"nonsense": {"cases": [{}]}}}, {"//a[": {}}, {"/other/a": {}}, {"//a": 1}]
)
def test_a_rule_that_is_not_understood_is_refused(document):
    with pytest.raises(MalformedError, match="cannot be understood"):
        Ruleset(document, Known())


def run(*words, code=0):
    told = CliRunner().invoke(app, ["money", *map(str, words)], env={"COLUMNS": "200"})
    assert told.exit_code == code, told.output
    return told


def test_the_commands(tmp_path, standard):
    path = written(tmp_path, activity("a", paid()), activity("b", paid(code="9")))
    told = run("check", path, "--standard", standard.folder, code=1)
    assert "2 activities read" in told.stdout
    assert "9 is not on the code list TransactionType" in told.stderr
    rows = json.loads(run("check", path, "--standard", standard.folder, "--json", code=1).stdout)["findings"]
    assert [row.get("severity") for row in rows] == ["error", None]
    assert rows[-1]["read"] == 2
    assert "Not held against the standard" in run("check", path).stdout
    assert "2 activities copied" in run("copy", path, "--to", tmp_path / "copy.xml").stdout
    assert json.loads(run("totals", path, "--json").stdout)["iati"]["sums"][0]["amount"] == "100"
    assert "disbursement" in run("totals", path).stdout
    assert "USD 5 incoming" in run("totals", page(tmp_path, "1.json", flow(1, 5))).stdout
    assert "of different standards" in run("totals", path, tmp_path / "1.json", code=2).stderr


def test_transactions_are_a_table_with_what_their_activity_says(tmp_path):
    giver = '<provider-org ref="XX-9" provider-activity-id="p-1"><narrative>Azura</narrative></provider-org>'
    path = written(
        tmp_path,
        activity("a", paid("100.50", other=giver), paid("n/a", attributes=' currency="EUR" value-date="2026-03-01"')),
        activity("b", "<open>"),
        activity("c"),
        activity("d", paid("7", code="1")),
    )
    with Sheet(path) as sheet:
        rows = list(sheet.rows())
        named = [
            {name: cell for name, cell in zip(sheet.columns, cells, strict=True) if cell}
            for _, cells in rows
            if not isinstance(cells, Problem)
        ]
        assert named[0] == {
            "iati-identifier": "a",
            "reporting-org": "XX-1",
            "reporting-org/@ref": "XX-1",
            "transaction-type/@code": "3",
            "value": "100.50",
            "currency": "USD",
            "provider-org": "Azura",
            "provider-org/@ref": "XX-9",
            "provider-activity-id": "p-1",
            GIVER: "XX-1",
            RECEIVER: "XX-1",
        }
        assert not isinstance(rows[0][1], Problem)
        assert isinstance(rows[0][1][sheet.columns.index("value")], NumberCell)
        assert (named[1]["value"], named[1]["currency"], named[1]["value-date"]) == ("n/a", "EUR", "2026-03-01")
        assert [(number, cells.code) for number, cells in rows if isinstance(cells, Problem)] == [
            (3, "standards.broken_activity")
        ]
        assert named[2]["iati-identifier"] == "d"
        assert sheet.lost() == {Message.of("table.no_transactions"): 1}


def test_two_editions_are_compared(tmp_path):
    old = written(tmp_path, activity("a", paid("100"), paid("5")), name="old.xml")
    new = written(tmp_path, activity("a", paid("100"), paid("6")), activity("b", paid("1")), name="new.xml")
    told = CliRunner().invoke(app, ["compare", str(old), str(new), "--json"])
    assert told.exit_code in {0, 1}, told.output
    answer = json.loads(told.stdout)
    assert (answer["unchanged"], [gone["but"] for gone in answer["gone"]], len(answer["added"])) == (1, ["value"], 2)


def test_flows_of_fts_are_a_table(tmp_path):
    source = [{"type": "Organization", "name": "Azura"}, {"type": "UsageYear", "name": "2025"}]
    flows = [flow(1, 5.25, sourceObjects=[*source, {"type": "UsageYear", "name": "2026"}]), flow(2, 7)]
    with Sheet(page(tmp_path, "1.json", *flows)) as sheet:
        rows = [dict(zip(sheet.columns, cells, strict=True)) for _, cells in sheet.rows() if isinstance(cells, list)]
    assert (rows[0]["amountUSD"], rows[0]["sourceObjects/Organization"]) == ("5.25", "Azura")
    assert rows[0]["sourceObjects/UsageYear"] == "2025, 2026"
    assert rows[1]["sourceObjects/Organization"] == ""


def test_budgets_of_organisations_are_added_up_by_kind_period_and_currency(tmp_path):
    """Files of organisations were refused, though they are IATI too."""
    budget = '<{kind}><period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/><value{of}>{value}</value></{kind}>'
    told = [
        ("total-budget", "", "1000.50"),
        ("recipient-org-budget", "", "300"),
        ("recipient-org-budget", "", "200"),
        ("recipient-country-budget", ' currency="EUR"', "70"),
        ("total-expenditure", "", "much"),
    ]
    rows = "".join(budget.format(kind=kind, of=of, value=value) for kind, of, value in told)
    organisation = f'<iati-organisation default-currency="USD"><organisation-identifier>XX-1</organisation-identifier>{rows}</iati-organisation>'
    path = tmp_path / "organisation.xml"
    path.write_text(
        f'<iati-organisations version="2.03">{organisation}{organisation}</iati-organisations>', encoding="utf-8"
    )
    answer = iati_totals([path])
    assert (answer.organisations, answer.activities, answer.repeated) == (2, 0, 1)
    assert [(one.kind, one.currency, one.count, str(one.amount)) for one in answer.budgets] == [
        ("recipient-country-budget", "EUR", 1, "70"),
        ("recipient-org-budget", "USD", 2, "500"),
        ("total-budget", "USD", 1, "1000.50"),
    ]
    assert {(one.start, one.end) for one in answer.budgets} == {("2026-01-01", "2026-12-31")}
    assert [fault.code for fault in answer.faults] == ["standards.bad_value"]
    printed = CliRunner().invoke(app, ["money", "totals", str(path)])
    assert "budget for an organisation" in printed.stdout


ONE = activity("a", paid("5"))


@pytest.mark.parametrize(
    "text",
    [
        f'<iati-activities version="2.03" note="a > b">{ONE}</iati-activities>',
        f"<!-- <iati-activities> --><iati-activities>{ONE}</iati-activities>",
        f"<!--{'x' * 200_000}--><iati-activities>{ONE}</iati-activities>",
        f"<?xml-stylesheet href='a.xsl'?><iati-activities><?other?>{ONE}</iati-activities>",
        f"<iati-activities>{ONE.replace('>5<', '><!-- 7 -->5<!-- 8 --><').replace('>a<', '>a<!-- b --><')}</iati-activities>",
    ],
)
def test_a_file_is_read_however_its_xml_is_set(tmp_path, text):
    path = tmp_path / "file.xml"
    path.write_text(text, encoding="utf-8")
    assert [one.amount for one in iati_totals([path]).sums] == [5]
    assert [item.identifier for item in IatiFile(path).items()] == ["a"]
    cells = [cells for _, cells in IatiTable(path, None).rows() if not isinstance(cells, Problem)]
    assert [(each[0], each[IatiTable.columns.index("value")]) for each in cells] == [("a", "5")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-32"])
def test_wide_letters_are_read_without_a_mark_too(tmp_path, encoding):
    path = tmp_path / "file.xml"
    path.write_bytes(
        f"<?xml version='1.0' encoding='{encoding}'?><iati-activities>{ONE}</iati-activities>".encode(encoding)
    )
    assert [one.amount for one in iati_totals([path]).sums] == [5]


def test_a_root_without_anything_in_it_is_whole(tmp_path):
    path = tmp_path / "file.xml"
    path.write_text('<iati-activities version="2.03"/>', encoding="utf-8")
    assert (list(IatiFile(path).items()), iati_totals([path]).faults) == ([], ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<iati-activities xmlns='http://example.org/'></iati-activities>", "standards.namespace"),
        ("<i:iati-activities xmlns:i='http://example.org/'></i:iati-activities>", "standards.namespace"),
        ("\n<iati-activities a='1' a='2'></iati-activities>", "standards.broken_root"),
    ],
)
def test_a_root_that_is_not_iatis_is_told_as_what_it_is(tmp_path, text, code):
    path = tmp_path / "file.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MalformedError) as caught:
        IatiFile(path)
    assert caught.value.problem.code == code


def test_lines_are_those_of_the_file_also_after_what_is_no_xml(tmp_path, standard):
    parts = [activity("a"), activity("b", "<x & y>"), activity("c", "&nbsp;"), activity("d", paid("much"))]
    path = tmp_path / "file.xml"
    text = f"<iati-activities version='2.03'>\n{chr(10).join(parts)}\n{activity('e', '<odd/>')}</iati-activities>"
    path.write_text(text, encoding="utf-8")
    assert [(one.code, one.line) for one in iati_totals([path]).faults] == [
        ("standards.bad_value", 5),
        ("standards.broken_activity", 3),
        ("standards.broken_activity", 4),
    ]
    assert iati_totals([path]).faults[2].values["reason"] == "Entity 'nbsp' not defined"
    _, found = check(path, standard)
    assert [one.problem.line for one in found if one.identifier == "e"] == [6]
    deep = tmp_path / "deep.xml"
    deep.write_text(f"<iati-activities version='2.03'>{chr(10) * 70_000}{activity('e', '<odd/>')}</iati-activities>")
    assert [one.problem.line for one in check(deep, standard)[1]] == [None], "no line rather than a wrong one"


def test_types_of_version_1_are_those_of_version_2(tmp_path):
    path = written(
        tmp_path, activity("a", *(paid(code=code) for code in ("IF", "C", "D", "E"))), version=' version="1.05"'
    )
    answer = iati_totals([path])
    assert [one.type for one in answer.sums] == ["1", "2", "3", "4"]
    assert (answer.incoming.transactions, answer.outgoing.transactions) == (1, 3)
    rows, _ = table_of(path)
    assert [row["transaction-type/@code"] for row in rows] == ["2", "1", "3", "4"], "commitments first"


def test_publishers_without_a_reference_are_told_apart_by_name(tmp_path):
    named = [
        ONE.replace('ref="XX-1"/>', f"><narrative>{name}</narrative></reporting-org>") for name in ("Azura", "Bero")
    ]
    path = written(tmp_path, *(one.replace(">a<", f">{at}<") for at, one in enumerate(named)))
    assert [(one.publisher, one.amount) for one in iati_totals([path]).sums] == [("Azura", 5), ("Bero", 5)]


def table_of(path):
    with Sheet(path) as table:
        cells = [cells for _, cells in table.rows() if not isinstance(cells, Problem)]
        rows = [dict(zip(table.columns, each, strict=True)) for each in cells]
        return rows, {note.code: count for note, count in table.lost().items()}


def test_an_activity_that_stands_in_a_file_twice_is_taken_once_as_it_was_updated_last(tmp_path):
    def copy(day, value):
        return activity("a", paid(value)).replace("<iati-activity", f'<iati-activity last-updated-datetime="{day}"')

    path = written(
        tmp_path, copy("2026-01-01T00:00:00Z", "5"), copy("2026-03-01T00:00:00Z", "7"), activity("b", paid("1"))
    )
    rows, lost = table_of(path)
    assert [row["value"] for row in rows] == ["7", "1"]
    assert lost == {"table.activity_again": 1}


@pytest.mark.parametrize(
    ("secondary", "giver", "receiver"), [("1", "Bero", "Ceta"), ("0", "XX-1", "XX-1"), ("", "XX-1", "XX-1")]
)
def test_a_secondary_reporter_tells_of_the_money_of_others(tmp_path, secondary, giver, receiver):
    ends = "<provider-org><narrative>Bero</narrative></provider-org><receiver-org><narrative>Ceta</narrative></receiver-org>"
    text = activity("a", paid(other=ends), paid()).replace('ref="XX-1"', f'ref="XX-1" secondary-reporter="{secondary}"')
    rows, _ = table_of(written(tmp_path, text))
    assert [(row[GIVER], row[RECEIVER]) for row in rows] == [(giver, receiver), ("XX-1", "XX-1")]


DAY = '<transaction-date iso-date="{}"/><receiver-org ref="XX-2"/>'


def dated(value, code="2", day="2026-01-01"):
    return paid(value, code, other=DAY.format(day))


@pytest.mark.parametrize(
    ("values", "left"),
    [
        (["100", "-30"], ["70"]),
        (["-30", "100"], ["70"]),
        (["100", "50", "-70"], ["80"]),
        (["100", "-100"], []),
        (["100", "-130"], ["100", "-130"]),
        (["100", "0"], ["100", "0"]),
        (["x", "-5"], ["x", "-5"]),
    ],
)
def test_a_promise_with_a_minus_is_taken_off_what_was_promised(tmp_path, values, left):
    rows, lost = table_of(written(tmp_path, activity("a", *map(dated, values))))
    assert [row["value"] for row in rows] == left
    assert lost == ({"table.corrected": len(values) - len(left)} if len(left) < len(values) else {})


@pytest.mark.parametrize(
    "commitment",
    [dated("x"), dated("5", day="5000000"), dated("-5"), dated("0"), dated("0.00001"), dated("5") + dated("7")],
)
def test_no_payment_is_said_to_be_of_a_commitment_that_cannot_be_recorded(tmp_path, commitment):
    rows, _ = table_of(written(tmp_path, activity("a", commitment, dated("9", "3"))))
    assert rows[-1][COMMITMENT] == ""
