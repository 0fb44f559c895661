"""Nobody takes another party's key: the keeper may suspend and ask, the party objects, others decide, everybody sees it."""

from datetime import datetime, timedelta

import pytest

from conftest import Small, seed_of
from enduse.book import keys
from enduse.book.book import Book
from enduse.book.check import follower_of
from enduse.operators import verify_record
from enduse.record.checkpoint import Checkpoint
from enduse.record.note import COSIGNATURE_V1, Note, Signer, parse
from enduse.record.verify import verify
from enduse.statements.key import Key, KeyRules
from enduse.statements.keyring import Keyring
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.passed import look
from enduse.statements.programme import Clock
from enduse.terms.amounts import Money
from enduse.views.key_lives import key_lives
from enduse.views.status import status
from support.keys import OwnSoftware, body_of, new_key

BODIES = KeyRules(bodies=("fund", "monitor", "carrier"), quorum=2)
NEW = new_key("new")


class People(Small):
    """A programme in which things happen to keys."""

    def change(self, by, action, party="donor", of=NEW, *, key=None, days=0, **more):
        """Say something of a key at the door; returns what became of it, in a word or as the code of the reason."""
        self.now += timedelta(days=days, hours=1)
        request = self.says(by, Key, body_of(self.book, action, party, of, **more))
        (receipt,) = self.intake.say([request._replace(key=key or seed_of(by))], self.now)
        return receipt.outcome if receipt.problem is None else receipt.problem.told.code

    def pledge(self, name, key, party="donor", **head):
        """Let somebody promise something; returns what became of it."""
        self.now += timedelta(hours=1)
        request = self.says(party, Pledge, PledgeBody(pledge=name, amount=Money("5", "USD")), **head)
        (receipt,) = self.intake.say([request._replace(key=key)], self.now)
        return receipt.outcome if receipt.problem is None else receipt.problem.told.code

    def marks(self, index=None):
        """Codes of the remarks on an entry, by default the last."""
        effect = self.book.effect(self.book.size - 1 if index is None else index)
        return [] if effect is None else [note.code for note in effect.notes]

    def holds(self):
        """Whether the record is one that everybody can check, and the book one that everybody gets."""
        before = self.book.digest()
        self.book.rebuild()
        self.intake.publish()
        keyring = Keyring()
        return before == self.book.digest() and verify(self.folder, examine=keyring.examine).ok


@pytest.fixture
def bodies(tmp_path):
    programme = People(tmp_path / "programme", keys=BODIES)
    yield programme
    assert programme.holds()
    programme.intake.close()


@pytest.fixture
def nobody(tmp_path):
    programme = People(tmp_path / "programme")
    yield programme
    assert programme.holds()
    programme.intake.close()


@pytest.mark.threat(
    who="keeper",
    tries="revokes a party's key and enrols another in its place, to speak with two voices",
    alone="is refused at the door: it may suspend the key once, and ask for a recovery that waits in public",
    needs="the bodies that the founding names, or the party's silence for the whole waiting time",
    seen_by="everybody, by `enduse key list`: who suspended, who asked, and until when the party may object",
)
def test_the_keeper_gives_itself_no_second_voice(nobody):
    size = nobody.book.size
    assert nobody.change("keeper", "revoke", of=seed_of("donor")) == "key.keeper_only_suspends"
    assert nobody.change("keeper", "enrol") == "key.keeper_gives_none"
    assert nobody.book.size == size, "nothing is recorded"
    assert nobody.change("keeper", "recover") == "accepted"
    assert nobody.pledge("p1", NEW) == "key.waits"
    assert nobody.pledge("p2", seed_of("donor")) == "accepted", "a request takes nothing from the key in force"


def test_a_record_that_the_old_software_made_opens_and_holds_and_gives_the_keeper_nothing(nobody):
    own, keeper, donor = OwnSoftware(nobody.book), seed_of("keeper"), seed_of("donor")
    at = nobody.now
    revoked = own.change("revoke", "keeper", keeper, "donor", donor, at)
    enrolled = own.change("enrol", "keeper", keeper, "donor", NEW, at)
    said = own.said(Pledge, "donor", NEW, at, PledgeBody(pledge="p1", amount=Money("5", "USD")))
    first = own.write(revoked, enrolled, said)
    assert nobody.book.effect(first) is None
    assert nobody.book.effect(first + 2).refusal.code == "key.waits"
    assert nobody.pledge("p2", donor) == "key.suspended"
    assert nobody.change("donor", "object") == "accepted", "a suspended key objects"
    nobody.now += timedelta(days=14)
    assert nobody.pledge("p3", donor) == "accepted", "a suspension ends by itself"
    assert nobody.change("keeper", "complete") == "key.quorum_decides"


