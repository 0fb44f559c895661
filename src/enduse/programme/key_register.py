"""The life of every key: enrolled, confirmed, suspended, revoked, recovered; and which of them is in force at an entry.

The order in the log decides, a claimed time never does. The keeper alone can neither end the key of another party nor
give it a new one: it may suspend a key once, for the waiting time, and ask for a recovery, which waits in public for as
long. What the old software let a keeper do is taken for what it is: its revocation of another's key for a suspension,
its enrolment of a new one for a request.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

import msgspec

from enduse.messages import Message, Refusal
from enduse.programme.key_life import KeyLife, KeyReason, KeyState, Objection, Recovery, Suspension
from enduse.statements.base import WHOLE_MAX
from enduse.statements.entry import Entry
from enduse.statements.envelope import key_id
from enduse.statements.key import NEW_KEY, Delegation, Key, KeyBody, KeyRules
from enduse.statements.programme import Founding

_MARKS: Final = {"quorum": "key.mark_quorum", "witnesses": "key.mark_witnesses", "clock": "key.mark_clock"}
_CONTESTED: Final = "key.mark_contested"
MARKS: Final = frozenset((*_MARKS.values(), _CONTESTED))
"""Remarks on a statement that was signed under a recovered key."""

Seen = Callable[[KeyBody, KeyRules, int], bool]
"""Says whether the witnesses saw the whole waiting time pass since the entry at an index: the record room's to check."""


Related = Callable[[str, str], object]
"""Gives the path by which two parties are related, which is empty where they are not."""


