"""The command ``enduse``: put the nouns together and start."""

from typing import Annotated

import typer

from enduse import __version__
from enduse.cli import (
    access,
    add,
    agree,
    assure,
    backlog,
    changes,
    correct,
    demo,
    documents,
    export,
    fetch,
    goods,
    history,
    indicators,
    join,
    key,
    late,
    listing,
    mandates,
    money,
    new,
    plan,
    profile,
    publish,
    record,
    release,
    report,
    say,
    send,
    serve,
    status,
    tables,
    template,
    trace,
    visits,
    what_if,
    works,
)
from enduse.cli.commands import Commands

app = Commands(
    name="enduse",
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


app.command()(demo.demo)
app.command()(template.template)
app.command()(new.new)
app.command()(join.join)
app.command()(fetch.fetch)
app.command()(profile.profile)
app.command()(add.add)
app.command()(say.say)
app.command()(documents.attach)
app.command()(documents.documents)
app.command()(send.copy)
app.command()(send.send)
app.command()(send.sign)
app.command()(send.signed)
app.command()(send.sent)
app.command()(tables.compare)
app.command()(status.status)
app.command()(report.report)
app.command()(serve.serve)
app.command()(publish.publish)
app.command()(export.export)
app.command()(history.history)
app.add_typer(money.app, name="money")
app.command()(goods.goods)
app.command()(trace.trace)
app.command()(late.late)
app.command()(changes.changes)
app.command("list")(listing.list_statements)
app.command()(correct.correct)
app.command()(assure.assure)
app.command()(plan.plan)
app.command()(visits.visits)
app.command()(mandates.mandates)
app.command()(works.works)
app.command()(indicators.indicators)
app.command()(release.release)
app.add_typer(access.app, name="access")
app.command()(backlog.backlog)
app.command("what-if")(what_if.what_if)
app.command()(agree.propose)
app.command()(agree.agree)
app.add_typer(key.app, name="key")
app.add_typer(record.app, name="record")


def main() -> None:
    """Run the command line."""
    app()
