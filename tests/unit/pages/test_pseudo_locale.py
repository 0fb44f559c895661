"""No word that a command, a page or an error shows comes from anywhere but a catalogue."""

import ast
import errno
import json
import os
import re
import shutil
from functools import cache
from pathlib import Path

import catalogues
import msgspec
import pytest
import typer.main
from openpyxl import load_workbook
from typer.testing import CliRunner

import enduse
from enduse.cli.commands import named
from enduse.cli.main import app
from enduse.cli.output import localizer, speak
from enduse.cli.screen import console, errors
from enduse.messages import Amount, Message
from enduse.messages.english import TERMS, TEXTS
from enduse.messages.plain import fields
from enduse.pages import localizer as localizers
from enduse.pages.answers_workbook import write_answers
from enduse.pages.assessment_page import render as assessment_page
from enduse.pages.html import render as report_page
from enduse.pages.report_document import report_document
from enduse.record.note import COSIGNATURE_V1, Signer
from enduse.record.server import WitnessServer
from enduse.simulate.residents import SERIES
from enduse.simulate.review import CONTROLLED, HANDBOOK
from enduse.terms.ed25519 import SigningKey
from support.field_servers import TOKEN, field_server
from support.pseudo import EXCEPTIONS, Pseudo, bracketed, leaks, shown
from support.town import written

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
PSEUDO = Pseudo()


