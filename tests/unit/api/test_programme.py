"""The public API: quick to import, typed and frozen answers, and nobody is kept waiting by a question."""

import io
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from enduse.book import intake as intakes
from enduse.book.intake import Intake
from enduse.cli import output
from enduse.cli.main import app
from enduse.cli.screen import Screen
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.terms.amounts import Money

ROOT = Path(__file__).parents[3]
CLAIM = {"claim": "claim:1", "about": "place:port", "words": {"en": "The gate was shut."}}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("api") / "demo"
    enduse.demo.build(folder)
    return folder


@pytest.fixture
def cairo(tmp_path):
    enduse.create(tmp_path / "cairo", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    return tmp_path / "cairo"


def imported(code):
    """Modules that a fresh interpreter has loaded after ``code``."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_it_loads_nothing_that_takes_time():
    loaded = imported("import enduse")
    assert {name for name in loaded if name.startswith("enduse")} == {"enduse", "enduse.version"}
    assert not {"msgspec", "babel", "sqlite3", "numpy"} & (loaded - imported("pass")), "beyond what measures coverage"


def test_asking_needs_no_optional_extra(cairo):
    block = "for name in ('numpy', 'scipy', 'jinja2', 'segno', 'openpyxl', 'psycopg'): sys.modules[name] = None\n"
    ask = f"import enduse\nwith enduse.open({str(cairo)!r}) as programme:\n    assert programme.status().currencies\n"
    assert "enduse.api.programme" in imported(block + ask)


def test_everything_it_offers_is_there_and_nothing_else():
    for name in enduse.__all__:
        assert getattr(enduse, name) is not None
    assert dir(enduse) == sorted(enduse.__all__)
    with pytest.raises(AttributeError, match="no attribute 'book_of'"):
        enduse.book_of  # noqa: B018


def structs(value):
    """Every struct in an answer."""
    if isinstance(value, msgspec.Struct):
        yield value
        yield from (inner for name in value.__struct_fields__ for inner in structs(getattr(value, name)))
    elif isinstance(value, Mapping):
        yield from (inner for item in value.values() for inner in structs(item))
    elif isinstance(value, tuple | list):
        yield from (inner for item in value for inner in structs(item))


def test_answers_are_frozen_values_that_json_carries(demo):
    with enduse.open(demo) as programme:
        answers = [
            programme.status(),
            programme.money(),
            programme.cash(),
            programme.goods(),
            programme.missing(),
            programme.tasks(),
            programme.trace("project:clinic"),
            programme.mandates(),
            programme.tranches(),
            programme.balances(),
            programme.plan(3),
            programme.report(),
            next(programme.statements()),
            programme.verify(),
        ]
        assert programme.status().tasks == programme.tasks()
        assert programme.status().tranches == programme.tranches()
    for answer in answers:
        found = list(structs(answer))
        assert found
        assert all(type(value).__struct_config__.frozen for value in found)
        assert msgspec.json.encode(answer)


def test_status_and_report_show_the_same(demo):
    with enduse.open(demo) as programme:
        status, report = programme.status(), programme.report()
    assert status.names.items() <= report.names.items()  # it names what was assessed too
    for name in set(status.__struct_fields__) - {"names"}:
        assert getattr(report, name) == getattr(status, name), name


@pytest.mark.parametrize("example", ["cairo", "demo"])
def test_what_was_paid_is_spent_or_held_and_open_promises_sum_up(example, request):
    with enduse.open(request.getfixturevalue(example)) as programme:
        totals = programme.money()
    assert totals
    for money in totals:
        assert money.paid.amount == money.spent.amount + money.held.amount
        assert money.paid.amount == sum(donor.paid.amount for donor in money.donors)
        assert money.pledged.amount == sum(donor.pledged.amount for donor in money.donors)
        assert money.open.amount - money.beyond.amount == money.pledged.amount - money.paid.amount


def test_the_past_is_asked_for_by_text_day_or_instant(demo):
    with enduse.open(demo) as programme:
        now = programme.goods()
        day = programme.status().as_of.date()
        assert programme.goods(as_at=day) == programme.goods(as_at=day.isoformat()) == now
        assert programme.goods(as_known=programme.status().as_of) == now
        assert programme.goods(as_known="2026-03-01") == ()


def test_questions_are_answered_while_somebody_writes(cairo, monkeypatch):
    monkeypatch.setattr(intakes, "LOCK_PATIENCE_S", 0.1)
    with Intake.open(cairo), enduse.open(cairo) as programme:
        assert programme.money()
        with pytest.raises(ConflictError):
            programme.sign("claim", CLAIM, party="party:reader", occurred_at="2016-07-16")
        assert programme.publication is None


def test_what_others_record_is_taken_in_when_asked(cairo):
    with enduse.open(cairo) as first, enduse.open(cairo) as second:
        before = first.size
        receipt = second.sign("claim", CLAIM, party="party:reader", occurred_at="2016-07-16")
        assert receipt.outcome == "accepted"
        assert second.publication is not None
        assert second.publication.size == second.size
        assert receipt.index == second.size - 1
        assert first.size == before
        assert first.refresh() == second.size - before
        assert [said.entry for said in first.statements(kind="claim")] == [receipt.index]


def test_several_things_are_published_together_and_nothing_after_an_error(cairo):
    with enduse.open(cairo) as programme:
        published = programme.status().published
        with pytest.raises(ZeroDivisionError), programme.writing():  # noqa: PT012 - what came before the error counts
            programme.sign("claim", CLAIM, party="party:reader", occurred_at="2016-07-16")
            1 / 0  # noqa: B018
        assert programme.status().published == published < programme.size
        with programme.writing():
            for number in (2, 3):
                claim = CLAIM | {"claim": f"claim:{number}"}
                programme.sign("claim", claim, party="party:reader", occurred_at="2016-07-16")
            assert programme.status().published == published
        assert programme.status().published == programme.size


def test_a_folder_that_holds_no_programme_is_refused_at_once(tmp_path):
    with pytest.raises(UnknownError):
        enduse.open(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_closed_programme_refuses_every_question_in_the_same_words(demo):
    programme = enduse.open(demo)
    programme.close()
    programme.close()
    for asked in (programme.status, programme.goods, programme.digest, programme.refresh, programme.report):
        with pytest.raises(ConflictError) as refused:
            asked()
        assert refused.value.problem.code == "system.closed"


@pytest.mark.parametrize("given", [None, 3, "a\0b"])
def test_what_is_no_path_is_refused_in_plain_words(given, demo):
    for asked in (enduse.open, enduse.assess, lambda file: enduse.create(file, file)):
        with pytest.raises(UnknownError) as refused:
            asked(given)
        assert refused.value.problem.code == "system.no_path"


def test_what_is_no_day_or_name_is_refused_in_plain_words(demo):
    moments: list[Any] = [3, -1, "yesterday"]
    nothing: list[Any] = [None, 3, []]
    with enduse.open(demo) as programme:
        for moment in moments:
            with pytest.raises(MalformedError):
                programme.status(as_at=moment)
        for name in nothing:
            with pytest.raises(UnknownError):
                programme.trace(name)


def test_totals_that_one_party_reports_say_whose_report_they_are(cairo):
    with enduse.open(cairo) as programme:
        (dollars,) = programme.money()
        told = [programme.words().message(one) for one in dollars.whose]
    assert dollars.pledged.amount == 34_025_500_000_000
    assert dollars.paid.amount == 15_963_670_000_000
    assert told == ["all of it as reported by Whoever read the table (this example); no donor says it itself"]
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["status", str(cairo)]).output
    assert "3,403 m pledged" in " ".join(shown.split()) or "3,402.55" in shown
    assert told[0] in " ".join(shown.split())


def test_what_is_in_no_sum_stands_beside_by_name(small):
    for party, amount in (("donor", "100"), ("carrier", "5000000000")):
        body = PledgeBody(pledge=f"p:{party}", amount=Money(amount, "USD"), donor="donor")
        assert small.say(party, Pledge, body).outcome == "accepted"
    paid = DisbursementBody(disbursement="d", amount=Money("7", "USD"), recipient="fund", donor="monitor")
    assert small.say("carrier", Disbursement, paid).outcome == "accepted"
    with small.closed() as folder, enduse.open(folder) as programme:
        (dollars,) = programme.money()
        words = programme.words()
        told = [words.message(one).replace("\N{NO-BREAK SPACE}", " ") for one in dollars.whose]
    assert dollars.pledged.amount == 1_000_000
    assert told == [
        "of it USD 0 pledged and USD 7 paid as reported by carrier, where the donors do not speak for themselves",
        "beside this, in no sum: carrier reports USD 5,000 million of donor as pledged; the word of donor counts",
    ]


def test_whoever_waits_for_a_book_that_is_folded_anew_is_told_how_far_it_is(demo, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    shutil.copytree(demo, folder)
    (folder / "book.db").unlink()
    told: list[tuple[int, int]] = []
    with enduse.open(folder, progress=lambda done, every: told.append((done, every))) as programme:
        size = programme.size
    assert told == [(done, size) for done in range(1_000, size + 1, 1_000)]
    assert told, "the demo is long enough to be told of"
    with enduse.open(folder, progress=lambda done, every: told.append((done, every))):
        assert len(told) == size // 1_000, "of what is folded already nothing is told"

    def shown() -> str:
        out = io.StringIO()
        monkeypatch.setattr(output, "errors", Screen(file=out, width=100, force_terminal=True))
        with output.opened(folder):
            pass
        return out.getvalue()

    assert "reading the record" not in shown()
    (folder / "book.db").unlink()
    assert "reading the record" in shown()
