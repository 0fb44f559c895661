"""A history is held against the record: which file differs is told, and every engine gives the book's own figures."""

import json
import shutil
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import enduse
from e2e.test_any_statement import Played
from enduse.cli.main import app
from enduse.errors import EnduseError, MissingExtraError, RecordError, UnknownError
from enduse.history import writing
from enduse.history.engines import DuckDBEngine, engine_of
from enduse.history.files import LIST, HistoryFile, whole_list, write_list
from enduse.history.questions import HISTORY_QUESTIONS, canonical
from enduse.ledger.balances import Moment
from enduse.terms.times import micros
from support.examples import examples

SEED, STATEMENTS = 11, 400
QUESTIONS = {question.name: question for question in HISTORY_QUESTIONS}


@pytest.fixture(scope="module")
def random_history(tmp_path_factory):
    """A programme of random statements, and its history in several files."""
    folder = tmp_path_factory.mktemp("random")
    played = Played(folder / "programme", SEED)
    played.play(STATEMENTS)
    played.intake.close()
    with pytest.MonkeyPatch.context() as patch, enduse.open(folder / "programme") as programme:
        patch.setattr(writing, "MOST", 128)
        programme.history(folder / "history")
    return folder / "programme", folder / "history"


@pytest.fixture(scope="module")
def demo_history(played_demo, tmp_path_factory):
    """The demo programme and its history."""
    _, folder = played_demo
    to = tmp_path_factory.mktemp("demo") / "history"
    with enduse.open(folder) as programme:
        programme.history(to)
    return folder, to


@pytest.fixture
def copied(random_history, tmp_path):
    """A copy of the history of random statements that a test may harm."""
    return random_history[0], shutil.copytree(random_history[1], tmp_path / "history")


def checked(programme, history, *given_engines, **when):
    with enduse.open(programme) as opened:
        return opened.check_history(history, engines=given_engines or ("duckdb",), **when)


def asked(history, name, moment):
    with engine_of("duckdb", history, whole_list(history)) as engine:
        return {row[:-1]: int(str(row[-1])) for row in engine.rows(QUESTIONS[name].sql(moment))}


def equal_everywhere(pair, names):
    found = checked(*pair, *names)
    assert found.problems == ()
    assert len({(each.question, each.size, each.as_at) for each in found.answers}) == 9
    for each in found.answers:
        assert len(each.engines) == len(names)
        assert set(each.engines.values()) == {each.sha256}, "digit for digit"


def test_duckdb_gives_the_books_own_figures(random_history, demo_history):
    equal_everywhere(random_history, ["duckdb"])
    equal_everywhere(demo_history, ["duckdb"])
    answers = checked(*demo_history).answers
    assert len({each.sha256 for each in answers}) == 9, "no answer is another's by chance, or nothing"
    assert min(each.rows for each in answers) > 20


@pytest.mark.postgres
def test_postgresql_gives_them_too_and_keeps_nothing(random_history, demo_history, server):
    for pair in (random_history, demo_history):
        equal_everywhere(pair, ["duckdb", server])
    with engine_of(server, demo_history[1], whole_list(demo_history[1])) as engine:
        (kept,) = engine.rows("SELECT count(*) FROM pg_tables WHERE tablename = 'postings'")
        assert kept == (1,), "that of this connection"


@pytest.mark.spark
def test_spark_gives_them_too(random_history, demo_history):
    pytest.importorskip("pyspark", reason="LOUD: pyspark is not installed (extra 'spark'; `make soak` installs it)")
    for pair in (random_history, demo_history):
        equal_everywhere(pair, ["duckdb", "spark"])


def as_that_book_answers(programme, history, size, at):
    """Hold what DuckDB gives of a moment against the book folded up to there, and no further, by itself."""
    right = {
        (each.account, each.figure.resource): each.figure.amount for each in programme.balances(as_known=size, as_at=at)
    }
    moment = Moment(size=size, as_at=None if at is None else micros(at))
    assert asked(history, "balances", moment) == right
    opened = {row[:3]: left for row, left in asked(history, "dispatched", moment).items() if left}
    in_transit = {key: amount for key, amount in right.items() if key[0].startswith("transit ")}
    assert {(f"transit {sender} {about}", name): left for (sender, about, name), left in opened.items()} == in_transit
    years = asked(history, "money_by_year", moment)
    net = dict[tuple[str, str, str], int]()
    for (_, kind, owner, resource, came_in), went_out in years.items():
        net[kind, owner, resource] = net.get((kind, owner, resource), 0) + int(str(came_in)) - went_out
    held = dict[tuple[str, str, str], int]()
    for (account, resource), amount in right.items():
        if resource.startswith("money/"):
            kind, owner, *_ = account.split(" ", 2)
            held[kind, owner, resource] = held.get((kind, owner, resource), 0) + amount
    assert {key: amount for key, amount in net.items() if amount} == {key: n for key, n in held.items() if n}


