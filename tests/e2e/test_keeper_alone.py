"""The keeper alone takes over eight parties' keys, and tries to release money as monitor and as council."""

from datetime import timedelta

import pytest
from typer.testing import CliRunner

import enduse
from enduse.book import keys
from enduse.cli.main import app
from enduse.statements.condition import Decision, DecisionBody
from enduse.statements.programme import Clock
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Instrument, Quantity
from enduse.terms.times import instant_of
from support.keys import OwnSoftware, new_key

TRANCHE = "tranche:school-2"
COUNCIL = ("party:azura", "party:administration")
MONITOR = "party:monitor"
TAKEN = (*COUNCIL, MONITOR, "party:arzan", "party:lumen", "party:marwen", "party:dorran", "party:brindle")


def keeper_alone(folder, programme, *, waits=False):
    """Revoke eight parties' keys, enrol others, measure as the monitor, decide as the council.

    Where it waits, the keeper completes each recovery when the waiting time is over.
    """
    book = programme._book
    own, keeper = OwnSoftware(book), keys.load(folder, "party:keeper")
    at = instant_of(book.head.clock) + timedelta(hours=1)
    stolen = {party: new_key(party) for party in TAKEN}
    changes = []
    for party in TAKEN:
        mine = keys.load(folder, party)
        changes.append(own.change("revoke", "party:keeper", keeper, party, mine, at))
        changes.append(own.change("enrol", "party:keeper", keeper, party, stolen[party], at))
    own.write(own.said(Clock, "party:keeper", keeper, at), *changes)
    if waits:
        at += timedelta(days=14)
        done = [own.change("complete", "party:keeper", keeper, party, stolen[party], at) for party in TAKEN]
        own.write(own.said(Clock, "party:keeper", keeper, at), *done)
    at += timedelta(hours=1)
    reading = ReadingBody(
        reading="reading:use-school-cement",
        of="use",
        material="cement",
        quantity=Quantity("400", "TNE"),
        method="survey",
        instrument=Instrument(instrument="survey:cement", random_sd="0.010", systematic_sd="0.004"),
        project="project:school",
    )
    said = own.said(Reading, MONITOR, stolen[MONITOR], at, reading, place="place:school-site")
    own.write(own.said(Clock, "party:keeper", keeper, at), said)
    at += timedelta(hours=1)
    size, root = book.size, book.log.store.tree(book.size).root().hex()
    own.write(own.said(Clock, "party:keeper", keeper, at))
    decision = DecisionBody(
        decision="decision:3", tranche=TRANCHE, action="release", record_size=size, record_root=root, reason="Met."
    )
    signed = [own.said(Decision, party, stolen[party], at, decision, place="place:coast") for party in COUNCIL]
    own.write(*signed)
    return own, stolen


@pytest.fixture
def demo(tmp_path):
    enduse.demo.build(tmp_path / "demo")
    return tmp_path / "demo"


@pytest.mark.threat(
    who="keeper",
    tries="revokes eight parties' keys, enrols its own for them, and releases USD 720,000 as monitor and council",
    alone="nothing is released: its revocations only suspend, its keys wait in public and sign without effect",
    needs="the bodies that the founding names, or the parties' silence for the whole waiting time",
    seen_by="everybody: `enduse key list` and `enduse status` name each key and who asked for it; the parties object",
)
def test_the_keeper_alone_releases_nothing_with_keys_it_gave_to_others(demo):
    with enduse.open(demo) as programme:
        own, stolen = keeper_alone(demo, programme)
        book = programme._book
        assert TRANCHE not in book.releases.released
        assert next(each for each in programme.tranches() if each.tranche == TRANCHE).mark == "not_known"
        last = [book.effect(index).refusal.code for index in range(book.size - 2, book.size)]
        assert last == ["key.waits", "key.waits"]
        # A party whose only key the keeper took can still object, with that key.
        mine = keys.load(demo, MONITOR)
        at = instant_of(book.head.clock)
        own.write(own.change("object", MONITOR, mine, MONITOR, stolen[MONITOR], at))
        assert book.effect(book.size - 1) is None
        book.log.publish()
        assert programme.verify().ok


def test_a_release_says_whose_keys_nobody_but_the_keeper_vouches_for(demo):
    """The keeper enrols first keys, so it could invent one: whatever rests on such a word says so."""
    with enduse.open(demo) as programme:
        released = next(each for each in programme.tranches() if each.status == "released")
        assert {MONITOR, *COUNCIL} <= set(released.unconfirmed)
        assert "party:keeper" not in released.unconfirmed
    told = CliRunner().invoke(app, ["release", str(demo)], env={"COLUMNS": "400"}).stdout
    (line,) = (line for line in told.splitlines() if "Nobody but the keeper says" in line)
    assert "Independent Monitor" in line


@pytest.mark.threat(
    who="keeper",
    tries="waits until parties have been silent for the whole waiting time, and speaks for them from then on",
    alone="what it signs has effect, and carries a mark for ever, wherever it counts; each party may still object",
    needs="the silence of every party it speaks for",
    seen_by="everybody, by `enduse key list`, `enduse status` and `enduse release`, from the request on",
)
def test_what_is_released_under_keys_that_parties_silence_gave_away_says_so(demo):
    with enduse.open(demo) as programme:
        own, stolen = keeper_alone(demo, programme, waits=True)
        book = programme._book
        assert TRANCHE in book.releases.released
        (tranche,) = (each for each in programme.tranches() if each.tranche == TRANCHE)
        marked = {mark.values["party"] for mark in tranche.marks if mark.code == "key.mark_clock"}
        assert marked == {MONITOR, *COUNCIL}
        assert {party for other in programme.tranches() if other != tranche for party in marks_of(other)} == set()
        assert {mark.told.values["party"] for mark in programme.status().key_marks} == {MONITOR, *COUNCIL}
        # The monitor comes back, within as long again, and its key is its own once more.
        at = instant_of(book.head.clock)
        own.write(own.change("object", MONITOR, keys.load(demo, MONITOR), MONITOR, stolen[MONITOR], at))
        told = {mark.values["party"]: mark.code for each in programme.tranches() for mark in each.marks}
        assert told[MONITOR] == "key.mark_contested"


def marks_of(tranche):
    return [mark.values["party"] for mark in tranche.marks]
