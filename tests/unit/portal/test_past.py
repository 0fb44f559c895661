"""Pages of an earlier day: what the record said then, bounded work, and nothing that today's pages hold back."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import TestClient

from conftest import Small
from enduse.errors import LimitError
from enduse.portal import past
from enduse.portal.app import portal
from enduse.statements.party import Party, PartyBody

NAME = "Donor renamed"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The portal of a programme in which a party is renamed on the second of the days there are, and spoken of on the third."""
    small = Small(tmp_path_factory.mktemp("past") / "town")
    for day, name in ((2, NAME), (4, "Donor of today")):
        small.now = datetime(2026, 1, day, tzinfo=UTC)
        small.say("donor", Party, PartyBody(party="donor", name={"en": name}, type="agency"))
    small.intake.publish()
    small.intake.close()
    with TestClient(portal(small.folder)) as opened:
        yield opened


def get(client, path, **more):
    return client.get(path, follow_redirects=False, **more)


def test_a_page_tells_what_was_on_record_on_a_day_and_leads_back(client):
    first = get(client, "/en/known/2026-01-01/party/donor/")
    assert first.status_code == 200, first.text
    then = get(client, "/en/known/2026-01-03/party/donor/").text
    today = get(client, "/en/party/donor/").text
    assert NAME not in first.text
    assert NAME in then
    assert "Donor of today" in today
    assert "Donor of today" not in then
    assert "As it was on record at the end of" in then
    assert 'href="../../../../../en/party/donor/"' in then
    assert 'hreflang="ar" href="../../../../../ar/known/2026-01-03/party/donor/"' in then
    told = get(client, "/known/2026-01-03/party/donor.json").json()
    assert (told["by"], told["day"]) == ("known", "2026-01-03")
    assert told["standing"]["size"] < get(client, "/party/donor.json").json()["standing"]["size"]
    assert get(client, "/ar/at/2026-01-03/").status_code == 200
    assert get(client, "/at/2026-01-03/home.json").json()["standing"] == get(client, "/home.json").json()["standing"]


def test_the_form_leads_to_an_address_and_of_today_there_is_today_s_page(client):
    assert 'action="../../../en/then/"' in get(client, "/en/party/donor/").text
    assert "then/" not in get(client, "/en/money/").text
    led = get(client, "/en/then/?of=party/donor/&day=2026-01-03&by=at")
    assert (led.status_code, led.headers["location"]) == (303, "/en/at/2026-01-03/party/donor/")
    assert get(client, "/en/then/?of=&day=2026-01-03").headers["location"] == "/en/known/2026-01-03/"
    assert get(client, "/en/then/?of=party/donor/&day=2030-01-01").headers["location"] == "/en/party/donor/"
    assert get(client, "/en/known/2026-01-04/").headers["location"] == "/en/"
    assert get(client, "/known/2026-01-04/home.json").headers["location"] == "/home.json"
    assert get(client, "/en/known/2026-01-03/party/donor").headers["location"] == "/en/known/2026-01-03/party/donor/"


@pytest.mark.parametrize(
    "path",
    [
        "/en/known/2025-12-31/",
        "/en/known/yesterday/",
        "/en/known/2026-01-031/",
        "/en/known/2026-01-03/party/nobody/",
        "/en/known/2026-01-03/money/x/",
        "/known/2026-01-03/money.json",
        "/known/2026-01-03/home",
        "/en/then/?of=party/donor&day=2026-13-01",
        "/en/then/?of=party/donor&day=2026-01-03&by=guess",
    ],
)
def test_what_is_no_page_of_an_earlier_day_is_not_worked_out(client, monkeypatch, path):
    monkeypatch.setattr(past.PastPages, "_made", lambda *_: pytest.fail("worked out"))
    assert get(client, path).status_code == 404


@pytest.mark.threat(
    who="stranger",
    tries="asks for very many earlier days, so that nobody else is answered",
    alone="one page at a time is worked out, for one part in ten of the time; whoever asks for more is asked to come again",
    needs="nothing: reading is free",
    seen_by="nobody; `/metrics` counts the answers",
)
def test_earlier_days_are_worked_out_within_a_budget_and_kept(tmp_path, monkeypatch):
    pages, made = past.PastPages(tmp_path, asks=False), []
    monkeypatch.setattr(past.PastPages, "_made", lambda _, asked, language: made.append((asked, language)))
    days = [
        past.PastPage("known", datetime(2026, 1, 1, tzinfo=UTC).date() + timedelta(days=n), "home") for n in range(3)
    ]
    assert [pages.page(days[0], "en"), pages.page(days[0], "en")] == [None, None]
    assert made == [(days[0], "en")]
    pages._left = -1.0
    with pytest.raises(LimitError):
        pages.page(days[1], "en")
    assert pages.page(days[0], "en") is None, "what is kept is given all the same"
    pages._left = 1.0
    with pages._turn, pytest.raises(LimitError):
        pages.page(days[2], "en")
    monkeypatch.setattr(past, "KEPT", 1)
    pages.page(days[1], "en")
    assert len(pages._kept) == 1


def test_an_answer_is_given_as_json_too(client):
    assert json.loads(get(client, "/known/2026-01-03/home.json").text)["answer"]["areas"] == []