@given(data=st.data())
@settings(max_examples=examples(10))
def test_as_known_and_as_at_are_what_the_book_of_that_time_answers(random_history, data):
    with enduse.open(random_history[0]) as programme:
        size = data.draw(st.integers(20, programme.size), label="statements known")
        days = st.integers(-22, 2).map(lambda day: datetime(2026, 6, 1, 3, tzinfo=UTC) + timedelta(days=day))
        at = data.draw(st.none() | days, label="as at")
        as_that_book_answers(programme, random_history[1], size, at)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(12))
def test_they_are_on_any_programme(tmp_path, seed):
    played = Played(tmp_path / "programme", 2_000 + seed)
    played.play(600)
    played.intake.close()
    with enduse.open(tmp_path / "programme") as programme:
        programme.history(tmp_path / "history")
        for size in range(50, programme.size, 90):
            for day in (None, 20, 28, 31):
                at = None if day is None else datetime(2026, 5, day, 12, tzinfo=UTC)
                as_that_book_answers(programme, tmp_path / "history", size, at)
        assert programme.check_history(tmp_path / "history").ok


def test_what_was_sent_and_taken_back_is_not_sent(random_history):
    _, history = random_history
    moment = Moment(size=whole_list(history).size)
    for (*_, sent, cleared), left in asked(history, "dispatched", moment).items():
        assert int(str(sent)) - int(str(cleared)) == left
        assert int(str(sent)) >= 0


