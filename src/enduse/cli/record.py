"""``enduse record``: check the log that keeps every statement."""

from pathlib import Path
from typing import Annotated

import typer

from enduse.cli.output import DOES_NOT_HOLD, Json, console, emit, progress, say_problem, told
from enduse.errors import UnknownError

app = typer.Typer(no_args_is_help=True, help="The log that keeps every statement: check it, prove from it.")


@app.command()
def verify(
    source: Annotated[str, typer.Argument(help="Folder of a programme, or URL of its tiles.", metavar="DIR|URL")],
    policy: Annotated[Path | None, typer.Option(help="Whose cosignatures you ask for (C2SP tlog-policy).")] = None,
    as_json: Json = False,
) -> None:
    """Recompute every hash, signature and running number, and compare with the signed checkpoint.

    Leaves with exit code 1 and names the entry when a single byte differs.

    Example: enduse record verify demo
    """
    with told():
        from enduse.record import policy as policies
        from enduse.record.verify import verify as verify_record
        from enduse.statements.keyring import Keyring

        if "://" not in source and not Path(source).is_dir():
            raise UnknownError("there is no such folder", source=source, remedy="name a programme's folder or a URL")
        wanted = policies.parse(_text(policy)) if policy else None
        with progress("checking", quiet=as_json) as step:
            report = verify_record(
                source, policy=wanted, examine=Keyring().examine, progress=lambda done, _all: step(done)
            )
    if as_json:
        emit(
            {
                "ok": report.ok,
                "size": report.size,
                "root": report.root.hex(),
                "checkpoint": report.checkpoint.decode("utf-8", "replace") if report.checkpoint else "",
                "problems": report.problems,
            }
        )
    elif report.ok:
        console.print(f"[bold green]holds[/]  {report.size:,} statements, each signed and in its place")
        console.print(f"root   {report.root.hex()}", style="dim")
    else:
        for problem in report.problems:
            say_problem(problem)
    if not report.ok:
        raise typer.Exit(DOES_NOT_HOLD)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnknownError(f"cannot be read: {error}", source=str(path)) from error
