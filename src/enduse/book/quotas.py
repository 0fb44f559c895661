"""Controlled goods at a site beside its quota: told when they come, never stopped.

What a site has had is what its builders hold there, say they built in, or were found to have put elsewhere. Of a site with
several projects the quotas count together.
"""

from collections.abc import Iterable, Iterator

import msgspec

from enduse.book.states import States
from enduse.ledger.accounts import OUTCOMES, consumed, item_of, stock, unusable, use, written_off
from enduse.ledger.posting import Posting
from enduse.messages import Amount, Message
from enduse.terms.amounts import goods_resource, material_of
from enduse.works.controls import Quota
from enduse.works.works import ProjectState


class SiteQuota(msgspec.Struct, frozen=True, kw_only=True):
    """What a site has had of a controlled material, beside its quota.

    Attributes:
        place: the site.
        resource: ledger name of the material.
        came: how much of it is or was there, smallest units.
        quotas: of the projects there; empty where none has one.
    """

    place: str
    resource: str
    came: int
    quotas: tuple[Quota, ...]

    @property
    def allowed(self) -> int:
        """How much it may have in all."""
        return sum(one.amount for one in self.quotas)

    @property
    def beyond(self) -> int:
        """How much there is beyond that; 0 where nothing is."""
        return max(self.came - self.allowed, 0)


def site_quota(states: States, place: str, resource: str) -> SiteQuota | None:
    """Return what a site has had of a material; ``None`` where no reconstruction is planned there, or it is not controlled."""
    material = material_of(resource)
    if material not in states.controls.listed:
        return None
    here = [
        (name, state)
        for name, state in states.works.projects.items()
        if state.place == place and state.now.body.purpose == "reconstruction"
    ]
    if not here:
        return None
    found = (states.controls.quota(states.works, name, material) for name, _ in here)
    quotas = tuple(one for one in found if one is not None and goods_resource(material, one.base) == resource)
    came = came_to(states, place, here, resource)
    return SiteQuota(place=place, resource=resource, came=came, quotas=quotas)


def came_to(states: States, place: str, projects: Iterable[tuple[str, ProjectState]], resource: str) -> int:
    """Return how much the builders of projects had of a material: at the site, built in, or found to be elsewhere."""
    known = tuple(projects)
    builders = tuple(dict.fromkeys(party for _, state in known for party in state.builders))
    accounts = [make(party, place) for party in builders for make in (stock, unusable, consumed, written_off)]
    for name, _ in known:
        accounts += [use(party, name) for party in builders]
        accounts += [f"{outcome} {party} {name}" for party in builders for outcome in OUTCOMES]
    balances = states.ledger.balances
    return sum(balances.get(account, {}).get(resource, 0) for account in dict.fromkeys(accounts))


def beyond_quota(states: States, postings: Iterable[Posting]) -> Iterator[Message]:
    """Give a remark for each site that has more of a controlled material than its quota by what just arrived."""
    arrived = dict.fromkeys(
        (item_of(one.account), one.resource)
        for one in postings
        if one.amount > 0 and one.code in {"received", "entered"} and one.account.startswith("stock ")
    )
    for place, resource in arrived:
        site = site_quota(states, place, resource)
        if site is None or not site.beyond:
            continue
        values = {"material": material_of(resource), "place": place, "came": Amount(site.came, resource)}
        if site.quotas:
            yield Message.of("control.beyond_quota", allowed=Amount(site.allowed, resource), **values)
        else:
            yield Message.of("control.no_quota", **values)