def test_a_time_that_is_asked_for_is_what_is_asked(demo_history):
    found = checked(*demo_history, as_at="2026-05-31", as_known=1200)
    assert {(each.size, each.as_at) for each in found.answers} == {
        (1955, None),
        (1200, datetime(2026, 5, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    }
    assert "entry < 1200" in found.answers[-1].sql


def test_one_form_of_rows_is_compared_whatever_an_engine_gives():
    rows = [("b", 2**70), ("a", -1)]
    texts = [("b", f"{2**70}"), ("كلمة\n", 0)]
    assert canonical(rows) == [b'["a",-1]', b'["b",1180591620717411303424]']
    assert canonical([(texts[1][0], 0)]) == ['["كلمة\\n",0]'.encode()]


# -- what differs is named ---------------------------------------------------------------------------------------------


def rewritten(history, change):
    """Write the first file of postings anew with a change, and the list so that it fits: what only the record tells."""
    found = whole_list(history)
    first = found.ranges[0]
    path = history / first.files["postings"].file
    other = path.with_suffix(".other")
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({change.format(repr(str(path)))}) TO '{other}' (FORMAT parquet)")
    other.replace(path)
    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    file = HistoryFile(
        file=first.files["postings"].file, rows=first.files["postings"].rows, bytes=len(data), sha256=digest
    )
    ranges = (msgspec.structs.replace(first, files={**first.files, "postings": file}), *found.ranges[1:])
    write_list(history, msgspec.structs.replace(found, ranges=ranges))
    return path


@pytest.mark.threat(
    who="keeper",
    tries="hands out the ledger as tables with an amount changed, and a list whose digests fit",
    alone="the tables are read as they are by whoever asks an engine and checks nothing",
    needs="nobody",
    seen_by="whoever holds a copy of the record, by `enduse history DIR --to OUT --check`, which names the file",
)
def test_a_file_that_was_written_anew_with_its_list_is_named(copied):
    path = rewritten(copied[1], "SELECT * REPLACE (amount + CAST(n = 0 AS BIGINT) AS amount) FROM {}")
    found = checked(*copied)
    (problem,) = found.problems
    assert (problem.code, problem.source) == ("history.other_rows", str(path))
    assert problem.values["n"] > 0
    assert found.answers == (), "no engine is asked of rows that are not the record's"


def test_a_file_with_other_columns_is_named(copied):
    path = rewritten(copied[1], "SELECT entry, n FROM {}")
    assert [(one.code, one.source) for one in checked(*copied).problems] == [("history.damaged", str(path))]


def test_a_list_that_the_checkpoint_does_not_sign_is_named(copied):
    found = whole_list(copied[1])
    for change in (
        {"checkpoint": found.checkpoint.replace("\n", "\n\n", 1)},
        {"ranges": (msgspec.structs.replace(found.ranges[0], root="00" * 32), *found.ranges[1:])},
    ):
        write_list(copied[1], msgspec.structs.replace(found, **change))
        (problem,) = checked(*copied).problems
        assert (problem.code, problem.source) == ("history.list_unsigned", str(copied[1] / LIST))


@pytest.mark.parametrize(
    ("harm", "code"), [("torn", "damaged"), ("byte", "damaged"), ("gone", "file_gone"), ("foreign", "foreign_file")]
)
def test_a_torn_a_missing_and_a_foreign_file_are_told_by_name_with_what_to_do(copied, harm, code):
    programme, history = copied
    victim = sorted((history / "postings").iterdir())[1]
    match harm:
        case "torn":
            victim.write_bytes(victim.read_bytes()[:-100])
        case "byte":
            data = victim.read_bytes()
            victim.write_bytes(data[:50] + bytes([data[50] ^ 1]) + data[51:])
        case "gone":
            victim.unlink()
        case "foreign":
            victim = shutil.copy(victim, victim.with_name("mine.parquet"))
    result = CliRunner().invoke(
        app, ["history", str(programme), "--to", str(history), "--check"], env={"COLUMNS": "300"}
    )
    assert result.exit_code == 1
    said = " ".join(result.stderr.split())
    assert str(victim) in said
    assert "move it elsewhere" in said if harm == "foreign" else "write the history into a new folder" in said
    (problem,) = checked(programme, history).problems
    assert (problem.code, problem.source) == (f"history.{code}", str(victim))
    with enduse.open(programme) as opened, pytest.raises(EnduseError) as raised:
        opened.history(history)
    assert (raised.value.problem.code, raised.value.problem.source) == (f"history.{code}", str(victim))
    assert victim.exists() == (harm != "gone"), "nothing of anybody's is taken away"


def test_who_writes_says_that_rows_which_were_there_are_not_compared(copied):
    """Over a forged file whose list was edited with it, *Nothing is new* was all that was said."""
    rewritten(copied[1], "SELECT * REPLACE (amount + CAST(n = 0 AS BIGINT) AS amount) FROM {}")
    words = ["history", str(copied[0]), "--to", str(copied[1])]
    said = CliRunner().invoke(app, words, env={"COLUMNS": "300"})
    assert said.exit_code == 0
    assert "Nothing is new." in said.stdout
    assert "not compared with the record; `enduse history DIR --check` does that" in said.stdout
    assert CliRunner().invoke(app, [*words, "--check"]).exit_code == 1


def _edits(found):
    """Give lists that no run of ours has written: what is edited, and how."""
    first = found.ranges[0]
    name, file = next(iter(first.files.items()))
    for path in ("/etc/passwd", "../programme/record.db", "", name, "a" * 5_000, "a\0b"):
        yield {"files": {**first.files, name: msgspec.structs.replace(file, file=path)}}
    yield {"files": {key: first.files[key] for key in first.files if key != name}}
    yield {"files": {**first.files, "other": file}}
    yield {"files": dict.fromkeys(first.files, file)}


def test_an_edited_list_is_refused_by_who_writes_and_who_checks_and_reads_no_other_file(copied):
    """Some ended in a traceback, and a path out of the folder was read."""
    programme, history = copied
    right = whole_list(history)
    edited = [
        {"ranges": (msgspec.structs.replace(right.ranges[0], **change), *right.ranges[1:])} for change in _edits(right)
    ]
    lists = [(msgspec.structs.replace(right, **change), "damaged") for change in edited]
    with enduse.open(programme) as opened:
        for one, code in (*lists, (msgspec.structs.replace(right, checkpoint="x"), "list_unsigned")):
            write_list(history, one)
            with pytest.raises(EnduseError) as raised:
                opened.history(history)
            assert (raised.value.problem.code, raised.value.problem.source) == (f"history.{code}", str(history / LIST))
        for one, _ in lists:
            write_list(history, one)
            with pytest.raises(RecordError):
                opened.check_history(history)
        write_list(history, msgspec.structs.replace(right, ranges=()))
        with pytest.raises(UnknownError):
            opened.check_history(history)


def test_a_list_that_counts_other_rows_or_bytes_is_named(copied):
    programme, history = copied
    right = whole_list(history)
    first = right.ranges[0]
    for field, code in (("rows", "list_unsigned"), ("bytes", "damaged")):
        file = msgspec.structs.replace(first.files["postings"], **{field: 1})
        ranges = (msgspec.structs.replace(first, files={**first.files, "postings": file}), *right.ranges[1:])
        write_list(history, msgspec.structs.replace(right, ranges=ranges))
        assert [one.code for one in checked(programme, history).problems] == [f"history.{code}"]


def test_what_a_run_under_way_has_not_listed_yet_is_no_fault(copied):
    programme, history = copied
    found = whole_list(history)
    shutil.copy(
        history / found.ranges[0].files["postings"].file, history / f"postings/{found.size:012d}-999999999999.parquet"
    )
    assert checked(programme, history).ok


def test_an_engine_that_differs_is_named_with_its_first_row(random_history, monkeypatch):
    real = DuckDBEngine.rows

    def wrong(self, sql):
        rows = real(self, sql)
        return [("stock nobody nowhere", "cement/g", 1), *rows] if "HAVING" in sql else rows

    monkeypatch.setattr(DuckDBEngine, "rows", wrong)
    words = ["history", str(random_history[0]), "--to", str(random_history[1]), "--check", "--json"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert not told["ok"]
    assert {one["code"] for one in told["problems"]} == {"history.engine_differs"}
    assert len(told["problems"]) == 3
    assert {each["question"] for each in told["answers"] if each["sha256"] not in each["engines"].values()} == {
        "balances"
    }


def test_an_engine_that_is_not_there_is_said(demo_history, monkeypatch):
    with pytest.raises(EnduseError, match="'oracle' is no engine"):
        checked(*demo_history, "oracle")
    for module in ("pyspark.sql", "pyspark"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match="asking Spark needs the 'spark' extra"):
        checked(*demo_history, "spark")
