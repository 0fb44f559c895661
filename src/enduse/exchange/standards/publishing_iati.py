"""A programme's money as activities of IATI: one for each project, and one above them for money that no project is named for.

Source: IATI Standard 2.03, ``iati-activities-schema.xsd``, codelists TransactionType, OrganisationType, OrganisationRole.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Final, Protocol
from xml.etree import ElementTree as ET

from enduse.terms.texts import Text
from enduse.views.published import PublishedMoney, PublishedPayment, PublishedProject
from enduse.views.shapes import Figure

_TYPES: Final = {
    "pledge": "13",
    "commitment": "11",
    "incoming": "1",
    "refund": "1",
    "disbursement": "3",
    "expenditure": "4",
}
_KINDS: Final = {
    "state": "10",
    "administration": "10",
    "civil_society": "22",
    "company": "70",
    "carrier": "70",
}
_MULTILATERAL: Final = "40"
_FUNDING, _ACCOUNTABLE, _IMPLEMENTING = "1", "2", "4"
_ACTIVE, _COMPLETE = "2", "3"
_OWN: Final = "99"
"""Vocabulary of sectors: the reporting organisation's own words."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


class Identifiers(Protocol):
    """How activities, projects, processes, parties and payments are called."""

    @property
    def publisher(self) -> str:
        """Reference of the publishing organisation."""
        ...

    def activity(self, project: str) -> str:
        """Return the identifier of an activity."""
        ...

    def project(self, project: str) -> str:
        """Return that of an infrastructure project."""
        ...

    def process(self, project: str) -> str:
        """Return that of a contracting process."""
        ...

    def party(self, party: str) -> str:
        """Return that of a party."""
        ...

    def payment(self, payment: PublishedPayment) -> str:
        """Return that of a payment."""
        ...


def write_activities(money: PublishedMoney, ids: Identifiers, file: Path, country: str = "") -> None:
    """Write the activities into a file.

    Args:
        money: what is published.
        ids: how all of it is called.
        file: where.
        country: ISO 3166 code of the country that all of it is for, where it is given.

    Raises:
        OSError: it cannot be written.
    """
    root = ET.Element("iati-activities", {"version": "2.03", "generated-datetime": _stamp(money)})
    for one in (money.other, *money.projects):
        root.append(_activity(money, ids, one, country))
    ET.indent(root)
    ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _activity(money: PublishedMoney, ids: Identifiers, one: PublishedProject, country: str) -> ET.Element:
    element = ET.Element(
        "iati-activity",
        {
            "last-updated-datetime": _stamp(money),
            _LANGUAGE: "en",
            "hierarchy": "2" if one.project else "1",
            "humanitarian": "1" if one.purpose == "humanitarian" else "0",
        },
    )
    _child(element, "iati-identifier", text=ids.activity(one.project))
    kind = _KINDS.get(money.parties.get(money.keeper, ""), _MULTILATERAL)
    reporting = _child(element, "reporting-org", ref=ids.publisher, type=kind, **{"secondary-reporter": "1"})
    _narrate(reporting, money.names.get(money.keeper, {}), money.keeper)
    name = one.project or money.origin
    _narrate(_child(element, "title"), one.title, name)
    _narrate(_child(element, "description", type="1"), one.title, name)
    for party, role in _roles(money, one):
        organisation = _child(element, "participating-org", role=role, ref=ids.party(party))
        _narrate(organisation, money.names.get(party, {}), party)
    if one.project:
        for other in (ids.project(one.project), ids.process(one.project)):
            owner = _child(_child(element, "other-identifier", ref=other, type="A9"), "owner-org", ref=ids.publisher)
            _narrate(owner, money.names.get(money.keeper, {}), money.keeper)
    _times(element, one)
    if country:
        _child(element, "recipient-country", code=country)
    _where_and_what(element, money, one)
    for each in one.payments:
        element.append(_transaction(money, ids, one, each))
    if one.project:
        _child(element, "related-activity", ref=ids.activity(""), type="1")
    else:
        for project in money.projects:
            _child(element, "related-activity", ref=ids.activity(project.project), type="2")
    return element