@pytest.fixture(scope="module", autouse=True)
def _bracketed_words():
    """Every message in brackets, for all of this module; names of data in Arabic."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(localizers, "catalogue", lambda _language: PSEUDO)
        patch.setattr("uvicorn.Server.run", lambda _server, sockets: None)  # the portal is stopped as soon as it stands
        for screen in (console, errors):  # no command is cut in two by the end of a line, whatever runs the tests
            patch.setattr(screen, "_width", 220)
        speak("ar")  # as a command before would have left it
        yield
    speak("en")


def run(*words, data=()):
    """Run a command; return what it printed that is neither bracketed nor data, its exit code, and all of it."""
    line = [str(word) for word in words]
    result = CliRunner().invoke(app, ["--lang", "ar", *line], env={"COLUMNS": "220"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    output = result.stdout + "\n" + result.stderr
    return leaks(output, data), result.exit_code, output


def leaves(command=None, path=()):
    command = command or typer.main.get_command(app)
    inner = getattr(command, "commands", {})
    if not inner:
        yield " ".join(path), command
    for name, each in inner.items():
        yield from leaves(each, (*path, name))


COMMANDS = dict(leaves())
GROUPS = ["", "record"]


# the checker


def test_the_checker_finds_a_word_that_was_forgotten():
    assert bracketed("{n} rows of `code` in {place:name}") == "{n} ⟦rows⟧ ⟦of⟧ `code` ⟦in⟧ {place:name}"
    assert leaks(bracketed("all is said")) == []
    assert leaks("⟦all⟧ is ⟦said⟧") == ["is"]
    assert leaks("⟦all⟧ forgotten-word, and more.") == ["forgotten", "word", "and", "more"]
    assert leaks("⟦about⟧ consignment:0128 --json ⟦in⟧ /tmp/file 12.5 f3273c6220cb DIR") == []
    assert leaks("20 kg") == ["kg"], "a unit is a word"
    assert leaks("\u2068enduse status demo\u2069 demo") == ["demo"]
    assert leaks("Ask Olga", ["Olga"]) == ["Ask"]
    assert shown("<p title='one'>two<style>three</style> <b>four</b></p>") == ["one", "two", "four"]


def test_each_exception_has_its_reason():
    assert all(reason for reason in EXCEPTIONS.values())
    assert len(EXCEPTIONS) < 10


# help and commands


@cache
def help_data():
    """Names of commands and defaults of options are typed as they are."""
    return frozenset(_typed())


def _typed():
    for path, command in COMMANDS.items():
        yield from path.split()
        for parameter in command.params:
            if isinstance(parameter.default, str | Path):
                yield str(parameter.default)
            yield named(parameter)
            choices = parameter.type_descriptor.choices
            yield from (str(getattr(choice, "value", choice)) for choice in choices or ())


@pytest.mark.parametrize("path", [*GROUPS, *COMMANDS])
def test_help_is_all_words_of_the_catalogues(path):
    found, code, output = run(*path.split(), "--help", data={*help_data(), "enduse"} - {"in", "to"})
    assert (found, code) == ([], 0), output


@pytest.mark.parametrize(
    "line",
    [
        "plan d --visits x",
        "plan d",
        "status",
        "money",
        "status d more",
        "status d --report",
        "status d --jsn",
        "-q",
        "stats",
        "",
    ],
)
def test_what_is_not_understood_is_said_in_words_of_the_catalogues(line):
    found, code, output = run(*line.split(), data={*help_data(), *line.split(), "enduse"})
    assert (found, code) == ([], 2), output


def test_bars_of_progress_are_words_of_the_catalogues():
    """They are drawn on a terminal only, so their calls are looked at instead."""
    for path in (ROOT / "src" / "enduse" / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "progress":
                title = node.args[0]
                assert isinstance(title, ast.Call), f"{path.name}:{node.lineno}"
                assert isinstance(title.func, ast.Attribute), f"{path.name}:{node.lineno}"
                assert title.func.attr == "say", f"{path.name}:{node.lineno}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pseudo") / "demo"
    as_written = ("military-force", "coast")  # what a state offered, and a group that an umbrella asks for
    return folder, run("demo", "--into", folder, data=as_written)


@pytest.fixture(scope="module")
def place(demo, tmp_path_factory):
    """A folder with what the calls below are made with: a programme to write to, files good and bad."""
    folder = tmp_path_factory.mktemp("calls")
    CliRunner().invoke(app, ["new", str(folder / "cairo"), "--from", str(EXAMPLES / "cairo-2014" / "programme.yaml")])
    shutil.copytree(folder / "cairo", folder / "written")
    CliRunner().invoke(
        app, ["new", str(folder / "trucks"), "--from", str(EXAMPLES / "truck-register" / "programme.yaml")]
    )
    page = (ROOT / "docs" / "how-to" / "bring-a-table.md").read_text(encoding="utf-8")
    for name, language in (("warehouse.toml", "toml"), ("deliveries.csv", "csv")):
        block = re.search(rf"```{language}\n([^`]*Zement[^`]*)```", page)
        assert block
        (folder / name).write_text(block[1], encoding="utf-8")
    key = Signer("nobody.example", SigningKey.from_seed(bytes(32)), COSIGNATURE_V1).verifier.vkey
    log = (folder / "cairo" / "log.vkey").read_text(encoding="utf-8").strip()
    policy = f"log {log}\nwitness one {key} http://127.0.0.1:9\nquorum one\n"
    (folder / "witnesses.policy").write_text(policy, encoding="utf-8")
    (folder / "token").write_text(TOKEN)
    (folder / "money.xml").write_text(MONEY, encoding="utf-8")
    (folder / "account.csv").write_text(ACCOUNT, encoding="utf-8")
    (folder / "none-yet.csv").write_text("statement,examined\n", encoding="utf-8")
    (folder / "linked.xml").write_text(LINKED, encoding="utf-8")
    (folder / "flows.json").write_text(FLOWS, encoding="utf-8")
    (folder / "standard").mkdir()
    (folder / "standard" / "standard.json").write_text(RULES, encoding="utf-8")
    (folder / "standard" / "release-schema.json").write_text(RELEASES, encoding="utf-8")
    (folder / "releases.json").write_text(CONTRACTS, encoding="utf-8")
    (folder / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "old.csv").write_text(ISSUES[0], encoding="utf-8")
    (folder / "new.csv").write_text(ISSUES[1], encoding="utf-8")
    for name, text in REGISTERS.items():
        (folder / name).write_text(text, encoding="utf-8")
    written(folder / "town.xlsx", language="ar")
    written(folder / "faulty.xlsx", {"parties": [{"party_type": "عجب"}], "bills": [{"unit": "عجب"}]}, "ar")
    (folder / "bad.yaml").write_text("programme: {}\n", encoding="utf-8")
    (folder / "secret.txt").write_text("by the coast road", encoding="utf-8")
    square = {"type": "Polygon", "coordinates": [[[34, 31], [35, 31], [35, 32], [34, 31]]]}
    area = {"type": "Feature", "properties": {"adm2_pcode": "north"}, "geometry": square}
    (folder / "areas.geojson").write_text(json.dumps({"features": [area]}), encoding="utf-8")
    (folder / "not-text.txt").write_bytes(b"\xff\xfe\xff")
    shutil.copyfile(Path(__file__).parents[3] / "examples" / "photos" / "roof.png", folder / "dot.png")
    (folder / "empty").mkdir()
    tables = folder / "tables"
    tables.mkdir()
    for name, rows in TABLES.items():
        (tables / f"{name}.csv").write_text(rows, encoding="utf-8")
    return folder


DATA = (
    "example.org/harbour-town",
    "nodes",
    "links",
    "instruments",
    "readings",
    "example.org/kept",
    "Enduse",
    "Fuhre",
    "Nord",
    "From",
    "deliveries",
    "Unit",
    "units",
    "“deliveries”",
    "“\u2068deliveries\u2069”",
    "clinic-site",
    "cement",
    "one",
    "checkpoint",
    "coast",
    "diaspora",
    "military-force",
    "percent",
    "Poll of Harbour Watch (invented)",
    "Bulletin of the Council for the Palm Coast (invented), number 14",
    "Twelve instructors from October on.",
    "The budget of the year is spent.",
)
FIELDS = ("place", "reading", "of", "material", "method", "consignment", "value", "nosuch")
"""What is written the same in every language: a record; the programme itself; a cell, a column, a list, an instrument and a
material of the tables below; a witness; a file of a record."""

PUBLISHED = (*(word for one in SERIES for word in re.findall(r"\w+", f"{one.source} {one.unit}")), "(", ")")
"""What published figures are quoted with, by word: a narrow column breaks it anywhere."""

TYPED = {
    "say": ("body", "about"),
    "access seal": ("body", "clearance", "incident", "movement"),
    "works": (HANDBOOK.source, CONTROLLED.source, *PUBLISHED),
    "indicators": PUBLISHED,
    "trace": ("ocds-enduse-demo-clinic-works",),
    "visits": ("The roof of block C is being sealed.",),
}
"""Fields and kinds of statement as they are typed, and what is quoted of sources, by the command that tells them."""

FOREIGN = (*map(os.strerror, errno.errorcode), "urlopen error", "Errno", "JSON is malformed: invalid character", "byte")
"""What the operating system and Python's library say of a file or a connection, in words of their own."""

ISSUES = (
    "معرّف,تاريخ,صنف,عدد,رمز\n1,2026-10-01,دقيق,5,أ\n2,2026-10-02,أنابيب,6,ب\n3,2026-10-31,إسمنت,7,ج\n4,2026-10-31,إسمنت,7\n",
    "نوع,معرّف,تاريخ,صنف,عدد,رمز\nx,1,2026-10-01,دقيق,6,أ\nx,9,2026-10-02,أنابيب,6,ت\nx,8,2026-10-02,دقيق,1,ت\n",
)

