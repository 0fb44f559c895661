"""A record that grows under its readers: nobody waits for it, nobody gets what is too old, and an answer is of one size."""

import json
import time
from collections import Counter
from threading import Event

import pytest

import enduse
from enduse.errors import LimitError, RecordError
from enduse.portal import asking, site
from enduse.portal.kept_pages import KEPT_FILE
from enduse.portal.site import Site
from enduse.statements.party import Party, PartyBody

LOG, TWIN = ("log", "", "en", ""), ("log", "", "", "")


@pytest.fixture
def followed(small, monkeypatch):
    """A site that looks at its record with every question, and a programme in which somebody speaks."""
    monkeypatch.setattr(site, "FOLLOW_S", 0)
    monkeypatch.setattr(asking, "FOLLOW_S", 0)
    monkeypatch.setattr(site, "PATIENCE", 0)
    small.intake.book.log.publish()
    opened = Site(small.folder)
    yield opened, small
    opened.close()


def speak(small):
    small.say("donor", Party, PartyBody(party="donor", name={"en": f"Donor {small.book.size}"}, type="agency"))
    small.intake.publish()


def turn(opened):
    """Let the one behind look at the record, and wait until all is worked out."""
    opened._look(time.monotonic(), 0)
    rest(opened)


def rest(opened):
    """Wait until nothing is worked out before anybody asks for it."""
    while opened._turning:
        opened._back.soon(lambda answers: answers, behind=True).exception()
    opened._front.soon(lambda answers: answers, behind=True).result()


def size_of(sent):
    return json.loads(sent.data)["standing"]["size"]


def test_a_reader_gets_the_kept_page_while_the_new_one_is_made(followed):
    opened, small = followed
    before, size = opened.page(*LOG), opened.size
    speak(small)
    gate = Event()
    opened._back.soon(lambda _: gate.wait())
    assert opened.kept_page(LOG) is before, "nobody waits for the thread that is busy"
    gate.set()
    rest(opened)
    assert opened.size > size
    assert opened.kept_page(LOG) is before
    rest(opened)
    after = opened.kept_page(LOG)
    assert after is not None
    assert after.tag != before.tag


def test_a_page_nobody_has_asked_for_since_the_record_grew_waits_for_no_work_on_the_new_size(followed):
    opened, small = followed
    before = size_of(opened.page(*TWIN))
    speak(small)
    gate = Event()
    opened._back.soon(lambda _: gate.wait())
    found = opened.page("money", "", "", "")
    gate.set()
    assert size_of(found) == before, "what is known is given, with the size of the record that it is of"
    turn(opened)
    assert size_of(opened.made_page(("missing", "", "", "")).result()) == opened.size > before


def test_what_pages_share_is_worked_out_once_for_a_size_whatever_number_of_pages_is_asked_for(followed, monkeypatch):
    opened, small = followed
    asked = Counter()
    for name in ("status", "cash", "goods_lines", "mandates", "visits", "carried", "unsettled_loads"):
        ask = getattr(enduse.Programme, name)

        def counted(programme, *given, name=name, ask=ask):
            asked[name, programme.size] += 1
            return ask(programme, *given)

        monkeypatch.setattr(enduse.Programme, name, counted)
    for _ in range(2):
        speak(small)
        turn(opened)
        for page in ("home", "money", "missing", "materials", "log", "who", "parties"):
            for language in ("", "en", "ar"):
                opened.page(page, "", language)
        opened.page("party", "donor", "en")
        rest(opened)
    size = opened.size
    assert {number for (_, of), number in asked.items() if of >= size - 1} == {1}
    assert {name for name, of in asked if of == size} >= {"status", "cash", "goods_lines", "mandates", "carried"}


def test_a_page_that_takes_long_is_made_anew_with_what_pages_share_and_only_where_somebody_asked(followed):
    opened, small = followed
    changes = ("changes", "", "", "")
    opened.page(*changes)
    opened.page(*changes)
    speak(small)
    turn(opened)
    assert size_of(opened.kept_page(changes)) == opened.size
    assert ("visits", "", "", "") not in opened._kept
    rest(opened)


