"""Leads in the goods: what somebody should look at. Nobody is accused, and nothing is moved or refused because of one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from enduse.book.backing import beyond_arrival, declared_use
from enduse.book.book import Book
from enduse.book.lowered import closed
from enduse.ledger.accounts import class_of, difference, item_of, owner_of, stock, unlinked, unusable, written_off
from enduse.ledger.arrival import NEAR_ONE_IN, Arrival
from enduse.ledger.consignment import DAY, counting
from enduse.ledger.count_rows import of_one_time, of_stock
from enduse.ledger.counts import span
from enduse.ledger.elsewhere import about, after, amount_of, came_to, in_other_rows, own_receipt, part_of, thousandfold
from enduse.ledger.movements import standing
from enduse.ledger.state import Leg
from enduse.ledger.timeline import accounts_of, lay
from enduse.messages import Amount, Message
from enduse.terms.times import instant_of
from enduse.views.lacking import Lacking

KEPT: Final = 20
"""So many of one sort are told."""


Lead = tuple[str, Message]
"""Key of the consignment that a lead is about, and what it says."""


def goods_leads(book: Book) -> tuple[Message, ...]:
    """Return what to look at: uses beyond what arrived, units and numbers that may be mistaken, times that cannot be."""
    of_consignments = ((told for _, told in sort) for sort in _of_consignments(book))
    counted = (_handed_over(book), _destroyed(book), _counted_at_once(book))
    sorts = (_beyond(book), _by_others(book), *of_consignments, *counted, closed(book, book.lowered()))
    every = (lead for sort in sorts for lead, _ in zip(sort, range(KEPT), strict=False))
    return tuple(_once(every))


def _once(leads: Iterable[Message]) -> Iterator[Message]:
    """Give leads, one that is about two consignments once."""
    told: list[Message] = []
    for lead in leads:
        if lead not in told:
            told.append(lead)
            yield lead


def leads_of_consignments(book: Book) -> dict[str, tuple[Message, ...]]:
    """Return the leads on consignments that do not come out even, by their keys in the ledger."""
    found: dict[str, tuple[Message, ...]] = {}
    for sort in _of_consignments(book):
        for key, told in sort:
            found[key] = (*found.get(key, ()), told)
    return found


def _of_consignments(book: Book) -> tuple[Iterator[Lead], ...]:
    open_now = book.facts.standings()
    lacking = Lacking(open_now)
    return (
        _thousandfold(open_now),
        _near_numbers(book, lacking),
        _elsewhere(book, lacking),
        _at_the_receivers(book, lacking),
        _on_one_paper(open_now, lacking),
        _rows_exchanged(open_now),
        _before(open_now),
    )


def _beyond(book: Book) -> Iterator[Message]:
    """Give uses of more than is shown to have arrived."""
    for project, resource in _uses(book):
        if beyond := beyond_arrival(book, project, resource):
            declared = declared_use(book, project, resource)
            used = sum(declared.values())
            yield Message.of(
                "lead.use_beyond_arrival",
                project=project,
                used=Amount(used, resource),
                arrived=Amount(used - beyond, resource),
                parties=sorted(declared),
            )


def _uses(book: Book) -> list[tuple[str, str]]:
    """Return the projects in which anybody says that goods were used, with each resource."""
    uses = {
        (item_of(account), resource)
        for account in accounts_of(book.ledger, "use")
        for resource, amount in book.ledger.balances.get(account, {}).items()
        if amount > 0
    }
    return sorted(uses)


def _by_others(book: Book) -> Iterator[Message]:
    """Give uses in somebody's project by others than those who build or have a mandate there: they count for nothing."""
    for project, resource in _uses(book):
        for party, amount in declared_use(book, project, resource, beside=True).items():
            builders = book.works.projects[project].builders
            used = Amount(amount, resource)
            yield Message.of("lead.use_by_others", party=party, used=used, project=project, builders=builders)


def _handed_over(book: Book) -> Iterator[Message]:
    """Give what one holder lacks in store where another has as much too much: a store may have been handed over by counts alone."""
    found: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for account, held in book.ledger.balances.items():
        if class_of(account) == "difference":
            for resource, amount in held.items():
                found[item_of(account), resource].append((amount, owner_of(account)))
    for (place, resource), gaps in sorted(found.items()):
        (least, other), (most, party) = min(gaps), max(gaps)
        if [amount > 0 for amount, _ in sorted(gaps)] == [False, True] and about(-least, most):
            lacking, more = Amount(most, resource), Amount(-least, resource)
            yield Message.of("lead.handed_over", party=party, amount=lacking, place=place, other=other, more=more)


