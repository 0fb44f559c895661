"""Questions of residents: codes, counts, who answers, messages, what is erased."""

import json
import re

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.portal.codes import ALPHABET, check_symbol, code_from, new_code, read_code, shown
from enduse.portal.desk_store import FILE, DeskFile
from enduse.portal.pages import PAGES
from enduse.portal.questions import CONTACT_DAYS, DAY_S, DUE_DAYS, KEPT_DAYS, QuestionBox
from support.desk import Visitor, found, text_of


@pytest.fixture
def box(store):
    return QuestionBox(store)


def asked(box, words="Where is the cement?", **more):
    given = {"topic": "water", "place": "place:north", "language": "en", "owner": "office", **more}
    return box.ask(words=words, **given)


def test_a_code_is_read_however_it_is_written_and_a_slip_shows():
    code = new_code()
    for written in (shown(code), shown(code).lower(), f" {code} ", shown(code).replace("-", "\N{EN DASH}"), code):
        assert read_code(written) == code
    digits = {str(digit): chr(0x0660 + digit) for digit in range(10)}
    assert read_code("".join(digits.get(each, each) for each in shown(code))) == code
    for at in range(len(code)):
        for symbol in set(ALPHABET) - {code[at]}:
            assert read_code(code[:at] + symbol + code[at + 1 :]) == ""
    for wrong in ("", "Q", "Q-0000-0000-0000", shown(code)[:-1], "x" * 10_000, "\0"):
        assert read_code(wrong) == ""
    assert len({new_code() for _ in range(500)}) == 500
    assert check_symbol(code[:-1]) == code[-1]
    assert code_from(b"s", "one") == code_from(b"s", "one") != code_from(b"t", "one")


@pytest.mark.threat(
    who="stranger",
    tries="guesses codes under which residents have asked, or reads them out of a copy of the portal's store",
    alone="a code is one of 17 million billion, tries are few, and of a code only a keyed digest is kept",
    needs="the code itself",
    seen_by="nobody: there is nothing to see",
)
@pytest.mark.both_stores
def test_a_question_is_found_by_its_code_alone(box, store):
    code = asked(box)
    assert box.by_code(shown(code)).words == "Where is the cement?"
    for wrong in (new_code(), "", "1", "Q-7K3Q-M2XD-4WPC"):
        with pytest.raises(UnknownError):
            box.by_code(wrong)
    everything = str([dict(row) for row in store.all("SELECT * FROM question")])
    assert code not in everything
    assert len(ALPHABET) ** 11 > 17 * 10**15


@pytest.mark.both_stores
def test_whoever_is_to_answer_does_and_nobody_else_reads_it(box):
    asked(box, contact="+1 555")
    (one,) = box.of("office")
    assert (one.left, one.contact, one.answered) == (DUE_DAYS, "+1 555", False)
    for other in ("", "keeper"):
        with pytest.raises(UnknownError):
            box.one(one.number, other)
        with pytest.raises(UnknownError):
            box.answer(one.number, other, "No.")
    for wrong in ("", " ", "x" * 2_001):
        with pytest.raises(MalformedError):
            box.answer(one.number, "office", wrong)
    box.answer(one.number, "office", "At the gate.")
    with pytest.raises(ConflictError):
        box.answer(one.number, "office", "Again.")
    assert box.one(one.number, "office").contact == "", "erased with the answer"


def test_a_contact_is_erased_from_the_file_itself(box, clock, tmp_path):
    asked(box, contact="+961-70-SECRET")
    clock.now += CONTACT_DAYS * DAY_S
    asked(box, "Something later")
    assert [one.contact for one in box.of("office")] == ["", ""]
    asked(box, "With an answer", contact="+961-71-SECRET")
    assert any(b"71-SECRET" in file.read_bytes() for file in tmp_path.iterdir())
    waiting = next(one for one in box.of("office") if one.contact)
    box.answer(waiting.number, "office", "Tomorrow.")
    for file in tmp_path.iterdir():  # as they are while the portal goes on
        assert b"SECRET" not in file.read_bytes(), file.name