REGISTERS = {
    "ours.csv": "يوم,مكان,صنف,وزن,وحدة,رقم\n2026-10-01,أ,دقيق,5,t,1\n2026-10-30,ب,دقيق,6,7,2\n2026-10-31,أ,إسمنت,7,t,3\n",
    "theirs.csv": "تاريخ,معبر,مادة,كم,قياس,بوليصة\n2026-10-01,أ,دقيق,4,t,1\n2026-10-31,أ,إسمنت,7,t,5\n2026-10-31,أ,دقيق,7,t,6\n",
    "before.csv": "يوم,مكان,صنف,وزن,وحدة,رقم\n2026-10-01,أ,دقيق,5,t,1\n",
    "سابق.csv": "يوم,مكان,صنف,وزن,وحدة\n2026-10-01,أ,دقيق,5,t\n2026-10-30,ب,دقيق,6,t\n",
    "لاحق.csv": "يوم,مكان,صنف,وزن,وحدة\n2026-10-01,أ,دقيق,5,t\n2026-10-02,أ,إسمنت,7,t\n2026-11-02,ب,دقيق,6,t\n",
    "kept.toml": """
profile = "kept"
title = "قائمة"
party = "party:store"
[[tells]]
what = "receipt"
date = "يوم"
place = "مكان"
item = "صنف"
quantity = "وزن"
unit = "وحدة"
to = { always = "party:store" }
""",
    "terms.toml": """
unit = "t"
remarks = [{ party = "ours", where = { item = "إسمنت" }, text = "ليس كله هنا" }]
ours = { party = "مخزن", date = "يوم", id = "رقم", quantity = { column = "وزن", unit_column = "وحدة" }, terms = {
    place = { column = "مكان" }, item = { column = "صنف" } } }
theirs = { party = "ناقل", date = "تاريخ", id = "بوليصة", quantity = { column = "كم", unit_column = "قياس" }, terms = {
    place = { column = "معبر" }, item = { column = "مادة" } } }
""".replace(",\n    ", ", ").replace("{\n    ", "{ "),
}

MONEY = """<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>أ</iati-identifier>
<reporting-org ref="ب"/><transaction><transaction-type code="3"/><value>1</value></transaction>
<transaction><transaction-type code="1"/><value>٣,</value></transaction></iati-activity>
<iati-activity><iati-identifier>أ</iati-identifier></iati-activity></iati-activities>"""
ACCOUNT = """day,amount,currency,kind,reference
2026-01-01,0,USD,opening,
2026-03-01,-5,USD,fee,
2026-03-01,7,,,ب
,,USD,closing,
2026-05-01,3,USD,closing,
"""
LINKED = """<iati-activities version="2.03"><iati-activity default-currency="USD"><iati-identifier>XX-2-1</iati-identifier>
<reporting-org ref="ب"/><transaction><transaction-type code="1"/><transaction-date iso-date="2026-03-04"/><value>119</value>
<provider-org ref="ق"/></transaction></iati-activity><iati-activity default-currency="USD"><iati-identifier>XX-1-1</iati-identifier>
<reporting-org ref="ق"/><transaction><transaction-type code="3"/><transaction-date iso-date="2026-03-01"/><value>120</value>
<receiver-org ref="ب"/></transaction><transaction><transaction-type code="3"/><transaction-date iso-date="2026-03-07"/>
<value>119</value><receiver-org ref="ب"/></transaction></iati-activity></iati-activities>"""
FLOWS = (
    '{"data": {"incoming": {"fundingTotal": 1}, "flows": [{"id": "1", "versionId": 1, "amountUSD": 2, "parentFlowId": 7,'
    ' "boundary": "incoming", "onBoundary": "single", "status": "paid"}]}, "meta": {"count": 9}}'
)
RELEASES = """{"id": "https://standard.example/release-schema.json", "type": "object", "required": ["تاريخ"],
"properties": {"تاريخ": {"type": "string", "format": "date-time"}, "لغة": {"type": "string"}}}"""
CONTRACTS = """{"releases": [{"ocid": "أ", "id": "1", "تاريخ": "2026-03-01T00:00:00Z", "contracts": [
{"id": "1", "value": {"amount": 7}}, {"id": "2", "status": "cancelled", "value": {"amount": 7}}]},
{"ocid": "ب", "id": "1", "لغة": 7}, {"ocid": "ج", "أ": 1, "أ": 2}]}"""
RULES = """{"//iati-activity": {"unique": {"cases": [
    {"paths": ["transaction/value", "transaction/value"], "ruleInfo": {"id": "1", "message": "ج"}}]}}}"""

TABLES = {
    "nodes": "node,kind\nplace:a,donor\nplace:b,warehouse\n",
    "links": "link,from_node,to_node\na-b,place:a,place:b\n",
    "instruments": "instrument,random_sd,systematic_sd\nscale:1,0.01,0.005\nscale:2,0.01,0.005\n",
    "readings": "reading,period,material,kind,node,link,quantity,instrument\n"
    + "".join(
        f"s{period},{period},cement,shipped,,a-b,100,scale:1\nr{period},{period},cement,received,,a-b,{got},scale:2\n"
        for period, got in ((1, 100), (2, 99), (3, 60), (4, 100))
    ),
}


def test_the_demo_and_its_report_are_words_of_the_catalogues(demo):
    found, code, output = demo[1]
    assert (found, code) == ([], 0), output


