"""The example programme, played to its end, in which a test lets anybody go on speaking."""

import json
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from enduse.book import keys
from enduse.book.assure import differences
from enduse.book.book import Book
from enduse.book.intake import Intake, SigningRequest
from enduse.record.log import Log
from enduse.simulate.demo import Simulation, build
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Instrument, Quantity
from enduse.terms.ed25519 import SigningKey
from enduse.terms.times import Period, instant_of
from enduse.views.differences import missing

LOST = "consignment:0128"
CLINIC = "project:clinic"
SITE, YARD = "place:clinic-site", "place:karst-yard"


def play_demo(folder: Path) -> Simulation:
    """Record the example programme in ``folder``."""
    play = build(1)
    log = Log.create(folder, play.origin, SigningKey.from_seed(play.log_seed))
    keys.save(folder, "party:keeper", play.keys["party:keeper"])
    with Intake(Book.open(folder, log=log)) as intake:
        for batch in play.batches:
            intake.record(batch.envelopes, batch.recorded_at)
    assert play.truth.consignment == LOST
    return play


class Demo:
    """A copy of the example programme, where everybody can still speak."""

    def __init__(self, play, folder):
        self.keys = play.keys
        self.folder = folder
        self.intake = Intake.open(folder)
        self.now = instant_of(self.book.head.clock)
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.intake.close()

    @contextmanager
    def closed(self):
        """Give the folder to commands for a while."""
        self.intake.close()
        yield self.folder
        self.intake = Intake.open(self.folder)

    @property
    def book(self):
        return self.intake.book

    def say(self, party, kind, body, place=None, days=0, ago=0):
        """Say something ``days`` after the last, about ``ago`` days before it."""
        self.now += timedelta(days=days, hours=1)
        head = {"occurred_at": self.now - timedelta(days=ago), "place": place, "body": body}

        def make(programme, speaker, seq):
            return kind(programme=programme, party=speaker, seq=seq, **head)

        return self.intake.say([SigningRequest(party, self.keys[party], make)], self.now)[0]

    def read(self, party, tonnes, of="received", place=SITE, sd="0.003", **more):
        self.count += 1
        field, usual = ("project", CLINIC) if of == "use" else ("consignment", LOST)
        about = {field: more.pop(field, usual)}
        body = ReadingBody(
            reading=f"reading:test-{self.count}",
            of=of,
            material="cement",
            quantity=Quantity(str(tonnes), "TNE"),
            method="scale",
            instrument=Instrument(instrument=f"scale:{party}", random_sd=sd),
            **about,
        )
        return self.say(party, Reading, body, place, **more)

    def build_in(self, tonnes, project=CLINIC, party="party:olivar", place=SITE, ahead=0):
        self.now += timedelta(days=ahead)
        event = {
            "type": "AssociationEvent",
            "eventTime": f"{self.now + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}",
            "action": "ADD",
            "bizStep": "installing",
            "readPoint": {"id": place},
            "parentID": project,
            "childQuantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
            "enduse:project": project,
        }
        return self.say(party, Goods, GoodsBody(event=json.dumps(event)), place)

    def give(self, holder, function, place):
        period = Period(start=self.now - timedelta(days=1), end=self.now + timedelta(days=300))
        body = MandateBody(
            mandate=f"mandate:{holder}-{function}",
            action="offer",
            holder=holder,
            functions=(function,),
            places=(place,),
            period=period,
            reason="For a test.",
        )
        assert self.say("party:keeper", Mandate, body).outcome == "accepted"
        accepted = MandateBody(mandate=body.mandate, action="accept")
        assert self.say(holder, Mandate, accepted).outcome == "accepted"

    def lost(self, item=LOST):
        return next((view for view in missing(self.book, differences(self.book)) if view.item == item), None)

    def unaccounted(self):
        return self.book.facts.open_difference("cement", None)
