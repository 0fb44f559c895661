"""What one statement is about to move: collected first, checked as a whole, then done all or not at all."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Final

import msgspec

from enduse.errors import RecordError
from enduse.ledger import count_rows, reported, timeline
from enduse.ledger.accounts import KEPT, class_of, difference, named, owner_of
from enduse.ledger.consignment import DAY
from enduse.ledger.counts import Counting
from enduse.ledger.posting import NoEffectError, Outcome, Posting, PurchaseLink
from enduse.ledger.state import EXACT, GAP, OWN, Change, Count, Half, Said, SaidRole, State, spot_of
from enduse.ledger.timeline import FACT
from enduse.messages import Amount, Message
from enduse.statements.entry import Entry
from enduse.terms.amounts import AMOUNT_MAX, base_of, material_of
from enduse.terms.times import micros
from enduse.terms.units import BASES, COUNTED

_KEPT: Final = tuple(f"{name} " for name in KEPT)


class Draft:
    """Halves of movements of one entry, its notes and links.

    A rule collects, then commits, then writes down what else it remembers: whatever raises before the commit leaves
    the state as it was.
    """

    __slots__ = (
        "about",
        "counts",
        "done",
        "entry",
        "halves",
        "index",
        "into_day",
        "links",
        "notes",
        "party",
        "replaced",
        "state",
    )

    def __init__(self, state: State, entry: Entry) -> None:
        self.state = state
        self.entry = entry
        self.index = entry.index
        self.party = entry.statement.party
        self.halves: list[Half] = []
        self.notes: list[Message] = []
        self.links: list[PurchaseLink] = []
        self.replaced: Said | None = None
        self.about = ""
        self.done: tuple[Posting, ...] = ()
        self.counts: dict[tuple[str, str], tuple[list[Count], list[Count]]] = {}
        self.into_day = EXACT

    def note(self, code: str, **values: object) -> None:
        """Note what a careful reader should know."""
        self.notes.append(Message.of(code, **values) if values else _remark(code))

    def half(
        self,
        resource: str,
        account: str,
        amount: int,
        code: str,
        effective: int,
        lot: str | None = None,
        item: str | None = None,
        order: int = FACT,
        reverses: int | None = None,
    ) -> None:
        """Add one half; the halves of a draft must sum to zero per resource when it is committed."""
        teller = self.party if self.about and class_of(account) == "origin" else None
        self.halves.append(
            Half(resource, account, amount, code, effective, lot, item, order, reverses, teller, into_day=self.into_day)
        )

    def move(
        self,
        resource: str,
        source: str,
        target: str,
        amount: int,
        code: str,
        effective: int,
        lot: str | None = None,
        item: str | None = None,
        order: int = FACT,
    ) -> None:
        """Move ``amount`` from ``source`` to ``target``."""
        for account, signed in ((source, -amount), (target, amount)):
            self.half(resource, account, signed, code, effective, lot, item, order)

    def take_back(self, halves: tuple[Half, ...], entry: int) -> None:
        """Add the opposite of ``halves``, which ``entry`` brought about, at the same effective time."""
        for one in halves:
            self.halves.append(one._replace(amount=-one.amount, code="reversed", reverses=entry))

    def unlink(self, said: Said) -> None:
        """Take back the purchases that a statement named."""
        for one in said.links:
            self.links.append(
                PurchaseLink(self.index, one.party, one.expenditure, one.lot, one.resource, -one.amount, one.entry)
            )

    def change(self, account: str, resource: str) -> int:
        """Return by how much the draft so far changes ``account`` in ``resource``."""
        return sum(half.amount for half in self.halves if half.account == account and half.resource == resource)

    def name(self, kind: str, identifier: str, owner: str | None = None) -> str:
        """Return the key under which ``owner`` (by default the speaker) gives an identifier once.

        Where somebody else had reported it before, the owner's own word takes the place of that report.

        Raises:
            NoEffectError: it was given before.
        """
        owner = owner or self.party
        key = f"{kind} {owner} {identifier}"
        before = self.state.names.get(key)
        if before is None:
            return key
        said = self.state.said[before]
        if self.party != owner or said.party == owner:
            raise NoEffectError("statement.given_before", kind=kind, identifier=identifier, entry=said.index)
        self.note("report.replaced", owner=owner, party=said.party, entry=said.index)
        self.take_back(said.halves, said.index)
        self.unlink(said)
        self.replaced = said
        return key

    def commit(
        self, taking: Said | None = None, counted: Mapping[tuple[str, str], Count] | None = None
    ) -> tuple[Posting, ...]:
        """Check everything, then change balances, timelines and counts, and return the postings.

        Args:
            taking: the statement that is being taken back: a count absorbs nothing any more, and what others found
                about it must stand without it.
            counted: new counts by stock account and resource, with the gap that their claimed time alone gives.

        Raises:
            NoEffectError: a balance would outgrow 64 bits, or a finding rests on what is taken back; nothing was
                changed.
            RecordError: the halves do not sum to zero; that is a fault of the ledger itself.
        """
        state, halves = self.state, self.halves
        if counted or len(state.counts):
            self._recount(taking, counted or {})
        if taking is not None and state.rests:
            self._built_upon(taking)
        changes: dict[tuple[str, str], int] = {}
        sums: dict[str, int] = {}
        for half in halves:
            resource, amount = half.resource, half.amount
            spot = half.account, resource
            changes[spot] = changes.get(spot, 0) + amount
            sums[resource] = sums.get(resource, 0) + amount
        if any(sums.values()):
            raise RecordError("ledger.not_balanced", line=self.index, entry=self.index)
        fresh: list[tuple[str, str, int]] = []
        for (account, resource), amount in changes.items():
            held = state.balances.get(account)
            balance = held.get(resource, 0) + amount if held else amount
            if not -AMOUNT_MAX <= balance <= AMOUNT_MAX:
                raise NoEffectError("ledger.outgrown", account=named(account), material=material_of(resource))
            fresh.append((account, resource, balance))
        for account, resource, balance in fresh:
            self._set(account, resource, balance)
        for (account, resource), (known, counts) in self.counts.items():
            count_rows.stand(state, account, resource, known, counts)
        self._note_packs()
        self.done = self._postings()
        return self.done

    def _note_packs(self) -> None:
        """Note that goods are told in packs where they stand in other units, and nobody has said how much a pack holds."""
        for half in self.halves:
            resource, account = half.resource, half.account
            if not account.startswith(_KEPT) or not (units := _other_units(resource)):
                continue
            held = self.state.balances.get(account, {})
            # There are few units, and may be many materials.
            if len(held) > 1 and not held.keys().isdisjoint(units):
                other = next(one for one in held if one in units)
                told, there = Amount(abs(half.amount), resource), Amount(held[other], other)
                self.note(
                    "pack.not_known", material=material_of(resource), amount=told, other=there, account=named(account)
                )
                return

    def _set(self, account: str, resource: str, balance: int) -> None:
        balances = self.state.balances
        # In place: a store may hold thousands of materials.
        held: dict[str, int] | None = balances.growing(account)  # type: ignore[assignment]
        if held is None:
            if balance:
                balances[account] = {resource: balance}
            return
        if balance:
            held[resource] = balance
        else:
            held.pop(resource, None)
        if held:
            balances.grown(account)
        else:
            del balances[account]

    def _postings(self) -> tuple[Posting, ...]:
        recorded, index, postings = micros(self.entry.recorded_at), self.index, []
        for n, half in enumerate(self.halves):
            resource, account, amount, code, effective, lot, item, _, reverses, who, cause, _ = half
            by = None if cause in (OWN, index) else cause
            postings.append(
                Posting(index, n, effective, recorded, resource, account, amount, code, lot, item, reverses, who, by)
            )
            if account.startswith(_KEPT):
                timeline.put(self.state, half)
        return tuple(postings)

    def _recount(self, taking: Said | None, counted: Mapping[tuple[str, str], Count]) -> None:
        """Let counts absorb what became known late, so that stock still equals what was counted, and settle their order."""
        touched = [(half.account, half.resource) for half in self.halves if self._bears(half)]
        if not touched and not counted and taking is None:
            return
        gone = taking.key if taking is not None and taking.role == "count" else ""
        taken = ((gone, resource) for resource in (count_rows.resources_of(self.state, gone) if gone else ()))
        for spot in dict.fromkeys((*counted, *touched, *taken)):
            known = count_rows.of_stock(self.state, *spot)
            if known or spot in counted:
                without = None if taking is None else taking.index
                self._count_anew(spot, known, without, counted.get(spot))

    def _bears(self, half: Half) -> bool:
        """Say whether a half may bear on a count: none is so long before it that their order is sure."""
        account = half.account
        if not account.startswith("stock "):
            return False
        last = self.state.last_counts.get(spot_of(account, half.resource))
        return last is not None and last >= half.effective - 2 * DAY

    def _count_anew(self, spot: tuple[str, str], known: list[Count], without: int | None, fresh: Count | None) -> None:
        """Bring the counts of one stock up to what the draft brings, and post what that changes."""
        account, resource = spot
        standing = [one for one in known if one.entry != without]
        halves = [half for half in self.halves if half.account == account and half.resource == resource]
        posted = {one.entry: one.absorbed for one in standing}
        bounds = {_about(standing, one.effective) for one in known if one.entry == without}
        if fresh is not None:
            at = bisect_right(standing, (fresh.effective, fresh.entry), key=_place)
            standing.insert(at, fresh)
            bounds = {_about(standing, fresh.effective), at, at + 1}
            if at + 1 < len(standing):
                after = standing[at + 1]
                standing[at + 1] = msgspec.structs.replace(after, absorbed=after.absorbed - fresh.absorbed)
        _, owner, place = account.split(" ", 2)
        for half in halves:
            bounds.add(_about(standing, half.effective))
            bounds.add(at := bisect_right(standing, (half.effective, half.order), key=_place))
            if at == len(standing):
                continue
            count = standing[at]
            standing[at] = msgspec.structs.replace(count, absorbed=count.absorbed + half.amount)
            if count.entry in posted:
                posted[count.entry] += half.amount
                missing, when, lot = difference(owner, place), count.effective, half.lot
                self.move(resource, account, missing, half.amount, "recounted", when, lot, place, count.entry)
        if bounds and min(bounds) < len(standing):
            counting = Counting(standing, partial(self._facts, account, resource, halves))
            counting.settle(min(bounds), max(bounds))
            standing = counting.counts
        for count in standing:
            if gap := count.absorbed - posted.get(count.entry, 0):
                code = "counted" if count.entry == self.index else "recounted"
                self.move(
                    resource, account, difference(owner, place), gap, code, count.effective, None, place, count.entry
                )
        self.counts[spot] = known, standing

    def _facts(self, account: str, resource: str, halves: list[Half], since: int, until: int) -> list[Change]:
        """Return what stands of a stock in a time with this draft, without what counts moved."""
        around = timeline.window(self.state, account, resource, since, until)
        for half in halves:
            if since <= half.effective < until:
                timeline.alter(around, half)
        return [one for one in around if one.into_day != GAP]

    def _built_upon(self, said: Said) -> None:
        """Refuse when a finding has already moved what would be taken back."""
        for account, resource in dict.fromkeys((half.account, half.resource) for half in self.halves):
            resting = [one for one in self.state.rests.get(spot_of(account, resource), ()) if one[0] != said.index]
            moved = sum(amount for _, amount in resting)
            change = self.change(account, resource)
            after = self.state.balance(account, resource) + change
            if (moved > 0 and change < 0 and after < 0) or (moved < 0 and change > 0 and after > 0):
                raise NoEffectError("finding.rests_on_it", finding=resting[-1][0], entry=said.index)

    def keep(
        self,
        halves: list[Half],
        role: SaidRole = "",
        key: str = "",
        name: str = "",
    ) -> None:
        """Remember the statement and what it moved itself, so that its party can take it back."""
        for one in halves:
            self.own_word(one.account, one.resource)
            if one.amount > 0:
                reported.keep(self.state, one.account, one.resource, self.party, self.index, self.entry.id)
        self.state.said[self.entry.id] = Said(
            self.index,
            self.party,
            role,
            key,
            name,
            tuple(halves),
            tuple(self.links),
            about=self.about,
            id=self.entry.id,
        )
        if self.replaced is not None:
            gone = msgspec.structs.replace(self.replaced, taken_back_by=self.index)
            self.state.said[gone.id] = gone
        if name:
            self.state.names[name] = self.entry.id

    def own_word(self, account: str, resource: str) -> None:
        """Remember that the holder itself spoke of this stock or use: reports take nothing out of it any more."""
        if account.startswith(_KEPT) and owner_of(account) == self.party:
            spot = spot_of(account, resource)
            if spot not in self.state.own:
                self.state.own[spot] = True

    def outcome(self, postings: tuple[Posting, ...]) -> Outcome:
        """Return the outcome of the committed draft."""
        return Outcome(postings, None, tuple(self.notes), tuple(self.links))


@cache
def _remark(code: str) -> Message:
    """Return a remark that names nothing: one for all that it is made on."""
    return Message.of(code)


@lru_cache(maxsize=4096)
def _other_units(resource: str) -> frozenset[str]:
    """Return the resources that are the same material in other units; none where it is told in no packs."""
    if base_of(resource) not in COUNTED:
        return frozenset()
    return frozenset(f"{material_of(resource)}/{base}" for base in BASES) - {resource}


def _about(counts: list[Count], effective: int) -> int:
    """Return the first count whose day may reach to the day of a time."""
    return bisect_left(counts, effective - 2 * DAY, key=lambda one: one.effective)


def _place(count: Count) -> tuple[int, int]:
    return count.effective, count.entry