NORMAL = {
    "demo": None,  # built once, above
    "template": ["template {out}/empty.xlsx"],
    "new": [
        "new {out}/fresh --from {examples}/cairo-2014/programme.yaml",
        "new {out}/town --from {out}/town.xlsx --play-all-parties",
    ],
    "join": None,  # needs a server; its one answer is tried below with every other message
    "add": [
        "add {out}/town {out}/town.xlsx",
        "add {out}/trucks {out}/deliveries.csv --as party:importer --profile {out}/warehouse.toml --receipts {out}/got",
        "add {out}/trucks {out}/deliveries.csv --as party:importer --profile {out}/warehouse.toml",
    ],
    "fetch": [
        "fetch {field}/api/v2/assets/aTest/data.json {out}/kobo.json --token {out}/token --attachments {out}/photos"
    ],
    "profile": [
        "profile {out}/old.csv --answer what=claim --answer party=party:x --answer about=صنف --answer words=صنف --out {out}/p.toml",
        "profile {out}/ours.csv --answer what=count --answer item=صنف --out {out}/other.toml",
        "profile {out}/ours.csv --out {out}/other.toml",
    ],
    "compare": [
        "compare {out}/old.csv {out}/new.csv --id معرّف --date تاريخ --html {out}/c.html --xlsx {out}/c.xlsx",
        "compare {out}/old.csv {out}/new.csv --by place,month --mapping {out}/drafted.toml",
        "compare {out}/ours.csv {out}/theirs.csv --by place,month,item --mapping {out}/terms.toml --html {out}/d.html",
        "compare {out}/ours.csv {out}/theirs.csv --by place --mapping {out}/terms.toml --earlier {out}/before.csv",
        "compare {out}/سابق.csv {out}/لاحق.csv --profile {out}/kept.toml --keep {out}/kept",
        "compare {out}/old.csv {out}/new.csv --by-content --ignore رمز --since 2026-10-01 --until 2026-10-31",
    ],
    "status": [
        "status {demo}",
        "status {demo} --as-at 2026-05-31 --as-known 2026-06-30",
        "status {demo} --report {out}/r.html",
        "status {out}/cairo",
    ],
    "trace": [
        "trace {demo} project:clinic",
        "trace {demo} party:azura --depth 5",
        "trace {demo} project:clinic --all",
        "trace {demo} consignment:0128",
        "trace {out}/cairo party:sweden",
    ],
    "report": ["report {demo} --since 1500 --html {out}/r2.html --xlsx {out}/r2.xlsx --pdf {out}/r2.pdf"],
    "export": [
        "export {demo} --to {out}/all.xlsx --since 1500",
        "export {out}/cairo --to {out}/csv",
        "export {out}/cairo --to {out}/parquet --format parquet",
    ],
    "history": [
        "history {demo} --to {out}/ledger",
        "history {demo} --to {out}/ledger --engine duckdb --as-at 2026-05-31",
    ],
    "money show": ["money {demo}", "money show {demo} --as-at 2026-03-01", "money {out}/cairo"],
    "money check": [
        "money check {out}/money.xml",
        "money check {out}/money.xml --standard {out}/standard",
        "money check {out}/releases.json --standard {out}/standard",
    ],
    "money copy": [
        "money copy {out}/money.xml --to {out}/copied.xml",
        "money copy {out}/releases.json --to {out}/copied.json",
    ],
    "money merge": ["money merge {out}/releases.json --to {out}/merged.json --standard {out}/standard"],
    "money links": [
        "money links {out}/money.xml",
        "money links {out}/linked.xml --days 30",
        "money links {out}/linked.xml --accept 1 --to {out}/claim.json",
        "money links {demo}",
    ],
    "money reconcile": [
        "money reconcile {demo} {out}/account.csv --as party:fund",
        "money reconcile {demo} {out}/account.csv --as party:fund --currency EUR --days 0",
    ],
    "money sample": [
        "money sample {demo} --tolerable 500000",
        "money sample {demo} --tolerable 500000 --as-known 1000 --root 1100",
        "money sample {demo} --size 9 --beacon ء --to {out}/drawn.csv",
        "money sample {demo} --tolerable 900000 --beacon ء --examined {out}/none-yet.csv",
    ],
    "money totals": [
        "money totals {out}/money.xml",
        "money totals {out}/flows.json",
        "money totals {out}/releases.json {out}/releases.json",
    ],
    "correct": [
        "correct {out}/written 64 --set amount.value=7 --note why",
    ],
    "goods": ["goods {demo}", "goods {demo} --as-at 2026-03-01", "goods {out}/cairo"],
    "changes": [
        "changes {demo} --since 2026-06-01",
        "changes {demo} --since 900",
        "changes {out}/cairo --since 2099-01-01",
    ],
    "late": ["late {demo}", "late {out}/cairo", "late {demo} --as-at 2026-05-31 --as-known 1200"],
    "list": [
        "list {demo}",
        "list {demo} --as-at 2026-05-31 --as-known 1200",
        "list {demo} --kind finding",
        "list {demo} --party party:none",
        "list {out}/cairo --all",
    ],
    "assure": ["assure {demo} --no-power", "assure {demo} --html {out}/a.html", "assure {out}/tables"],
    "plan": [
        "plan {demo} --visits 3",
        "plan {demo} --visits 3 --new-seed {out}/seed",
        "plan {demo} --visits 3 --seed-file {out}/seed",
        "plan {demo} --visits 3 --checkpoint",
    ],
    "visits": ["visits {demo}", "visits {out}/cairo"],
    "mandates": [
        "mandates {demo}",
        "mandates {demo} --on 2026-06-01 --leaving party:monitor=2026-06-02",
        "mandates {out}/cairo",
    ],
    "access show": ["access {demo}", "access {demo} --public", "access {out}/cairo"],
    "access order": ["access order {demo} --days 3"],
    "access map": ["access map {demo} --shapes {out}/areas.geojson --to {out}/map.svg"],
    "access disclose": ["access disclose {demo} --as party:monitor"],
    "access seal": [
        "access seal {out}/trucks movement --as party:importer --set movement=movement:1 --set action=submit",
    ],
    "indicators": [
        "indicators {demo}",
        "indicators {demo} --place place:north",
        "indicators {demo} --place place:south",
    ],
    "undertakings": ["undertakings {demo}", "undertakings {demo} --party party:fund"],
    "works": [
        "works {demo}",
        "works {demo} project:library",
        "works {demo} need:housing --as-at 2026-06-01",
        "works {demo} place:north",
        "works {out}/cairo",
    ],
    "release": ["release {demo}", "release {demo} --check", "release {out}/cairo"],
    "backlog": ["backlog {demo} --by 2026-09-30", "backlog {out}/cairo"],
    "what-if": [
        "what-if {demo} tranche:school-2",
        "what-if {demo} tranche:clinic-2 --suppose 1=met --suppose 4=not_met",
        "what-if {demo} tranche:homes-2",
    ],
    "record prove": ["record prove {demo} 761 --to {out}/p.proof"],
    "key new": [
        "key new {out}/trucks party:importer --to {out}/made.key",
        "key new {out}/trucks party:other --to {out}/slip.key --undescribed",
    ],
    "key remove": ["key remove {out}/trucks {out}/slip.key"],
    "key enrol": ["key enrol {out}/trucks {out}/made.request --as party:importer"],
    "key change": ["key change {out}/cairo --as party:reader --new {out}/changed.key"],
    "key lost": ["key lost {out}/cairo party:reader --new {out}/lost.key"],
    "key hand-on": ["key hand-on {out}/trucks {out}/made.request --as party:importer --key {out}/made.key"],
    "key list": ["key list {demo}", "key list {out}/cairo party:reader"],
    "key revoke": ["key revoke {out}/trucks {out}/made.request --as party:importer"],
    "key delegate": [
        "key delegate {out}/trucks {out}/made.request --as party:importer --label x1 --says claim --place place:p --until 2030-01-01"
    ],
    "key show": ["key show {out}/made.key --qr", "key show {out}/made.request"],
    "propose": ["propose {demo} tranche:homes-2 withhold --to {out}/homes.proposal"],
    "agree": ["agree {demo} {out}/homes.proposal"],
    "attach": [
        "attach {out}/trucks {out}/dot.png --as party:importer --about place:gate --signer party:importer",
        "attach {out}/trucks {out}/dot.png",
    ],
    "documents": ["documents {out}/trucks --thumbnails {out}/small", "documents {demo}"],
    "copy": ["copy {demo} --to {out}/desk"],
    "say": [
        "say {out}/trucks claim --as party:importer --set about=place:gate --set words=shut",
        "say {out}/desk claim --as party:importer --key {out}/made.key --set about=place:gate --set words=shut",
        "say {out}/desk claim --as party:importer --key {out}/made.request --set about=place:gate --set words=W-1",
    ],
    "key page": ["key page {out}/signing.html"],
    "send": ["send {out}/desk --to {out}/sent.dsse", "send {out}/desk --to {out}/one.svg --number 1"],
    "sign": ["sign {out}/desk {out}/desk/unsigned.dsse --to {out}/signed.dsse --key {out}/made.key"],
    "signed": ["signed {out}/desk {out}/sent.dsse"],
    "sent": ["sent {out}/desk"],
    "key say": ["key say {out}/trucks enrol {out}/made.request --as party:importer"],
    "record verify": [
        "record verify {demo}",
        "record verify {out}/written",
        "record verify {out}/p.proof --key {demo}/log.vkey",
    ],
    "serve": ["serve {demo} --port 0"],
    "publish": ["publish {out}/trucks --to {out}/site"],
    "record publish": ["record publish {out}/written", "record publish {out}/written --policy {out}/witnesses.policy"],
    "record card": ["record card {demo} --to {out}/card.html", "record card {demo} --check {out}/card.html"],
    "record fingerprint": ["record fingerprint {demo}", "record fingerprint {demo} --size 12"],
    "record witness": ["record witness {out}/w --log {demo}/log.vkey --name witness.example"],
    "record mirror": ["record mirror {out}/m --of {demo}/tiles --key {demo}/log.vkey --name mirror.example"],
    "record compare": ["record compare {demo} --kept {out}/card.html", "record compare {demo} --with {out}/m"],
    "record evidence": ["record evidence {out}/w"],
    "record receipt": ["record receipt {out}/got --against {out}/trucks"],
    "record restore": ["record restore {out}/written --from {out}/written/tiles"],
    "record rebuild": ["record rebuild {out}/written", "record rebuild {out}/written --book"],
    "record seal": ["record seal {out}/written --as party:reader --about x:1 --field route --value {out}/secret.txt"],
    "record disclose": ["record disclose {out}/written {commitment} --as party:reader"],
    "record erase": ["record erase {out}/written {commitment} --as party:reader --basis request"],
}
"""Calls that are answered, in order, of every command."""