def _destroyed(book: Book) -> Iterator[Message]:
    """Give what was counted too much where spoiled goods lie and goods were destroyed: perhaps these were the spoiled ones."""
    balances = book.ledger.balances
    for account, held in sorted(balances.items()):
        if class_of(account) == "unusable":
            party, place = owner_of(account), item_of(account)
            gone, gap = balances.get(written_off(party, place), {}), balances.get(difference(party, place), {})
            for resource, spoiled in held.items():
                more = -gap.get(resource, 0)
                if 0 < more <= min(spoiled, gone.get(resource, 0)):
                    told = {"amount": Amount(more, resource), "spoiled": Amount(spoiled, resource)}
                    destroyed = Amount(gone[resource], resource)
                    yield Message.of("lead.spoiled_destroyed", party=party, place=place, destroyed=destroyed, **told)


def _counted_at_once(book: Book) -> Iterator[Message]:
    """Give stocks of which the last counts are of one time and differ: the later recorded is in the books, and may be the wrong one."""
    for spot, _ in sorted(book.ledger.rivals.items()):
        account, resource = spot.split("\t")
        counts = of_stock(book.ledger, account, resource)
        last = lay(book.ledger, account, resource, counts[-1].effective)
        found = [Amount(last + more, resource) for more in of_one_time(counts)]
        yield Message.of(
            "lead.counts_differ",
            party=owner_of(account),
            place=item_of(account),
            day=instant_of(counts[-1].effective),
            one=found[0],
            other=found[-1],
            first=counts[-len(found)].entry,
            second=counts[-1].entry,
        )


def _thousandfold(open_now: Sequence[Arrival]) -> Iterator[Lead]:
    """Give consignments of which a thousand times as much, or as little, arrived as was sent."""
    for one in open_now:
        if thousandfold(one):
            sent, received = (Amount(amount, one.resource) for amount in (one.sent, one.received))
            item, entries = one.consignment.item, one.entries
            told = Message.of("lead.thousandfold", item=item, sent=sent, received=received, entries=entries)
            yield one.consignment.key, told


def _received(code: str, number: str, other: str, got: Leg, one: Arrival) -> Lead:
    """Return the lead that a receipt may be of what is open."""
    amount = Amount(amount_of(got, one.resource), one.resource)
    sender = one.consignment.sender
    told = {"party": got.holder, "amount": amount, "open": Amount(one.balance, one.resource)}
    told |= {"entry": got.entry, "teller": got.speaker}
    return one.consignment.key, Message.of(code, number=number, other=other, sender=sender, **told)


def _near_numbers(book: Book, lacking: Lacking) -> Iterator[Lead]:
    """Give receipts under a number that nobody sent under, where a number one sign away lacks as much."""
    for number, legs in book.ledger.loose.items() if lacking.any else ():
        if book.ledger.numbers.get(number):
            continue
        near = lacking.near(number)
        for got in legs:
            fitting = [one for one in near if _fits(one, got)]
            if got.role == "receipt" and len(fitting) == 1:
                (one,) = fitting
                yield _received("lead.near_number", number, one.consignment.number, got, one)


def _elsewhere(book: Book, lacking: Lacking) -> Iterator[Lead]:
    """Give receipts without a dispatch of as much as is open.

    By somebody else under that number; of what was refused and came back; or by who was to receive it, under a number that
    nobody sent.
    """
    found: list[tuple[str, Leg, Arrival]] = []
    for number, legs in book.ledger.loose.items() if lacking.any else ():
        sent = bool(book.ledger.numbers.get(number))
        under = lacking.under.get(number, ())
        for got in legs:
            may = list(under or lacking.refused.get(got.holder, ()))
            ends = {got.holder, got.place} if got.role == "receipt" else set[str]()
            others = [
                one for end in ends for one in lacking.awaited.get(end, ()) if sent or not lacking.is_near(one, number)
            ]
            may = _to_itself(others, got) or may if sent else may + others
            fitting = {id(one): one for one in may if _as_much(one, amount_of(got, one.resource)) and after(one, got)}
            if ends and len(fitting) == 1:
                found.append((number, got, next(iter(fitting.values()))))
    yield from _told_elsewhere(found)


def _to_itself(awaited: Sequence[Arrival], got: Leg) -> list[Arrival]:
    """Return what of a receiver's own receipt under another's number may be what was sent to it."""
    return [one for one in awaited if own_receipt(got) and _fits(one, got)]