def test_what_was_asked_is_in_no_file_once_its_time_is_over(box, clock, tmp_path):
    said = [f"SECRET{number:02}" for number in range(40)]
    for words in said:
        asked(box, words * 20)
    for one in box.of("office"):
        box.answer(one.number, "office", "Yes.")
    clock.now += (KEPT_DAYS + 1) * DAY_S
    asked(box, "Something later")
    assert [one.words for one in box.of("office")] == ["Something later"]
    for file in tmp_path.iterdir():
        assert b"SECRET" not in file.read_bytes(), file.name


@pytest.mark.both_stores
def test_only_counts_of_five_and_more_are_public(box, clock):
    for number in range(4):
        asked(box, f"question {number}")
    assert box.counts(5) == ()
    codes = [asked(box, f"more {number}") for number in range(6)]
    (count,) = box.counts(5)
    assert (count.asked, count.answered, count.late) == (10, 0, 0)
    for number, code in enumerate(codes):
        box.answer(next(one.number for one in box.of("office") if one.words == f"more {number}"), "office", "Yes.")
        assert box.by_code(code).answered
        (count,) = box.counts(5)
        assert count.answered == (5 if number == 4 else None), "nor can the rest be told from the whole"
    clock.now += (DUE_DAYS + 1) * DAY_S
    assert box.counts(5)[0].late is None, "four are late"
    for number in range(9):
        asked(box, f"quiet {number}", door="confidential", topic="other", place="")
    assert len(box.counts(5)) == 1, "what came by the other door is counted nowhere"
    assert (len(box.counts(10)), box.counts(11)) == (1, ()), "the founding's least count decides"


@pytest.mark.both_stores
def test_a_message_that_comes_twice_is_one_question(box):
    first = asked(box, sent_by="someone")
    assert asked(box, sent_by="someone") == first
    assert len(box.of("office")) == 1
    assert asked(box, sent_by="another") != first


# -- on pages ----------------------------------------------------------------------------------------------------------


def test_a_resident_asks_and_reads_the_answer_without_a_name(app, desk, keeper):
    resident = Visitor(app)
    page = resident.post(
        "ask/", {"topic": "other", "place": "", "words": "When does the water come?", "contact": ""}
    ).text
    code = found(r'class="answer code"[^>]*>([^<]+)<', page)
    assert read_code(code)
    look = text_of(resident.post("ask/look/", {"code": code.lower()}).text)
    assert "Not yet: keeper has" in look
    waits = keeper.page("desk/")
    assert "Answer a question of a resident" in text_of(waits)
    way = found(r'href="/en/(desk/questions/\d+/)"', waits)
    assert "When does the water come?" in keeper.page(way)
    assert keeper.post(way, {"words": "On Monday."}).status_code == 303
    answered = resident.post("ask/look/", {"code": code}).text
    assert "On Monday." in answered
    assert "keeper has answered." in text_of(answered)
    stored = desk.site.ask(lambda _: [tuple(row) for row in desk.store.all("SELECT * FROM question")])
    assert "browser.local" not in str(stored)
    assert "testclient" not in str(stored), "no address is kept with a question"


def test_faults_of_a_question_stand_at_their_fields(app):
    answer = Visitor(app).post(
        "ask/", {"topic": "function:none", "place": "place:none", "words": " ", "contact": "x" * 600}
    )
    assert answer.status_code == 422
    for field in ("topic", "place", "words", "contact"):
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}-fault"' in answer.text


def test_the_other_door_goes_to_its_own_reader_and_is_counted_nowhere(app, keeper):
    resident = Visitor(app)
    page = resident.page("ask/safe/")
    assert "Only keeper reads this" in text_of(page)
    answer = resident.post("ask/safe/", {"words": "Somebody was hit at the store."})
    assert answer.status_code == 200, text_of(answer.text)
    assert "confidential" in text_of(keeper.page("desk/questions/"))
    assert "ask.json" not in page
    assert json.loads(keeper.client.get("/ask.json").text) == []


def test_tries_are_few(app, desk):
    desk.site.ask(lambda _: desk.store.run("DELETE FROM attempt"))
    visitor = Visitor(app)
    codes = [visitor.post("ask/look/", {"code": new_code()}).status_code for _ in range(45)]
    assert codes[:40] == [404] * 40
    assert set(codes[40:]) == {429}
    asks = [visitor.post("ask/", {"topic": "other", "place": "", "words": "x"}).status_code for _ in range(12)]
    assert asks.count(429) == 2
    desk.site.ask(lambda _: desk.store.run("DELETE FROM attempt"))


