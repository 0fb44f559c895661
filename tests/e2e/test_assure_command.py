"""``enduse assure`` on a programme and on plain tables."""

import csv
import html
import json
import random
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("numpy")
pytest.importorskip("scipy")

import enduse
from enduse.book import assessment as book_assessment
from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake, SigningRequest
from enduse.cli.main import app
from enduse.cli.screen import console
from enduse.exchange.unsigned import unsigned_statement
from enduse.pages import localizer
from enduse.terms.times import instant_of
from enduse.views import assessment
from support.pseudo import Pseudo, leaks, shown


def answer(*words, code):
    result = CliRunner().invoke(app, ["assure", *[str(word) for word in words], "--json"])
    assert result.exit_code == code, result.output + str(result.exception)
    return json.loads(result.stdout)


def write(folder, name, rows):
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def network(folder, lost=0.0, seed=3):
    dice = random.Random(seed)
    folder.mkdir()
    kinds = {"d": "donor", "w": "warehouse", "a": "site", "b": "site"}
    write(folder, "nodes", [{"node": node, "kind": kind} for node, kind in kinds.items()])
    ways = (("dw", "d", "w"), ("wa", "w", "a"), ("wb", "w", "b"))
    write(folder, "links", [{"link": link, "from_node": one, "to_node": two} for link, one, two in ways])
    scales = ("sd", "sw", "sa", "sb")
    write(folder, "instruments", [{"instrument": s, "random_sd": "0.005", "systematic_sd": "0.003"} for s in scales])
    rows = []
    for period in range(1, 13):
        for link, one, two in ways:
            amount = 200.0 if link == "dw" else 100.0
            arrived = amount - (lost if (link, period) == ("wa", 7) else 0)
            for kind, quantity, scale in (("shipped", amount, f"s{one}"), ("received", arrived, f"s{two}")):
                rows.append(
                    {
                        "reading": f"r{len(rows)}",
                        "period": period,
                        "material": "cement",
                        "kind": kind,
                        "link": link,
                        "quantity": f"{quantity * (1 + dice.gauss(0, 0.005)):.3f}",
                        "instrument": scale,
                    }
                )
    write(folder, "readings", rows)
    return folder


HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "ask-if-it-is-all-there.md"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "demo"
    enduse.demo.build(folder)
    return folder


@pytest.fixture
def demo(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "demo"))


def test_a_programme_shows_where_the_cement_went(demo):
    told = answer(demo, "--no-power", code=1)
    alarm = next(item for item in told["alarms"] if item["material"] == "cement TNE")
    assert alarm["hypothesis"] == "transit loss"
    assert alarm["where"] == "place:central-store > place:clinic-site"
    assert alarm["interval"][0] < 20 < alarm["interval"][1]
    (other,) = alarm["indistinguishable_from"]
    assert (other["code"], other["values"]["where"]) == ("assurance.instrument_bias", "scale:clinic-site")
    assert "a scale that reads wrong (clinic-site," in other["message"]
    assert {one["body"]["result"] for one in told["drafts"]} == {"unresolved"}, "an alarm is a draft, never a finding"
    assert (told["start"][:10], told["period_days"]) == ("2026-03-09", 7)


LEAD = "consignment:0128"
TRANCHE = "tranche:after-a-lead"


def stands(folder):
    released = CliRunner().invoke(app, ["release", str(folder), "--json"])
    assert released.exit_code == 0, released.output
    return next(x["mark"] for x in json.loads(released.stdout)["tranches"] if x["tranche"] == TRANCHE)


def say(folder, party, kind, place, body):
    """Let a party of the demo sign and say something at the end of the record."""
    with Intake.open(folder) as intake:
        now = instant_of(intake.book.head.clock)
        made = unsigned_statement(kind, {"occurred_at": now, "place": place, "body": body})
        (taken,) = intake.say([SigningRequest(party, keys.load(folder, party), made.statement)], now)
        return taken.outcome