def test_the_partys_own_other_key_brings_the_next_at_once(nobody):
    assert nobody.change("donor", "enrol") == "accepted"
    assert nobody.pledge("p1", NEW) == "accepted"
    assert nobody.marks() == [], "no recovery, no mark"
    assert nobody.change("donor", "revoke", of=seed_of("donor"), key=NEW) == "accepted"
    size = nobody.book.size
    assert nobody.pledge("p2", seed_of("donor")) == "key.revoked"
    assert nobody.book.size == size, "turned away at the door"


def test_a_quorum_brings_a_recovered_key_at_once_and_what_it_signs_says_so(bodies):
    assert bodies.change("fund", "recover") == "accepted"
    assert bodies.pledge("p1", NEW) == "key.waits"
    assert bodies.change("fund", "approve") == "key.said_already"
    assert bodies.change("warehouse", "approve") == "key.no_right"
    assert bodies.change("monitor", "approve") == "accepted"
    assert bodies.pledge("p2", NEW) == "accepted"
    assert bodies.marks() == ["key.mark_quorum"]
    assert bodies.pledge("p3", seed_of("donor")) == "key.replaced", "found or stolen, the lost key is over"
    assert bodies.change("donor", "object") == "key.decided"


@pytest.mark.threat(
    who="keeper",
    tries="decides on a recovery through a body that it owns, or with two bodies that one holding owns",
    alone="bodies of one holding count as one, and a body of the keeper's as none",
    needs="as many bodies that are not related as the founding asks for",
    seen_by="everybody, by `enduse key list`, which lists who approved",
)
def test_related_bodies_are_one_voice_and_the_keepers_own_is_none(bodies):
    for body, owner in (("fund", "keeper"), ("monitor", "holding"), ("carrier", "holding")):
        for party, owners in ((owner, ()), (body, (owner,))):
            described = PartyBody(party=party, name={"en": party}, type="agency", owned_by=owners)
            assert bodies.say("keeper", Party, described).outcome == "accepted"
    assert bodies.change("fund", "recover") == "accepted"
    assert [bodies.change(body, "approve") for body in ("monitor", "carrier")] == ["accepted", "accepted"]
    assert bodies.pledge("p1", NEW) == "key.waits", "one voice of three"
    bodies.intake.publish()
    follower, audit = follower_of(None)
    assert verify(bodies.folder, follower=follower, ahead=look).ok
    (waits,) = audit.pending()
    assert (waits.code, waits.values["party"]) == ("key.notice_waits", "donor"), "who audits sees it as the book does"
    related = {(tie.party, tie.other) for tie in key_lives(bodies.book).relations}
    assert related == {("fund", "keeper"), ("monitor", "carrier")}
    of_one = key_lives(bodies.book, "donor")
    assert {(tie.party, tie.other) for tie in of_one.relations} == related, (
        "whoever asks about one key sees who decides"
    )
    assert bodies.change("keeper", "complete", days=14) == "accepted", "it waits in public instead"


def test_one_body_or_the_keeper_waits_in_public(nobody):
    assert nobody.change("keeper", "recover") == "accepted"
    assert nobody.change("keeper", "complete", days=13) == "key.too_early"
    assert nobody.pledge("p1", NEW) == "key.waits"
    assert nobody.change("keeper", "complete", days=1) == "accepted"
    assert nobody.pledge("p2", NEW) == "accepted"
    assert nobody.marks() == ["key.mark_clock"], "and told by the keeper's clock alone"
    assert nobody.change("warehouse", "recover", "carrier", new_key("other")) == "key.changed_by_another"


