"""``make drill``: one shipment is changed afterwards and everything signed anew; who finds out, and by which command?

A depot sends 100 tonnes, 80 arrive, 20 are missing. Then whoever holds the folder, with every key in it, makes it 80 sent:
the statement is signed again by the depot's key, every hash is built anew, the log's key signs the result. The same forgery
is looked at with nobody watching, with one witness, with a mirror, with a card that somebody kept, and with a receipt.
All but the forgery itself is done by the commands that everybody has.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from enduse.book import keys
from enduse.record.log import DATABASE, KEYS, LOG_KEY, POLICY, TILES, VKEY, Log
from enduse.record.note import Signer
from enduse.record.store import NewEntry
from enduse.statements.codec import statement_id
from enduse.statements.envelope import key_id, pae, unwrap, wrap

EXAMPLE = Path(__file__).parents[1] / "examples" / "drill"
SENT, FORGED_SENT = rb"\"quantity\":100", rb"\"quantity\":80"
LINES_SHOWN = 3


class Found(NamedTuple):
    """What one way of watching came to: who finds out, and by which command; nobody, perhaps."""

    watched_by: str
    who: str
    command: str
    evidence: bool


COMMAND = sys.executable, "-c", "from enduse.cli.main import main; main()"
ENVIRONMENT = {"COLUMNS": "150", "LC_ALL": "C.UTF-8"}


class Drill:
    """Runs commands in a folder and shows them as they are run; ``command`` are the words that start ``enduse``."""

    def __init__(self, folder: Path, command: Sequence[str] = COMMAND) -> None:
        self.folder, self.command = folder, command
        self.wrong: list[str] = []

    def run(self, line: str, expect: int = 0, *, quiet: bool = False, only: str = "") -> str:
        """Run ``enduse LINE`` and return what it printed; another exit code than expected is remembered as wrong.

        Args:
            line: the command's words.
            expect: its exit code.
            quiet: show nothing.
            only: show lines with this text alone.
        """
        command = [*self.command, *line.split()]
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, env=environment)
        told = (done.stderr + done.stdout if expect else done.stdout).strip()
        if done.returncode != expect:
            self.wrong.append(f"enduse {line}: exit code {done.returncode}, not {expect}: {done.stderr}")
        if not quiet:
            print(f"  $ enduse {line}")
            for text in [each for each in told.splitlines() if only in each][:LINES_SHOWN]:
                print(f"      {text}")
        return done.stdout.strip()

    def honest(self) -> None:
        """Build the record, and let each of those who watch do so before anything is changed."""
        x = EXAMPLE
        print("\nBefore: 100 t are sent, 80 t arrive. Four parties take something home.")
        self.run(f"new honest --from {x}/programme.yaml --play-all-parties", quiet=True)
        given = "--receipts receipts.jsonl"
        self.run(f"add honest {x}/sent.csv --as party:depot --profile {x}/waybills.toml {given}", quiet=True)
        self.run(f"add honest {x}/arrived.csv --as party:site --profile {x}/waybills.toml", quiet=True)
        self.run("status honest", only="cement")
        shutil.copy(self.folder / "honest" / VKEY, self.folder / "log.vkey")
        follow = "record witness ministry --log log.vkey --follow honest --name ministry.example --to signed.txt"
        witness = self.run(follow).splitlines()[-1]
        log = (self.folder / "log.vkey").read_text(encoding="utf-8").strip()
        policy = f"log {log}\nwitness ministry {witness}\nquorum ministry\n"
        (self.folder / "donors.policy").write_text(policy, encoding="utf-8")
        self.run("record mirror agency --of honest --key log.vkey --name agency.example", quiet=True)
        self.run("record card honest --to card.html")
        self.run("record publish honest --policy donors.policy --cosignature signed.txt")

    def looked_at(self) -> list[Found]:
        """Hold the forgery against each way of watching, and against none."""
        found = []
        print("\n1. Nobody watches. The forged record is perfect: every signature holds, and nothing is missing.")
        self.run("record verify forged --key log.vkey")
        self.run("status forged", only="cement")
        found.append(Found("nobody", "nobody", "", evidence=False))
        print(
            "\n2. One witness had signed. Readers who hold its key miss its signature; it refuses the forgery, and cries out."
        )
        self.run("record verify forged --policy donors.policy", 1)
        self.run("record witness ministry --log log.vkey --follow forged --to again.txt", 1)
        self.run("record evidence ministry", 1)
        found.append(
            Found(
                "one witness",
                "every reader with its key; the witness",
                "record verify --policy; record witness",
                evidence=True,
            )
        )
        print("\n3. One mirror holds a copy. It takes nothing of the forgery, and keeps what convicts.")
        self.run("record mirror agency --of forged --key log.vkey", 1)
        self.run("record compare forged --key log.vkey --with agency --to by-mirror.json", 1)
        self.run("record evidence by-mirror.json --key log.vkey")
        found.append(
            Found("one mirror", "the mirror; whoever compares", "record mirror; record compare", evidence=True)
        )
        print("\n4. Somebody kept a printed card.")
        self.run("record card forged --key log.vkey --check card.html", 1)
        self.run("record evidence evidence.json --key log.vkey")
        found.append(Found("a kept card", "whoever kept the card", "record card --check", evidence=True))
        print("\n5. The depot's clerk kept the receipt for what was sent.")
        self.run("record receipt receipts.jsonl --against forged --key log.vkey --to by-receipt.json", 1)
        self.run("record evidence by-receipt.json --key log.vkey")
        found.append(Found("a kept receipt", "whoever kept the receipt", "record receipt", evidence=True))
        return found


def forge(honest: Path, forged: Path) -> int:
    """Copy a programme with one shipment changed, signed again by its party's key, under a log signed anew.

    Returns:
        The position of what was changed.

    Raises:
        ValueError: not exactly one entry is the shipment.
    """
    shutil.copytree(honest, forged)
    with Log.open(honest, read_only=True) as log:
        rows = [NewEntry(row.entry, row.statement_id, row.key, row.seq) for row in log.store.entries()]
        origin = log.origin
    (at,) = (n for n, row in enumerate(rows) if SENT in unwrap(row.entry).payload)
    key = keys.load(honest, "party:depot")
    payload = unwrap(rows[at].entry).payload.replace(SENT, FORGED_SENT)
    entry = wrap(payload, key_id(key.public), key.sign(pae(payload)))
    rows[at] = NewEntry(entry, bytes.fromhex(statement_id(payload)), key.public, rows[at].seq)
    for path in [*forged.glob(f"{DATABASE}*"), *forged.glob("book.db*"), forged / VKEY, forged / POLICY]:
        path.unlink(missing_ok=True)
    shutil.rmtree(forged / TILES)
    signer = Signer.parse((honest / KEYS / LOG_KEY).read_text(encoding="utf-8"))
    with Log.create(forged, origin, signer.key) as log:
        log.append(rows)
        log.publish()
    return at


def drill(folder: Path, command: Sequence[str] = COMMAND) -> int:
    """Run the drill in an empty folder; returns an exit code."""
    drill = Drill(folder, command)
    drill.honest()
    at = forge(folder / "honest", folder / "forged")
    print(f"\nThe forgery: entry {at} says 80 t were sent, not 100. Everything is signed anew, with the log's own key.")
    found = drill.looked_at()
    print("\nWho finds out, and how:\n")
    for each in found:
        how = f"{each.who}: {each.command}" if each.command else "nobody"
        proof = "with a file that convicts" if each.evidence else "and there is no evidence"
        print(f"  {each.watched_by:<16}{how}, {proof}")
    for wrong in drill.wrong:
        print(f"not as it should be: {wrong}", file=sys.stderr)
    return 1 if drill.wrong else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        into = Path(sys.argv[1])
        into.mkdir()
        sys.exit(drill(into))
    with tempfile.TemporaryDirectory() as made:
        sys.exit(drill(Path(made)))