def test_a_record_that_is_found_broken_is_told_and_one_that_is_whole_again_answers(followed, monkeypatch):
    opened, _ = followed
    opened.page(*TWIN)
    refresh = enduse.Programme.refresh

    def broken(_programme):
        raise RecordError("record.other_history")

    monkeypatch.setattr(enduse.Programme, "refresh", broken)
    turn(opened)
    with pytest.raises(RecordError):
        opened.read(lambda answers: answers.size)
    monkeypatch.setattr(site, "STALE_S", -1)
    with pytest.raises(RecordError):
        opened.page(*TWIN)
    monkeypatch.setattr(enduse.Programme, "refresh", refresh)
    turn(opened)
    assert opened.read(lambda answers: answers.size) == opened.size


def test_what_is_too_old_is_made_anew_and_whoever_signs_gets_the_newest(followed, monkeypatch):
    opened, small = followed
    before = opened.page(*TWIN)
    speak(small)
    newest = opened.made_page(TWIN, newest=True).result()
    assert size_of(newest) == opened.size > size_of(before)
    other = ("money", "", "", "")
    opened.page(*other)
    turn(opened)
    monkeypatch.setattr(site, "STALE_S", -1)
    assert opened.kept_page(other) is None
    assert size_of(opened.page(*other)) == opened.size


def test_pages_are_given_at_the_next_start_as_they_were_if_nothing_is_different(followed, monkeypatch):
    opened, small = followed
    page = opened.page(*TWIN)
    opened.close()
    asked = Counter()
    compose = site.compose

    def counted(answers, name, *given, **more):
        asked[name] += 1
        return compose(answers, name, *given, **more)

    monkeypatch.setattr(site, "compose", counted)

    def first_answer(**given):
        again = Site(small.folder, **given)
        try:
            found = again.page(*TWIN)
            rest(again)
            return found, again.page(*TWIN)
        finally:
            again.close()

    assert first_answer() == (page, page)
    assert asked == {"log": 1}, "once, behind: what others confirmed meanwhile is told too"
    file = small.folder / KEPT_FILE
    whole = file.read_bytes()
    for other in (whole[:-1], whole.replace(b"standing", b"standinG"), b""):
        asked.clear()
        file.write_bytes(other)
        assert first_answer() == (page, page)
        assert asked == {"log": 1}, "whatever does not fit is worked out anew"
    speak(small)
    asked.clear()
    found, newer = first_answer()
    assert (found, asked) == (page, {"log": 1}), "what was said since is made known behind its reader"
    assert size_of(newer) > size_of(page)
    with monkeypatch.context() as patch:
        patch.setattr(enduse.Programme, "root_at", lambda *_: "of another record")
        asked.clear()
        assert (first_answer()[0], asked) == (newer, {"log": 1})
    speak(small)
    with monkeypatch.context() as patch:
        patch.setattr(site, "STALE_S", -1)
        assert size_of(first_answer()[0]) > size_of(newer), "what is old is not given"
    asked.clear()
    assert first_answer(asks=True)[0] is not None
    assert asked == {"log": 1}, "pages say whether one can ask there"


def test_one_who_has_read_less_puts_nothing_in_place_of_the_newer(followed):
    opened, small = followed
    opened.page(*TWIN)
    speak(small)
    newest = opened.made_page(TWIN, newest=True).result()
    opened._put(TWIN, 1, site.Sent.of("older"))
    opened._note(1)
    assert opened.kept_page(TWIN) is newest


def test_answers_of_one_question_are_of_one_size(followed):
    opened, small = followed

    def twice(answers):
        first = answers.status.size
        speak(small)
        return first, answers.status.size, answers.size, answers.standing.size

    assert len(set(opened.read(twice))) == 1


def test_very_many_questions_are_not_taken(followed, monkeypatch):
    opened, _ = followed
    monkeypatch.setattr(asking, "WAITING_MOST", 0)
    with pytest.raises(LimitError):
        opened.read(lambda answers: answers.size)