REFUSED = {
    "demo": ["demo --into {out}/tables"],
    "template": ["template {out}/nowhere/empty.xlsx"],
    "new": [
        "new {out}/cairo --from {examples}/cairo-2014/programme.yaml",
        "new {out}/n --from {out}/bad.yaml",
        "new {out}/n --from {out}/faulty.xlsx",
        "new {out}/n",
    ],
    "join": [
        "join {out}/joined --store mysql://x --key {demo}/log.vkey",
        "join {out}/joined --store postgresql://127.0.0.1:1/x --key {out}/bad.csv",
        "join {demo} --store postgresql://127.0.0.1:1/x --key {demo}/log.vkey",
    ],
    "add": [
        "add {out}/cairo {out}/faulty.xlsx",
        "add {out}/written {out}/none.csv --as party:importer",
        "add {out}/written {out}/bad.csv",
        "add {out}/nowhere {out}/bad.csv --as party:importer",
        "add {out}/written {out}/bad.csv --as party:importer --fix {out}/back.ods",
        "add {out}/written {out}/bad.csv {out}/none.csv --as party:importer --fix {out}/back.csv",
        "add {demo} {out}/bad.csv --as party:nobody",
    ],
    "fetch": [
        "fetch {field}/api/v2/assets/aTest/data.json {out}/other.json",
        "fetch {field}/api/v1/data/7 {out}/other.json",
        "fetch https://me:word@field.example/x {out}/other.json",
    ],
    "profile": [
        "profile {out}/old.csv --answer what --out {out}/other.toml",
        "profile {out}/old.csv --answer what=reading --out {out}/other.toml",
        "profile {out}/old.csv --out {out}/warehouse.toml",
        "profile {out}/old.csv --answer header=x --out {out}/other.toml",
        "profile {out}/nowhere.csv --out {out}/other.toml",
    ],
    "compare": [
        "compare {out}/old.csv {out}/old.csv",
        "compare {out}/old.csv {out}/bad.csv",
        "compare {out}/old.csv {out}/new.csv --until never",
        "compare {out}/old.csv {out}/new.csv --id none",
        "compare {out}/old.csv {out}/new.csv --earlier {out}/old.csv",
        "compare {out}/old.csv {out}/new.csv --keep {out}/nothing",
        "compare {out}/old.csv {out}/new.csv --profile {out}/kept.toml",
        "compare {out}/old.csv {out}/new.csv --by place --ignore x",
        "compare {out}/ours.csv {out}/theirs.csv --by period --mapping {out}/terms.toml",
        "compare {out}/ours.csv {out}/theirs.csv --by nothing --mapping {out}/terms.toml",
        "compare {out}/ours.csv {out}/theirs.csv --by place --mapping {out}/terms.toml --earlier {out}/old.csv",
    ],
    "status": ["status {out}/nowhere", "status {demo} --as-at yesterday", "status {out}/empty"],
    "trace": ["trace {demo} project:none", "trace {out}/nowhere x", "trace {demo} x --depth 0"],
    "report": ["report {demo}", "report {demo} --pdf {out}/r.html", "report {demo} --since never --html {out}/r.html"],
    "history": ["history {out}/cairo --to {out}/ledger", "history {demo} --to {out}/nowhere --check"],
    "export": ["export {demo} --to {out}/all.html", "export {demo} --to {out}/all.xlsx --since never"],
    "money show": ["money {out}/nowhere", "money {demo} --as-at never"],
    "money check": ["money check {out}/bad.csv", "money check {out}/money.xml --standard {out}/empty"],
    "money copy": ["money copy {out}/money.xml --to {out}/bad.csv"],
    "money merge": ["money merge {out}/releases.json --to {out}/bad.csv --standard {out}/standard"],
    "money reconcile": [
        "money reconcile {demo} {out}/bad.csv --as party:fund",
        "money reconcile {demo} {out}/account.csv --as x",
    ],
    "money sample": [
        "money sample {demo} --size 3 --tolerable 5",
        "money sample {demo} --size 3 --root 5",
        "money sample {demo} --size 3 --examined {out}/bad.csv --beacon x",
    ],
    "money links": [
        "money links {out}/bad.csv",
        "money links {demo} --days 3",
        "money links {out}/linked.xml --accept 9 --to x",
    ],
    "money totals": ["money totals {out}/flows.json {out}/money.xml", "money totals {out}/bad.csv"],
    "correct": [
        "correct {out}/nowhere 3 --set a=1",
        "correct {demo} 146",
        "correct {demo} 146 --set nosuch=1",
        "correct {demo} 146 --set quantity.value=1,5",
        "correct {demo} 146 --as party:monitor --set quantity.value=1",
        "correct {demo} 146 --set a",
        "correct {demo} 999999 --set a=1",
    ],
    "goods": ["goods {out}/nowhere", "goods {demo} --as-at never"],
    "changes": ["changes {out}/nowhere --since 1", "changes {demo} --since never", "changes {demo} --since 999999"],
    "late": ["late {out}/nowhere", "late {demo} --as-known 0", "late {demo} --as-known 999999"],
    "list": ["list {out}/nowhere", "list {demo} --since never"],
    "assure": ["assure {out}/nowhere", "assure {out}/empty"],
    "plan": [
        "plan {demo} --visits 3 --size 999999",
        "plan {demo} --visits 3 --commitment 00",
        "plan {demo} --visits 3 --seed-file {out}/not-text.txt",
        "plan {demo} --visits 4 --seed-file {out}/seed --commitment 00",
        "plan {out}/cairo --visits 3",
        "plan {demo} --visits 3 --beacon junk",
        "plan {demo} --visits 3 --new-seed {out}/other --checkpoint",
    ],
    "visits": ["visits {out}/nowhere", "visits {demo} --monitor party:fund"],
    "mandates": ["mandates {demo} --leaving party:monitor", "mandates {demo} --on 2026-02-30"],
    "access show": ["access {out}/nowhere", "access {demo} --by party:none", "access {demo} --from never"],
    "access map": ["access map {demo} --shapes {out}/bad.csv --to {out}/map.svg"],
    "access order": ["access order {demo} --days 0", "access order {demo} --closing x", "access order {out}/nowhere"],
    "access disclose": ["access disclose {out}/nowhere --as party:monitor"],
    "access seal": ["access seal {demo} claim --as party:monitor", "access seal {demo} movement --as party:monitor"],
    "indicators": ["indicators {out}/nowhere", "indicators {demo} --place none"],
    "undertakings": ["undertakings {out}/nowhere", "undertakings {demo} --party party:none"],
    "works": ["works {out}/nowhere", "works {demo} need:none"],
    "release": ["release {demo} --on never", "release {out}/nowhere"],
    "backlog": ["backlog {demo} --a-day none", "backlog {demo} --by never"],
    "what-if": [
        "what-if {demo} tranche:none",
        "what-if {demo} tranche:school-2 --suppose 9=met",
        "what-if {demo} tranche:school-2 --suppose 1",
        "what-if {demo} tranche:school-2 --result 1=2",
    ],
    "key new": [
        "key new {out}/trucks party:importer --to {out}/bad.csv",
        "key new {out}/trucks party:importer --to {out}/guarded.key --passphrase",
        "key new {out}/trucks party:importer --to {out}/agents.key --agent nobody",
        "key new {out}/trucks party:importr --to {out}/slip.key",
        "key new {out}/trucks nobody:x --to {out}/slip.key",
    ],
    "key remove": ["key remove {out}/trucks party:importer", "key remove {out}/trucks {out}/bad.csv"],
    "say": [
        "say {out}/trucks claim --as party:importer",
        "say {out}/trucks claim",
        "say {out}/trucks key --as party:importer",
        "say {out}/trucks claim --as party:importer --set about",
    ],
    "propose": ["propose {demo} tranche:homes-2 withhold --to {out}/bad.csv"],
    "agree": ["agree {demo} {out}/bad.csv", "agree {demo} {out}/homes.proposal --as party:azura --yes"],
    "attach": [
        "attach {out}/trucks {out}/bad.csv --as party:importer --about place:gate",
        "attach {out}/trucks {out}/nowhere.png --as party:importer --about place:gate",
        "attach {out}/trucks {out}/dot.png --as party:importer --about place:gate --private --says x",
        "attach {out}/desk {out}/dot.png",
    ],
    "documents": ["documents {out}/nowhere"],
    "copy": ["copy {demo} --to {out}/bad.csv"],
    "send": ["send {out}/nowhere --to {out}/sent.dsse", "send {out}/desk --to {out}/no.svg --number 99"],
    "key page": ["key page {out}/nowhere/signing.html"],
    "sign": ["sign {out}/nowhere {out}/bad.csv --to {out}/no.dsse", "sign {out}/desk {out}/bad.csv --to {out}/no.dsse"],
    "signed": ["signed {out}/nowhere {out}/bad.csv", "signed {out}/desk {out}/bad.csv"],
    "sent": ["sent {out}/nowhere", "sent {out}/desk {out}/bad.csv"],
    "key enrol": ["key enrol {out}/trucks {out}/bad.csv --as party:importer"],
    "key change": ["key change {out}/cairo --as party:reader --new {out}/bad.csv"],
    "key lost": ["key lost {out}/cairo party:reader --new {out}/bad.csv"],
    "key hand-on": ["key hand-on {out}/trucks {out}/bad.csv --as party:importer --key {out}/made.key"],
    "key list": ["key list {demo} party:nobody", "key list {out}/nowhere"],
    "key revoke": ["key revoke {out}/trucks 0000 --as party:importer"],
    "key delegate": [
        "key delegate {out}/trucks {out}/bad.csv --as party:importer --label x1 --says claim --place place:p --until 2030-01-01"
    ],
    "key show": ["key show {out}/bad.csv", "key show {out}/nowhere"],
    "key say": [
        "key say {out}/trucks revoke 0000 --as party:importer",
        "key say {out}/trucks enrol {out}/bad.csv --as party:importer",
        "key say {out}/trucks enrol {out}/made.request --as party:importer --key {out}/bad.csv",
    ],
    "record verify": [
        "record verify {out}/nowhere",
        "record verify {out}/p.proof",
        "record verify {out}/bad.csv --key {demo}/log.vkey",
    ],
    "record prove": ["record prove {demo} zz", "record prove {demo} 999999"],
    "publish": [
        "publish {out}/nowhere --to {out}/site2",
        "publish {demo} --to {out}",
        "publish {out}/trucks --to {out}/site3 --exclude {out}/bad.csv",
    ],
    "serve": ["serve {out}/nowhere --port 0", "serve {demo} --host 192.0.2.1"],
    "record publish": ["record publish {out}/nowhere"],
    "record card": ["record card {out}/nowhere", "record card {demo} --check 12"],
    "record fingerprint": ["record fingerprint {out}/nowhere", "record fingerprint {demo} --size 99999"],
    "record witness": ["record witness {out}/w2 --log {demo}/log.vkey --name w --listen here"],
    "record mirror": ["record mirror {out}/m2 --of {out}/nowhere --key {demo}/log.vkey --name m.example"],
    "record compare": ["record compare {demo}"],
    "record evidence": ["record evidence {out}/bad.csv --key {demo}/log.vkey", "record evidence {out}/bad.csv"],
    "record receipt": [
        "record receipt {out}/bad.csv --against {out}/trucks",
        "record receipt {out}/got --against {demo}",
    ],
    "record restore": ["record restore {out}/written --from {out}/nowhere"],
    "record rebuild": ["record rebuild {out}/nowhere"],
    "record seal": ["record seal {out}/written --as party:nobody --about x:1 --field route --value {out}/secret.txt"],
    "record disclose": ["record disclose {out}/written 00 --as party:reader"],
    "record erase": ["record erase {out}/written 00 --as party:reader --basis request"],
}
"""Calls that are refused, of every command."""


