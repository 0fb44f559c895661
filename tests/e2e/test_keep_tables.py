"""``enduse compare --keep`` starts a programme from the two tables, and puts no word into anybody's mouth."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.statements.claim import Claim

TABLES = Path(__file__).parents[2] / "examples" / "two-tables"
OCTOBER, NOVEMBER, HAULIER = (TABLES / name for name in ("list-october.csv", "list-november.csv", "haulier.csv"))
BY = ("--by", "place,month,item", "--mapping", TABLES / "mapping.toml")
STORE = {"what": "receipt", "party": "party:store", "to": "party:store"}
CARRIED = {"what": "dispatch", "party": "party:haulier", "place": "Gate", "from": "party:haulier"}


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, " ".join(result.output.split())


def profile(name, table, answers):
    Path(name).write_text(enduse.propose_profile(table, answers).profile, encoding="utf-8")
    return name


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    profile("ours.toml", OCTOBER, STORE)
    profile("theirs.toml", HAULIER, CARRIED)
    return tmp_path


def test_two_issues_are_kept_as_one_table_with_its_corrections():
    code, told = run("compare", OCTOBER, NOVEMBER, "--profile", "ours.toml", "--keep", "kept")
    assert code == 0, told
    assert "list-november.csv: 4 accepted, 8 recorded before, 0 without effect, 0 refused" in told
    assert "told by who imported it, not by the holder itself" in told
    assert "party:importer signed all of it" in told
    assert "enduse status kept" in told
    with enduse.open("kept") as programme:
        goods = list(programme.statements(kind="goods"))
        assert {each.statement.party for each in goods} == {"party:importer"}
        assert len(goods) == 14
        assert len(list(programme.statements(kind="correction"))) == 2
    code, told = run("add", "kept", NOVEMBER, "--profile", "ours.toml", "--as", "party:importer")
    assert (code, "All 12 rows are recorded already" in told) == (0, True), told


def test_the_book_of_kept_issues_holds_what_the_later_one_says():
    assert run("compare", OCTOBER, NOVEMBER, "--profile", "ours.toml", "--keep", "kept")[0] == 0
    code, told = run("goods", "kept", "--lang", "en")
    assert code == 0
    for figure in ("all 142", "all 109", "all 798"):  # tonnes of cement, pallets of flour, pipes of the November issue
        assert figure in told


@pytest.mark.threat(
    who="keeper",
    tries="keeps another party's table in a programme of its own, as if that party had spoken there",
    alone="it can record what it read, and nothing else: each row is its own signature, a report of the party that the row"
    " names, with the table's digest; a row that names nobody is refused",
    needs="the other party's key",
    seen_by="whoever opens the folder: `enduse list` names the speaker of each statement, `enduse key list` the only key",
)
def test_each_partys_words_are_its_own_and_signed_by_who_read_them():
    kept = ("--profile", "ours.toml", "--profile", "theirs.toml", "--keep", "kept")
    code, told = run("compare", NOVEMBER, HAULIER, *BY, *kept)
    assert code == 0, told
    with enduse.open("kept") as programme:
        assert {each.statement.party for each in programme.statements()} == {"party:importer"}
        assert programme.only_party == "party:importer"
        claims = [each.statement for each in programme.statements(kind="claim")]
        names = programme.names()
    whose = {said.body.about: said.source.sha256 for said in claims if isinstance(said, Claim) and said.source}
    assert whose == {
        "party:store": hashlib.sha256(NOVEMBER.read_bytes()).hexdigest(),
        "party:haulier": hashlib.sha256(HAULIER.read_bytes()).hexdigest(),
    }
    assert names["party:haulier"]["en"] == "Brindle Haulage", "as the mapping calls it"


def test_a_table_of_ones_own_is_ones_own_word():
    kept = ("--profile", "ours.toml", "--as", "party:store", "--keep", "kept")
    code, told = run("compare", OCTOBER, NOVEMBER, *kept)
    assert code == 0, told
    assert "party:store signed all of it" in told
    assert "told by who imported it" not in told


def own(name, **answers):
    return profile(name, OCTOBER, {**STORE, **answers})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--keep", "kept", "--profile", "ours.toml", "--profile", "theirs.toml"), "takes one profile"),
        (("--keep", "kept", "--profile", "bare.toml"), "does not say whose it is"),
        (("--keep", "kept", "--profile", "none.toml"), "none.toml"),
        (("--keep", "taken", "--profile", "ours.toml"), "something in this folder already"),
        (("--profile", "ours.toml"), "this belongs to --keep"),
        ((*BY, "--keep", "kept", "--profile", "ours.toml"), "takes two profiles"),
        ((*BY, "--keep", "kept", "--profile", "ours.toml", "--profile", "same.toml"), "of the same party"),
        ((*BY, "--keep", "kept", "--profile", "ours.toml", "--profile", "came.toml"), "counted twice"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_left(words, told, place):
    own("bare.toml", to="-")
    profile("came.toml", HAULIER, {"what": "receipt", "party": "party:haulier", "place": "Gate", "to": "party:haulier"})
    profile("same.toml", HAULIER, {**CARRIED, "party": "party:store"})
    Path("taken").mkdir()
    Path("taken", "mine.txt").write_text("mine", encoding="utf-8")
    before = sorted(place.rglob("*"))
    code, said = (
        run("compare", NOVEMBER, HAULIER, *words) if "--by" in words else run("compare", OCTOBER, NOVEMBER, *words)
    )
    assert (code, told in said) == (2, True), said
    assert sorted(place.rglob("*")) == before


def test_a_program_is_told_the_same():
    words = ("compare", OCTOBER, NOVEMBER, "--profile", "ours.toml", "--keep", "kept", "--json")
    result = CliRunner().invoke(app, [str(word) for word in words])
    kept = json.loads(result.output)["kept"]
    assert (kept["keeper"], kept["tables"]["list-october.csv"]["accepted"]) == ("party:importer", 10)


def answers(given, of=""):
    return [word for key, value in given.items() for word in ("--answer", f"{of}{key}={value}")]


def test_two_issues_are_kept_at_once_with_answers_on_the_command_line(place):
    code, told = run("compare", OCTOBER, NOVEMBER, "--keep", "kept", *answers(STORE))
    assert (code, "4 accepted, 8 recorded before" in told) == (0, True), told
    assert (place / "list-october.toml").read_text() == (place / "ours.toml").read_text()
    assert run("add", "kept", NOVEMBER, "--profile", "list-october.toml", "--as", "party:importer")[0] == 0
    code, told = run("compare", OCTOBER, NOVEMBER, "--keep", "again", *answers(STORE))
    assert (code, "list-october.toml" in told, (place / "again").exists()) == (2, True, False)  # nothing is overwritten


def test_two_parties_tables_are_kept_at_once(place):
    given = answers({**STORE, "date": "received"}, "ours.") + answers(CARRIED, "theirs.")
    code, told = run("compare", NOVEMBER, HAULIER, *BY, "--keep", "both", *given)
    assert code == 0, told
    assert (place / "haulier.toml").read_text() == (place / "theirs.toml").read_text()
    assert (place / "list-november.toml").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 1, "--answer what=receipt"),
        (answers({"what": "receipt"}), 1, "--answer party="),
        ([*answers(STORE), "--profile", "ours.toml"], 2, "profiles are named"),
        (answers({"nothing": "x"}), 2, "not something that is asked"),
        (
            answers({**STORE, "to": "-", "date": "received"}),
            2,
            "does not say whose it is",
        ),  # would become the importer's own word
        ([*BY, *answers(STORE)], 2, "ours. or theirs."),
        ([*BY, *answers(STORE, "ours.")], 1, "--answer theirs.what="),
    ],
)
def test_what_is_not_answered_leaves_nothing(place, words, code, told):
    before = sorted(place.iterdir())
    second = HAULIER if "--by" in words else OCTOBER
    ended, said = run("compare", NOVEMBER, second, "--keep", "kept", *words)
    assert (ended, told in said) == (code, True), said
    assert sorted(place.iterdir()) == before


def test_answers_without_a_folder_to_keep_in_are_refused():
    code, told = run("compare", OCTOBER, NOVEMBER, *answers(STORE))
    assert (code, "--keep DIR" in told) == (2, True)