@pytest.mark.threat(
    who="stranger",
    tries="objects for ever with a stolen key, so that its owner never gets another",
    alone="makes the waiting a decision of the bodies that the founding names, and cannot stop theirs",
    needs="the bodies",
    seen_by="everybody, by `enduse key list`, which lists the objection",
)
def test_a_thief_that_objects_does_not_end_the_recovery(bodies):
    assert bodies.change("fund", "recover") == "accepted"
    assert bodies.change("donor", "object") == "accepted"
    assert bodies.change("donor", "object") == "key.said_already"
    assert bodies.change("fund", "complete", days=15) == "key.quorum_decides"
    assert bodies.change("donor", "revoke") == "key.object_instead", "nor revokes what waits"
    assert bodies.change("monitor", "approve") == "accepted"
    assert bodies.pledge("p1", seed_of("donor")) == "key.replaced"
    assert bodies.pledge("p2", NEW) == "accepted"


@pytest.mark.threat(
    who="keeper",
    tries="holds a party's objection back until the waiting time is over and the new key is in force",
    alone="the objection counts as long again: the new key, and all it enrolled, waits again from there on",
    needs="the bodies that the founding names",
    seen_by="everybody: what the key signed meanwhile is marked as contested; the party's receipt shows the delay",
)
def test_an_objection_that_was_held_back_still_counts(bodies):
    third = new_key("third")
    assert bodies.change("keeper", "recover") == "accepted"
    assert bodies.change("keeper", "complete", days=14) == "accepted"
    told = [(one.code, datetime.fromisoformat(str(one.values["until"]))) for one in status(bodies.book).pending_keys]
    assert told == [("key.notice_contestable", bodies.now + timedelta(days=14))], "before anything is signed with it"
    assert bodies.pledge("p1", NEW) == "accepted"
    signed = bodies.book.size - 1
    assert bodies.change("donor", "enrol", of=third, key=NEW) == "accepted"
    assert bodies.change("donor", "object", key=third) == "key.objects_not", "what rests on it does not speak for it"
    assert bodies.change("donor", "object", days=12) == "accepted"
    assert [bodies.pledge("p2", NEW), bodies.pledge("p3", third)] == ["key.waits", "key.waits"]
    assert bodies.pledge("p4", seed_of("donor")) == "accepted", "the old key is in force again"
    assert bodies.marks(signed) == ["key.mark_clock"]
    assert bodies.book.key_register.mark(bodies.book.statement(signed).key_id).code == "key.mark_contested"
    assert [bodies.change(body, "approve") for body in ("fund", "monitor")] == ["accepted", "accepted"]
    assert bodies.pledge("p5", third) == "accepted"


def test_an_objection_comes_too_late_when_a_second_waiting_time_is_over(nobody):
    assert nobody.change("keeper", "recover") == "accepted"
    assert nobody.change("keeper", "complete", days=14) == "accepted"
    assert nobody.change("donor", "object", days=14) == "key.decided"


@pytest.mark.threat(
    who="keeper",
    tries="has a recovered key revoke the key that it replaced, so that the party cannot object any more",
    alone="is refused while the party may still object, also by whatever the recovered key enrolled",
    needs="the party's silence for the waiting time and again as long",
    seen_by="the party, which objects; everybody, by `enduse key list`",
)
def test_a_recovered_key_does_not_end_the_key_that_objects_to_it(bodies):
    donor, third = seed_of("donor"), new_key("third")
    assert bodies.change("keeper", "recover") == "accepted"
    assert bodies.change("keeper", "complete", days=14) == "accepted"
    assert bodies.change("donor", "enrol", of=third, key=NEW) == "accepted"
    for key in (NEW, third):
        assert bodies.change("donor", "revoke", of=donor, key=key) == "key.may_object"
    assert bodies.change("donor", "object", days=12) == "accepted"
    assert bodies.pledge("p1", donor) == "accepted"
    assert bodies.pledge("p2", third) == "key.waits"


def test_a_replaced_key_is_revoked_when_the_time_to_object_is_over(nobody):
    assert nobody.change("keeper", "recover") == "accepted"
    assert nobody.change("keeper", "complete", days=14) == "accepted"
    assert nobody.change("donor", "revoke", of=seed_of("donor"), key=NEW, days=14) == "accepted"


