"""A convoy that is sealed tells nothing before its day, and is then provably what was sealed: no public output is left out."""

import json
from datetime import UTC, datetime, timedelta

import pytest

import enduse
from conftest import Small
from enduse.book.book import Book
from enduse.errors import MalformedError
from enduse.statements.access import AccessIncident, IncidentBody, MovementBody, MovementStatement, sealed_text
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.sealed import Disclosure
from enduse.terms.commitment import commitment
from enduse.views.access import access
from enduse.views.access_public import access_public, first_told, out
from support.movements import requests

NOW = datetime(2025, 6, 10, tzinfo=UTC)
CONVOY = "movement:7f31"


def place(small, name, within, type="area"):  # noqa: A002 - as the field is called
    small.say("keeper", Place, PlaceBody(place=name, name={"en": name}, type=type, within=within))


@pytest.fixture
def folder(tmp_path):
    small = Small(tmp_path / "programme")
    place(small, "land", None, "country")
    place(small, "north", "land")
    place(small, "town", "north")
    small.intake.close()
    return tmp_path / "programme"


def step(programme, hours, action, now, **more):
    body = {"movement": CONVOY, "action": action, **more}
    fields = {"occurred_at": NOW + timedelta(hours=hours), "place": "north", "body": body}
    return programme.seal_statement("movement", fields, party="fund", now=now)


def sealed(folder):
    with enduse.open(folder) as programme:
        planned = (NOW + timedelta(days=2)).isoformat()
        steps = [
            step(programme, 0, "submit", NOW, to="monitor", planned=planned),
            step(programme, 20, "approve", NOW + timedelta(hours=21)),
            step(programme, 49, "depart", NOW + timedelta(hours=50)),
            step(programme, 60, "impede", NOW + timedelta(hours=61), minutes=95, reason="crowd"),
        ]
    assert [one.taken.outcome for one in steps] == ["accepted"] * 4
    return steps


def test_what_is_sealed_counts_from_its_disclosure_on_with_the_time_of_the_seal(folder):
    steps = sealed(folder)
    with enduse.open(folder) as programme:
        raw = b"".join(entry.entry for entry in programme._book.log.store.entries(0, programme.size))
        assert CONVOY.encode() not in raw, "no byte of the record names it"
        assert access(programme._book).outcomes.planned == 0
        assert programme.disclose_due(party="fund", now=NOW + timedelta(days=20)) == ()
        due = datetime(2025, 8, 1, tzinfo=UTC)
        assert [one.body.due for one in programme._book.seals.seals.values()] == [due] * 4
        done = programme.disclose_due(party="fund", now=due)
        assert [name for name, _ in done] == [one.commitment for one in steps]
        assert [(taken.outcome, taken.notes) for _, taken in done] == [("accepted", ())] * 4
        (view,) = access(programme._book).movements
        assert (view.outcome, view.state, view.lead_seconds) == ("impeded", "impeded", 48 * 3600)
        seals = programme._book.seals.seals
        assert [each[3] for each in view.steps] == [seals[one.commitment].recorded_at for one in steps], "as sealed"
        public = programme.access_public()
        (told,) = public.disclosed
        assert told.movement == CONVOY
        assert set(told.commitments) == {one.commitment for one in steps}
        for index in told.entries:
            said = programme._book.statement(index).statement
            assert isinstance(said, Disclosure)
            opened = commitment(said.body.field, said.body.value.encode(), bytes.fromhex(said.body.salt)).hex()
            assert opened == said.body.commitment
            assert opened in told.commitments


def test_a_value_that_was_changed_after_it_was_sealed_is_not_taken(folder):
    steps = sealed(folder)
    with enduse.open(folder) as programme:
        book: Book = programme._book
        before = book.access.movements
        assert len(before) == 0
        from enduse.record.vault import FILE, Vault
        from enduse.statements.sealed import DisclosureBody

        with Vault(folder / FILE) as vault:
            opening = vault.open(bytes.fromhex(steps[3].commitment))
        body = DisclosureBody(
            commitment=steps[3].commitment,
            field="movement",
            value=opening.value.decode().replace("impede", "depart"),
            salt=opening.salt.hex(),
        )
        from conftest import seed_of
        from enduse.book.intake import SigningRequest

        def make(origin, party, seq):
            return Disclosure(programme=origin, party=party, seq=seq, occurred_at=NOW, body=body)

        with programme.writing() as intake:
            taken = intake.say([SigningRequest("fund", seed_of("fund"), make)], NOW + timedelta(days=90))[0]
        assert (taken.outcome, taken.problem.code) == ("no_effect", "seal.value_differs")
        assert len(programme._book.access.movements) == 0


