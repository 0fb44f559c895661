"""Controlled goods at a site beside its quota and its permit: told when they come, never stopped.

What a site has had is what its builders hold there, say they built in, or were found to have put elsewhere. Of a site with
several projects the quotas count together.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from enduse.book.states import States
from enduse.book.used import unmeasured_use
from enduse.ledger.accounts import OUTCOMES, consumed, item_of, stock, unusable, use, written_off
from enduse.ledger.posting import Posting
from enduse.messages import Amount, Message
from enduse.terms.amounts import goods_resource, material_of
from enduse.terms.times import instant_of
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


def told_at_intake(states: States, postings: Iterable[Posting]) -> Iterator[Message]:
    """Give remarks on controlled goods that just arrived at a site: nothing is stopped by them.

    More than the quota; a permit whose time was over; and use of what came earlier that nobody independent has measured, where more
    comes: it is to be measured first.
    """
    arrived: dict[tuple[str, str], int] = {}
    for one in postings:
        if one.amount > 0 and one.code in {"received", "entered"} and one.account.startswith("stock "):
            key = item_of(one.account), one.resource
            arrived[key] = max(arrived.get(key, 0), one.effective)
    for (place, resource), at in arrived.items():
        site = site_quota(states, place, resource)
        if site is not None:
            yield from _of_site(states, site, instant_of(at))


def _of_site(states: States, site: SiteQuota, at: datetime) -> Iterator[Message]:
    values = {"material": material_of(site.resource), "place": site.place}
    if site.beyond and site.quotas:
        came, allowed = Amount(site.came, site.resource), Amount(site.allowed, site.resource)
        yield Message.of("control.beyond_quota", came=came, allowed=allowed, **values)
    elif site.beyond:
        yield Message.of("control.no_quota", came=Amount(site.came, site.resource), **values)
    for one in site.quotas:
        if one.until is not None and at > one.until:
            yield Message.of("control.permit_over", project=one.project, until=one.until, day=at, **values)
        if unmeasured := unmeasured_use(states, one.project, site.resource):
            used = Amount(unmeasured, site.resource)
            yield Message.of("control.unmeasured", project=one.project, used=used, **values)