@pytest.mark.threat(
    who="keeper",
    tries="takes over the keys of bodies that keep silent, by waiting, and with their voices brings a third party's key at once",
    alone="a key that was recovered by waiting alone decides on nobody else's key, and what it enrols is the keeper's word",
    needs="a quorum of other bodies, which approves the keys of the silent ones",
    seen_by="everybody, by `enduse key list`; the bodies object",
)
def test_bodies_whose_own_keys_came_by_waiting_decide_on_nobody(bodies):
    taken = {body: new_key(body[:4]) for body in ("fund", "monitor")}
    for body, key in taken.items():
        assert bodies.change("keeper", "recover", body, key) == "accepted"
    assert bodies.change("keeper", "enrol", "newcomer", new_key("first")) == "accepted"
    bodies.now += timedelta(days=14)
    for body, key in taken.items():
        assert bodies.change("keeper", "complete", body, key) == "accepted"
    fund, monitor = taken.values()
    assert bodies.change("fund", "recover", key=fund) == "accepted", "as the keeper may: it waits in public"
    for days in (0, 40):
        bodies.now += timedelta(days=days)
        for action, party, of in (
            ("approve", "donor", NEW),
            ("confirm", "newcomer", new_key("first")),
            ("suspend", "donor", seed_of("donor")),
        ):
            assert bodies.change("monitor", action, party, of, key=monitor) == "key.voice_by_waiting", action
    assert bodies.pledge("p1", NEW) == "key.waits"
    second = new_key("second")
    assert bodies.change("monitor", "enrol", "monitor", second, key=monitor) == "accepted"
    assert bodies.change("monitor", "approve", key=second) == "key.voice_by_waiting", "nor what it enrolled itself"
    assert bodies.change("monitor", "enrol", "other", new_key("oth"), key=monitor) == "accepted"
    (life,) = bodies.book.key_register.of("other")
    assert bodies.book.key_register.unconfirmed(life.key)


def test_a_body_has_its_voice_again_once_the_other_bodies_approve_a_key_of_it(bodies):
    mine, again = new_key("moni"), new_key("again")
    assert bodies.change("keeper", "recover", "monitor", mine) == "accepted"
    assert bodies.change("keeper", "complete", "monitor", mine, days=14) == "accepted"
    for body in ("fund", "carrier"):
        assert bodies.change(body, "recover" if body == "fund" else "approve", "monitor", again) == "accepted"
    assert bodies.change("monitor", "recover", key=again) == "accepted"
    assert bodies.change("fund", "approve") == "accepted"
    assert bodies.pledge("p1", NEW) == "accepted"


@pytest.mark.threat(
    who="keeper",
    tries="confirms keys, or suspends a second time, through a body that it owns",
    alone="a body of its own speaks as the keeper does: it confirms nothing, and suspends no key the keeper suspended",
    needs="a body that is not related to it",
    seen_by="everybody, by `enduse key list`",
)
def test_a_body_of_the_keepers_speaks_as_the_keeper(bodies):
    donor, first = seed_of("donor"), new_key("first")
    for party, owners in (("keeper", ()), ("fund", ("keeper",))):
        described = PartyBody(party=party, name={"en": party}, type="agency", owned_by=owners)
        assert bodies.say("keeper", Party, described).outcome == "accepted"
    assert bodies.change("fund", "enrol", "newcomer", first) == "accepted"
    (life,) = bodies.book.key_register.of("newcomer")
    assert bodies.change("fund", "confirm", "newcomer", first) == "key.no_right"
    assert bodies.book.key_register.unconfirmed(life.key), "what its own body enrols is the keeper's word too"
    assert bodies.change("monitor", "confirm", "newcomer", first) == "accepted"
    assert bodies.change("keeper", "suspend", of=donor) == "accepted"
    assert bodies.change("fund", "suspend", of=donor, days=15) == "key.suspended_once"
    assert bodies.change("monitor", "suspend", of=donor) == "accepted"
    assert bodies.change("fund", "lift", of=donor) == "key.no_right"


