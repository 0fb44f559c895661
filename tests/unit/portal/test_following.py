"""A record that grows under its readers: nobody waits for it, nobody gets what is too old, and an answer is of one size."""

import json
from threading import Event

import pytest

from enduse.errors import LimitError
from enduse.portal import asking, site
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


def drain(opened):
    opened._long.soon(lambda answers: answers, behind=True).result()


def test_a_reader_gets_the_kept_page_while_the_new_one_is_made(followed):
    opened, small = followed
    before, size = opened.page(*LOG), opened.size
    speak(small)
    gate = Event()
    opened._long.soon(lambda _: gate.wait())
    assert opened.kept_page(LOG) is before, "nobody waits for the thread that is busy"
    gate.set()
    drain(opened)
    assert opened.size > size
    assert opened.kept_page(LOG) is before
    drain(opened)
    after = opened.kept_page(LOG)
    assert after is not None
    assert after.tag != before.tag


def test_what_is_too_old_is_made_anew_and_whoever_signs_gets_the_newest(followed, monkeypatch):
    opened, small = followed
    before = opened.page(*TWIN)
    speak(small)
    newest = opened.made_page(TWIN, newest=True).result()
    assert json.loads(newest.data)["standing"]["size"] == opened.size > json.loads(before.data)["standing"]["size"]
    monkeypatch.setattr(site, "STALE_S", -1)
    assert opened.kept_page(TWIN) is None


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
