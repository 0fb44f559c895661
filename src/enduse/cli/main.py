"""The command ``enduse``: its commands by name, and the start."""

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from enduse import __version__
from enduse.cli.commands import CommandGroup, CommandsBelow, CommandsByName, Settings

COMMANDS: Final[Mapping[str, str | CommandsBelow]] = {
    "demo": "demo.demo",
    "template": "template.template",
    "new": "new.new",
    "join": "join.join",
    "fetch": "fetch.fetch",
    "profile": "profile.profile",
    "add": "add.add",
    "say": "say.say",
    "attach": "documents.attach",
    "documents": "documents.documents",
    "copy": "send.copy",
    "send": "send.send",
    "sign": "send.sign",
    "signed": "send.signed",
    "sent": "send.sent",
    "compare": "tables.compare",
    "status": "status.status",
    "report": "report.report",
    "serve": "serve.serve",
    "publish": "publish.publish",
    "export": "export.export",
    "history": "history.history",
    "goods": "goods.goods",
    "trace": "trace.trace",
    "late": "late.late",
    "changes": "changes.changes",
    "list": "listing.list_statements",
    "correct": "correct.correct",
    "assure": "assure.assure",
    "plan": "plan.plan",
    "visits": "visits.visits",
    "mandates": "mandates.mandates",
    "works": "works.works",
    "indicators": "indicators.indicators",
    "undertakings": "undertakings.undertakings",
    "release": "release.release",
    "backlog": "backlog.backlog",
    "what-if": "what_if.what_if",
    "propose": "agree.propose",
    "agree": "agree.agree",
    "money": CommandsBelow(
        "Show money by donor, party, project and place (enduse money DIR), and deal with files in the open standards.",
        {
            "show": "money.show",
            "check": "money_files.check",
            "links": "money_links.links",
            "reconcile": "money_audit.reconcile",
            "sample": "money_audit.sample",
            "copy": "money_files.copy",
            "merge": "money_files.merge",
            "totals": "money_files.totals",
        },
        first_unnamed=True,
    ),
    "access": CommandsBelow(
        "Show how aid gets in (enduse access DIR), seal a movement until it may be told, and work out an order of sending.",
        {
            "show": "access.show",
            "map": "access.draw",
            "seal": "access.seal",
            "disclose": "access.disclose",
            "order": "access.order",
        },
        first_unnamed=True,
    ),
    "key": CommandsBelow(
        "Make a key, and say what happens to one: enrol, delegate, suspend, recover, object, approve, revoke.",
        {
            "delegate": "delegate.delegate",
            "change": "key_life.change",
            "lost": "key_life.lost",
            "list": "keys.list_keys",
            "new": "key.new",
            "remove": "key.remove",
            "show": "key.show",
            "page": "key.page",
            "say": "key.say",
            "enrol": "key.enrol",
            "hand-on": "key.hand_on",
            "revoke": "key.revoke",
        },
    ),
    "record": CommandsBelow(
        "The log that keeps every statement: check it, prove from it, share it.",
        {
            "verify": "record.verify",
            "prove": "record.prove",
            "publish": "record.publish",
            "card": "record.card",
            "fingerprint": "record.fingerprint",
            "restore": "restore.restore",
            "rebuild": "restore.rebuild",
            "witness": "witness.witness",
            "mirror": "witness.mirror",
            "compare": "compare.compare",
            "evidence": "compare.evidence",
            "receipt": "receipt.receipt",
            "seal": "seal.seal",
            "disclose": "seal.disclose",
            "erase": "seal.erase",
        },
    ),
}
"""Each command: its module here and the function in it."""


class _Enduse(CommandGroup):
    """All commands."""

    def __init__(self, **settings: Settings) -> None:
        super().__init__(**{**settings, "commands": CommandsByName(COMMANDS)})


app = typer.Typer(
    name="enduse",
    cls=_Enduse,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Follow reconstruction aid, every pledge and every pallet, from the promise to the use it was meant for.",
    epilog="Start with: **enduse demo**. Exit codes: 0 done, 1 the thing checked does not hold, 2 not understood.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"enduse {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line."""
    app()
