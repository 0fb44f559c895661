"""``enduse correct``: one's own statement said again, both kept; another's is refused, and a refusal leaves nothing."""

import json
import os
import pty
import shutil
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import enduse
from conftest import START, Small
from enduse.book import keys
from enduse.cli.main import app
from enduse.errors import ConflictError, EnduseError, MalformedError, UnknownError
from enduse.exchange.restating import by_path, fields_of, restated
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.programme import Clock
from enduse.terms.amounts import Money


@pytest.fixture
def paid(tmp_path):
    programme = Small(tmp_path / "paid")
    programme.say("donor", Pledge, PledgeBody(pledge="p:1", amount=Money("100", "USD")))
    body = DisbursementBody(disbursement="d:1", amount=Money("24.99", "USD"), recipient="fund", pledge="p:1")
    programme.say("donor", Disbursement, body, place="bank")
    entry = programme.book.size - 1
    programme.intake.close()
    return programme.folder, entry


def run(*words, code=0):
    done = CliRunner().invoke(app, ["correct", *map(str, words)], env={"COLUMNS": "140"})
    assert done.exit_code == code, done.output
    return done.stdout if not code else done.stderr


def held(folder):
    with enduse.open(folder) as programme:
        (dollars,) = programme.money()
        return dollars.held.value, programme.size


def test_a_sum_is_said_again_and_both_stay(paid):
    folder, entry = paid
    page = run(folder, entry, "--set", "amount.value=23.99", "--note", "As the bank says.")
    assert "24.99 → 23.99" in page
    assert held(folder)[0] == Decimal("23.99")
    with enduse.open(folder) as programme:
        before, back, anew = [said for said in programme.statements() if said.kind in {"disbursement", "correction"}]
        assert (before.entry, before.statement.body.amount.value) == (entry, "24.99")
        assert (back.statement.body.corrects, back.statement.body.note) == (before.id, "As the bank says.")
        assert (anew.statement.body.amount.value, anew.statement.refs, anew.statement.place) == (
            "23.99",
            (before.id,),
            "bank",
        )
        assert {said.statement.party for said in (before, back, anew)} == {"donor"}
        with programme.past(as_known=entry + 1) as then:
            assert then.money()[0].held.value == Decimal("24.99"), "what was known stays known"


def test_a_field_is_named_as_people_call_it(paid):
    folder, entry = paid
    assert "24.99 → 25" in run(folder, entry, "--set", "amount=25", "--set", "date=2026-01-03")
    assert held(folder)[0] == 25
    with enduse.open(folder) as programme:
        *_, anew = programme.statements()
        assert anew.statement.occurred_at.date().isoformat() == "2026-01-03"
        assert anew.statement.occurred_at.time() == programme.statement(entry).statement.occurred_at.time()
    assert "amount.currency" in run(folder, anew.entry, "--set", "colour=red", code=2)


def test_a_field_that_was_left_out_is_filled_in_and_one_that_the_kind_has_not_is_refused(paid):
    """The leads ask for just this: say that your own number confirms the payer's."""
    folder, entry = paid
    run(folder, entry, "--set", "confirms=PAY-7")
    with enduse.open(folder) as programme:
        assert programme.fields(programme.size - 1)["confirms"] == "PAY-7"
    assert "confrms" in run(folder, entry + 2, "--set", "confrms=PAY-8", code=2)
    assert "counts_as" in run(folder, entry + 2, "--set", "counts_as=3", code=2), "a group of fields is no text"


def test_words_for_goods_mean_the_fields_of_their_event_and_several_are_asked():
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventTime": "2026-01-02T09:00:00+02:00",
        "readPoint": {"id": "depot"},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": 80, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": "W-11"}],
        "enduse:carrier": "lark",
    }

    def said(**more):
        written = {**event, **more}
        return Goods(
            programme="x",
            party="mill",
            seq=1,
            occurred_at=START,
            place="town",
            body=GoodsBody(event=json.dumps(written)),
        )

    words = {"quantity": "25", "unit": "KGM", "waybill": "W-1", "date": "2026-01-03", "material": "flour"}
    assert by_path(said(), {**words, "place": "mill", "carrier": "owl"}) == {
        "quantityList[0].quantity": "25",
        "quantityList[0].uom": "KGM",
        "bizTransactionList[0].bizTransaction": "W-1",
        "eventTime": "2026-01-03T09:00:00+02:00",
        "quantityList[0].epcClass": "urn:enduse:class:flour",
        "readPoint.id": "mill",
        "enduse:carrier": "owl",
    }
    two = said(quantityList=[*event["quantityList"], *event["quantityList"]])
    with pytest.raises(ConflictError, match="several fields may be meant by quantity") as asked:
        by_path(two, {"quantity": "25"})
    assert asked.value.problem.told.values["fields"] == ["quantityList[0].quantity", "quantityList[1].quantity"]
    with pytest.raises(ConflictError, match="twice"):
        by_path(said(), {"quantity": "25", "quantityList[0].quantity": "26"})