@pytest.mark.threat(
    who="keeper",
    tries="asks for two keys of one party, so that the second comes into force when the party objects to the first",
    alone="an objection stands against every recovery of the party that is open then, and may name any of them",
    needs="the bodies that the founding names",
    seen_by="everybody, by `enduse key list`, which lists the objection with each",
)
@pytest.mark.parametrize("named", [0, 1])
def test_an_objection_stands_against_every_open_recovery(nobody, named):
    asked = [new_key("a"), new_key("b")]
    for key in asked:
        assert nobody.change("keeper", "recover", of=key) == "accepted"
    assert nobody.change("keeper", "complete", of=asked[0], days=14) == "accepted"
    assert nobody.change("donor", "object", of=asked[named]) == "accepted"
    for key in asked:
        assert nobody.change("keeper", "complete", of=key) == "key.quorum_decides"
    assert nobody.pledge("p1", seed_of("donor")) == "accepted"


def test_what_was_never_in_force_objects_to_nothing(nobody):
    asked = [new_key("a"), new_key("b")]
    for key in asked:
        assert nobody.change("keeper", "recover", of=key) == "accepted"
    assert nobody.change("keeper", "complete", of=asked[0], days=14) == "accepted"
    assert nobody.change("donor", "object", of=asked[0], key=asked[1]) == "key.objects_not"


def test_a_lost_key_does_not_undo_a_quorum_by_objecting_to_what_came_before_it(bodies):
    asked = [new_key("a"), new_key("b")]
    assert bodies.change("keeper", "recover", of=asked[0]) == "accepted"
    assert bodies.change("keeper", "complete", of=asked[0], days=14) == "accepted"
    assert [bodies.change("fund", "recover", of=asked[1]), bodies.change("monitor", "approve", of=asked[1])] == [
        "accepted",
        "accepted",
    ]
    assert bodies.change("donor", "object", of=asked[0]) == "key.objects_not"
    assert bodies.change("donor", "object", of=asked[0], key=asked[1]) == "accepted", "the party itself contests it"
    assert bodies.pledge("p1", seed_of("donor")) == "key.replaced"
    assert bodies.pledge("p2", asked[1]) == "accepted"


@pytest.mark.threat(
    who="keeper",
    tries="suspends a party's key again and again, to silence it",
    alone="once, for the waiting time: then the key is in force again and the keeper may not repeat it",
    needs="the bodies that the founding names, each once",
    seen_by="everybody, by `enduse key list` and `enduse status`",
)
def test_a_suspension_ends_by_itself_and_is_not_repeated(bodies):
    donor = seed_of("donor")
    assert bodies.change("keeper", "suspend", of=donor) == "accepted"
    assert bodies.pledge("p1", donor) == "key.suspended"
    assert bodies.change("donor", "lift", of=donor) == "key.suspended", "it does not lift itself"
    bodies.now += timedelta(days=14)
    assert bodies.pledge("p2", donor) == "accepted"
    assert bodies.change("keeper", "suspend", of=donor) == "key.suspended_once"
    assert bodies.change("warehouse", "suspend", of=donor) == "key.no_right"
    assert bodies.change("fund", "suspend", of=donor) == "accepted"
    assert bodies.change("warehouse", "lift", of=donor) == "key.no_right"
    assert bodies.change("monitor", "lift", of=donor) == "accepted"
    assert bodies.pledge("p3", donor) == "accepted"
    assert bodies.change("monitor", "lift", of=donor) == "key.not_suspended"


def test_a_party_lifts_a_suspension_with_its_other_key(nobody):
    donor = seed_of("donor")
    assert nobody.change("donor", "enrol") == "accepted"
    assert nobody.change("keeper", "suspend", of=donor) == "accepted"
    assert nobody.change("donor", "lift", of=donor, key=NEW) == "accepted"
    assert nobody.pledge("p1", donor) == "accepted"


@pytest.mark.threat(
    who="keeper",
    tries="suspends the bodies that could decide, so that fewer are a quorum",
    alone="as many must agree as before; the suspended ones speak again after the waiting time, or when one lifts it",
    needs="the bodies",
    seen_by="everybody, by `enduse key list` and `enduse status`",
)
def test_suspending_a_body_makes_no_quorum_smaller(bodies):
    assert bodies.change("fund", "recover") == "accepted"
    assert bodies.change("keeper", "suspend", "monitor", seed_of("monitor")) == "accepted"
    assert bodies.change("monitor", "approve") == "key.suspended"
    assert bodies.pledge("p1", NEW) == "key.waits"
    assert bodies.change("carrier", "lift", "monitor", seed_of("monitor")) == "accepted"
    assert bodies.change("monitor", "approve") == "accepted"
    assert bodies.pledge("p2", NEW) == "accepted"


