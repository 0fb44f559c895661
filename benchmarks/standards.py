"""Claim: an IATI file of any size is read, validated and linked at 20 MB/s and more on one core, in memory that does not grow.

A file of invented activities (or, with ``--sample``, a published one replicated under new identifiers) is read by each path
in a process of its own: ours without and with the schema, ours with all of the standard's rules and code lists, and, as the
limit and the peer, the parser alone and the whole tree validated at once. Medians of processor seconds.

    python benchmarks/standards.py --standard DIR [--sample FILE] [--megabytes 10 40 107]
"""

import argparse
import multiprocessing
import re
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from enduse.exchange.standards.checking import IatiCheck
from enduse.exchange.standards.iati import ACTIVITIES, IatiFile
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.standard import Standard
from enduse.exchange.standards.totals import IatiSums, iati_totals
from machine import describe

RUNS = 3
HEAD, TAIL = '<iati-activities version="2.03">\n', "</iati-activities>\n"


def invented(number: int) -> str:
    """Return one activity with four transactions, whose giver is the activity before."""
    transactions = "".join(
        f'<transaction><transaction-type code="{1 if at % 2 else 3}"/><transaction-date iso-date="2026-03-{1 + at % 28:02}"/>'
        f'<value value-date="2026-03-01">{1000 + at}.50</value>'
        f'<provider-org provider-activity-id="XX-1-{number - 1}"><narrative>Azura (invented)</narrative></provider-org>'
        "</transaction>\n"
        for at in range(4)
    )
    return (
        f'<iati-activity default-currency="USD"><iati-identifier>XX-1-{number}</iati-identifier>'
        f'<reporting-org ref="XX-1" type="40"><narrative>Azura (invented)</narrative></reporting-org>'
        f"<title><narrative>Wells {number}</narrative></title><description><narrative>Invented.</narrative></description>"
        f'<participating-org role="1"><narrative>Azura (invented)</narrative></participating-org>'
        f'<activity-status code="2"/><activity-date type="1" iso-date="2026-01-01"/>\n{transactions}</iati-activity>\n'
    )


def write(path: Path, megabytes: int, sample: Path | None) -> None:
    """Write a file of about so many megabytes."""
    text = sample.read_text(encoding="utf-8") if sample else ""
    begins, ends = text.find("<iati-activity "), text.rfind("</iati-activities>")
    with path.open("w", encoding="utf-8") as file:
        file.write(text[:begins] if sample else HEAD)
        number = 0
        while file.tell() < megabytes * 1_000_000:
            number += 1
            again = rf"<iati-identifier>\g<1>-{number}</iati-identifier>"
            file.write(
                re.sub(r"<iati-identifier>\s*([^<]*?)\s*</iati-identifier>", again, text[begins:ends])
                if sample
                else invented(number)
            )
        file.write(text[ends:] if sample else TAIL)


def read(path: Path, standard: Path) -> None:  # noqa: ARG001 - all paths are called alike
    iati_totals([path])


def validated(path: Path, standard: Path) -> None:
    file, sums = IatiFile(path), IatiSums()
    schema = Standard(standard).schema(file.root.tag)
    for item in file.items():
        if schema is not None:
            schema.validate(file.root)
        sums.add(file, item, counted=True)


def checked(path: Path, standard: Path) -> None:
    for _ in IatiCheck(IatiFile(path), Standard(standard), datetime.now(UTC).date()).findings():
        pass


def parser_alone(path: Path, standard: Path) -> None:  # noqa: ARG001 - as above
    for _, element in etree.iterparse(str(path), tag="iati-activity"):
        element.clear()


def whole_tree(path: Path, standard: Path) -> None:
    schema = Standard(standard).schema(ACTIVITIES)
    if schema is not None:
        schema.validate(etree.parse(str(path)))


PATHS: dict[str, Callable[[Path, Path], None]] = {
    "read and linked": read,
    "read, linked and validated": validated,
    "all rules and code lists too": checked,
    "the parser alone (limit)": parser_alone,
    "whole tree validated (peer)": whole_tree,
}


def measure(name: str, path: Path, standard: Path, queue: "multiprocessing.Queue[tuple[float, int]]") -> None:
    """Run one path in this process; put processor seconds and megabytes at most."""
    started = time.process_time()
    PATHS[name](path, standard)
    queue.put((time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--standard", type=Path, required=True)
    asked.add_argument("--sample", type=Path)
    asked.add_argument("--megabytes", type=int, nargs="+", default=[10, 40, 107])
    given = asked.parse_args()
    print(describe())
    context = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder:
        for megabytes in given.megabytes:
            path = Path(folder) / "file.xml"
            write(path, megabytes, given.sample)
            size = path.stat().st_size / 1e6
            print(f"{size:.1f} MB, {'replicated' if given.sample else 'invented'}")
            for name in PATHS:
                runs = []
                for _ in range(RUNS):
                    queue: multiprocessing.Queue[tuple[float, int]] = context.Queue()
                    process = context.Process(target=measure, args=(name, path, given.standard, queue))
                    process.start()
                    runs.append(queue.get())
                    process.join()
                seconds = statistics.median(run[0] for run in runs)
                print(
                    f"  {name:<32}{seconds:>8.2f} s {size / seconds:>7.1f} MB/s {max(run[1] for run in runs):>7,} MB at most"
                )


if __name__ == "__main__":
    main()
