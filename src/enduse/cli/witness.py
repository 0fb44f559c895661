"""``enduse record witness`` and ``mirror``: other parties watch the log."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.text import Text

import enduse
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, say_message, say_problem
from enduse.cli.screen import console, errors
from enduse.errors import EnduseError, MalformedError, UnknownError
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse.operators import SignedCheckpoint, Verifier, WitnessServer

PORT_MAX: Final = 65_535
Listen = Annotated[str, typer.Option(metavar="HOST:PORT", help="Address to listen on; put a TLS proxy before it.")]


def witness(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The witness's own folder; made if missing.")],
    logs: Annotated[list[Path], typer.Option("--log", metavar="LOG.vkey", help="Key of a log to watch. Repeatable.")],
    name: Annotated[str | None, typer.Option(help="Name of the witness, for the first time.")] = None,
    listen: Listen = "127.0.0.1:8799",
    follow: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL", help="Read the tiles of one of these logs here, instead of listening: no open port."
        ),
    ] = None,
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="With --follow: the cosignature, to be sent to whoever publishes.")
    ] = Path("cosignature.txt"),
    every: Annotated[
        str | None, typer.Option(metavar="SPAN", help="With --follow: again and again, such as every 1h.")
    ] = None,
) -> None:
    """Run a witness: it cosigns a checkpoint only when it extends the last one it saw, and remembers.

    Prints the witness's public key, which goes into the policies of those who trust it. Stop it with Ctrl-C. With
    --follow it needs no server and no open port: its cosignature is a file that travels by mail or stick.

    Example: enduse record witness my-witness --log demo/log.vkey --name witness.example
    """
    with exit_on_error():
        from enduse.operators import read_key, witness_server

        host, port = _address(listen)
        known = [read_key(path) for path in logs]
        if follow is not None:
            _follow(folder, follow, known, name=name, to=to, every=every)
            return
        server = witness_server(folder, known, name=name, host=host, port=port, tell=say_evidence)
        say_kept(folder)
    _say_key(server.witness.signer.verifier.vkey)
    _serve(server)


def _follow(folder: Path, where: str, logs: "list[Verifier]", *, name: str | None, to: Path, every: str | None) -> None:
    from enduse.operators import ContradictionError, check_writable, cosign_once, parse_span, read_cosigned

    pause = None if every is None else parse_span(every).total_seconds()
    check_writable(to)
    started = False
    while True:
        try:
            cosigned = cosign_once(folder, where, logs, name=name, tell=say_evidence)
        except ContradictionError as error:
            say_problem(error.problem)
            raise typer.Exit(DOES_NOT_HOLD) from error
        except EnduseError as error:
            if not started:
                raise
            say_problem(error.problem)  # the line may be down for now: a witness that watches goes on watching
        else:
            started = True
            to.write_bytes(cosigned)
            origin, size, vkey = read_cosigned(folder, cosigned)
            say_message(Message.of("record.cosignature_written", n=size, log=origin, file=str(to)))
            _say_key(vkey)
        if pause is None:
            return
        time.sleep(pause)


def mirror(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The mirror's own folder; made if missing.")],
    of: Annotated[str, typer.Option(metavar="DIR|URL", help="Tiles of the log to follow.")],
    key: Annotated[Path, typer.Option(metavar="LOG.vkey", help="The log's key, had from somewhere else than --of.")],
    name: Annotated[str | None, typer.Option(help="Name of the mirror, for the first time.")] = None,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Go on and answer the log's requests here.")
    ] = None,
    most_megabytes: Annotated[
        int, typer.Option(metavar="N", min=1, max=1_000_000, help="What the copy may grow to, a hostile log's too.")
    ] = 4_096,
    as_json: Json = False,
) -> None:
    """Copy everything the log has published, check it, and cosign only what is durably held here.

    The files of public photos and papers come along where they lie beside the tiles (documents/), each checked against what was signed;
    a private one is known by its commitment alone, and stays where it is. A mirror that listens brings them in as they come.

    Example: enduse record mirror copy --of demo/tiles --key demo/log.vkey --name mirror.example
    """
    with exit_on_error():
        from enduse.operators import (
            ContradictionError,
            DocumentFollower,
            MirrorLimits,
            mirror_server,
            open_mirror,
            read_key,
        )

        address = None if listen is None else _address(listen)
        limits = MirrorLimits(bytes=most_megabytes * 1_000_000)
        held = open_mirror(
            folder,
            of,
            read_key(key),
            name=name,
            waits=address is not None,
            tell=say_evidence,
            limits=limits,
        )
        say_kept(folder)
        vkey = held.signer.verifier.vkey
        try:
            head = held.follow()
        except ContradictionError as error:
            say_problem(error.problem)
            raise typer.Exit(DOES_NOT_HOLD) from error
        except UnknownError:
            if address is None or held.checkpoint is not None:
                raise
            head = None  # its first checkpoint waits for us
        carried = enduse.carry_documents(folder, of, limits) if head else None
        _say_held(head, carried, vkey, as_json=as_json)
        if address is not None:
            follower = DocumentFollower(folder, of, limits, tell=say_carried)
            follower.start()
            _serve(mirror_server(held, *address))
            follower.end()
        held.close()


def _say_held(
    held: "SignedCheckpoint | None", carried: "enduse.CarriedDocuments | None", vkey: str, *, as_json: bool
) -> None:
    """Say what a mirror holds now, and with which key it cosigns."""
    head = None if held is None else held.checkpoint
    if as_json:
        root = head.root.hex() if head else None
        print_json({"size": head.size if head else 0, "root": root, "key": vkey, "documents": carried})
    else:
        words = localizer()
        told = words.say("holds nothing yet")
        if head:
            told = words.count(
                "holds {n} entry of {origin}, root {root}",
                "holds {n} entries of {origin}, root {root}",
                head.size,
                origin=head.origin,
                root=head.root.hex(),
            )
        console.print(Text(told))
        say_carried(carried)
        console.print(vkey, markup=False)


def say_carried(carried: "enduse.CarriedDocuments | None") -> None:
    """Say which photos and papers came along, where the record names any."""
    if carried is None or not carried.here + carried.missing + carried.private:
        return
    told = {"here": carried.here, "missing": carried.missing, "private": carried.private}
    say_message(Message.of("document.carried", **told), style="yellow" if carried.missing else "dim")


def say_evidence(said: Message, path: Path) -> None:
    """Say on standard error, so that nobody overlooks it, that a log has convicted itself."""
    say_message(Message.of("record.evidence_kept", reason=said, file=str(path)), style="bold white on red", aside=True)


def say_kept(folder: Path) -> None:
    """Say what evidence was kept before."""
    from enduse.operators import kept_evidence

    for each in kept_evidence(folder):
        say_evidence(each.said, each.path)


def _say_key(vkey: str) -> None:
    """Print the key alone on standard output, so that a script can take it; what it is stands beside."""
    say_message(Message.of("record.witness_key_shown"), style="dim", aside=True)
    console.print(vkey, markup=False)


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")  # IPv6 is written in brackets
    if not colon or not port.isdecimal() or len(port) > len("65535") or int(port) > PORT_MAX:
        raise MalformedError("command.not_an_address", text=listen)
    return host, int(port)


def _serve(server: "WitnessServer") -> None:
    words = localizer()
    errors.print(Text(words.say("listening on {url}; Ctrl-C stops", url=server.url), style="dim"))
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        errors.print(Text(words.say("stopped"), style="dim"))
    finally:
        server.server_close()