def test_what_is_disclosed_and_says_nothing_is_remarked_on(folder):
    with enduse.open(folder) as programme:
        for value in ("by the olive road", '{"occurred_at":"2026-01-01T00:00:00Z","body":{"movement":"m"}}'):
            made = programme.seal(value, party="fund", about="x", field="movement", now=NOW)
            taken = programme.disclose(made.commitment, party="fund", now=NOW)
            assert taken.outcome == "accepted"
            assert [note.code for note in taken.notes] == ["sealed.no_effect"]
        said = MovementStatement(
            programme="x",
            party="x",
            seq=1,
            occurred_at=NOW,
            place="nowhere",
            body=MovementBody(movement="m", action="submit"),
        )
        made = programme.seal(sealed_text(said), party="fund", about="x", field="movement", now=NOW)
        (note,) = programme.disclose(made.commitment, party="fund", now=NOW).notes
        assert note.values["why"].code == "place.unknown"


def test_nobody_seals_what_would_be_disclosed_too_early_or_is_no_statement_of_access(folder):
    with enduse.open(folder) as programme:
        fields = {"occurred_at": NOW, "place": "north", "body": {"movement": "m", "action": "submit"}}
        with pytest.raises(MalformedError) as early:
            programme.seal_statement("movement", fields, party="fund", due="2025-07-20")
        assert early.value.problem.code == "access.sealed_due_early"
        with pytest.raises(MalformedError) as other:
            programme.seal_statement("claim", fields, party="fund")
        assert other.value.problem.code == "sealed.other_kind"
        with pytest.raises(MalformedError):
            programme.seal_statement("movement", {**fields, "body": {"movement": "m"}}, party="fund")


def test_the_day_of_disclosure_tells_no_day():
    first = first_told(datetime(2026, 1, 2, tzinfo=UTC), 30)
    assert first == first_told(datetime(2026, 1, 31, 23, tzinfo=UTC), 30) == datetime(2026, 4, 1, tzinfo=UTC)
    assert first_told(datetime(2026, 4, 30, tzinfo=UTC), 31) == datetime(2026, 6, 1, tzinfo=UTC)


def test_a_month_is_told_late_by_admin_2_and_without_small_counts(tmp_path):
    small = Small(tmp_path / "programme")
    place(small, "land", None, "country")
    for name, within in (("strip", "land"), ("a", "strip"), ("b", "strip"), ("quarter", "a")):
        place(small, name, within)
    first = datetime(2025, 10, 3, tzinfo=UTC)
    ways = ["facilitated"] * 12 + ["denied"] * 9 + ["impeded"] * 2
    told = [(f"q{n}", way, first + timedelta(days=n % 20)) for n, way in enumerate(ways)]
    small.intake.say(requests(small, "fund", told, "quarter"), small.now)
    more = [(f"b{n}", "facilitated", first + timedelta(days=n % 20)) for n in range(8)]
    small.intake.say(requests(small, "fund", more, "b"), small.now)
    late = [(f"n{n}", "facilitated", datetime(2025, 11, 20, tzinfo=UTC)) for n in range(9)]
    small.intake.say(requests(small, "fund", late, "b"), small.now)
    for n in range(6):
        body = IncidentBody(incident=f"i{n}", type="interference", against="monitors")
        small.say("fund", AccessIncident, body, occurred_at=first, place="quarter")
    small.say(
        "fund",
        AccessIncident,
        IncidentBody(incident="j", type="violence", against="builders"),
        occurred_at=first,
        place="b",
    )
    public = access_public(small.book)
    assert public.until.isoformat() == "2025-12-01"
    seen = {(one.month.isoformat(), one.area): one for one in public.months}
    assert set(seen) == {
        ("2025-10-01", ""),
        ("2025-10-01", "a"),
        ("2025-10-01", "b"),
        ("2025-11-01", ""),
        ("2025-11-01", "b"),
    }
    quarter = seen["2025-10-01", "a"]
    assert quarter.impeded is None
    assert (quarter.planned, quarter.facilitated, quarter.denied).count(None) == 1, "else 2 could be worked out"
    assert seen["2025-10-01", "b"].facilitated in {8, None}
    assert [(one.area, one.count) for one in public.incidents] == [("a", 6), ("b", None)]
    text = json.dumps(enduse_builtins(public))
    assert "quarter" not in text, "nothing finer than admin 2"
    small.intake.close()


def enduse_builtins(value):
    import msgspec

    return msgspec.to_builtins(value, enc_hook=str)


def test_a_movement_is_held_back_until_all_that_is_told_of_it_may_be():
    from enduse.access.access import MovementStep

    def at(day):
        body = MovementBody(movement="m", action="depart")
        when = datetime(2026, 1, day, tzinfo=UTC)
        return MovementStep(party="p", at=when, recorded_at=when, place=None, index=0, entry="", body=body)

    assert out((at(2), at(31)), datetime(2026, 2, 1, tzinfo=UTC).date())
    assert not out((at(2), at(31)), datetime(2026, 1, 31, tzinfo=UTC).date())
