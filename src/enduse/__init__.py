"""Enduse follows reconstruction aid, every pledge and every pallet, from the promise to the use it was meant for.

Everything another program may use stands here; every other module is the inside of the house and changes without notice.
A programme is a folder, opened with :func:`open` and asked with one method a question::

    import enduse

    with enduse.open("demo") as programme:
        for lost in programme.missing():
            print(lost.figure, "answers:", lost.owner)

Names are resolved on first use: importing this package is quick and needs no optional extra.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from enduse.version import __version__

if TYPE_CHECKING:
    from enduse import demo, errors, operators
    from enduse.api.assessment import assess
    from enduse.api.comparing import (
        compare_issues,
        compare_registers,
        keep_tables,
        propose_mapping,
        propose_profile,
        write_remarks,
    )
    from enduse.api.correcting import Corrected
    from enduse.api.documents import Attached, CheckedDocuments, MirrorDocuments, check_documents
    from enduse.api.elsewhere import Unsigned, check_answers
    from enduse.api.fetching import fetch
    from enduse.api.given import as_instant as moment
    from enduse.api.keys import KeyDescription, KeyRequest, RemovedKey, describe_key, is_request, read_request
    from enduse.api.light import LightCopy, SentStatement, is_light, open_light
    from enduse.api.passkeys import (
        MAY_BE_DELEGATED,
        SAYABLE,
        kind_said,
        parse_request,
        passkey_answers,
        passkey_site,
        signer,
        spoken_key,
    )
    from enduse.api.prepared_tables import PreparedTable, check_table_size, spoken_file
    from enduse.api.programme import Programme, create, is_practice, join, template
    from enduse.api.programme import open_programme as open  # noqa: A004 - as gzip.open and tarfile.open
    from enduse.api.proposals import ProposalView
    from enduse.api.questions import Questions
    from enduse.api.remote_signing import PreparedStatement
    from enduse.book.intake import Taken
    from enduse.exchange.answers import TABLE_QUESTIONS, Answers
    from enduse.exchange.asking import Form, read_fields, set_fields, unknown_names
    from enduse.exchange.envelopes import offered
    from enduse.exchange.import_result import ImportResult
    from enduse.exchange.own_log import OwnStatement
    from enduse.exchange.questions import FormField, Nobody, Question
    from enduse.exchange.standards.checking import IatiCheck, ItemFinding
    from enduse.exchange.standards.contracting import ContractingFile
    from enduse.exchange.standards.contracting_check import ContractingCheck
    from enduse.exchange.standards.contracting_copy import copy_contracting, merge_releases
    from enduse.exchange.standards.contracting_totals import ContractingTotals, contracting_totals
    from enduse.exchange.standards.copying import Copied, copy_iati
    from enduse.exchange.standards.files import check_file, copy_file, file_totals
    from enduse.exchange.standards.fts import FtsTotals, fts_totals
    from enduse.exchange.standards.iati import IatiFile
    from enduse.exchange.standards.link_claim import PreparedClaim, prepared_claim
    from enduse.exchange.standards.linking import FileLinkProposal, FileLinks, FileTransaction, LinkPair, file_links
    from enduse.exchange.standards.publishing import PublishedFiles
    from enduse.exchange.standards.standard import Standard
    from enduse.exchange.standards.totals import IatiTotals, iati_totals
    from enduse.exchange.starting import JoinedProgramme, StartedProgramme
    from enduse.exchange.tables.limits import Limits as TableLimits
    from enduse.exchange.unsigned import SignedPaper
    from enduse.record.carried_documents import CarriedDocuments, carry_documents
    from enduse.record.mirror import is_mirror
    from enduse.views.contract_shapes import ContractView
    from enduse.views.documents import DocumentView
    from enduse.views.indicators import IndicatorsView
    from enduse.views.key_rights import KeyRights, PermittedAct
    from enduse.views.monitors import VisitsView
    from enduse.views.trace import JoinedTrace
    from enduse.views.works import WorksView

_HOMES = {
    "ContractingCheck": ("enduse.exchange.standards.contracting_check", "ContractingCheck"),
    "ContractingFile": ("enduse.exchange.standards.contracting", "ContractingFile"),
    "ContractingTotals": ("enduse.exchange.standards.contracting_totals", "ContractingTotals"),
    "contracting_totals": ("enduse.exchange.standards.contracting_totals", "contracting_totals"),
    "copy_contracting": ("enduse.exchange.standards.contracting_copy", "copy_contracting"),
    "merge_releases": ("enduse.exchange.standards.contracting_copy", "merge_releases"),
    "Copied": ("enduse.exchange.standards.copying", "Copied"),
    "FileLinkProposal": ("enduse.exchange.standards.linking", "FileLinkProposal"),
    "FileTransaction": ("enduse.exchange.standards.linking", "FileTransaction"),
    "LinkPair": ("enduse.exchange.standards.linking", "LinkPair"),
    "FileLinks": ("enduse.exchange.standards.linking", "FileLinks"),
    "PreparedClaim": ("enduse.exchange.standards.link_claim", "PreparedClaim"),
    "file_links": ("enduse.exchange.standards.linking", "file_links"),
    "prepared_claim": ("enduse.exchange.standards.link_claim", "prepared_claim"),
    "check_file": ("enduse.exchange.standards.files", "check_file"),
    "copy_file": ("enduse.exchange.standards.files", "copy_file"),
    "file_totals": ("enduse.exchange.standards.files", "file_totals"),
    "ItemFinding": ("enduse.exchange.standards.checking", "ItemFinding"),
    "IatiTotals": ("enduse.exchange.standards.totals", "IatiTotals"),
    "FtsTotals": ("enduse.exchange.standards.fts", "FtsTotals"),
    "iati_totals": ("enduse.exchange.standards.totals", "iati_totals"),
    "fts_totals": ("enduse.exchange.standards.fts", "fts_totals"),
    "copy_iati": ("enduse.exchange.standards.copying", "copy_iati"),
    "Standard": ("enduse.exchange.standards.standard", "Standard"),
    "IatiFile": ("enduse.exchange.standards.iati", "IatiFile"),
    "IatiCheck": ("enduse.exchange.standards.checking", "IatiCheck"),
    "Unsigned": ("enduse.api.elsewhere", "Unsigned"),
    "check_answers": ("enduse.api.elsewhere", "check_answers"),
    "MAY_BE_DELEGATED": ("enduse.api.passkeys", "MAY_BE_DELEGATED"),
    "TABLE_QUESTIONS": ("enduse.exchange.answers", "TABLE_QUESTIONS"),
    "SAYABLE": ("enduse.api.passkeys", "SAYABLE"),
    "kind_said": ("enduse.api.passkeys", "kind_said"),
    "parse_request": ("enduse.api.passkeys", "parse_request"),
    "passkey_answers": ("enduse.api.passkeys", "passkey_answers"),
    "passkey_site": ("enduse.api.passkeys", "passkey_site"),
    "signer": ("enduse.api.passkeys", "signer"),
    "spoken_key": ("enduse.api.passkeys", "spoken_key"),
    "Answers": ("enduse.exchange.answers", "Answers"),
    "DocumentView": ("enduse.views.documents", "DocumentView"),
    "Attached": ("enduse.api.documents", "Attached"),
    "CheckedDocuments": ("enduse.api.documents", "CheckedDocuments"),
    "CarriedDocuments": ("enduse.record.carried_documents", "CarriedDocuments"),
    "carry_documents": ("enduse.record.carried_documents", "carry_documents"),
    "is_mirror": ("enduse.record.mirror", "is_mirror"),
    "check_documents": ("enduse.api.documents", "check_documents"),
    "Form": ("enduse.exchange.asking", "Form"),
    "FormField": ("enduse.exchange.questions", "FormField"),
    "MirrorDocuments": ("enduse.api.documents", "MirrorDocuments"),
    "Nobody": ("enduse.exchange.questions", "Nobody"),
    "RemovedKey": ("enduse.api.keys", "RemovedKey"),
    "PublishedFiles": ("enduse.exchange.standards.publishing", "PublishedFiles"),
    "PreparedTable": ("enduse.api.prepared_tables", "PreparedTable"),
    "TableLimits": ("enduse.exchange.tables.limits", "Limits"),
    "check_table_size": ("enduse.api.prepared_tables", "check_table_size"),
    "spoken_file": ("enduse.api.prepared_tables", "spoken_file"),
    "PreparedStatement": ("enduse.api.remote_signing", "PreparedStatement"),
    "KeyRights": ("enduse.views.key_rights", "KeyRights"),
    "PermittedAct": ("enduse.views.key_rights", "PermittedAct"),
    "Corrected": ("enduse.api.correcting", "Corrected"),
    "ImportResult": ("enduse.exchange.import_result", "ImportResult"),
    "JoinedProgramme": ("enduse.exchange.starting", "JoinedProgramme"),
    "KeyDescription": ("enduse.api.keys", "KeyDescription"),
    "KeyRequest": ("enduse.api.keys", "KeyRequest"),
    "LightCopy": ("enduse.api.light", "LightCopy"),
    "OwnStatement": ("enduse.exchange.own_log", "OwnStatement"),
    "Programme": ("enduse.api.programme", "Programme"),
    "Questions": ("enduse.api.questions", "Questions"),
    "ProposalView": ("enduse.api.proposals", "ProposalView"),
    "Question": ("enduse.exchange.questions", "Question"),
    "SentStatement": ("enduse.api.light", "SentStatement"),
    "SignedPaper": ("enduse.exchange.unsigned", "SignedPaper"),
    "StartedProgramme": ("enduse.exchange.starting", "StartedProgramme"),
    "Taken": ("enduse.book.intake", "Taken"),
    "assess": ("enduse.api.assessment", "assess"),
    "compare_issues": ("enduse.api.comparing", "compare_issues"),
    "compare_registers": ("enduse.api.comparing", "compare_registers"),
    "create": ("enduse.api.programme", "create"),
    "demo": ("enduse.demo", ""),
    "describe_key": ("enduse.api.keys", "describe_key"),
    "errors": ("enduse.errors", ""),
    "fetch": ("enduse.api.fetching", "fetch"),
    "is_light": ("enduse.api.light", "is_light"),
    "is_practice": ("enduse.api.programme", "is_practice"),
    "join": ("enduse.api.programme", "join"),
    "keep_tables": ("enduse.api.comparing", "keep_tables"),
    "moment": ("enduse.api.given", "as_instant"),
    "offered": ("enduse.exchange.envelopes", "offered"),
    "open": ("enduse.api.programme", "open_programme"),
    "open_light": ("enduse.api.light", "open_light"),
    "operators": ("enduse.operators", ""),
    "propose_mapping": ("enduse.api.comparing", "propose_mapping"),
    "read_fields": ("enduse.exchange.asking", "read_fields"),
    "propose_profile": ("enduse.api.comparing", "propose_profile"),
    "is_request": ("enduse.api.keys", "is_request"),
    "read_request": ("enduse.api.keys", "read_request"),
    "template": ("enduse.api.programme", "template"),
    "set_fields": ("enduse.exchange.asking", "set_fields"),
    "unknown_names": ("enduse.exchange.asking", "unknown_names"),
    "ContractView": ("enduse.views.contract_shapes", "ContractView"),
    "JoinedTrace": ("enduse.views.trace", "JoinedTrace"),
    "IndicatorsView": ("enduse.views.indicators", "IndicatorsView"),
    "VisitsView": ("enduse.views.monitors", "VisitsView"),
    "WorksView": ("enduse.views.works", "WorksView"),
    "write_remarks": ("enduse.api.comparing", "write_remarks"),
}

__all__ = [
    "MAY_BE_DELEGATED",
    "SAYABLE",
    "TABLE_QUESTIONS",
    "Answers",
    "Attached",
    "CarriedDocuments",
    "CheckedDocuments",
    "ContractView",
    "ContractingCheck",
    "ContractingFile",
    "ContractingTotals",
    "Copied",
    "Corrected",
    "DocumentView",
    "FileLinkProposal",
    "FileLinks",
    "FileTransaction",
    "Form",
    "FormField",
    "FtsTotals",
    "IatiCheck",
    "IatiFile",
    "IatiTotals",
    "ImportResult",
    "IndicatorsView",
    "ItemFinding",
    "JoinedProgramme",
    "JoinedTrace",
    "KeyDescription",
    "KeyRequest",
    "KeyRights",
    "LightCopy",
    "LinkPair",
    "MirrorDocuments",
    "Nobody",
    "OwnStatement",
    "PermittedAct",
    "PreparedClaim",
    "PreparedStatement",
    "PreparedTable",
    "Programme",
    "ProposalView",
    "PublishedFiles",
    "Question",
    "Questions",
    "RemovedKey",
    "SentStatement",
    "SignedPaper",
    "Standard",
    "StartedProgramme",
    "TableLimits",
    "Taken",
    "Unsigned",
    "VisitsView",
    "WorksView",
    "__version__",
    "assess",
    "carry_documents",
    "check_answers",
    "check_documents",
    "check_file",
    "check_table_size",
    "compare_issues",
    "compare_registers",
    "contracting_totals",
    "copy_contracting",
    "copy_file",
    "copy_iati",
    "create",
    "demo",
    "describe_key",
    "errors",
    "fetch",
    "file_links",
    "file_totals",
    "fts_totals",
    "iati_totals",
    "is_light",
    "is_mirror",
    "is_practice",
    "is_request",
    "join",
    "keep_tables",
    "kind_said",
    "merge_releases",
    "moment",
    "offered",
    "open",
    "open_light",
    "operators",
    "parse_request",
    "passkey_answers",
    "passkey_site",
    "prepared_claim",
    "propose_mapping",
    "propose_profile",
    "read_fields",
    "read_request",
    "set_fields",
    "signer",
    "spoken_file",
    "spoken_key",
    "template",
    "unknown_names",
    "write_remarks",
]


def __getattr__(name: str) -> object:
    home, member = _HOMES.get(name, ("", ""))
    if not home:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(home)
    return getattr(module, member) if member else module


def __dir__() -> list[str]:
    return sorted(__all__)
