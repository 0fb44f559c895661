"""Which goods and which money an amount consists of, where several came together: mass balance (ISO 22095).

The chain of custody model is *mass balance by rolling average*: what lies in one account in one resource is mixed, and
every withdrawal takes of each part in proportion. Where a withdrawal names a lot, that lot is taken first
(*segregated* as far as it reaches). Every amount is a whole number; a division is made by largest remainder, so parts
always sum to the whole.

Amounts become batches, each made of parts of earlier ones. Mixing makes one batch of all that lie together, so the
graph grows with the number of postings, not with its square.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.batch import Batch, Part
from enduse.ledger.given_back import is_apart, set_apart
from enduse.ledger.givers import Givers, Payment
from enduse.ledger.movements import Movement, movements
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.ledger.prefinancing import Reimbursed, reimburse
from enduse.terms.amounts import base_of, is_money

SOURCES: Final = frozenset(("origin", "promised", "unpledged", "fulfilled", "own", "exchange", "unlinked"))
"""Classes that are the edge of what the record knows: going below zero is their nature."""

CASH: Final = frozenset(("held", "own"))
"""Classes that hold cash: what leaves one that has none came from outside, on a promise where one is named."""

THROUGH: Final = frozenset(("fulfilled", "exchange"))
"""Classes through which an entry carries what it took to what it gives for it."""

PROMISES: Final = frozenset(("promised", "pledged", "committed", "unpledged"))

NO_PROMISE: Final = -1
"""Entry of what pays a fee: no promise is kept by it, and what an exchange took is not there for it."""

GIVEN: Final = "given"
"""Item of a root of cash whose owner gives (:mod:`enduse.ledger.givers`)."""


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Divide ``total`` in proportion to ``weights`` into whole numbers that sum to it (largest remainder).

    Args:
        total: not negative.
        weights: not negative, not all zero unless ``total`` is.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    missing = total - sum(shares)
    if missing:
        by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
        for at in by_remainder[:missing]:
            shares[at] += 1
    return shares


class Mixing:
    """Replays movements through mixed accounts.

    Attributes:
        batches: in an order in which parents come before what is made of them.
        debts: by account and resource, how much more went out than came in before it.
        gave: by account of cash, of exchanges, or of goods brought in, the batches made of what left it.
        lacking: of each root of cash, by its place, how much was never made up for by what came in later.
    """

    def __init__(self, postings: Iterable[Posting], links: Iterable[PurchaseLink] = ()) -> None:
        self.batches: list[Batch] = []
        self._pools: dict[tuple[str, str], dict[str | None, list[int]]] = {}
        self._purchases: dict[tuple[str, str | None], list[int]] = {}
        self.debts: dict[tuple[str, str], int] = {}
        self._lent: dict[tuple[str, str], deque[tuple[int, int]]] = {}
        self._reimbursed: list[Reimbursed] = []
        self._kept: dict[int, tuple[Posting, list[Part]]] = {}
        self.gave: dict[str, list[int]] = {}
        ordered = movements(postings)
        self._givers = givers_of(ordered)
        goods = next((at for at, one in enumerate(ordered) if not is_money(one.resource)), len(ordered))
        cash = set_apart(ordered[:goods])
        self._to_pay = Counter[int]()
        for movement in cash:
            if movement.targets[0].code == "disbursed":
                self._to_pay[movement.entry] += movement.targets[0].amount
        for movement in cash:
            if movement.targets[0].code == "disbursed":
                self._to_pay[movement.entry] -= movement.targets[0].amount
            self._move(movement)
        for target, parts in self._kept.values():
            self._come(msgspec.structs.replace(target, amount=sum(part for _, part in parts)), parts)
        self._reimburse()
        self._buy(links)
        self._carry(ordered[goods:])

    def _reimburse(self) -> None:
        """Let money that was handed on before it was received consist of what was received for it."""
        place = list(range(len(self.batches)))
        if self._reimbursed:
            place = reimburse(self.batches, self._reimbursed)
            for pool in self._pools.values():
                pool.update({lot: [place[at] for at in together] for lot, together in pool.items()})
            self.gave = {account: [place[at] for at in made] for account, made in self.gave.items()}
        lent = [(place[root], owed) for left in self._lent.values() for root, owed in left if root >= 0 and owed]
        self.lacking = {self._root_of(at): owed for at, owed in lent}

    def _root_of(self, at: int) -> int:
        """Return where the root now is of which a batch was one, before something made up for a part of it."""
        return at if self.batches[at].code == "root" else self.batches[at].parents[-1][0]

    def _carry(self, ordered: list[Movement]) -> None:
        """Replay goods; where an entry makes one material of others, what it took is what its output consists of."""
        made: dict[int, list[Movement]] = {}
        for movement in ordered:
            if movement.targets[0].code == "transformed" and class_of(movement.sources[0].account) == "conversion":
                made.setdefault(movement.entry, []).append(movement)
        for movement in ordered:
            if movement in made.get(movement.entry, ()):
                if movement is made[movement.entry][0]:
                    self._make(made[movement.entry])
            else:
                self._move(movement)

    def _move(self, movement: Movement) -> None:
        bag: dict[str | None, list[Part]] = {}
        if class_of(movement.targets[0].account) in THROUGH:
            (source,) = movement.sources
            parts = self._draw(source.account, source.resource, source.lot, source.amount, source.entry)
            self._kept[movement.entry] = (movement.targets[0], parts)
            return
        if class_of(movement.sources[0].account) == "exchange" and movement.entry in self._kept:
            got = self._come(movement.targets[0], self._kept.pop(movement.entry)[1], converts=True)
            self.gave.setdefault(movement.sources[0].account, []).append(got)
            return
        for source in movement.sources:
            entry = NO_PROMISE if movement.targets[0].code == "fee" else source.entry
            parts = self._draw(source.account, source.resource, source.lot, source.amount, entry)
            bag.setdefault(source.lot, []).extend(parts)
        for target in movement.targets:
            if len(movement.targets) == 1:
                parts = [part for parts in bag.values() for part in parts]
            else:
                parts = _take(bag, target.lot, target.amount)
            at = self._come(target, parts)
            if class_of(movement.sources[0].account) in {*CASH, "origin"}:
                self.gave.setdefault(movement.sources[0].account, []).append(at)

    def _come(self, target: Posting, parts: list[Part], *, converts: bool = False) -> int:
        """Let an amount come into its account; return its batch."""
        lot = target.lot
        if lot is None and not converts and not is_money(target.resource):
            lots = {self.batches[at].lot for at, _ in parts}
            lot = lots.pop() if len(lots) == 1 else None
        at = self._add(
            Batch(
                target.account,
                target.resource,
                lot,
                target.amount,
                target.entry,
                target.code,
                target.item,
                tuple(parts),
                converts,
                target.amount,
            )
        )
        spot = (target.account, target.resource)
        debt = 0 if is_apart(lot) else min(self.debts.get(spot, 0), target.amount)
        if debt:
            # Goods went out before they came in: what comes now only makes up for that.
            self.debts[spot] -= debt
            self.batches[at].left -= debt
            self._make_up(spot, at, debt)
        if self.batches[at].left:
            self._pools.setdefault(spot, {}).setdefault(lot, []).append(at)
        return at

    def _make_up(self, spot: tuple[str, str], at: int, amount: int) -> None:
        """Let what comes in make up for what was paid before it, the earliest first; what a giver gave stays its own."""
        lent = self._lent.get(spot, deque())
        while amount and lent:
            root, owed = lent.popleft()
            paid = min(amount, owed)
            amount -= paid
            if root >= 0:
                self._reimbursed.append(Reimbursed(at, root, paid))
            if owed > paid:
                lent.appendleft((root, owed - paid))

    def _draw(self, account: str, resource: str, lot: str | None, amount: int, entry: int) -> list[Part]:
        """Take ``amount`` out of an account: the named lot first, the rest of everything in proportion."""
        pool = self._pools.get((account, resource), {})
        parts = self._bought(resource, lot, amount) if class_of(account) == "origin" else []
        if lot is not None and lot in pool:
            parts += self._from(pool, lot, min(amount, self._level(pool, lot)))
        missing = amount - sum(part for _, part in parts)
        if missing and pool:
            lots = [name for name in pool if not is_apart(name)]
            levels = [self._level(pool, name) for name in lots]
            for name, share in zip(lots, apportion(min(missing, sum(levels)), levels), strict=True):
                if share:
                    parts += self._from(pool, name, share)
        missing = amount - sum(part for _, part in parts)
        if missing:
            if class_of(account) not in SOURCES:
                spot = (account, resource)
                self.debts[spot] = self.debts.get(spot, 0) + missing
            parts += self._from_outside(account, resource, lot, missing, entry)
        return parts

    def _from_outside(self, account: str, resource: str, lot: str | None, missing: int, entry: int) -> list[Part]:
        """Take what an account does not have from beyond the record; cash from the promise that its payment keeps first."""
        cash = class_of(account) in CASH
        parts = self._on_a_promise(account, resource, missing, entry) if cash else []
        promised = sum(part for _, part in parts)
        gives = cash and self._givers.gives(owner_of(account), resource)
        root = -1
        if missing > promised:
            item = GIVEN if gives else None
            root = self._add(Batch(account, resource, lot, missing - promised, entry, "root", item, ()))
            parts.append((root, missing - promised))
        if class_of(account) == "held":
            lent = self._lent.setdefault((account, resource), deque())
            lent += [(-1, promised), (-1 if gives else root, missing - promised)]
        return parts

    def _on_a_promise(self, account: str, resource: str, missing: int, entry: int) -> list[Part]:
        """Take cash that came from outside from the promise that its payment keeps, in whatever currency that is."""
        if entry not in self._kept:
            return []
        target, kept = self._kept.pop(entry)
        if target.resource == resource:
            whole = sum(part for _, part in kept)
            shares = apportion(min(missing, whole), [part for _, part in kept])
            left = [(at, part - share) for (at, part), share in zip(kept, shares, strict=True) if part > share]
            if left:
                self._kept[entry] = (target, left)
            return [(at, share) for (at, _), share in zip(kept, shares, strict=True) if share]
        if later := self._to_pay[entry]:  # of a payment of which a part went back each part keeps its share
            both = [(at, *apportion(part, [missing, later])) for at, part in kept]
            self._kept[entry] = (target, [(at, rest) for at, _, rest in both if rest])
            kept = [(at, share) for at, share, _ in both if share]
        counted = Batch(account, resource, None, missing, entry, "counted", target.item, tuple(kept), converts=True)
        return [(self._add(counted), missing)]

    def _bought(self, resource: str, lot: str | None, amount: int) -> list[Part]:
        """Take from what was paid for under a lot, first bought first."""
        parts: list[Part] = []
        for at in self._purchases.get((resource, lot), ()):
            share = min(self.batches[at].left, amount - sum(part for _, part in parts))
            if share:
                self.batches[at].left -= share
                parts.append((at, share))
        return parts

    def _level(self, pool: dict[str | None, list[int]], lot: str | None) -> int:
        return sum(self.batches[at].left for at in pool[lot])

    def _from(self, pool: dict[str | None, list[int]], lot: str | None, amount: int) -> list[Part]:
        """Take from one lot of a pool, mixing first what came to lie there since the last time."""
        together = pool[lot]
        if len(together) > 1:
            first = self.batches[together[0]]
            level = self._level(pool, lot)
            parents = tuple((at, self.batches[at].left) for at in together)
            for at in together:
                self.batches[at].left = 0
            entry = max(self.batches[at].entry for at in together)
            mixed = Batch(first.account, first.resource, lot, level, entry, "mixed", None, parents, left=level)
            pool[lot] = together = [self._add(mixed)]
        batch = self.batches[together[0]]
        batch.left -= amount
        part = (together[0], amount)
        if not batch.left:
            del pool[lot]
        return [part]

    def _make(self, outputs: list[Movement]) -> None:
        """Make outputs of everything their entry took in; several outputs share it, by amount where units agree."""
        entry = outputs[0].entry
        through = outputs[0].sources[0].account
        inputs = []
        for (account, _), pool in self._pools.items():
            if account == through:
                for lot in list(pool):
                    inputs += [at for at in pool[lot] if self.batches[at].entry == entry]
                    pool[lot] = [at for at in pool[lot] if self.batches[at].entry != entry]
                    if not pool[lot]:
                        del pool[lot]
        if not inputs:
            for output in outputs:
                self._move(output)
            return
        same_unit = len({base_of(output.resource) for output in outputs}) == 1
        weights = [output.targets[0].amount if same_unit else 1 for output in outputs]
        shares = [apportion(self.batches[at].left, weights) for at in inputs]
        for at in inputs:
            self.batches[at].left = 0
        for number, output in enumerate(outputs):
            parts = [(at, share[number]) for at, share in zip(inputs, shares, strict=True) if share[number]]
            target = output.targets[0]
            alike = {self.batches[at].resource for at, _ in parts} == {target.resource}
            packed_anew = alike and sum(part for _, part in parts) == target.amount
            self._come(target, parts, converts=not packed_anew)

    def _buy(self, links: Iterable[PurchaseLink]) -> None:
        """Let each expenditure bring the goods it paid for to the edge of the record, where lots come in from."""
        bought: dict[tuple[int, str], dict[tuple[str, str], int]] = {}
        for link in links:
            origin = link.entry if link.reverses is None else link.reverses
            lots = bought.setdefault((origin, link.expenditure), {})
            lots[link.lot, link.resource] = lots.get((link.lot, link.resource), 0) + link.amount
        paid = {(one.entry, one.item): at for at, one in enumerate(self.batches) if one.code == "spent"}
        for spot, every in bought.items():
            lots = {name: amount for name, amount in every.items() if amount > 0}
            at = paid.get(spot)
            if at is None or not lots:
                continue
            same_unit = len({base_of(resource) for _, resource in lots}) == 1
            money = apportion(self.batches[at].amount, [amount if same_unit else 1 for amount in lots.values()])
            for ((lot, resource), amount), share in zip(lots.items(), money, strict=True):
                account = f"bought {self.batches[at].account.split(' ')[1]} {spot[1]}"
                new = self._add(
                    Batch(account, resource, lot, amount, spot[0], "bought", spot[1], ((at, share),), converts=True)
                )
                self.batches[new].left = amount
                self.batches[at].left -= share
                self._purchases.setdefault((resource, lot), []).append(new)

    def _add(self, batch: Batch) -> int:
        self.batches.append(batch)
        return len(self.batches) - 1


def givers_of(ordered: Iterable[Movement]) -> Givers:
    """Return who gives: what such a party lacks comes from outside the record."""
    promised: set[str] = set()
    payments: list[Payment] = []
    got: list[tuple[str, str, int]] = []
    for movement in ordered:
        source, target = movement.sources[0], movement.targets[0]
        if class_of(source.account) in PROMISES:
            promised.add(owner_of(source.account))
        elif target.code == "disbursed":
            payments.append((owner_of(source.account), owner_of(target.account), target.resource, target.amount))
        elif target.code == "exchanged" and class_of(target.account) == "held":
            got.append((owner_of(target.account), target.resource, target.amount))
    return Givers(promised, payments, got)


def _take(bag: dict[str | None, list[Part]], lot: str | None, amount: int) -> list[Part]:
    """Take ``amount`` out of what an entry has in hand: the named lot first, the rest in proportion."""
    taken: list[Part] = []
    for names in ([lot] if lot in bag else [], list(bag)):
        parts = [(name, at, part) for name in names for at, part in bag[name] if part]
        want = min(amount - sum(part for _, part in taken), sum(part for _, _, part in parts))
        if want <= 0:
            continue
        shares = apportion(want, [part for _, _, part in parts])
        taken += [(at, share) for (_, at, _), share in zip(parts, shares, strict=True) if share]
        for name in names:
            bag[name] = []
        for (name, at, part), share in zip(parts, shares, strict=True):
            bag[name].append((at, part - share))
    return taken