def test_a_lead_becomes_a_finding_when_somebody_signs_it_and_then_a_condition_reads_it(demo, tmp_path):
    (lead,) = [one for one in answer(demo, "--no-power", code=1)["drafts"] if one["body"]["about"] == LEAD]
    requires = {"is": "not", "of": {"is": "finding_present", "about": LEAD, "result": "supported"}}
    tranche = {
        "tranche": TRANCHE,
        "title": {"en": "Third tranche for the clinic"},
        "amount": {"value": "1000", "currency": "USD"},
        "project": "project:clinic",
        "requires": requires,
    }
    assert say(demo, "party:umbrella", "condition", "place:coast", tranche) == "accepted"
    assert stands(demo) == "not_known", "an alarm alone moves nothing"

    examined = {
        **lead["body"],
        "result": "supported",
        "reliability": "B",
        "credibility": "2",
        "right_of_reply": "Heard.",
    }
    assert say(demo, "party:olivar", lead["kind"], lead["place"], examined) == "no_effect", (
        "a builder has no such mandate"
    )
    assert stands(demo) == "not_known"
    assert say(demo, "party:monitor", lead["kind"], lead["place"], lead["body"]) == "accepted"
    assert stands(demo) == "not_known", "a draft signed as it stands finds nothing"

    again = {**examined, "finding": "finding:lead-examined", "supersedes": lead["body"]["finding"]}
    assert say(demo, "party:monitor", lead["kind"], lead["place"], again) == "accepted"
    assert stands(demo) == "not_met"

    page = tmp_path / "page.html"
    assert CliRunner().invoke(app, ["assure", str(demo), "--html", str(page)]).exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert text.count("Examined: a finding is in the record") == 2
    assert "finding:lead-examined" in text