class KeyRegister(msgspec.Struct):
    """Every key of a programme, up to some entry; its encoding is its snapshot.

    Attributes:
        keeper: party that keeps the record.
        rules: who stands by a party that has lost its key, and how long that waits.
        keys: by key id, in the order of the record.
    """

    keeper: str = ""
    rules: KeyRules = msgspec.field(default_factory=KeyRules)
    keys: dict[str, KeyLife] = msgspec.field(default_factory=dict)

    # -- what is asked -----------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> timedelta:
        """The waiting time."""
        return timedelta(days=self.rules.waiting_days)

    def of(self, party: str) -> list[KeyLife]:
        """Return every key that a party has or had."""
        return [life for life in self.keys.values() if life.party == party]

    def root(self, life: KeyLife) -> KeyLife:
        """Return the key on which a key rests: the first of those that enrolled each other."""
        while life.parent:
            life = self.keys[life.parent]
        return life

    def state(self, life: KeyLife, at: datetime) -> KeyState:
        """Return what a key is at a moment, by the record's clock."""
        origin = self.root(life).recovery
        if life.revoked is not None:
            return "revoked"
        if life.delegates is not None:
            given = self.state(self.keys[life.parent], at)
            if given != "in_force":
                return given  # the word of whoever delegated it is over, or rests
            if at > life.delegates.until:
                return "expired"
        if life.replaced:
            return "replaced"
        if origin is not None and origin.completed is None:
            return "waits"
        return "in_force" if self._rests(life, at) is None else "suspended"

    def _rests(self, life: KeyLife, at: datetime) -> Suspension | None:
        """Return the suspension of a key that lasts at a moment."""
        found = life.suspended
        return found if found is not None and not life.lifted and at < found.until else None

    def contestable(self, life: KeyLife, at: datetime) -> bool:
        """Say whether a recovered key is in force, and its party may still object to that."""
        found = life.recovery
        if found is None or found.completed is None or found.how == "quorum":
            return False
        # The keeper's clock alone ends no time that witnesses are there to tell.
        return found.settled is None if found.how == "witnesses" else at < found.completed + self.waiting

    def in_force(self, party: str, at: datetime) -> list[KeyLife]:
        """Return the keys with which a party can speak at large at a moment, those that it delegated left out."""
        own = (life for life in self.of(party) if life.delegates is None)
        return [life for life in own if self.state(life, at) == "in_force"]

    def ended(self, key: str) -> bool:
        """Say whether a key was revoked, so that the door turns away what it signs."""
        return key in self.keys and self.keys[key].revoked is not None

    def keeps_time(self, key: str) -> bool:
        """Say whether the keeper's word on the time counts: not with a key that is not in force yet, or no more."""
        life = self.keys.get(key)
        # A suspension ends by the clock, so it cannot stop the clock.
        return life is not None and not life.delegates and self.state(life, life.at) in {"in_force", "suspended"}

    def scope(self, key: str) -> Delegation | None:
        """Return what a key may say, where that was delegated to it; ``None`` for one that speaks for its party at large."""
        life = self.keys.get(key)
        return None if life is None else life.delegates

    def bars(self, key: str, at: datetime, number: int = WHOLE_MAX) -> Refusal | None:
        """Say why what a key signs has no effect, if so.

        Args:
            key: its key id.
            at: when the statement was recorded.
            number: its running number: what a shift's key signed before it handed on counts whenever it comes, as long
                as it would have counted had the key not handed on.
        """
        life = self.keys.get(key)
        if life is None:
            return Refusal.of("key.not_in_force", key=key)
        match self.state(life, at):
            case "revoked":
                return Refusal.of("key.revoked", key=key)
            case "replaced" if number < life.handed_on and self.state(self.keys[life.parent], at) == "in_force":
                rests = self._rests(life, at)
                return None if rests is None else Refusal.of("key.suspended", party=life.party, until=rests.until)
            case "replaced":
                by = life.replaced or self.keys[life.parent].replaced
                if life.delegates is not None and by in self.keys and self.keys[by].handed_from:
                    return Refusal.of("key.handed_on", label=life.delegates.label, by=by)
                return Refusal.of("key.replaced", party=life.party, by=by)
            case "waits":
                return Refusal.of("key.waits", party=life.party)
            case "expired" if life.delegates is not None:
                return Refusal.of("key.expired", label=life.delegates.label, until=life.delegates.until)
            case "suspended":
                last = self.keys[life.parent].suspended if life.delegates and life.suspended is None else life.suspended
                until = at if last is None else last.until
                return Refusal.of("key.suspended", party=life.party, until=until)
        return None

    def mark(self, key: str) -> Message | None:
        """Return what a reader must know of whatever a key signed: that it rests on a recovery; by whom, and when."""
        life = self.keys.get(key)
        origin = None if life is None else self.root(life)
        if origin is None or origin.recovery is None:
            return None
        found = origin.recovery
        if found.completed is None:
            return Message.of(_CONTESTED, party=origin.party, by=found.by)
        by = found.approved if found.how == "quorum" else [found.by]
        return Message.of(_MARKS[found.how], party=origin.party, day=found.completed, by=by)

    def unconfirmed(self, key: str) -> bool:
        """Say whether nobody but the keeper says that a key is another party's."""
        life = self.keys.get(key)
        if life is None:
            return False
        origin = self.root(life)
        return origin.keepers and not origin.confirmed and origin.recovery is None

    def notices(self, at: datetime, party: str | None = None) -> Iterator[Message]:
        """Give what is pending at a moment, for all or for one.

        Recoveries that wait, recovered keys to which their party may still object, suspensions that last.
        """
        for life in self.keys.values() if party is None else self.of(party):
            state, found = self.state(life, at), life.recovery
            if state == "suspended" and life.suspended is not None:
                yield Message.of(
                    "key.notice_suspended", party=life.party, by=life.suspended.by, until=life.suspended.until
                )
            if found is not None and found.completed is not None and self.contestable(life, at):
                told = {"party": life.party, "by": found.by, "day": found.completed}
                if found.how == "witnesses":
                    yield Message.of("key.notice_contestable_witnesses", **told)
                else:
                    yield Message.of("key.notice_contestable", **told, until=found.completed + self.waiting)
            if state != "waits" or found is None:
                continue
            told = {"party": life.party, "by": found.by, "day": found.at, "until": found.until}
            bodies = self._voices(life.party)
            if not found.objections:
                yield Message.of("key.notice_waits", **told)
            elif len(bodies) >= self.rules.quorum > 0:
                yield Message.of("key.notice_objected", **told, need=self.rules.quorum, bodies=bodies)
            else:
                yield Message.of("key.notice_stuck", **told)

    # -- what happens ------------------------------------------------------------------------------------------------

    def apply(
        self, entry: Entry, seen: Seen | None = None, related: Related | None = None, *, door: bool = False
    ) -> Refusal | None:
        """Take in a founding or a change of a key; return why it has no effect, if so.

        Args:
            entry: the statement.
            seen: whether witnesses saw the waiting time pass; without it nobody did.
            related: which parties are related: those count as one voice, and those of the keeper's as none.
            door: whether it is only about to be recorded: what the old software let a keeper do is then turned away.
        """
        statement = entry.statement
        if isinstance(statement, Founding):
            self.keeper, self.rules = statement.body.keeper, statement.body.keys or KeyRules()
            # No clock stands before the founding.
            self._enrol(entry, statement.party, statement.body.public_key, "").at = statement.occurred_at.astimezone(
                UTC
            )
        if not isinstance(statement, Key):
            return None
        refusal = self._say(entry, statement, seen, related, door=door)
        if refusal is None and statement.body.reason:
            said = statement.body
            self.keys[key_id(bytes.fromhex(said.public_key))].reasons.append(
                KeyReason(statement.party, said.action, entry.recorded_at, entry.index, said.reason)
            )
        return refusal

    def _say(
        self, entry: Entry, statement: Key, seen: Seen | None, related: Related | None, *, door: bool
    ) -> Refusal | None:
        """Take in what somebody says of a key."""
        if statement.body.action == "hand_on":
            return self._hand_on(entry, statement)
        if self.scope(entry.key_id) is not None:
            return Refusal.of("key.delegate_says_nothing", party=statement.party)
        if statement.body.action in NEW_KEY:
            return self._bring(entry, statement, related, door=door)
        life = self.keys.get(key_id(bytes.fromhex(statement.body.public_key)))
        if life is None:
            return Refusal.of("key.unknown", party=statement.body.party)
        if statement.body.action == "object":
            return self._object(entry, life)
        if refusal := self.bars(entry.key_id, entry.recorded_at):
            return refusal
        if statement.body.action == "complete":
            return self._complete(entry, statement, life, seen)
        if statement.party != life.party and self._by_waiting(entry):
            return Refusal.of("key.voice_by_waiting", party=statement.party)
        if statement.body.action == "approve":
            return self._approve(entry, statement.party, life, related)
        return self._change(entry, statement, life, related, door=door)

    def _change(
        self, entry: Entry, statement: Key, life: KeyLife, related: Related | None, *, door: bool
    ) -> Refusal | None:
        """Take in what somebody says of a key with a key in force."""
        who = statement.party
        match statement.body.action:
            case "revoke" if who == life.party:
                return self._revoke(entry, life)
            case "revoke" if door:
                return Refusal.of("key.keeper_only_suspends", party=life.party)
            case "lift":
                return self._lift(entry, who, life, related)
            case "confirm":
                return self._confirm(who, life, related)
        return self._suspend(entry, who, life, related)

    def count(self, key: str) -> None:
        """Note that a key signed a statement."""
        if key in self.keys:
            self.keys[key].said += 1

    def _voices(self, party: str) -> list[str]:
        """Return the bodies that may decide on a party's keys."""
        return [body for body in self.rules.bodies if body not in {party, self.keeper}]

    def _keepers(self, who: str, related: Related | None) -> bool:
        """Say whether a party is the keeper, or related to it: it speaks for nobody else then."""
        return who == self.keeper or bool(related and related(who, self.keeper))

    def _by_waiting(self, entry: Entry) -> bool:
        """Say whether a statement is signed under a key recovered by waiting alone, whose party was silent and may not know."""
        found = self.root(self.keys[entry.key_id]).recovery
        return found is not None and found.how != "quorum"

    def _returns(self, life: KeyLife, at: datetime) -> bool:
        """Say whether a key was not replaced, or only by keys to which its party may still object."""
        while life.replaced:
            life = self.keys[life.replaced]
            if not self.contestable(life, at):
                return False
        return True

    def _stands_by(self, party: str, other: str) -> bool:
        """Say whether a party is the keeper, or a body that the founding names, and not the other itself."""
        return party != other and (party == self.keeper or party in self.rules.bodies)

    def _enrol(self, entry: Entry, party: str, public_key: str, parent: str) -> KeyLife:
        life = KeyLife(
            key=key_id(bytes.fromhex(public_key)),
            party=party,
            public_key=public_key,
            by=entry.statement.party,
            at=entry.recorded_at,
            entry=entry.index,
            parent=parent,
        )
        self.keys[life.key] = life
        return life

    def _bring(self, entry: Entry, statement: Key, related: Related | None, *, door: bool) -> Refusal | None:
        """Enrol a key of one's own, or another party's first, or ask for a recovery."""
        body, who = statement.body, statement.party
        if refusal := self.bars(entry.key_id, entry.recorded_at):
            return refusal
        if who == body.party:
            if body.action == "recover":
                return Refusal.of("key.enrol_instead")
            self._enrol(entry, who, body.public_key, entry.key_id).delegates = body.delegates
            return None
        if body.delegates is not None:
            return Refusal.of("key.delegates_for_another", party=body.party)
        if not self._stands_by(who, body.party):
            return Refusal.of("key.changed_by_another")
        had = bool(self.of(body.party))
        if body.action == "enrol" and not had:
            own = not self._keepers(who, related) and not self._by_waiting(entry)
            self._enrol(entry, body.party, body.public_key, "").keepers = not own
            return None
        if not had:
            return Refusal.of("key.never_had", party=body.party)
        if door and body.action == "enrol":
            return Refusal.of("key.keeper_gives_none", party=body.party)
        life = self._enrol(entry, body.party, body.public_key, "")
        at = entry.recorded_at
        life.recovery = Recovery(who, at, entry.index, at + self.waiting)
        if who in self._voices(body.party) and not self._by_waiting(entry):
            return self._approve(entry, who, life, related)
        return None

    def _hand_on(self, entry: Entry, statement: Key) -> Refusal | None:
        """Let a shift's key, which was delegated, end with its word that another says the same from now on."""
        body, mine = statement.body, self.keys.get(entry.key_id)
        if refusal := self.bars(entry.key_id, entry.recorded_at):
            return refusal
        allowed = mine is not None and mine.delegates is not None and mine.delegates.may_hand_on
        if mine is None or not allowed or body.party != mine.party:
            return Refusal.of("key.hands_on_nothing", party=statement.party)
        new = self._enrol(entry, mine.party, body.public_key, mine.parent)
        new.delegates, new.handed_from = mine.delegates, mine.key
        mine.replaced, mine.handed_on = new.key, statement.seq
        return None

    def _revoke(self, entry: Entry, life: KeyLife) -> Refusal | None:
        at = entry.recorded_at
        state = self.state(life, at)
        if state == "revoked":
            return Refusal.of("key.revoked_already")
        if state == "waits":
            return Refusal.of("key.object_instead")
        if state == "replaced" and self._returns(life, at):
            # What took its place would else end the only key that can object to it.
            return Refusal.of("key.may_object", party=life.party)
        if life.party == self.keeper and self.in_force(life.party, at) == [life]:
            return Refusal.of("key.last_of_keeper")
        life.revoked = at
        while life.replaced and self.keys[life.replaced].handed_from:
            life = self.keys[life.replaced]  # a thief may have handed on what the party ends
            life.revoked = life.revoked or at
        return None

    def _suspend(self, entry: Entry, who: str, life: KeyLife, related: Related | None) -> Refusal | None:
        at = entry.recorded_at
        if not self._stands_by(who, life.party):
            return Refusal.of("key.no_right", party=who)
        if self.state(life, at) != "in_force":
            return Refusal.of("key.suspends_nothing", party=life.party)
        if any(who == by or (related and related(who, by)) for by in life.suspended_by):
            # Else one after the other would silence a party for good.
            return Refusal.of("key.suspended_once", party=who)
        life.suspended, life.lifted = Suspension(who, at, at + self.waiting), ""
        life.suspended_by.append(who)
        return None

    def _lift(self, entry: Entry, who: str, life: KeyLife, related: Related | None) -> Refusal | None:
        if self.state(life, entry.recorded_at) != "suspended" or life.suspended is None:
            return Refusal.of("key.not_suspended", party=life.party)
        # The party does it with another key: its own are in force here, the suspended one is not.
        voice = who in self._voices(life.party) and not self._keepers(who, related)
        if not voice and who not in {life.party, life.suspended.by}:
            return Refusal.of("key.no_right", party=who)
        life.lifted = who
        return None

    def _confirm(self, who: str, life: KeyLife, related: Related | None) -> Refusal | None:
        if who not in self._voices(life.party) or self._keepers(who, related):
            return Refusal.of("key.no_right", party=who)
        if who in life.confirmed or not life.keepers or life.recovery is not None:
            return Refusal.of("key.confirms_nothing", party=life.party)
        life.confirmed.append(who)
        return None

    # -- recovery ----------------------------------------------------------------------------------------------------

    def _open(self, life: KeyLife) -> Recovery | None:
        """Return the recovery of a key that is not decided yet."""
        found = life.recovery
        return found if found is not None and found.completed is None and not life.replaced else None

    def _object(self, entry: Entry, life: KeyLife) -> Refusal | None:
        """Let a party object with any other key it has, a suspended one too; this turns waiting into a quorum's decision.

        It may do so for as long again after a recovery by waiting, so that holding its objection back gains nothing. What
        it says stands against every recovery to which it may object then, or one would wait behind another.
        """
        at, found, mine = entry.recorded_at, life.recovery, self.keys.get(entry.key_id)
        if found is None or (found.completed is None and not self._returns(life, at)):
            return Refusal.of("key.not_recovering", party=life.party)
        if found.completed is not None and not self.contestable(life, at):
            return Refusal.of("key.decided", party=life.party, day=found.completed)
        if mine is None or mine.party != life.party or mine.revoked is not None or not self._returns(mine, at):
            return Refusal.of("key.objects_not", party=life.party)
        origin = self.root(mine)
        if origin is life or (origin.recovery is not None and origin.recovery.completed is None):
            return Refusal.of("key.objects_not", party=life.party)
        if any(said.key == entry.key_id for said in found.objections):
            return Refusal.of("key.said_already", party=entry.statement.party)
        lives = [other for other in self.of(life.party) if other is not origin and self._objectionable(other, at)]
        for each in lives:
            self._fall(each, Objection(entry.key_id, at, entry.index))
        return None

    def _objectionable(self, life: KeyLife, at: datetime) -> bool:
        """Say whether a key came by a recovery to which its party may object."""
        waits = life.recovery is not None and life.recovery.completed is None
        return self._returns(life, at) if waits else self.contestable(life, at)

    def _fall(self, life: KeyLife, said: Objection) -> None:
        """Take a party's objection to a recovery: what its key replaced is again what it was before."""
        found = life.recovery
        if found is None or any(said.key == before.key for before in found.objections):
            return
        found.objections.append(said)
        found.completed, found.how = None, ""
        for other in self.of(life.party):
            if other.replaced == life.key:
                other.replaced = life.replaced

    def _approve(self, entry: Entry, who: str, life: KeyLife, related: Related | None) -> Refusal | None:
        found = self._open(life)
        if found is None:
            return Refusal.of("key.not_recovering", party=life.party)
        if who not in self._voices(life.party):
            return Refusal.of("key.no_right", party=who)
        if who in found.approved:
            return Refusal.of("key.said_already", party=who)
        found.approved.append(who)
        if self._agreed(found, related) >= self.rules.quorum:
            self._decide(life, found, entry, "quorum")
        return None

    def _agreed(self, found: Recovery, related: Related | None) -> int:
        """Return how many voices stand by a recovery."""
        counted: list[str] = []
        for body in found.approved:
            if related is None or not any(related(body, other) for other in (self.keeper, *counted)):
                counted.append(body)
        return len(counted)

    def _complete(self, entry: Entry, statement: Key, life: KeyLife, seen: Seen | None) -> Refusal | None:
        found, at = life.recovery, entry.recorded_at
        again = found is not None and found.how == "witnesses" and self.contestable(life, at)
        if found is None or not (again or self._open(life)):
            return Refusal.of("key.not_recovering", party=life.party)
        if not self._stands_by(statement.party, life.party):
            return Refusal.of("key.no_right", party=statement.party)
        if again:
            if seen is None or not seen(statement.body, self.rules, found.decided):
                return Refusal.of("key.not_settled", days=self.rules.waiting_days)
            found.settled = at
            return None
        if found.objections:
            return Refusal.of("key.quorum_decides", party=life.party)
        if at < found.until:
            return Refusal.of("key.too_early", party=life.party, until=found.until)
        if self.rules.witnesses and (seen is None or not seen(statement.body, self.rules, found.entry)):
            return Refusal.of("key.not_witnessed", days=self.rules.waiting_days)
        self._decide(life, found, entry, "witnesses" if self.rules.witnesses else "clock")
        return None

    def _decide(
        self, life: KeyLife, found: Recovery, entry: Entry, how: Literal["quorum", "witnesses", "clock"]
    ) -> None:
        """Bring a recovered key into force; it takes the place of every other key of its party, found or stolen."""
        found.completed, found.decided, found.how = entry.recorded_at, entry.index, how
        for other in self.of(life.party):
            if self.root(other) is not life and other.revoked is None and not other.replaced:
                other.replaced = life.key