def test_what_never_happened_is_taken_back_and_nothing_said_instead(paid):
    folder, entry = paid
    told = json.loads(run(folder, entry, "--did-not-happen", "--json"))["corrected"]
    assert told["said_anew"] is None
    assert held(folder)[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--set", "amount.value=24.99"], "nothing to correct"),
        (["--set", "amount.value=much"], "amount"),
        (["--set", "sum=3"], "no field sum"),
        (["--set", "amount.value"], "FIELD=VALUE"),
        (["--set", "amount.value=3", "--as", "fund"], "only that party takes it back"),
        (["--set", "recipient=donor"], "pays itself"),
        ([], "nobody sits at a terminal"),
    ],
)
def test_a_refused_correction_leaves_nothing_behind(paid, words, told):
    folder, entry = paid
    before = held(folder)
    assert told in " ".join(run(folder, entry, *words, code=2).split())
    assert held(folder) == before


@pytest.mark.threat(
    who="donor",
    tries="corrects another party's statement, with or without that party's key at hand",
    alone="it is refused before anything is signed: only the speaker's own key corrects, and it is not here",
    needs="the other party's private key",
    seen_by="nothing is recorded, so nothing has to be seen",
)
def test_nobody_corrects_anothers_statement_nor_signs_with_another_key(paid):
    folder, entry = paid
    keys.path_of(folder, "donor").unlink()
    before = held(folder)
    assert "private key" in run(folder, entry, "--set", "amount.value=1", code=2)
    with enduse.open(folder) as programme:
        with pytest.raises(UnknownError):
            programme.correct(entry, {"amount.value": "1"})
        with pytest.raises(ConflictError):
            programme.correct(entry, {"amount.value": "1"}, party="fund")
    assert held(folder) == before


def test_what_was_taken_back_or_takes_back_is_not_corrected_again(paid):
    folder, entry = paid
    run(folder, entry, "--set", "amount.value=23.99")
    before = held(folder)
    assert "already taken back" in run(folder, entry, "--set", "amount.value=22", code=2)
    run(folder, entry + 2, "--set", "note=again", code=2)
    assert held(folder) == before


def test_goods_keep_every_digit_that_is_not_corrected(tmp_path):
    programme = Small(tmp_path / "goods")
    event = (
        '{"type": "ObjectEvent", "eventTime": "2026-01-01T00:00:00Z", "action": "ADD", "bizStep": "commissioning", '
        '"readPoint": {"id": "depot"}, "eventID": "ev:1", "quantityList": '
        '[{"epcClass": "urn:enduse:class:cement", "quantity": 20.500, "uom": "TNE"}]}'
    )
    programme.say("warehouse", Goods, GoodsBody(event=event))
    entry = programme.book.size - 1
    programme.intake.close()
    with enduse.open(programme.folder) as asked:
        assert asked.fields(entry)["quantityList[0].quantity"] == "20.500"
        asked.correct(entry, {"readPoint.id": "yard"})
        (cement,) = asked.goods_lines().materials
        assert [line.name for line in cement.places] == ["yard"]
        *_, last = asked.statements(kind="goods")
        assert '"quantity": 20.500' in last.statement.body.event
        with pytest.raises(MalformedError):
            asked.correct(last.entry, {"quantityList[0].quantity": "many"})
        asked.correct(last.entry, {"quantityList[0].quantity": "19.250"})
        assert asked.goods_lines().materials[0].total.held.value == Decimal("19.25")


def test_every_statement_of_the_example_said_again_unchanged_is_the_same(played_demo):
    with enduse.open(played_demo[1]) as programme:
        for said in programme.statements():
            if isinstance(said.statement, Clock):
                continue
            try:
                again = restated(said.statement, {})
            except EnduseError as error:
                raise AssertionError(said.kind) from error
            statement = again.statement(said.statement.programme, said.statement.party, said.statement.seq)
            same = {path: text for path, text in fields_of(said.statement).items() if path != "eventID"}
            assert fields_of(statement) == same, said.kind


@given(text=st.text(max_size=30))
def test_no_text_makes_anything_but_a_statement_or_a_refusal(text):
    body = DisbursementBody(disbursement="d:1", amount=Money("24.99", "USD"), recipient="fund")
    from datetime import UTC, datetime

    said = Disbursement(programme="x", party="donor", seq=1, occurred_at=datetime(2026, 1, 1, tzinfo=UTC), body=body)
    for path in fields_of(said):
        try:
            again = restated(said, {path: text})
        except EnduseError:
            continue
        assert again.name == "disbursement"


def test_it_asks_one_field_after_another_and_offers_what_is_said(paid):
    folder, entry = paid
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from enduse.cli.main import main; main()", "correct", str(folder), str(entry)]
    env = {**os.environ, "TERM": "dumb", "COLUMNS": "120"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as asking:
        os.close(theirs)
        with enduse.open(folder) as programme:
            asked = programme.fields(entry)
        for path in asked:
            os.write(ours, b"23.99\n" if path == "amount.value" else b"\n")
        page = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:
                break
            if not piece:
                break
            page += piece
        assert asking.wait(60) == 0, page.decode()
    assert b"amount.value [24.99]" in page
    assert held(folder)[0] == Decimal("23.99")


def test_a_copy_without_any_key_says_so(paid, tmp_path):
    folder, entry = paid
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("keys"))
    assert "private key" in run(tmp_path / "copy", entry, "--set", "amount.value=1", code=2)
