"""A programme's money as files of IATI, OCDS and OC4IDS under one scheme of identifiers, with the policy by which they were made.

Each project is one activity, one infrastructure project and one contracting process, each naming the other two; each payment
bears one identifier in all three. What a standard cannot carry is said in ``policy.json`` and to whoever asks.

Source: IATI Standard 2.03; Open Contracting Data Standard 1.1; Open Contracting for Infrastructure Data Standards 0.9.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import msgspec

from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.exchange.standards.project_progress import PERCENT, PHYSICAL, percent_of
from enduse.exchange.standards.publishing_contracts import buyers_of, contract_summary, contracts_of
from enduse.exchange.standards.publishing_iati import write_activities
from enduse.exchange.standards.publishing_parts import (
    PublicationIds,
    party_part,
    plain,
    time_text,
    transaction_part,
    value_part,
)
from enduse.messages import Message, english_of
from enduse.system import read_file
from enduse.terms.lookup import Lookup
from enduse.views.published import Exclusion, PublishedMoney, PublishedPayment, PublishedProject, added
from enduse.views.shapes import Figure

IATI_FILE: Final = "iati-activities.xml"
OCDS_FILE: Final = "ocds-releases.json"
OC4IDS_FILE: Final = "oc4ids-projects.json"
POLICY_FILE: Final = "policy.json"
KEPT_POLICY: Final = "not-published.csv"
"""Policy of what is not published that lies in a programme's folder, and holds wherever no other is named."""
_PUBLIC_BODIES: Final = ("state", "administration")
_COLUMNS: Final = "`what`, `reason`"
NOT_CARRIED: Final = (
    "publication.funding",
    "publication.tender",
    "publication.period",
    "publication.no_project",
    "publication.goods",
    "publication.exchange",
    "publication.taken_back",
)
"""What a standard cannot carry, or is told in another form, by code."""
_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class PublishedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """What was written.

    Attributes:
        files: their names.
        projects: how many projects are in them.
        payments: how many steps of money.
        budgets: all budgets, by currency.
        spent: all that was spent, by currency; the same in IATI and OCDS, and in OC4IDS but for money without a project.
        excluded: what the policy left out, by rule.
        still_named: that pages and tables name it all the same; nothing where nothing is left out.
        not_carried: what a standard cannot carry.
    """

    files: tuple[str, ...]
    projects: int
    payments: int
    budgets: tuple[Figure, ...]
    spent: tuple[Figure, ...]
    excluded: tuple[dict[str, Any], ...]
    still_named: Message | None
    not_carried: tuple[Message, ...]


def read_exclusions(path: Path, known: Lookup) -> tuple[Exclusion, ...]:
    """Return the rules of a policy of what is not published: a CSV with the columns ``what`` and ``reason``.

    Args:
        path: of the policy.
        known: what it may name, by identifier or name; a rule that names nothing would leave out nothing, and nobody would see it.

    Raises:
        MalformedError: it is none.
        UnknownError: nothing is called as a row says; says which row, and what may have been meant.
        ConflictError: several things are called so.
        LimitError, OSError: it cannot be read.
    """
    try:
        rows = csv.DictReader(io.StringIO(read_file(path).decode("utf-8-sig")), strict=True)
        rules = [(rows.line_num, Exclusion(row["what"].strip(), row["reason"].strip())) for row in rows]
    except (KeyError, AttributeError, ValueError, csv.Error) as error:
        raise MalformedError("publication.bad_policy", source=str(path), reason=_COLUMNS) from error
    found = []
    for line, rule in rules:
        if not rule.what or not rule.reason:
            raise MalformedError("publication.bad_policy", source=str(path), line=line, reason=_COLUMNS)
        try:
            found.append(Exclusion(known.find(rule.what), rule.reason))
        except (UnknownError, ConflictError) as error:
            raise type(error).about(error.problem.told, source=str(path), line=line) from None
    return tuple(found)