@pytest.mark.threat(
    who="keeper",
    tries="enrols a first key of its own making for a party that never asked",
    alone="is shown as enrolled by the keeper until a body that the founding names confirms it",
    needs="such a body",
    seen_by="everybody, by `enduse key list`",
)
def test_a_first_key_is_the_keepers_word_until_another_body_confirms_it(bodies):
    assert bodies.change("keeper", "enrol", "newcomer") == "accepted"
    key = next(life.key for life in bodies.book.key_register.of("newcomer"))
    assert bodies.book.key_register.unconfirmed(key)
    assert bodies.change("keeper", "confirm", "newcomer") == "key.no_right"
    assert bodies.change("newcomer", "confirm", "newcomer", key=NEW) == "key.no_right"
    assert bodies.change("fund", "confirm", "newcomer") == "accepted"
    assert not bodies.book.key_register.unconfirmed(key)
    assert bodies.change("fund", "confirm", "newcomer") == "key.confirms_nothing"


def test_a_recovery_is_of_a_key_that_was_lost(bodies):
    assert bodies.change("fund", "recover", "newcomer") == "key.never_had"
    assert bodies.change("donor", "recover") == "key.enrol_instead"
    assert bodies.change("fund", "approve", of=seed_of("donor")) == "key.not_recovering"
    assert bodies.change("keeper", "complete", of=seed_of("donor")) == "key.not_recovering"


def test_the_keeper_keeps_a_key_to_record_with(nobody):
    assert nobody.change("keeper", "revoke", "keeper", seed_of("keeper")) == "key.last_of_keeper"
    assert nobody.change("keeper", "enrol", "keeper") == "accepted"
    assert nobody.change("keeper", "revoke", "keeper", NEW) == "accepted"
    assert nobody.pledge("p1", seed_of("donor")) == "accepted"


def test_the_keepers_own_lost_key_is_recovered_by_the_bodies(bodies):
    assert bodies.change("fund", "recover", "keeper") == "accepted"
    assert bodies.change("monitor", "approve", "keeper") == "accepted"
    keys.path_of(bodies.folder, "keeper").unlink()
    keys.save(bodies.folder, "keeper", NEW)
    bodies.intake.close()
    bodies.intake = type(bodies.intake)(Book.open(bodies.folder))
    clock = bodies.book.head.clock
    assert bodies.pledge("p1", seed_of("donor")) == "accepted"
    assert bodies.book.head.clock > clock, "the new key keeps the time"


def test_a_clock_of_a_key_that_is_over_moves_no_time(bodies):
    assert bodies.change("fund", "recover", "keeper") == "accepted"
    assert bodies.change("monitor", "approve", "keeper") == "accepted"
    own, clock = OwnSoftware(bodies.book), bodies.book.head.clock
    late = bodies.now + timedelta(days=400)
    index = own.write(own.said(Clock, "keeper", seed_of("keeper"), late))
    assert bodies.book.head.clock == clock
    assert bodies.book.effect(index).refusal.code == "key.replaced"
    keys.path_of(bodies.folder, "keeper").unlink()


def test_the_order_of_the_record_decides_and_no_claimed_time(nobody):
    """Backdating with a key that is over, or ahead of one that is not in force yet, is pointless."""
    donor, early = seed_of("donor"), nobody.now - timedelta(days=30)
    assert nobody.change("keeper", "suspend", of=donor) == "accepted"
    assert nobody.pledge("p1", donor, occurred_at=early) == "key.suspended"
    assert nobody.change("keeper", "recover") == "accepted"
    assert nobody.pledge("p2", NEW, occurred_at=nobody.now + timedelta(days=20)) == "key.waits"