def test_every_command_is_called_and_refused_here():
    assert set(NORMAL) == set(REFUSED) == set(COMMANDS)


def called(line, demo, place):
    commitment = (place / "commitment").read_text() if (place / "commitment").is_file() else ""
    names = {
        "field": (place / "field").read_text(),
        "demo": demo[0],
        "out": place,
        "examples": EXAMPLES,
        "commitment": commitment,
    }
    return [word.format(**names) for word in line.split()]


@pytest.fixture(scope="module")
def answers(demo, place):
    """What every call of the tables above printed outside brackets, by its line."""
    with pytest.MonkeyPatch.context() as patch, field_server() as field:
        (place / "field").write_text(field.base)
        patch.setattr(WitnessServer, "serve_forever", lambda _self: None)
        told = {}
        for table in (NORMAL, REFUSED):
            for lines in table.values():
                for line in lines or ():
                    told[line] = (
                        *told.get(line, ()),
                        run(
                            *called(line, demo, place),
                            data=[
                                *DATA,
                                *FIELDS,
                                *FOREIGN,
                                *(word for name, words in TYPED.items() if line.startswith(name) for word in words),
                                *line.split(),
                            ],
                        ),
                    )
                    if line.startswith("record seal") and told[line][0][1] == 0:
                        sealed = re.search("[0-9a-f]{64}", told[line][0][2])
                        assert sealed is not None, told[line][0][2]
                        (place / "commitment").write_text(sealed[0])
    return told


