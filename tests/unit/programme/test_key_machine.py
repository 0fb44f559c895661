"""Random lives of keys against an oracle that a person can read: a dictionary of what each key is, and who may say what."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from enduse.programme.key_register import KeyRegister
from enduse.statements.entry import Entry
from enduse.statements.envelope import key_id
from enduse.statements.key import Key, KeyBody, KeyRules
from enduse.statements.programme import Founding, ProgrammeBody
from support.examples import examples

START = datetime(2026, 1, 1, tzinfo=UTC)
WAIT = timedelta(days=14)
BODIES = ("bank", "union", "court")
PARTIES = ("keeper", "mill", "yard", *BODIES)
QUORUM = 2
ORIGIN = "example.org/machine"


def public(number):
    return f"{number:064x}"


class Lives(RuleBasedStateMachine):
    """Says things of keys with keys that are, were or never will be in force."""

    def __init__(self):
        super().__init__()
        self.register, self.now, self.index = KeyRegister(), START, 0
        self.known = {}  # what the oracle knows of each key, by its number

    # -- the oracle ---------------------------------------------------------------------------------------------------

    def root(self, number):
        while self.known[number]["parent"] is not None:
            number = self.known[number]["parent"]
        return number

    def state(self, number):
        key, origin = self.known[number], self.known[self.root(number)]
        if key["revoked"]:
            return "revoked"
        if key["replaced"] is not None:
            return "replaced"
        if origin["asked"] is not None and origin["done"] is None:
            return "waits"
        return "suspended" if key["until"] is not None and self.now < key["until"] else "in_force"

    def voices(self, party):
        return [body for body in BODIES if body != party]

    def others(self, number):
        return [other for other in self.known if self.owner(other) == self.owner(number)]

    def owner(self, number):
        return self.known[number]["party"]

    def bring(self, party, parent=None, asked=None, by=()):
        number = len(self.known)
        self.known[number] = {
            "party": party, "parent": parent, "asked": asked, "by": set(by), "objected": set(), "done": None,
            "how": "", "revoked": False, "replaced": None, "until": None, "suspenders": set(),
        }  # fmt: skip
        return number

    def decide(self, number, how):
        self.known[number] |= {"done": self.now, "how": how}
        for other in self.others(number):
            key = self.known[other]
            if self.root(other) != number and not key["revoked"] and key["replaced"] is None:
                key["replaced"] = number

    def open(self, number):
        key = self.known[number]
        return key["asked"] is not None and key["done"] is None and key["replaced"] is None

    def contestable(self, number):
        """In force by waiting alone, and not yet for as long again."""
        key = self.known[number]
        return key["done"] is not None and key["how"] == "clock" and self.now < key["done"] + WAIT

    def returns(self, number):
        """Not replaced, or by keys to which the party may still object, each in its turn."""
        by = self.known[number]["replaced"]
        return by is None or (self.contestable(by) and self.returns(by))

    def objectionable(self, number):
        key = self.known[number]
        waits = key["asked"] is not None and key["done"] is None
        return self.contestable(number) or (waits and self.returns(number))

    def decides(self, signer):
        """Say whether a key counts when it speaks of another party's: not where it came by waiting alone."""
        origin = self.known[self.root(signer)]
        return self.state(signer) == "in_force" and (origin["asked"] is None or origin["how"] == "quorum")

    # -- what is said -------------------------------------------------------------------------------------------------

    def said(self, action, signer, party, number, *, door=False):
        """Let the register take in a statement; returns whether it had effect."""
        proof = "0" * 128 if action in {"enrol", "recover"} else None
        body = KeyBody(action=action, party=party, public_key=public(number), possession=proof)
        who = self.owner(signer)
        statement = Key(programme=ORIGIN, party=who, seq=1, occurred_at=START, body=body)
        self.index += 1
        name = key_id(bytes.fromhex(public(signer)))
        return self.register.apply(Entry(self.index, "", name, self.now, statement), door=door) is None

    @initialize()
    def found(self):
        body = ProgrammeBody(
            title={"en": "Machine"}, keeper="keeper", public_key=public(0), keys=KeyRules(bodies=BODIES, quorum=QUORUM)
        )
        statement = Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=START, body=body)
        self.register.apply(Entry(0, "", key_id(bytes.fromhex(public(0))), START, statement))
        self.bring("keeper")
        for party in PARTIES[1:]:
            assert self.said("enrol", 0, party, len(self.known))
            self.bring(party)

    @rule(days=st.integers(0, 20))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    def pick(self, data, label, likely=()):
        """Draw a key; mostly one of those with which something is likely to come of it."""
        often = [number for number in self.known if number in set(likely)]
        if often and data.draw(st.integers(0, 9), "any") < 9:
            return data.draw(st.sampled_from(often), label)
        return data.draw(st.sampled_from(sorted(self.known)), label)

    def speaking(self, *parties):
        return [number for number in self.known if self.owner(number) in parties and self.state(number) == "in_force"]

    def asked_for(self):
        return [number for number in self.known if self.known[number]["asked"] is not None]

    def waiting(self):
        return [number for number in self.known if self.open(number)]

    @rule(data=st.data(), party=st.sampled_from(PARTIES))
    def enrol(self, data, party):
        self.a_new_key(data, party, "enrol")

    @precondition(lambda self: len(self.waiting()) < 3)
    @rule(data=st.data(), party=st.sampled_from(PARTIES))
    def recover(self, data, party):
        self.a_new_key(data, party, "recover")

    def a_new_key(self, data, party, action):
        signer = self.pick(data, "signer", self.speaking(*({party} if action == "enrol" else {"keeper", *BODIES})))
        who, number = self.owner(signer), len(self.known)
        had = self.said(action, signer, party, number)
        if self.state(signer) != "in_force":
            expected = False
        elif who == party:
            expected = action == "enrol"
        else:  # every party here has had a key: what another enrols is a request, as the old software let a keeper
            expected = who == "keeper" or who in BODIES
        assert had == expected
        if had and who == party:
            self.bring(party, parent=signer)
        elif had:
            self.bring(party, asked=self.now, by={who} & set(self.voices(party)) if self.decides(signer) else ())
        else:
            assert key_id(bytes.fromhex(public(number))) not in self.register.keys

    @rule(data=st.data())
    def revoke(self, data):
        number = self.pick(data, "key")
        signer = self.pick(data, "signer", self.speaking(self.owner(number)))
        if self.owner(signer) != self.owner(number):
            return
        state = self.state(number)
        alone = [key for key in self.others(number) if self.state(key) == "in_force"] == [number]
        last = self.owner(number) == "keeper" and alone
        needed = state == "replaced" and self.returns(number)
        expected = self.state(signer) == "in_force" and state not in {"revoked", "waits"} and not last and not needed
        assert self.said("revoke", signer, self.owner(number), number) == expected
        self.known[number]["revoked"] |= expected

    @rule(data=st.data())
    def suspend(self, data):
        signer, number = self.pick(data, "signer", self.speaking("keeper", *BODIES)), self.pick(data, "key")
        who, key = self.owner(signer), self.known[number]
        stands = who != self.owner(number) and (who == "keeper" or who in BODIES)
        able = self.decides(signer) and self.state(number) == "in_force"
        expected = stands and able and who not in key["suspenders"]
        assert self.said("suspend", signer, self.owner(number), number) == expected
        if expected:
            key["suspenders"].add(who)
            key |= {"until": self.now + WAIT, "suspender": who}

    def suspended(self):
        return [number for number in self.known if self.state(number) == "suspended"]

    @precondition(lambda self: self.suspended())
    @rule(data=st.data())
    def lift(self, data):
        signer, number = self.pick(data, "signer", self.speaking(*BODIES)), self.pick(data, "key", self.suspended())
        who, party = self.owner(signer), self.owner(number)
        may = who in {party, self.known[number].get("suspender"), *self.voices(party)}
        able = self.state(signer) == "in_force" and (who == party or self.decides(signer))
        expected = may and able and self.state(number) == "suspended"
        assert self.said("lift", signer, party, number) == expected
        if expected:
            self.known[number]["until"] = None

    @precondition(lambda self: self.asked_for())
    @rule(data=st.data())
    def object(self, data):
        number = self.pick(data, "key", self.asked_for())
        signer = self.pick(data, "signer", self.others(number))
        key, mine, origin = self.known[number], self.known[signer], self.root(signer)
        speaks = (
            self.owner(signer) == self.owner(number)
            and not mine["revoked"]
            and self.returns(signer)
            and (self.known[origin]["asked"] is None or self.known[origin]["done"] is not None)
            and origin != number
        )
        expected = speaks and self.objectionable(number) and signer not in key["objected"]
        assert self.said("object", signer, self.owner(number), number) == expected
        if not expected:
            return
        against = [other for other in self.others(number) if other != origin and self.objectionable(other)]
        for fallen in against:
            if signer not in self.known[fallen]["objected"]:
                self.falls(fallen, signer)

    def falls(self, number, signer):
        key = self.known[number]
        key["objected"].add(signer)
        key["done"] = None
        for other in self.others(number):
            if self.known[other]["replaced"] == number:
                self.known[other]["replaced"] = key["replaced"]

    @precondition(lambda self: self.waiting())
    @rule(data=st.data())
    def approve(self, data):
        number = self.pick(data, "key", self.waiting())
        signer = self.pick(data, "signer", self.speaking(*self.voices(self.owner(number))))
        who, key = self.owner(signer), self.known[number]
        may = who in self.voices(self.owner(number)) and who not in key["by"]
        expected = may and self.open(number) and self.decides(signer)
        assert self.said("approve", signer, self.owner(number), number) == expected
        if expected:
            key["by"].add(who)
            if len(key["by"]) >= QUORUM:
                self.decide(number, "quorum")

    @precondition(lambda self: self.waiting())
    @rule(data=st.data())
    def complete(self, data):
        number = self.pick(data, "key", self.waiting())
        signer = self.pick(data, "signer", self.speaking("keeper", *self.voices(self.owner(number))))
        who, key = self.owner(signer), self.known[number]
        stands = who != self.owner(number) and (who == "keeper" or who in BODIES)
        due = self.open(number) and not key["objected"] and self.now >= key["asked"] + WAIT
        expected = bool(stands and due and self.state(signer) == "in_force")
        assert self.said("complete", signer, self.owner(number), number) == expected
        if expected:
            self.decide(number, "clock")

    # -- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def the_register_says_what_the_oracle_says(self):
        for number in self.known:
            life = self.register.keys[key_id(bytes.fromhex(public(number)))]
            assert self.register.state(life, self.now) == self.state(number), (number, life)
            assert (self.register.bars(life.key, self.now) is None) == (self.state(number) == "in_force")

    @invariant()
    def no_key_came_to_a_party_but_by_itself_a_quorum_or_its_silence(self):
        for number, key in self.known.items():
            life = self.register.keys[key_id(bytes.fromhex(public(number)))]
            if number < len(PARTIES) or key["parent"] is not None or self.state(number) == "waits":
                continue
            found = life.recovery
            if found.completed is not None and found.how == "quorum":
                assert len(set(found.approved) - {key["party"], "keeper"}) >= QUORUM
            elif found.completed is not None:
                assert not found.objections
                assert found.completed - found.at >= WAIT

    @invariant()
    def what_a_contestable_key_replaced_is_not_revoked_since(self):
        for number, key in self.known.items():
            if key["replaced"] is not None and self.contestable(key["replaced"]):
                assert self.register.keys[key_id(bytes.fromhex(public(number)))].revoked is None

    @invariant()
    def what_rests_on_a_recovered_key_is_marked(self):
        for number in self.known:
            marked = self.register.mark(key_id(bytes.fromhex(public(number)))) is not None
            assert marked == (self.known[self.root(number)]["asked"] is not None)


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=examples(100), stateful_step_count=40, deadline=None)