def write_publication(
    money: PublishedMoney,
    folder: Path,
    *,
    publisher: str | None = None,
    prefix: str | None = None,
    country: str | None = None,
) -> PublishedFiles:
    """Write a programme's money in three standards, and the policy, into a folder.

    Args:
        money: what is published.
        folder: where; made if it is not there.
        publisher: reference of the publishing organisation in IATI.
        prefix: that was registered for open contracting.
        country: ISO 3166 code of the country that all of it is for, which IATI asks for.

    Raises:
        MalformedError: a reference holds what no identifier may.
        OSError: it cannot be written.
    """
    for given in (publisher, prefix, country):
        if given is not None and not _FORM.fullmatch(given):
            raise MalformedError("publication.bad_reference", value=given)
    ids = PublicationIds.of(money.origin, publisher, prefix)
    folder.mkdir(parents=True, exist_ok=True)
    write_activities(money, ids, folder / IATI_FILE, country or "")
    (folder / OC4IDS_FILE).write_bytes(
        _JSON.encode(_package(money, OC4IDS_FILE, "0.9", projects=_projects(money, ids)))
    )
    (folder / OCDS_FILE).write_bytes(_JSON.encode(_package(money, OCDS_FILE, "1.1", releases=_releases(money, ids))))
    every = (*money.projects, money.other)
    written = PublishedFiles(
        files=(IATI_FILE, OC4IDS_FILE, OCDS_FILE, POLICY_FILE),
        projects=len(money.projects),
        payments=sum(len(one.payments) for one in every),
        budgets=added(one.budget for one in every if one.budget is not None),
        spent=added(figure for one in every for figure in one.spent()),
        excluded=tuple(
            {
                "what": one.rule.what,
                "reason": one.rule.reason,
                "projects": one.projects,
                "budgets": _by_currency(one.budgets),
                "spent": _by_currency(one.spent),
                "names_withheld": one.names,
            }
            for one in money.excluded
        ),
        still_named=Message.of("publication.still_named") if money.excluded else None,
        not_carried=tuple(map(Message.of, NOT_CARRIED)),
    )
    (folder / POLICY_FILE).write_bytes(msgspec.json.format(_JSON.encode(_policy(money, ids, written)), indent=2))
    return written


def _policy(money: PublishedMoney, ids: PublicationIds, written: PublishedFiles) -> dict[str, Any]:
    return {
        "record": {"origin": money.origin, "size": money.size, "recorded_until": time_text(money.at)},
        "identifiers": {
            "iati_organisation": ids.publisher,
            "iati_activity": f"{ids.publisher}-PROJECT",
            "oc4ids_project": f"oc4ids-{ids.prefix}-PROJECT",
            "ocds_process": f"ocds-{ids.prefix}-PROJECT",
            "payment": "ENTRY-NAME",
        },
        "files": written.files,
        "budgets": _by_currency(written.budgets),
        "spent": _by_currency(written.spent),
        "spent_without_project": _by_currency(money.other.spent()),
        "excluded": written.excluded,
        "still_named": None if written.still_named is None else _told(written.still_named),
        "not_carried": [_told(one) for one in written.not_carried],
    }


def _told(message: Message) -> dict[str, str]:
    return {"code": message.code, "text": english_of(message)}


def _package(money: PublishedMoney, file: str, version: str, **items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uri": f"https://{quote(money.origin, safe='/')}/data/{file}",
        "version": version,
        "publishedDate": time_text(money.at),
        "publisher": {"name": plain(money.names.get(money.keeper, {}), money.keeper)},
        "publicationPolicy": f"https://{quote(money.origin, safe='/')}/data/{POLICY_FILE}",
        **items,
    }


def _projects(money: PublishedMoney, ids: PublicationIds) -> list[dict[str, Any]]:
    made = []
    for one in money.projects:
        paid = [each for each in one.payments if each.kind == "expenditure"]
        project: dict[str, Any] = {
            "id": ids.project(one.project),
            "updated": time_text(money.at),
            "identifiers": [{"id": ids.activity(one.project), "scheme": "IATI"}],
            "title": plain(one.title, one.project),
            "description": plain(one.title, one.project),
            "status": _status(one),
            **_budget(one),
        }
        authority = _authority(money, one)
        if authority:
            project["publicAuthority"] = party_part(money, ids, authority)
        if one.place:
            project["locations"] = [{"id": one.place, "description": plain(money.names.get(one.place, {}), one.place)}]
        project["parties"] = _parties(money, ids, one, paid, authority=authority)
        if one.progress:
            project["metrics"] = [
                {
                    "id": PHYSICAL,
                    "title": "Physical progress",
                    "observations": [
                        {
                            "id": f"{number}-{said.milestone}",
                            "period": {"endDate": time_text(said.at)},
                            "measure": percent_of(said.share),
                            "unit": PERCENT,
                            "notes": plain(said.title, said.milestone),
                        }
                        for number, said in enumerate(one.progress, 1)
                    ],
                }
            ]
        if paid or one.budget is not None or one.contracts:
            ocid = ids.process(one.project)
            named = (*(each.supplier for each in one.contracts), *(each.receiver for each in paid))
            payees = [party_part(money, ids, payee) for payee in dict.fromkeys(named) if payee]
            summary: dict[str, Any] = {"ocid": ocid, "title": plain(one.title, one.project)}
            summary["status"] = "active" if paid or one.contracts else "pre-award"
            summary |= contract_summary(money, ids, one)
            if payees:
                summary["suppliers"] = payees
            if paid:
                summary["transactions"] = [transaction_part(money, ids, each) for each in paid]
            project["contractingProcesses"] = [{"id": ocid, "summary": summary}]
        made.append({name: value for name, value in project.items() if value})
    return made