def test_the_how_to_signs_a_lead(demo, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    told = answer(demo, "--no-power", code=1)
    (tmp_path / "leads.json").write_text(json.dumps(told), encoding="utf-8")
    (script,) = re.findall(r"(?s)```python\n(.*?)```", HOW_TO.read_text(encoding="utf-8"))
    exec(compile(script, HOW_TO.name, "exec"), {})
    assert capsys.readouterr().out == "accepted\n"


def test_the_report_says_what_is_lacking_where_statistics_are_not_installed(demo, tmp_path):
    page = tmp_path / "report.html"
    code = (
        "import sys\nfor name in ('numpy', 'scipy'): sys.modules[name] = None\n"
        f"sys.argv = ['enduse', 'status', {str(demo)!r}, '--report', {str(page)!r}]\n"
        "from enduse.cli.main import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert text.count("pip install &#39;enduse[analytics]&#39;") == 2
    assert 'class="network"' not in text


def test_a_report_does_not_wait_for_a_very_large_network(demo, monkeypatch):
    monkeypatch.setattr(book_assessment, "READINGS_MAX", 3)
    with Book.open(demo) as book:
        assert assessment.of_book(book, (), ()) == "too_many"


def test_a_page_shows_the_same_in_both_languages(demo, tmp_path):
    page = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["assure", str(demo), "--html", str(page)], env={"COLUMNS": "80"})
    assert result.exit_code == 1, result.output
    assert "period 8" not in result.stdout, "a programme's periods have dates"
    assert "27 April to 3 May 2026" in " ".join(result.stdout.split())
    text = page.read_text(encoding="utf-8")
    assert '<svg class="network"' in text
    assert not re.search(r"place:\w", text), "places have names"
    shown = re.sub(r"(?s)<style.*?</style>", "", text)
    assert "period" not in shown, "and periods have dates"
    assert "{" not in shown, "and what is for programs stands in --json"


def test_nothing_missing_is_no_alarm(tmp_path):
    told = answer(network(tmp_path / "n"), code=0)
    assert told["alarms"] == []
    assert told["p_value"] > 0.05
    assert told["power"]


def test_a_loss_in_transit_is_found_where_it_was(tmp_path):
    told = answer(network(tmp_path / "n", lost=15), code=1)
    assert (told["alarms"][0]["where"], told["alarms"][0]["first_period"]) == ("wa", 7)
    assert set(told["alarms"][0]) >= {"hypothesis", "material", "last_period", "estimate", "interval", "statistic"}


@pytest.mark.parametrize("lost", [15, 35, 60, 100])
def test_a_larger_theft_is_never_called_nothing_missing(tmp_path, lost):
    told = answer(network(tmp_path / "n", lost=lost), "--no-power", code=1)
    assert told["verdict"] in {"leads", "not_settled"}
    about = [alarm["where"] for alarm in told["alarms"]] + [
        one["where"] for one in told["gross_errors"] if one["undecided"]
    ]
    assert "wa" in about


def arriving_later(folder):
    """A quarter of every shipment arrives a period after it was sent."""
    with (folder / "readings.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["kind"] == "received":
            before = next(
                (
                    r
                    for r in rows
                    if r["kind"] == "shipped"
                    and r["link"] == row["link"]
                    and int(r["period"]) == int(row["period"]) - 1
                ),
                None,
            )
            row["quantity"] = (
                f"{0.75 * float(row['quantity']) + (0.25 * float(before['quantity']) if before else 0):.3f}"
            )
    write(folder, "readings", rows)
    return folder


def test_what_goods_that_arrive_a_period_later_explain_accuses_nobody(tmp_path):
    told = answer(arriving_later(network(tmp_path / "n")), "--no-power", code=1)
    assert (told["verdict"], told["missing"]) == ("not_settled", [])
    assert all("under_way" in alarm["ordinary"] for alarm in told["alarms"])
    assert "goods that arrive in a later period than they were sent" in told["summary"][0]


def test_a_bad_row_is_told_and_hides_nothing(tmp_path):
    folder = network(tmp_path / "n", lost=15)
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("bad,0,cement,shipped,wa,ten,sw\n")
    told = answer(folder, "--no-power", code=1)
    assert [problem["source"] for problem in told["problems"]] == ["readings.csv"]
    assert told["alarms"][0]["where"] == "wa"


def test_nothing_is_said_to_be_there_where_rows_could_not_be_used(tmp_path):
    folder = network(tmp_path / "n")
    nodes = (folder / "nodes.csv").read_text(encoding="utf-8")
    (folder / "nodes.csv").write_text(nodes.replace("a,site", "a,stie"), encoding="utf-8")
    told = answer(folder, "--no-power", code=1)
    assert (told["verdict"], told["alarms"]) == ("not_settled", [])
    assert told["summary"][0].startswith("Not settled: 26 rows of the tables could not be used.")


def test_what_rows_that_could_not_be_used_may_hold_accuses_nobody(tmp_path):
    folder = network(tmp_path / "n")
    kinds = (("d", "donor", ""), ("w", "warehouse", "none"), ("a", "site", ""), ("b", "stie", ""))
    write(folder, "nodes", [{"node": node, "kind": kind, "stock": stock} for node, kind, stock in kinds])
    told = answer(folder, "--no-power", code=1)
    assert {alarm["where"] for alarm in told["alarms"]} == {"w"}, "what went to b is not among what left w"
    assert all("unused_rows" in alarm["ordinary"] for alarm in told["alarms"])
    assert (told["verdict"], told["missing"]) == ("not_settled", [])
    shown = CliRunner().invoke(app, ["assure", str(folder), "--no-power"]).stdout
    assert "rows of the tables that could not be used" in " ".join(shown.split())


@pytest.mark.parametrize("mistyped", [False, True])
def test_a_row_given_twice_unsettles_nothing_and_one_of_a_mistyped_link_may_be_of_any(tmp_path, mistyped):
    folder = network(tmp_path / "n", lost=15)
    row = next(row for row in (folder / "readings.csv").read_text().splitlines() if ",received,wa," in row)
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write(f"new{row.replace(',wa,', ',aw,')}\n" if mistyped else f"{row}\n")
    told = answer(folder, "--no-power", code=1)
    assert (len(told["problems"]), len(told["notes"])) == ((1, 0) if mistyped else (0, 1))
    assert (told["verdict"], bool(told["missing"])) == (("not_settled", False) if mistyped else ("leads", True))


def test_where_no_row_can_be_used_each_kind_is_told_with_its_first_rows(tmp_path):
    folder = network(tmp_path / "n")
    (folder / "instruments.csv").write_text("instrument,random_sd,systematic_sd\nother,0,0\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["assure", str(folder)])
    assert result.exit_code == 2
    assert CliRunner().invoke(app, ["assure", str(folder), "--as-it-came"]).exit_code == 2
    assert result.stderr.count("there is no instrument called") == 3
    assert "and 69 more of this kind, in rows 5, 6, 7, 8, 9, 10, 11, 12, …" in " ".join(result.stderr.split())
    assert "72 could not be used" in " ".join(result.stderr.split())
    told = CliRunner().invoke(app, ["assure", str(folder), "--json"])
    assert told.exit_code == 2


def entered_twice(folder, *, new_names):
    lines = (folder / "readings.csv").read_text(encoding="utf-8").splitlines()
    again = [line.replace("r", "again r", 1) for line in lines[1:]] if new_names else lines[1:]
    (folder / "readings.csv").write_text("\n".join(lines + again) + "\n", encoding="utf-8")


@pytest.mark.parametrize("new_names", [True, False], ids=["under new names", "under the same names"])
def test_a_table_entered_twice_is_told_and_answered_as_if_it_stood_there_once(tmp_path, new_names):
    folder = network(tmp_path / "n", lost=15)
    once = answer(folder, "--no-power", code=1)
    entered_twice(folder, new_names=new_names)
    twice = answer(folder, "--no-power", code=1)
    assert [note["code"] for note in twice.pop("notes")] == ["assurance.rows_repeated"]
    assert twice == {name: value for name, value in once.items() if name != "notes"}


def test_one_row_entered_twice_accuses_nobody(tmp_path):
    folder = network(tmp_path / "n")
    row = next(row for row in (folder / "readings.csv").read_text().splitlines() if ",shipped,wa," in row)
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write(f"again {row}\n")
    told = answer(folder, "--no-power", code=1)
    assert (told["verdict"], told["missing"]) == ("not_settled", [])
    assert [(one["line"], one["code"]) for one in told["problems"]] == [(74, "assurance.row_repeats")]


def test_one_reading_in_all_says_nothing(tmp_path):
    folder = network(tmp_path / "n")
    lines = (folder / "readings.csv").read_text(encoding="utf-8").splitlines()
    (folder / "readings.csv").write_text("\n".join(lines[:2]), encoding="utf-8")
    assert answer(folder, code=1)["verdict"] == "nothing_said"


def test_one_mistyped_period_makes_the_campaign_no_longer(tmp_path):
    folder = network(tmp_path / "n", lost=15)
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("far,9000,cement,shipped,wa,100,sw\n")
    told = answer(folder, "--no-power", code=1)
    assert (told["periods"], [one["line"] for one in told["problems"]]) == (12, [74])


@pytest.mark.parametrize("missing", ["nodes", "links", "instruments"])
def test_a_missing_table_is_named(tmp_path, missing):
    folder = network(tmp_path / "n")
    (folder / f"{missing}.csv").unlink()
    result = CliRunner().invoke(app, ["assure", str(folder)])
    assert result.exit_code == 2
    assert missing in result.stderr


def test_tables_make_a_page_too_and_speak_arabic(tmp_path):
    page = tmp_path / "page.html"
    words = ["assure", str(network(tmp_path / "n", lost=15)), "--html", str(page), "--lang", "ar"]
    result = CliRunner().invoke(app, words, env={"COLUMNS": "80"})
    assert result.exit_code == 1, result.output
    assert "فُقد نحو" in result.stdout
    assert "went missing on the way <bdi>w → a</bdi>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("how", [(), ("--as-it-came",)], ids=["whole", "as it came"])
def test_no_word_stands_outside_the_catalogues(tmp_path, monkeypatch, how):
    monkeypatch.setattr(localizer, "catalogue", lambda _language: Pseudo())
    folder, page = network(tmp_path / "n", lost=15), tmp_path / "page.html"
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("slip,3,cement,closing_stock,w,9000,sw\nslop,3,cement,used,a,100,sa\n")
    monkeypatch.setattr(console, "_width", 400)  # the name of the page is not cut in two
    words = ["assure", str(folder), *how, "--html", str(page)]
    result = CliRunner().invoke(app, words, env={"COLUMNS": "80"})
    assert result.exit_code == 1, result.output
    data = {"cement", "dw", "wa", "wb", "sa", "sw", "sd", "sb", "slip", "slop"}
    assert leaks(result.stdout, data) == []
    texts = [text for text in shown(page.read_text(encoding="utf-8")) if not text.startswith("{")]  # drafts are data
    own = {"Enduse", "English"}  # names that stand in no catalogue, the second of a language
    assert [text for text in texts if leaks(text, {*data, *own})] == []


NAMES = (
    "Food and Medicine store",
    "Gate, North (old)",
    "Depot → Camp in period 3",
    "use at Camp before period 2 > Port",
)


# What a name does to the figures shows in English; in Arabic one that a comma and brackets turn is tried, the others in `make soak`.
@pytest.mark.parametrize(
    ("name", "language"),
    [
        *((name, "en") for name in NAMES),
        *(pytest.param(name, "ar", marks=() if name == NAMES[1] else pytest.mark.soak) for name in NAMES),
    ],
)
def test_a_store_of_any_name_is_assessed_and_told(tmp_path, name, language):
    def renamed(word):
        return {"w": name, "wa": f"to {name}", "sw": f"scale, {name}", "cement": f"cement ({name})"}.get(word, word)

    folder, page = network(tmp_path / "n", lost=15), tmp_path / "page.html"
    for path in folder.glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        write(folder, path.stem, [{column: renamed(word) for column, word in row.items()} for row in rows])
    words = ["assure", str(folder), "--lang", language]
    # What could be seen is worked out once for each name: half a test's time, and told in the same words either way.
    unseen = ["--no-power"] if language == "en" else []
    result = CliRunner().invoke(app, [*words, *unseen, "--html", str(page)], env={"COLUMNS": "80"})
    assert result.exit_code == 1, result.output + str(result.exception)
    shown = " ".join(re.sub("[\u2066-\u2069]", "", result.stdout).split())
    text = html.unescape(re.sub(r"</?bdi>", "", page.read_text(encoding="utf-8")))
    way = f"{name} {'←' if language == 'ar' else '→'} a"
    for part in (way, f"cement ({name})"):
        assert part in shown
        assert part in text
    told = json.loads(CliRunner().invoke(app, [*words, "--no-power", "--json"]).stdout)
    (alarm,) = told["alarms"]
    assert (alarm["where"], alarm["material"]) == (f"to {name}", f"cement ({name})")
    assert way in alarm["message"]
    (blind,) = [one for one in told["caveats"] if one["code"] == "assurance.use_not_measured"]
    assert blind["values"]["n"] == 2
    assert {case["values"]["material"] for case in blind["values"]["examples"]} == {f"cement ({name})"}
    assert f"a (cement ({name}))" in blind["message"]


def explained():
    """Give the sentences that the how-to explains, each with its pattern, in order."""
    text = HOW_TO.read_text(encoding="utf-8").partition("## Every sentence")[2].partition("\n## ")[0]
    within = r"(?:(?![.!?] [A-Z⚠]| - ).)+?"  # names and figures end with their sentence and their point of a list
    for row in re.findall(r"(?m)^\| (.+?) \| .+ \|$", text)[1:]:
        pattern = within.join(map(re.escape, row.split("…")))
        yield row, pattern.removesuffix(within) + r"\S+" if row.endswith("…") else pattern


def unexplained(said, rows):
    """Give what is left of an answer without the sentences of these rows, and the rows without a sentence."""
    idle = []
    for row, pattern in rows:
        said, found = re.subn(pattern, "", said)
        idle += [] if found else [row]
    return said.strip(), idle


def test_every_sentence_of_one_answer_is_explained_by_its_own_row(demo, tmp_path):
    result = CliRunner().invoke(app, ["assure", str(demo), "--html", str(tmp_path / "p.html")], env={"COLUMNS": "80"})
    lines = result.stdout.splitlines()
    head = next(at for at, line in enumerate(lines) if line.startswith("Where"))
    legend = next(at for at, line in enumerate(lines) if at > head and line.startswith(("●", "◕")))
    said = " ".join(" ".join(lines[: head - 1] + lines[legend:]).split())
    rows = list(explained())
    assert unexplained(said, rows) == ("", [])
    for at, (row, _) in enumerate(rows):  # no row speaks for the sentence of another
        assert unexplained(said, rows[:at] + rows[at + 1 :])[0], f"explained by another row too: {row}"
    for end in re.finditer(r"[.!?] (?=[A-Z⚠-])", said):  # and a sentence without a row is left wherever it stands
        more = f"{said[: end.end()]}Nobody explains this. {said[end.end() :]}"
        assert "Nobody explains this." in unexplained(more, rows)[0], said[: end.end()]


def test_judged_as_it_came_it_stops_at_the_first_alarm(demo):
    result = CliRunner().invoke(app, ["assure", str(demo), "--as-it-came", "--no-power", "--json"])
    assert result.exit_code == 1, result.output
    answer = json.loads(result.stdout)
    assert answer["mode"] == "sequential"
    assert answer["periods"] < 25, "what came later was not looked at"
    assert {one["first_period"] for one in answer["alarms"]} == {answer["periods"]}, "seen in the week it happened"
    shown = CliRunner().invoke(app, ["assure", str(demo), "--as-it-came", "--no-power"], env={"COLUMNS": "80"})
    assert "The first alarm came after 13 to 19 April 2026" in " ".join(shown.stdout.split())


def dated(folder, late=(), gone=()):
    """Write a network whose shipments have numbers and days: some arrive ten days later, some never."""
    network(folder)
    with (folder / "readings.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    out = []
    for row in rows:
        number = f"{row['link']}-{row['period']}"
        left = date(2026, 3, 2) + timedelta(7 * (int(row["period"]) - 1))
        came = left + timedelta(10 if number in late else 1)
        day = left if row["kind"] == "shipped" else came
        if row["kind"] == "received" and (number in gone or came > date(2026, 5, 24)):
            continue
        column = "dispatched_on" if row["kind"] == "shipped" else "received_on"
        out.append({**row, "period": "", "dispatched_on": "", "received_on": "", "consignment": number, column: day})
    write(folder, "readings", out)
    return folder


def test_what_came_ten_days_later_is_no_loss_and_what_is_under_way_is_shown_with_its_days(tmp_path):
    folder = dated(tmp_path / "n", late=["wa-3", "wb-9", "wa-12"])
    told = answer(folder, "--no-power", code=0)
    assert told["verdict"] == "nothing_missing"
    assert [(one["consignment"], one["period"], one["overdue"]) for one in told["under_way"]] == [("wa-12", 12, False)]
    shown = CliRunner().invoke(app, ["assure", str(folder), "--no-power"], env={"COLUMNS": "80"}).stdout
    text = " ".join(shown.split())
    assert re.search(r"Under way at the end, and not counted as missing: (99|100|101)[.\d]* of cement\.", text)
    assert "wa-12:" in text
    assert "18 to 24 May 2026" in text


def test_amounts_have_units_and_are_told_in_money_where_a_price_is_known(tmp_path):
    folder = network(tmp_path / "n", lost=15)
    write(folder, "materials", [{"material": "Cement", "unit": "bag", "price": "7.5", "currency": "USD"}])
    told = answer(folder, "--no-power", code=1)
    assert re.search(r"about 1[45]\.?\d*\sbags of Cement \(worth about USD\s11\d", told["summary"][0]), told["summary"][
        0
    ]
    write(folder, "materials", [{"material": "Cement", "unit": "kg", "price": "0.12", "currency": "EUR"}])
    told = answer(folder, "--no-power", code=1)
    assert told["alarms"][0]["estimate"] == pytest.approx(0.015, rel=0.2), "told in tonnes, as everywhere"
    assert re.search(r"worth about EUR\s1\.[5-9]", told["summary"][0]), told["summary"][0]
    write(folder, "materials", [{"material": "Cement", "unit": "bagg", "price": "7.5", "currency": "US"}])
    told = answer(folder, "--no-power", code=1)
    assert [(one["source"], one["path"]) for one in told["problems"]] == [("materials.csv", "unit")]


def test_what_is_missing_of_a_programme_is_told_in_money_where_a_table_has_prices(demo, tmp_path):
    table = tmp_path / "prices.csv"
    table.write_text(
        "material;unit;price;currency\nCement;kg;0,135;USD\ndiesel;t;900;USD\nnothing;kg;x;USD\n", encoding="utf-8"
    )
    told = answer(demo, "--no-power", "--prices", table, code=1)
    assert "about 20 t of cement (worth about USD 2,700)" in re.sub(r"\s", " ", told["summary"][0])
    assert [(one["source"], one["code"]) for one in told["notes"]] == [
        ("prices.csv", "assurance.quantity"),
        ("prices.csv", "assurance.price_unused"),
    ]
    assert told["notes"][1]["values"]["name"] == "diesel"


def test_what_was_sent_long_ago_and_nobody_received_is_not_settled(tmp_path):
    folder = dated(tmp_path / "n", gone=["wb-4"])
    told = answer(folder, "--no-power", code=1)
    assert (told["verdict"], told["alarms"]) == ("not_settled", [])
    assert [(one["consignment"], one["overdue"]) for one in told["under_way"]] == [("wb-4", True)]
    assert told["summary"][0].startswith("Not settled: 100")
    assert any(line.startswith("Ask where it should have arrived") for line in told["summary"])
