"""What one statement is about to move: collected first, checked as a whole, then done all or not at all."""

from bisect import bisect_right, insort
from typing import Final, Literal

from enduse.errors import RecordError
from enduse.ledger.accounts import difference, named, owner_of
from enduse.ledger.posting import NoEffectError, Outcome, Posting, PurchaseLink
from enduse.ledger.state import OWN, Count, Half, Said, State
from enduse.messages import Message
from enduse.statements.entry import Entry
from enduse.terms.amounts import AMOUNT_MAX, material_of
from enduse.terms.times import micros

FACT: Final = -1
"""Order of a fact among things of one effective time: before every count."""


class Draft:
    """Halves of movements of one entry, its notes and links.

    A rule collects, then commits, then writes down what else it remembers: whatever raises before the commit leaves
    the state as it was.
    """

    __slots__ = (
        "about",
        "absorbed",
        "done",
        "entry",
        "halves",
        "index",
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
        self.absorbed: list[tuple[Count, int]] = []

    def note(self, code: str, **values: object) -> None:
        """Note what a careful reader should know."""
        self.notes.append(Message.of(code, **values))

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
        self.halves.append(Half(resource, account, amount, code, effective, lot, item, order, reverses))

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
        self.halves.append(Half(resource, source, -amount, code, effective, lot, item, order, None))
        self.halves.append(Half(resource, target, amount, code, effective, lot, item, order, None))

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

    def commit(self, taking: Said | None = None) -> tuple[Posting, ...]:
        """Check everything, then change balances and timelines, and return the postings.

        Args:
            taking: the statement that is being taken back: a count absorbs nothing any more, and what others found
                about it must stand without it.

        Raises:
            NoEffectError: a balance would outgrow 64 bits, or a finding rests on what is taken back; nothing was
                changed.
            RecordError: the halves do not sum to zero; that is a fault of the ledger itself.
        """
        state = self.state
        if state.counts:
            self._recount(None if taking is None else taking.index)
        if taking is not None and state.rests:
            self._built_upon(taking)
        halves = self.halves
        changes: dict[tuple[str, str], int] = {}
        sums: dict[str, int] = {}
        for resource, account, amount, *_ in halves:
            spot = (account, resource)
            changes[spot] = changes.get(spot, 0) + amount
            sums[resource] = sums.get(resource, 0) + amount
        if any(sums.values()):
            raise RecordError("ledger.not_balanced", line=self.index, entry=self.index)
        fresh: list[tuple[str, str, int]] = []
        for (account, resource), amount in changes.items():
            balance = state.balance(account, resource) + amount
            if not -AMOUNT_MAX <= balance <= AMOUNT_MAX:
                raise NoEffectError("ledger.outgrown", account=named(account), material=material_of(resource))
            fresh.append((account, resource, balance))
        for account, resource, balance in fresh:
            self._set(account, resource, balance)
        for count, amount in self.absorbed:
            count.absorbed += amount
        self.done = self._postings()
        return self.done

    def _set(self, account: str, resource: str, balance: int) -> None:
        balances = self.state.balances
        if balance:
            balances.setdefault(account, {})[resource] = balance
        elif account in balances:
            balances[account].pop(resource, None)
            if not balances[account]:
                del balances[account]

    def _postings(self) -> tuple[Posting, ...]:
        recorded = micros(self.entry.recorded_at)
        index = self.index
        postings = []
        for n, half in enumerate(self.halves):
            resource, account, amount, code, effective, lot, item, _, reverses, who, cause = half
            caused = None if cause in {OWN, index} else cause
            postings.append(
                Posting(
                    index, n, effective, recorded, resource, account, amount, code, lot, item, reverses, who, caused
                )
            )
            if account.startswith(("stock ", "use ")):
                line = self.state.timeline.setdefault(account, {}).setdefault(resource, [])
                if line and line[-1][0] > effective:
                    insort(line, (effective, amount))
                else:
                    line.append((effective, amount))
        return tuple(postings)

    def _recount(self, without: int | None) -> None:
        """Let the next standing count absorb what became known late, so that stock still equals what was counted."""
        for half in tuple(self.halves):
            counts = self.state.counts.get(half.account, {}).get(half.resource)
            if not counts:
                continue
            standing = [count for count in counts if count.entry != without]
            at = bisect_right(standing, (half.effective, half.order), key=lambda count: (count.effective, count.entry))
            if at == len(standing):
                continue
            count = standing[at]
            self.absorbed.append((count, half.amount))
            _, owner, place = half.account.split(" ", 2)
            self.move(
                half.resource,
                half.account,
                difference(owner, place),
                half.amount,
                "recounted",
                count.effective,
                half.lot,
                place,
                count.entry,
            )

    def _built_upon(self, said: Said) -> None:
        """Refuse when a finding has already moved what would be taken back."""
        for account, resource in dict.fromkeys((half.account, half.resource) for half in self.halves):
            resting = [one for one in self.state.rests.get(account, {}).get(resource, ()) if one[0] != said.index]
            moved = sum(amount for _, amount in resting)
            change = self.change(account, resource)
            after = self.state.balance(account, resource) + change
            if (moved > 0 and change < 0 and after < 0) or (moved < 0 and change > 0 and after > 0):
                raise NoEffectError("finding.rests_on_it", finding=resting[-1][0], entry=said.index)

    def keep(
        self,
        halves: list[Half],
        role: Literal["", "leg", "count", "finding"] = "",
        key: str = "",
        name: str = "",
    ) -> None:
        """Remember the statement and what it moved itself, so that its party can take it back."""
        for one in halves:
            self.own_word(one.account, one.resource)
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
            self.replaced.taken_back_by = self.index
        if name:
            self.state.names[name] = self.entry.id

    def own_word(self, account: str, resource: str) -> None:
        """Remember that the holder itself spoke of this stock or use: reports take nothing out of it any more."""
        if account.startswith(("stock ", "use ")) and owner_of(account) == self.party:
            own = self.state.own.setdefault(account, [])
            if resource not in own:
                own.append(resource)

    def outcome(self, postings: tuple[Posting, ...]) -> Outcome:
        """Return the outcome of the committed draft."""
        return Outcome(postings, None, tuple(self.notes), tuple(self.links))