def _authority(money: PublishedMoney, project: PublishedProject) -> str:
    """Return who tenders and contracts for a project, as far as it is known: who alone buys for it, else a public body whose it is.

    Nobody is a project's authority by stating the project.
    """
    bought = project.contracts or any(one.kind == "expenditure" for one in project.payments)
    buyers = buyers_of(project) if bought else ()
    if len(buyers) == 1:
        return buyers[0]
    return project.owner if money.parties.get(project.owner) in _PUBLIC_BODIES else ""


def _releases(money: PublishedMoney, ids: PublicationIds) -> list[dict[str, Any]]:
    made = []
    for one in (*money.projects, money.other):
        paid = [each for each in one.payments if each.kind == "expenditure"]
        if not paid and one.budget is None and not one.contracts:
            continue
        ocid = ids.process(one.project)
        planning: dict[str, Any] = {"budget": {"id": ids.activity(one.project)}}
        if one.project:
            named = {"id": ids.project(one.project), "title": plain(one.title, one.project)}
            planning = {"project": named, "budget": {**planning["budget"], "projectID": ids.project(one.project)}}
            planning["budget"] |= _budget(one).get("budget", {})
        release: dict[str, Any] = {
            "ocid": ocid,
            "id": f"{ocid}-{money.size}",
            "date": time_text(money.at),
            "tag": ["planning", *(["contract"] if one.contracts else []), *(["implementation"] if paid else [])],
            "initiationType": "tender",
            "parties": _parties(money, ids, one, paid),
            "planning": planning,
        }
        buyers = buyers_of(one)
        if len(buyers) == 1:  # a release has room for one
            release["buyer"] = party_part(money, ids, buyers[0])
        release |= contracts_of(money, ids, one, paid)
        made.append(release)
    return made


def _parties(
    money: PublishedMoney,
    ids: PublicationIds,
    one: PublishedProject,
    paid: Iterable[PublishedPayment],
    authority: str = "",
) -> list[dict[str, Any]]:
    roles: dict[str, dict[str, None]] = defaultdict(dict)
    given = [each.provider for each in one.payments if each.kind in {"commitment", "incoming"}]
    for party, named in (
        *((buyer, ("buyer",)) for buyer in buyers_of(one)),
        (authority, ("publicAuthority",)),
        *((giver, ("funder",)) for giver in given),
        *(end for each in paid for end in ((each.provider, ("payer",)), (each.receiver, ("supplier", "payee")))),
        *(
            end
            for each in one.contracts
            for end in ((each.buyer, ("procuringEntity",)), (each.supplier, ("supplier",)))
        ),
    ):
        if party:
            roles[party] |= dict.fromkeys(named)
    return [{**party_part(money, ids, party), "roles": list(named)} for party, named in roles.items()]


def _budget(one: PublishedProject) -> dict[str, Any]:
    return {} if one.budget is None else {"budget": {"amount": value_part(one.budget)}}


def _status(one: PublishedProject) -> str:
    if one.progress and Decimal(one.progress[-1].share) == 1:
        return "completion"
    return "implementation" if any(each.kind == "expenditure" for each in one.payments) else "identification"


def _by_currency(figures: Iterable[Figure]) -> dict[str, str]:
    return {figure.unit: format(figure.value, "f") for figure in figures}