def _told_elsewhere(found: Sequence[tuple[str, Leg, Arrival]]) -> Iterator[Lead]:
    """Give the leads on receipts under other numbers; two that are crossed are one lead, on both consignments."""
    crossed = {(number, one.consignment.number): (got, one) for number, got, one in found}
    for number, got, one in found:
        item = one.consignment.number
        if (other := crossed.get((item, number))) is None or number == item:
            yield _received("lead.came_elsewhere", number, one.consignment.item, got, one)
        else:
            its, two = other
            pair = (one, got, its), (two, its, got)
            (first, came, more), _ = sorted(pair, key=lambda each: each[0].consignment.key)
            second = two if first is one else one
            yield one.consignment.key, _swapped(first, second, (came, more))


def _swapped(one: Arrival, other: Arrival, came: tuple[Leg, Leg]) -> Message:
    """Return the lead on two consignments of which each was received under the other's number."""
    (party, amount), (receiver, more) = (
        (leg.holder, Amount(amount_of(leg, one.resource), one.resource)) for leg in came
    )
    items = {"item": one.consignment.item, "other": other.consignment.item, "sender": one.consignment.sender}
    return _may_be_swapped(party, amount, receiver, more, items)


def _may_be_swapped(party: str, amount: Amount, receiver: str, more: Amount, items: Mapping[str, str]) -> Message:
    """Return that papers may be swapped; one who received both is named once."""
    if party == receiver:
        return Message.of("lead.swapped_by_one", party=party, amount=amount, more=more, **items)
    return Message.of("lead.swapped", party=party, amount=amount, receiver=receiver, more=more, **items)


def _at_the_receivers(book: Book, lacking: Lacking) -> Iterator[Lead]:
    """Give what shows that as much as is open came to its receiver: it lacks as much, or as much came without a number."""
    if not lacking.any:
        return
    balances, stocks = book.ledger.balances, defaultdict[str, list[str]](list)
    for account in balances:
        if class_of(account) == "stock":
            stocks[owner_of(account)].append(item_of(account))
    unnumbered = _Unnumbered(book)
    for one in lacking.every:
        for party, place in _receiving(one, stocks):
            lacks = -balances.get(stock(party, place), {}).get(one.resource, 0)
            came = next((amount for amount in unnumbered.at(one, party, place) if about(amount, one.balance)), 0)
            found = {
                "lead.receiver_below_zero": -lacks if about(lacks, one.balance) else 0,
                "lead.came_without_number": came,
            }
            for code, amount in found.items():
                if amount:
                    sender, other = one.consignment.sender, one.consignment.item
                    shown = Amount(amount, one.resource)
                    lacks_of = Amount(one.balance, one.resource)
                    told = Message.of(
                        code, party=party, amount=shown, place=place, sender=sender, other=other, open=lacks_of
                    )
                    yield one.consignment.key, told