SENDER = "5d76d86b-3bb9-4d5a-b822-c9d86f5d8e4f"
RAPIDPRO = {
    "contact": {"uuid": SENDER, "name": "Samira", "urn": "tel:+97059000000"},
    "flow": {"uuid": "0e8c8d56-6a8f-4b8f-9c5d-3d5a2a4f7f3e", "name": "Ask"},
    "results": {
        "topic": {"value": "water", "category": "Water"},
        "place": {"value": "north", "category": "North"},
        "words": {"value": "When does the water come?", "category": "All Responses"},
    },
}
"""What a flow of RapidPro sends with *Call Webhook*, as its editor fills it in."""


def test_a_message_comes_in_by_the_hook_and_nothing_of_its_sender_is_kept(app, desk, keeper):
    token = found(r"Authorization: Token ([0-9a-f]{64})", keeper.page("desk/questions/"))
    for wrong in ("", "Token", f"Token {token[:-1]}0x", f"Bearer {token}"):
        answer = keeper.client.post("/ask/message.json", json=RAPIDPRO, headers={"authorization": wrong})
        assert answer.status_code == 401
    stranger = Visitor(app)
    sent = {"authorization": f"Token {token}"}
    first, again = (stranger.client.post("/ask/message.json", json=RAPIDPRO, headers=sent) for _ in range(2))
    assert first.status_code == 200, first.text
    told = first.json()
    assert again.json() == told, "sent again, it is the same question"
    assert read_code(told["code"])
    assert told["code"] in told["text"]
    assert "When does the water come?" in stranger.post("ask/look/", {"code": told["code"]}).text
    stored = str(desk.site.ask(lambda _: [tuple(row) for row in desk.store.all("SELECT * FROM question")]))
    for private in ("Samira", "97059000000", SENDER):
        assert private not in stored
    for body in (
        {},
        {"results": {"words": {"value": ""}}},
        {"results": {"words": {"value": "x" * 501}}},
        [],
        "x",
        {"results": 5},
    ):
        answer = stranger.client.post("/ask/message.json", json=body, headers=sent)
        assert answer.status_code == 400, body
    deep = b'{"results":' * 20_000
    assert stranger.client.post("/ask/message.json", content=deep, headers=sent).status_code == 400


def test_a_question_goes_to_who_holds_the_function_there(played_demo, tmp_path):
    import enduse

    with enduse.open(played_demo[1]) as programme:
        mandates = programme.mandates()
        one = next(each for each in mandates.held if each.places)
        assert programme.responsible(one.functions[0], one.places[0])
        assert programme.responsible("function:none", one.places[0]) == ""


def test_a_site_in_files_tells_how_many_asked_and_were_answered(small, tmp_path, monkeypatch):
    monkeypatch.setattr("enduse.portal.static_site.PAGES", {"words": PAGES["words"]})

    def published(folder, name):
        told = CliRunner().invoke(app, ["publish", str(folder), "--to", str(tmp_path / name)])
        assert told.exit_code == 0, told.output
        return tmp_path / name

    with small.closed() as folder:
        before = published(folder, "before")
        with DeskFile(folder / FILE) as store:
            box = QuestionBox(store)
            for each in range(6):
                asked(box, f"SECRET {each}")
            for one in box.of("office")[:5]:
                box.answer(one.number, "office", "Yes.")
            asked(box, "SECRET of another place", topic="other", place="")
        out = published(folder, "after")
    for site, told in ((before, False), (out, True)):
        assert ((site / "ask.json").exists(), (site / "en" / "asked").exists()) == (told, told)
        words = (site / "en" / "words" / "index.html").read_text()
        assert ("en/asked/" in words) == told
        assert "/ask/" not in words, "what needs a server is left out"
    page = re.sub(r"</?bdi>", "", (out / "en" / "asked" / "index.html").read_text())
    assert [one["asked"] for one in json.loads((out / "ask.json").read_text())] == [6]
    assert ('data-label="Asked">6' in page, 'data-label="Answered">?' in page) == (True, True), "one waits"
    assert "SECRET" not in page