def _times(element: ET.Element, one: PublishedProject) -> None:
    """Say how far an activity is, and when it began."""
    complete = bool(one.progress) and one.progress[-1].share.rstrip("0").rstrip(".") == "1"
    _child(element, "activity-status", code=_COMPLETE if complete else _ACTIVE)
    start = min((each.at for each in one.payments if each.kind == "expenditure"), default=None)
    if start is None or start > one.planned_at:
        _child(element, "activity-date", **{"iso-date": one.planned_at.date().isoformat(), "type": "1"})
    if start is not None:
        _child(element, "activity-date", **{"iso-date": start.date().isoformat(), "type": "2"})


def _where_and_what(element: ET.Element, money: PublishedMoney, one: PublishedProject) -> None:
    """Say where an activity is, in the programme's own words what it is for, and what it may cost."""
    if one.place:
        location = _child(element, "location", ref=one.place)
        _narrate(_child(location, "name"), money.names.get(one.place, {}), one.place)
    sector = one.purpose or "programme"
    _narrate(_child(element, "sector", vocabulary=_OWN, code=sector), {}, sector)
    if one.budget is not None:
        first = one.planned_at.date()
        budget = _child(element, "budget", type="1", status="1")
        _child(budget, "period-start", **{"iso-date": first.isoformat()})
        _child(budget, "period-end", **{"iso-date": _year_on(first).isoformat()})
        _value(budget, one.budget, first)


def _transaction(
    money: PublishedMoney, ids: Identifiers, project: PublishedProject, one: PublishedPayment
) -> ET.Element:
    day = one.at.date()
    element = ET.Element("transaction", {"ref": _clean(ids.payment(one))})
    _child(element, "transaction-type", code=_TYPES[one.kind])
    _child(element, "transaction-date", **{"iso-date": day.isoformat()})
    _value(element, one.amount, day if one.valued is None else one.valued.astimezone(UTC).date())
    for end, party in (("provider", one.provider), ("receiver", one.receiver)):
        if party:
            organisation = _child(element, f"{end}-org", ref=ids.party(party))
            _narrate(organisation, money.names.get(party, {}), party)
    own = "receiver" if one.kind in {"pledge", "commitment", "incoming", "refund"} else "provider"
    named = element.find(f"{own}-org")
    if named is not None:
        named.set(f"{own}-activity-id", ids.activity(project.project))
    return element


def _roles(money: PublishedMoney, one: PublishedProject) -> Iterable[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for each in one.payments:
        if each.kind in {"pledge", "commitment", "incoming"} and each.provider:
            found[each.provider, _FUNDING] = None
    if one.owner:
        found[one.owner, _ACCOUNTABLE] = None
    if one.contractor:
        found[one.contractor, _IMPLEMENTING] = None
    return found or {(money.keeper, _ACCOUNTABLE): None}


def _value(above: ET.Element, figure: Figure, day: date) -> None:
    named = {"currency": figure.unit, "value-date": day.isoformat()}
    _child(above, "value", text=format(figure.value, "f"), **named)


def _narrate(above: ET.Element, text: Text, name: str) -> None:
    """Say a text in all its languages; English, or else the identifier, is the activity's own."""
    told = dict(text) or {"en": name}
    for language in sorted(told, key=lambda one: one != "en"):
        narrative = _child(above, "narrative", text=told[language])
        if language != "en":
            narrative.set(_LANGUAGE, language)


def _child(above: ET.Element, tag: str, /, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(above, tag, {name: _clean(value) for name, value in attributes.items()})
    if text:
        child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _year_on(day: date) -> date:
    """Return the last day of the year that begins on a day."""
    later = day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
    return later if later.day != day.day else later - timedelta(days=1)


def _stamp(money: PublishedMoney) -> str:
    return money.at.strftime("%Y-%m-%dT%H:%M:%SZ")