@pytest.mark.parametrize("line", dict.fromkeys(line for lines in NORMAL.values() for line in lines or ()))
def test_what_a_command_answers_is_words_of_the_catalogues(line, answers):
    for found, code, output in answers[line]:
        assert (found, code in {0, 1}) == ([], True), output


@pytest.mark.parametrize("line", [line for lines in REFUSED.values() for line in lines])
def test_what_a_command_refuses_is_words_of_the_catalogues(line, answers):
    for found, code, output in answers[line]:
        assert (found, code in {1, 2}) == ([], True), output


def words_in(value):
    """Texts for people in what a command prints for programs."""
    if isinstance(value, dict):
        yield from (
            told for name, told in value.items() if name in {"message", "remedy", "title"} and isinstance(told, str)
        )
        value = list(value.values())
    if isinstance(value, list):
        yield from (told for item in value for told in words_in(item))


@pytest.mark.parametrize(
    "line",
    [
        "status {demo}",
        "trace {out}/cairo party:sweden",
        "assure {out}/tables --no-power",
        "release {demo}",
        "add {out}/trucks {out}/deliveries.csv --as party:importer --profile {out}/warehouse.toml",
    ],
)
def test_what_stands_beside_codes_for_programs_is_words_of_the_catalogues(line, answers, demo, place):
    told = CliRunner().invoke(app, ["--lang", "ar", *called(line, demo, place), "--json"]).stdout
    texts = list(words_in(json.loads(told)))
    assert texts
    assert [text for text in texts if leaks(text, DATA)] == []
    assert "\u2068" not in "".join(texts), "marks of direction are for terminals"