@pytest.mark.threat(
    who="keeper",
    tries="sets its clock ahead, so that the waiting time is over at once",
    alone="where the founding names witnesses it completes nothing, and ends no time to object: they must have seen both",
    needs="as many witnesses as the founding asks for",
    seen_by="without witnesses: everybody, by `enduse key list`, which says that nobody but the keeper told the time",
)
@pytest.mark.parametrize("objects", [True, False])
def test_where_witnesses_are_named_the_keepers_clock_shortens_nothing(tmp_path, objects):
    signers = [Signer(f"w{n}.example", new_key(f"w{n}"), COSIGNATURE_V1) for n in range(3)]
    named = tuple(signer.verifier.vkey for signer in signers)
    people = People(tmp_path / "programme", keys=KeyRules(witnesses=named, witness_quorum=2), clock_jump_days=36_500)
    assert people.change("keeper", "recover") == "accepted"

    def cosigned(days, by=signers, size=None, root=None):
        size = people.book.size if size is None else size
        root = people.book.log.store.tree(size).root() if root is None else root
        return note_of(people.book.keyring.origin, size, root, by, people.now + timedelta(days=days))

    asked = people.book.size - 1
    covering, before = cosigned(0), cosigned(0, size=asked)
    lies = {
        "none": (),
        "one": (covering,),
        "too soon": (covering, cosigned(13)),
        "one witness": (covering, cosigned(14, signers[:1])),
        "before the request": (before, cosigned(14)),
        "another root": (covering, cosigned(14, root=bytes(32))),
    }
    for name, checkpoints in lies.items():
        told = people.change("keeper", "complete", days=400, checkpoints=checkpoints)
        assert told == "key.not_witnessed", name
    assert people.pledge("p1", NEW) == "key.waits"
    later = cosigned(14)
    assert people.change("keeper", "complete", checkpoints=(covering, later)) == "accepted"
    assert people.pledge("p2", NEW) == "accepted"
    assert people.marks() == ["key.mark_witnesses"]
    again = people.change("keeper", "complete", days=400, checkpoints=(covering, later))
    assert again == "key.not_settled", "nor the time to object after it"
    donor = seed_of("donor")
    assert people.change("donor", "revoke", of=donor, key=NEW) == "key.may_object"
    if objects:
        assert people.change("donor", "object") == "accepted"
        assert people.pledge("p3", donor) == "accepted"
    else:
        covering = cosigned(0)
        assert people.change("keeper", "complete", checkpoints=(covering, cosigned(13))) == "key.not_settled"
        assert people.change("keeper", "complete", checkpoints=(covering, cosigned(14))) == "accepted"
        assert people.change("donor", "object") == "key.decided"
        assert people.change("donor", "revoke", of=donor, key=NEW) == "accepted"
    assert people.holds()
    people.intake.close()


@pytest.mark.threat(
    who="keeper",
    tries="drops the witnesses from the policy that is kept beside the record, lowers their quorum, or puts some of its own in their place",
    alone="goes through in its own folder, and fools nobody who has a policy; where the founding names witnesses, everybody reads which of them have not signed",
    needs="works alone against readers without a policy of a record whose founding names no witnesses",
    seen_by="everybody, by `enduse record verify`, with the names; whoever has a policy, by `enduse record verify --policy`; mirrors and witnesses",
)
def test_which_of_the_witnesses_that_the_founding_names_have_not_signed_is_told_by_verify(tmp_path):
    named = [Signer(f"{name}.example", new_key(name), COSIGNATURE_V1) for name in ("w1", "w2")]
    stranger = Signer("own.example", seed_of("own"), COSIGNATURE_V1)
    rules = KeyRules(witnesses=tuple(one.verifier.vkey for one in named), witness_quorum=1)
    people = People(tmp_path / "programme", keys=rules)
    people.intake.publish()
    people.intake.close()
    checkpoint = people.folder / "tiles" / "checkpoint"
    note = parse(checkpoint.read_bytes())
    both = ["w1.example", "w2.example"]
    for signers, lacking in (([stranger], both), (named[:1], ["w2.example"]), (named, None)):
        added = tuple(one.sign(note.text, int(people.now.timestamp())) for one in signers)
        checkpoint.write_bytes(Note(note.text, (*note.signatures, *added)).encode())
        report = verify_record(people.folder)
        assert report.ok
        told = [one.values["lacking"] for one in report.keys if one.code == "record.named_have_not_signed"]
        assert told == ([] if lacking is None else [lacking])


def note_of(origin, size, root, signers, at):
    """A checkpoint with cosignatures of a given time."""
    text = Checkpoint(origin, size, root).text()
    return Note(text, tuple(signer.sign(text, int(at.timestamp())) for signer in signers)).encode().decode()
