"""Whatever well-formed statement anybody signs, the record takes it, the book stays one, and every command answers."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conftest import ORIGIN, START, seed_of
from enduse.book import keys
from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.cli.main import app
from enduse.statements.acts import GOODS, KINDS, REPORT
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Founding, Function, Place, PlaceBody, ProgrammeBody, Rule
from enduse.terms.times import Period
from support.any_statement import FUNCTIONS, NOW, PARTIES, PLACES, AnyStatement, spoken

ACTS = (*KINDS, GOODS, REPORT)
"""Every act: one that no rule names is closed, and nothing that is said of it would be tried."""
ASKED = ("money", "goods", "late", "works", "visits", "backlog", "access", "indicators", "undertakings")
BATCH = 200


class Played:
    """A programme in which everybody may do nearly everything, and random statements in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.now = START
        self.made = AnyStatement(seed)
        body = ProgrammeBody(
            title={"en": "Test"},
            keeper="keeper",
            public_key=seed_of("keeper").public.hex(),
            functions=tuple(Function(function=name, name={"en": name}, shared=True) for name in FUNCTIONS),
            rules=tuple(Rule(act=act, function="all") for act in ACTS),
        )
        founding = Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=START, body=body)
        self.intake = create_programme(folder, founding, seed_of("keeper"))
        for party in PARTIES:
            self.enrol(party)
        for place in PLACES:
            within = None if place == "land" else "land"
            body_of = PlaceBody(place=place, name={"en": place}, type="area", within=within)
            self.say("keeper", Place, body_of)
        period = Period(start=START)
        for party in PARTIES:
            offer = MandateBody(
                mandate=f"m-{party}", action="offer", holder=party, functions=("all",), places=("land",), period=period
            )
            self.say("keeper", Mandate, offer)
            self.say(party, Mandate, MandateBody(mandate=f"m-{party}", action="accept"))

    def say(self, party, kind, body):
        def make(programme, speaker, seq):
            return kind(programme=programme, party=speaker, seq=seq, occurred_at=self.now, body=body)

        (taken,) = self.intake.say([SigningRequest(party, seed_of(party), make)], self.now)
        assert taken.outcome == "accepted", taken

    def enrol(self, party):
        key = seed_of(party)
        keys.save(self.folder, party, key)
        proof = key.sign(possession_message(ORIGIN, seed_of("keeper").public.hex(), party, key.public.hex())).hex()
        self.say("keeper", Party, PartyBody(party=party, name={"en": party}, type="agency"))
        self.say("keeper", Key, KeyBody(action="enrol", party=party, public_key=key.public.hex(), possession=proof))

    def play(self, count):
        """Record random statements of random parties; the clock moves a little with each batch."""
        outcomes = {"accepted": 0, "no_effect": 0, "refused": 0, "already": 0}
        self.now = max(self.now, NOW)
        for start in range(0, count, BATCH):
            requests = [self.request() for _ in range(min(BATCH, count - start))]
            for taken in self.intake.say(requests, self.now):
                outcomes[taken.outcome] += 1
                if taken.index is not None and self.made.random.random() < 0.05:
                    self.made.known.append(self.intake.book.statement(taken.index).id)
            self.now += timedelta(hours=1)
        return outcomes

    def request(self):
        statement, party = self.made.any(), self.made.random.choice((*PARTIES, *PARTIES, "keeper"))
        return SigningRequest(
            party, seed_of(party), lambda programme, speaker, seq: spoken(statement, programme, speaker, seq)
        )


def told(*words):
    """Return what a command printed for programs; it may find something wrong, and never fails on the way."""
    result = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)
    if words[0] == "assure" and result.exit_code == 2:
        assert "can be compared with any other" in " ".join(result.output.split()), "chance said too few readings"
        return None
    assert result.exit_code in {0, 1}, (words, result.output)
    return json.loads(result.stdout)


def held_up(tmp_path, seed, count):
    played = Played(tmp_path / "programme", seed)
    outcomes = played.play(count)
    assert outcomes["accepted"] > count // 20
    assert outcomes["no_effect"] > count // 20
    faults = [effect for effect in played.intake.book.effects() if effect.refusal.code in {"book.fault", "unreadable"}]
    assert not faults, "a room failed on a statement that passed the door"
    followed = played.intake.book.digest()
    account = next(name for name in played.intake.book.ledger.balances if name.count(" ") > 1)
    played.intake.close()
    commands = {
        "status": ("status", played.folder, "--report", tmp_path / "report.html"),
        "release": ("release", played.folder),
        "mandates": ("mandates", played.folder),
        "plan": ("plan", played.folder, "--visits", "1"),
        "assure": ("assure", played.folder),
        "trace": ("trace", played.folder, account),
        "verify": ("record", "verify", played.folder),
        "changes": ("changes", played.folder, "--since", "2026-01-02"),
        **{name: (name, played.folder) for name in ASKED},
    }
    before = {name: told(*words) for name, words in commands.items()}
    assert before["verify"]["ok"]
    with Intake.open(played.folder) as intake:
        assert intake.book.digest() == followed
        intake.book.rebuild()
        assert intake.book.digest() == followed
    for name in ("status", "release", "mandates", "trace", *ASKED):
        assert told(*commands[name]) == before[name], "figures are equal after the book was made anew"


def test_whatever_is_signed_the_book_is_stored_and_every_command_answers(tmp_path):
    held_up(tmp_path, 0, 300)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_random_statements(tmp_path, seed):
    held_up(tmp_path, 1_000 + seed, 10_000)