# pages


@pytest.fixture(scope="module")
def pages(demo):
    with enduse.open(demo[0]) as programme:
        report, assessment, new = programme.report(), programme.assess(), programme.changes(1500)
    return report, {
        "report": report_page(report, ("ar",), new),
        "assessment": assessment_page(assessment, ("ar",)),
        "card": enduse.operators.printed_card(demo[0]),
    }


@pytest.mark.parametrize("name", ["report", "assessment", "card"])
def test_a_page_is_words_of_the_catalogues(name, pages):
    report, rendered = pages
    quoted = [text for finding in report.findings for text in (finding.method, finding.reply)]
    quoted += [text for claim in report.claims for text in claim.words.values()]
    # What has no name is called by its kind, which is a word of ours, and by the rest of its identifier, which is not.
    quoted += [task.about.partition(":")[2] for task in report.tasks]
    # A draft of a finding is shown as it would be signed.
    texts = [text for text in shown(rendered[name]) if not text.startswith("{")]
    found = [(leaks(text, [*quoted, *DATA]), text) for text in texts]
    assert [each for each in found if each[0]] == []


def texts_of(value):
    """All texts in a value as it goes into JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for name, each in value.items() if name not in {"kind", "language"} for text in texts_of(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in texts_of(each))


def test_the_document_for_paper_is_words_of_the_catalogues(pages):
    report, _ = pages
    quoted = [text for finding in report.findings for text in (finding.method, finding.reply)]
    quoted += [text for claim in report.claims for text in claim.words.values()]
    document = report_document(report, localizers.Localizer("ar", report.names, localizers.isolated))
    quoted += [document.direction, report.key, "enduse record verify DIR"]
    found = [(leaks(text, [*quoted, *DATA]), text) for text in texts_of(msgspec.to_builtins(document))]
    assert [each for each in found if each[0]] == []


def test_the_workbook_of_answers_is_words_of_the_catalogues(demo, tmp_path):
    with enduse.open(demo[0]) as programme:
        flat, names = programme.flat(since=1500), programme.names()
    write_answers(flat, tmp_path / "a.xlsx", localizers.Localizer("ar", names))
    book = load_workbook(tmp_path / "a.xlsx")
    texts = [sheet.title for sheet in book]
    texts += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"]
    found = [(leaks(text, [*PUBLISHED, *DATA]), text) for text in texts]
    assert [each for each in found if each[0]] == []


# codes


def sample(how):
    """A value as a text with this format would be given."""
    return {
        "amount": Amount(12_000_000, "cement/g"),
        "number": 3,
        "day": "2026-05-31",
        "time": "2026-05-31T09:30:00Z",
        "term": "accepted",
        "act": "pledge",
        "list": ["x:1", "x:2"],
        "names": ["party:x", "party:y"],
    }.get(how, "x:1")


def test_a_code_is_words_of_the_catalogues():
    words, leaking = localizer({}), {}
    for code, text in TEXTS.items():
        asked = {name: how for part in (text.text, text.many, text.remedy) for name, how in fields(part).items()}
        for number in (1, 2) if text.many else (1,):
            values = {name: sample(how) for name, how in asked.items()} | ({"n": number} if text.many else {})
            message = Message.of(code, **values)
            for told in (words.message(message), words.remedy(message)):
                if leaks(told):
                    leaking[code, number] = told
    assert leaking == {}


def test_a_word_of_the_vocabulary_is_in_the_catalogues():
    words = localizer({})
    assert {term: told for term in TERMS if leaks(told := words.term(term))} == {}


def test_every_message_that_was_asked_for_is_one_that_translators_see(answers, pages):
    """A sentence put together at run time would be in no catalogue, however well it is asked for."""
    own = {"more than 30 tonnes in one delivery"}  # of the profile in the how-to, which no catalogue can know
    unknown = {each for each in PSEUDO.asked - set(catalogues.messages()) if each not in own}
    assert unknown - {""} == set()
