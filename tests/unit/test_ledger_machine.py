"""The ledger beside a dictionary: whatever is said in whatever order, both come to the same balances.

The oracle knows nothing of postings. It keeps the facts that stand and plays them through in claimed time from the
beginning, each time anew; that counts and late facts come out the same is therefore not assumed but shown.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ledger_hand import Hand, T, event, resolution, usd

from enduse.errors import UnknownError
from enduse.ledger.accounts import class_of
from enduse.ledger.balances import balances, unbalanced
from enduse.ledger.ledger import Ledger
from enduse.ledger.mixing import SOURCES, Mixing
from enduse.ledger.trace import Tracer

PARTIES = st.sampled_from(("red", "blue"))
PLACES = st.sampled_from(("port", "site"))
CONSIGNMENTS = st.sampled_from(("c1", "c2", "c3"))
TONNES = st.integers(1, 100)
DAYS = st.integers(0, 9)
LOTS = st.sampled_from((None, "A", "B"))
FOUND = 20
"""Day on which every finding is made, and nothing else happens."""
CEMENT, BLOCKS, MONEY = "cement/g", "block/piece", "money/USD"


class Oracle:
    """Facts that stand, by index; consignments by identifier."""

    def __init__(self):
        self.facts = {}

    def consignment(self, name):
        """Return index of dispatch, receipt and void that stand for a consignment."""
        found = {"dispatch": None, "receipt": None, "void": None}
        for index, fact in self.facts.items():
            if fact[0] in found and fact[1] == name:
                found[fact[0]] = index
        return found

    def play(self, without=None):
        """Return all balances, from nothing."""
        steps = []
        for index, fact in self.facts.items():
            if index != without:
                steps += self._steps(index, fact)
        held = Counter()
        for _, _, _, kind, *rest in sorted(steps, key=lambda step: step[:3]):
            if kind == "count":
                account, missing, resource, amount = rest
                gap = held[account, resource] - amount
                held[account, resource] = amount
                held[missing, resource] += gap
            else:
                source, target, resource, amount = rest
                held[source, resource] -= amount
                held[target, resource] += amount
        return {spot: amount for spot, amount in held.items() if amount}

    def _steps(self, index, fact):
        match fact:
            case "move", day, *moves:
                return [(day, 0, index, "move", *move) for move in moves]
            case "count", day, account, missing, resource, amount:
                return [(day, 1, index, "count", account, missing, resource, amount)]
            case "dispatch", name, day, home, away, amount:
                return [(day, 0, index, "move", home, away, CEMENT, amount)]
            case "receipt", name, day, place, home, amount:
                legs = self.consignment(name) if name else {}
                if not name or legs["dispatch"] is None or legs["void"] is not None:
                    return [(day, 0, index, "move", f"unlinked {place}", home, CEMENT, amount)]
                _, _, _, _, away, sent = self.facts[legs["dispatch"]]
                missing = away.replace("transit", "difference")
                return [
                    (day, 0, index, "move", away, home, CEMENT, amount),
                    (day, 0, index, "move", away, missing, CEMENT, sent - amount),
                ]
            case "void", name, day:
                _, _, _, home, away, sent = self.facts[self.consignment(name)["dispatch"]]
                return [(day, 0, index, "move", away, home, CEMENT, sent)]
        raise AssertionError(fact)


class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.hand = Hand()
        self.oracle = Oracle()
        self.number = 0
        self.speakers = {}

    def expect(self, outcome, fact, *, effect=True):
        """Hold the oracle to the outcome: an effect where it expects one, none where not."""
        assert bool(outcome.postings or not outcome.reason) == effect, outcome.reason
        index = len(self.hand.entries) - 1
        if effect:
            self.oracle.facts[index] = fact
            self.speakers[index] = self.hand.entries[-1].statement.party

    def fresh(self, kind):
        self.number += 1
        return f"{kind}{self.number}"

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, day=DAYS, lot=LOTS)
    def enter(self, party, place, tonnes, day, lot):
        move = (f"origin {party}", f"stock {party} {place}", CEMENT, tonnes * T)
        self.expect(self.hand.enter(party, place, tonnes, on=day, lot=lot), ("move", day, move))

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, day=DAYS, name=CONSIGNMENTS, lot=LOTS)
    def dispatch(self, party, place, tonnes, day, name, lot):
        legs = self.oracle.consignment(name)
        outcome = self.hand.send(party, place, tonnes, name, on=day, lot=lot)
        fact = ("dispatch", name, day, f"stock {party} {place}", f"transit lark {name}", tonnes * T)
        self.expect(outcome, fact, effect=legs["dispatch"] is None)

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, day=DAYS, name=st.none() | CONSIGNMENTS, lot=LOTS)
    def receive(self, party, place, tonnes, day, name, lot):
        outcome = self.hand.receive(party, place, tonnes, name, on=day, lot=lot)
        fact = ("receipt", name, day, place, f"stock {party} {place}", tonnes * T)
        self.expect(outcome, fact, effect=name is None or self.oracle.consignment(name)["receipt"] is None)

    @rule(party=PARTIES, day=DAYS, name=CONSIGNMENTS)
    def void(self, party, day, name):
        legs = self.oracle.consignment(name)
        outcome = self.hand.event(party, "void_shipping", "port", None, consignment=name, on=day)
        pending = legs["dispatch"] is not None and legs["receipt"] is None and legs["void"] is None
        effect = pending and self.speakers[legs["dispatch"]] == party
        self.expect(outcome, ("void", name, day), effect=effect)

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, day=DAYS)
    def build(self, party, place, tonnes, day):
        move = (f"stock {party} {place}", f"use {party} clinic", CEMENT, tonnes * T)
        self.expect(self.hand.build(party, place, tonnes, "clinic", on=day), ("move", day, move))

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, day=DAYS, step=st.sampled_from(("consuming", "destroying")))
    def use_up(self, party, place, tonnes, day, step):
        kind = "consumed" if step == "consuming" else "written_off"
        move = (f"stock {party} {place}", f"{kind} {party} {place}", CEMENT, tonnes * T)
        self.expect(self.hand.event(party, step, place, tonnes, on=day, action="DELETE"), ("move", day, move))

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, day=DAYS)
    def report_missing(self, party, place, tonnes, day):
        move = (f"stock {party} {place}", f"difference {party} {place}", CEMENT, tonnes * T)
        self.expect(self.hand.event(party, "reporting_loss", place, tonnes, on=day), ("move", day, move))

    @rule(party=PARTIES, place=PLACES, tonnes=st.integers(0, 150), day=DAYS, reading=st.booleans())
    def count(self, party, place, tonnes, day, reading):
        if reading:
            outcome = self.hand.read_stock("monitor", place, tonnes, party, self.fresh("reading"), on=day)
        else:
            outcome = self.hand.count(party, place, tonnes, on=day)
        fact = ("count", day, f"stock {party} {place}", f"difference {party} {place}", CEMENT, tonnes * T)
        self.expect(outcome, fact)

    @rule(party=PARTIES, place=PLACES, tonnes=TONNES, pieces=TONNES, day=DAYS)
    def transform(self, party, place, tonnes, pieces, day):
        lists = {
            "inputQuantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
            "outputQuantityList": [{"epcClass": "urn:enduse:class:block:A", "quantity": pieces}],
        }
        made = event(party, "commissioning", place, None, on=day, kind="TransformationEvent", **lists)
        home, through = f"stock {party} {place}", f"conversion {party} {place}"
        moves = (home, through, CEMENT, tonnes * T), (through, home, BLOCKS, pieces)
        self.expect(self.hand.say(made), ("move", day, *moves))

    @rule(
        data=st.data(), tonnes=TONNES, outcome=st.sampled_from(("lost", "stolen", "off_purpose", "measurement_error"))
    )
    def find(self, data, tonnes, outcome):
        held = self.oracle.play()
        open_now = sorted(
            account for (account, what) in held if class_of(account) in {"difference", "use"} and what == CEMENT
        )
        if not open_now:
            return
        account = data.draw(st.sampled_from(open_now))
        kind, owner, item = account.split(" ")
        alike = [one for one in open_now if one.split(" ")[::2] == [kind, item]]
        amount = held[account, CEMENT]
        found = self.hand.find(resolution(kind, item, tonnes, outcome, owner), finding=self.fresh("finding"), on=FOUND)
        effect = tonnes * T <= abs(amount) and (amount > 0 or outcome == "measurement_error")
        assert account in alike
        signed = tonnes * T if amount > 0 else -tonnes * T
        self.expect(found, ("move", FOUND, (account, f"{outcome} {owner} {item}", CEMENT, signed)), effect=effect)

    @rule(donor=PARTIES, value=TONNES, day=DAYS, pledge=st.sampled_from((None, "p1", "p2")))
    def disburse(self, donor, value, day, pledge):
        name = self.fresh("payment")
        paid = self.hand.pay(
            "disbursement", donor, on=day, disbursement=name, amount=usd(value), recipient="fund", pledge=pledge
        )
        source = f"pledged {donor} {pledge}" if pledge else f"unpledged {donor}"
        self.expect(paid, ("move", day, (source, "held fund", MONEY, value * 10_000)))

    @rule(donor=PARTIES, value=TONNES, day=DAYS)
    def spend(self, donor, value, day):
        name = self.fresh("bill")
        paid = self.hand.pay("expenditure", "fund", on=day, expenditure=name, amount=usd(value), payee="acme")
        self.expect(paid, ("move", day, ("held fund", "spent fund acme", MONEY, value * 10_000)))

    @rule(donor=PARTIES, value=TONNES, day=DAYS, pledge=st.sampled_from(("p1", "p2")), reporter=st.booleans())
    def promise(self, donor, value, day, pledge, reporter):
        move = (f"promised {donor}", f"pledged {donor} {pledge}", MONEY, value * 10_000)
        before = [index for index, fact in self.oracle.facts.items() if fact[0] == "move" and fact[2][:2] == move[:2]]
        speaker = "importer" if reporter else donor
        said = self.hand.pay("pledge", speaker, on=day, pledge=pledge, amount=usd(value), donor=donor)
        own_word = not reporter and all(self.speakers[index] == "importer" for index in before)
        if own_word:
            for index in before:
                del self.oracle.facts[index]
        self.expect(said, ("move", day, move), effect=own_word or not before)

    @precondition(lambda self: self.hand.entries)
    @rule(data=st.data(), other=st.booleans())
    def correct(self, data, other):
        index = data.draw(st.integers(0, len(self.hand.entries) - 1))
        entry = self.hand.entries[index]
        speaker = "somebody" if other else entry.statement.party
        fact = self.oracle.facts.get(index)
        before = self.hand.ledger.balances
        outcome = self.hand.correct(speaker, entry.id)
        if fact is None or other:
            assert outcome.reason
        elif fact[0] == "dispatch" and len([leg for leg in self.legs(fact[1]) if leg]) > 1:
            assert "corrected first" in outcome.reason
        elif self.rests_on(index):
            assert "rests on" in outcome.reason
        else:
            assert not outcome.reason
            assert all(
                one.code in {"reversed", "recounted", "received", "short", "surplus"} for one in outcome.postings
            )
            del self.oracle.facts[index]
        if outcome.reason:
            assert self.hand.ledger.balances == before

    def rests_on(self, index):
        """Say whether some finding would have moved more than there was, were the fact taken back."""
        now, then = self.oracle.play(), self.oracle.play(without=index)
        moved = Counter()
        for other, fact in self.oracle.facts.items():
            if fact[0] == "move" and fact[1] == FOUND and other != index:
                moved[fact[2][0], CEMENT] += fact[2][3]
        for spot, amount in moved.items():
            change = then.get(spot, 0) - now.get(spot, 0)
            if (amount > 0 and change < 0 and then.get(spot, 0) < 0) or (amount < 0 < change and then.get(spot, 0) > 0):
                return True
        return False

    def legs(self, name):
        found = self.oracle.consignment(name)
        return [found["dispatch"] is not None, found["receipt"] is not None, found["void"] is not None]

    @rule()
    def restart(self):
        self.hand.ledger = Ledger.restore(self.hand.ledger.snapshot())

    @invariant()
    def the_oracle_agrees(self):
        held = {
            (account, what): amount
            for account, all_ in self.hand.ledger.balances.items()
            for what, amount in all_.items()
        }
        assert held == self.oracle.play()

    @invariant()
    def the_last_entry_sums_to_zero(self):
        if self.hand.outcomes:
            assert unbalanced(self.hand.outcomes[-1].postings) == ()

    @invariant()
    def a_dispatch_is_resolved_at_most_once(self):
        for name in ("c1", "c2", "c3"):
            consignment = self.hand.ledger.consignments.get(name)
            _, receipt, void = self.legs(name)
            resolution_ = consignment.resolution if consignment else ""
            if void:
                assert resolution_ == "voided"
            elif consignment and consignment.dispatch and receipt:
                assert resolution_ == "received"
            else:
                assert resolution_ == ""

    def teardown(self):
        again = Hand()
        for entry in self.hand.entries:
            again.take(entry)
        assert again.ledger.snapshot() == self.hand.ledger.snapshot()
        assert again.outcomes == self.hand.outcomes
        assert unbalanced(self.hand.postings) == ()
        assert balances(self.hand.postings) == dict(sorted(self.hand.ledger.balances.items()))
        mixing_agrees(self.hand)
        traces_sum(self.hand)


def mixing_agrees(hand):
    """Hold what the trace says lies in each account against its balance."""
    mixing = Mixing(hand.postings, hand.links)
    left = Counter()
    for batch in mixing.batches:
        if batch.code != "bought":
            left[batch.account, batch.resource] += batch.left
        assert batch.converts or not batch.parents or sum(part for _, part in batch.parents) == batch.amount
        assert 0 <= batch.left <= batch.amount
    for spot, debt in mixing.debts.items():
        left[spot] -= debt
    for account, held in hand.ledger.balances.items():
        if class_of(account) not in SOURCES | {"conversion"} | ({"spent"} if hand.links else set()):
            for resource, amount in held.items():
                assert left[account, resource] == amount, (account, resource)


def traces_sum(hand):
    """Hold the ends of every trace, both ways, against the amount that was traced."""
    tracer = Tracer(hand.postings, hand.links)
    for name in ("clinic", "red", "fund", "c1", "p1", "A", "site", "lark"):
        try:
            trace = tracer.trace(name)
        except UnknownError:
            continue
        for graph in (trace.forward, trace.backward):
            sums = Counter()
            for end in graph.ends:
                assert end.amount > 0
                sums[end.resource] += end.amount
            # Another resource follows where blocks are made of cement; the traced one must come out exactly.
            main = CEMENT if CEMENT in trace.amounts else next(iter(trace.amounts))
            assert sums[main] == trace.amounts[main] or (graph is trace.backward and BLOCKS in trace.amounts)
            assert sum(end.share_ppm for end in graph.ends) == 1_000_000 * len(sums)


COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}

TestLedger = Machine.TestCase
TestLedger.settings = settings(max_examples=120, stateful_step_count=30, **COMMON)


@pytest.mark.soak
class TestLedgerSoak(Machine.TestCase):
    settings = settings(max_examples=1_000, stateful_step_count=60, **COMMON)