def _receiving(one: Arrival, stocks: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return who is named as receiver of a consignment, with where it is to come to, else with each place of its stocks."""
    sent = one.consignment.of("dispatch")
    places = [leg.towards for leg in sent if leg.towards]
    parties = {leg.other for leg in sent if leg.other}
    return sorted({(party, place) for party in parties for place in places or stocks.get(party, ())})


class _Unnumbered:
    """Receipts without a number at a place, each by itself: two of them must not hide what either may be of."""

    def __init__(self, book: Book) -> None:
        self._balances = book.ledger.balances
        self._index = book.posted()
        self._known: dict[tuple[str, str, str], list[tuple[int, int]]] = {}

    def at(self, one: Arrival, party: str, place: str) -> list[int]:
        """Return how much a party received there since a consignment left: by each receipt, on each day, and altogether."""
        spot = party, place, one.resource
        if spot not in self._known:
            self._known[spot] = self._of(*spot)
        sent = min((span(leg.effective, leg.into_day)[0] // DAY for leg in one.consignment.of("dispatch")), default=0)
        came = [(day, amount) for day, amount in self._known[spot] if day >= sent]
        days = defaultdict[int, int](int)
        for day, amount in came:
            days[day] += amount
        return [*(amount for _, amount in came), *days.values(), sum(days.values())]

    def _of(self, party: str, place: str, resource: str) -> list[tuple[int, int]]:
        """Return day and amount of each receipt that stands and came from nobody."""
        away = unlinked(place)
        if not any(amount < 0 for amount in self._balances.get(away, {}).values()):
            return []
        homes = {stock(party, place), unusable(party, place)}
        came = defaultdict[tuple[int, int], int](int)
        for moved in standing(self._index.of(self._index.at((away, resource)))):
            if (
                moved.account in homes
                and moved.resource == resource
                and moved.code == "received"
                and moved.item is None
            ):
                came[moved.of, moved.effective // DAY] += moved.amount
        return [(day, amount) for (_, day), amount in came.items()]


def _on_one_paper(open_now: Sequence[Arrival], lacking: Lacking) -> Iterator[Lead]:
    """Give what came too much under one number where another of that receiver lacks as much."""
    for over in open_now:
        came = {leg.holder for leg in over.consignment.of("receipt")}
        if not over.over or len(came) != 1:
            continue
        (party,) = came
        of_sender = [
            one
            for one in lacking.sent_by.get((over.consignment.sender, over.resource), ())
            if _as_much(one, over.over) and {party, None} & {leg.other for leg in one.consignment.of("dispatch")}
        ]
        others = [
            one
            for one in lacking.awaited.get(party, ())
            if one.resource == over.resource
            and _as_much(one, over.over)
            and party in {leg.other for leg in one.consignment.of("dispatch")}
        ]
        fitting = of_sender or (others if party in came_to(over) else [])
        if len(fitting) == 1:
            yield from _of_two_papers(over, fitting[0], party)


def _rows_exchanged(open_now: Sequence[Arrival]) -> Iterator[Lead]:
    """Give consignments of which one material lacks and as much of another came too much."""
    lacking = {(one.consignment.key, one.resource): one for one in open_now}
    for spot, others in in_other_rows(open_now).items():
        one = lacking[spot]
        for other in others:
            yield (
                one.consignment.key,
                Message.of(
                    "lead.rows_exchanged",
                    item=one.consignment.item,
                    sender=one.consignment.sender,
                    over=Amount(other.over, other.resource),
                    lacking=Amount(one.balance, one.resource),
                    party=min(came_to(other)),
                ),
            )


def _of_two_papers(over: Arrival, lacks: Arrival, party: str) -> Iterator[Lead]:
    """Give the leads on two consignments of which one has too much and the other lacks as much."""
    told = {"item": over.consignment.item, "party": party, "sender": over.consignment.sender}
    told["other"] = lacks.consignment.item
    excess, gap = Amount(over.over, over.resource), Amount(lacks.balance, over.resource)
    if lacks.consignment.sender != over.consignment.sender:
        theirs = {"owner": lacks.consignment.sender, "over": excess, "lacking": gap}
        said = Message.of("lead.papers_of_two", **told, **theirs)
        yield over.consignment.key, said
    elif part_of(over.received, lacks.sent) and part_of(lacks.received, over.sent):
        more, less = Amount(over.received, over.resource), Amount(lacks.received, over.resource)
        items = {name: told[name] for name in ("item", "other", "sender")}
        said = _may_be_swapped(party, less, party, more, items)
        yield over.consignment.key, said
    else:
        said = Message.of("lead.on_one_paper", **told, over=excess, lacking=gap)
    yield lacks.consignment.key, said


def _as_much(one: Arrival, amount: int) -> bool:
    """Say whether an amount may be what is open of a consignment, or most of it where some lacks besides."""
    return part_of(amount, one.balance) > 0


def _fits(one: Arrival, got: Leg) -> bool:
    """Say whether a receipt may be of what is open of a consignment: its material, no more than that, after it was sent."""
    amount, sent = amount_of(got, one.resource), one.consignment.of("dispatch")
    receivers = {leg.other for leg in sent if leg.other is not None}
    return (
        amount > 0
        and NEAR_ONE_IN * (amount - one.balance) <= one.balance
        and got.other in {None, one.consignment.sender}
        and (not receivers or got.holder in receivers)
        and after(one, got)
    )


def _before(open_now: Sequence[Arrival]) -> Iterator[Lead]:
    """Give receipts, of consignments that do not come out even, that are dated before anything was sent."""
    for consignment in {one.consignment.key: one.consignment for one in open_now}.values():
        sent = [span(leg.effective, leg.into_day)[0] for leg, _ in counting(consignment.legs, "dispatch")]
        for got in dict.fromkeys(leg for leg, _ in counting(consignment.legs, "receipt")):
            if sent and span(got.effective, got.into_day)[1] < min(sent):
                told = Message.of(
                    "lead.received_before_sent",
                    item=consignment.item,
                    received=instant_of(got.effective),
                    sent=instant_of(min(sent)),
                    party=got.holder,
                    entry=got.entry,
                )
                yield consignment.key, told
