"""Where others know a log to stand, asked before it goes on after a restart.

Yesterday's backup, restored and added to, would sign a second root for a size that it signed yesterday, and drop what it
acknowledged since. The log itself cannot know; whoever cosigned it can.
"""

import queue
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from enduse.errors import EnduseError, Problem, RecordError
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record.policy import Policy
from enduse.record.store import Store
from enduse.record.tiles import HTTPSource, TileSource
from enduse.system import aside

TIMEOUT_S = 3.0
LONGEST_S = 60.0
"""No source says nothing for longer: each ends by its own limits of time."""
CHECKPOINT = "checkpoint"


class Standing(msgspec.Struct, frozen=True):
    """What others said of where a log stands.

    Attributes:
        asked: names of those who answered and whose answer fits.
        silent: why the others did not answer.
        unasked: names of those who cosigned what is published and have no address at which they could be asked.
    """

    asked: tuple[str, ...] = ()
    silent: tuple[Problem, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anybody could tell."""
        return bool(self.asked)


def sources_of(policy: Policy | None, timeout_s: float = TIMEOUT_S) -> dict[str, TileSource]:
    """Return where each cosigner of a policy that has an address tells what it knows."""
    witnesses = policy.witnesses.items() if policy else ()
    return {name: HTTPSource(witness.url, timeout_s, timeout_s) for name, witness in witnesses if witness.url}


def path_of(log: notes.Verifier) -> str:
    """Return the path at which a cosigner gives the checkpoint of a log that it cosigned last."""
    return f"{sha256(log.name.encode()).hexdigest()}/{CHECKPOINT}"


def ask(
    store: Store, log: notes.Verifier, policy: Policy | None, sources: Mapping[str, TileSource], folder: Path
) -> Standing:
    """Ask cosigners where they know a log to stand, and hold it against what the store holds.

    Args:
        store: of the log.
        log: its key.
        policy: keys of the cosigners.
        sources: where each tells what it knows, by name in the policy; asked all at once.
        folder: of the log, for messages.

    Raises:
        RecordError: somebody has cosigned more than the store holds, or something else.
    """
    answers: queue.SimpleQueue[tuple[str, bytes | EnduseError]] = queue.SimpleQueue()

    def one(name: str, source: TileSource) -> None:
        aside(lambda: source.read(path_of(log)), lambda answer: answers.put((name, answer)))

    for name, source in sources.items():
        one(name, source)
    asked: list[str] = []
    silent: list[Problem] = []
    waiting = set(sources)
    while waiting:
        try:
            name, answer = answers.get(timeout=LONGEST_S)
        except queue.Empty:  # a thread that ended before it began
            silent += [Problem.of("record.no_answer_in_time", source=each) for each in sorted(waiting)]
            break
        waiting.discard(name)
        try:
            if isinstance(answer, EnduseError):
                raise answer
            known = checkpoints.open_checkpoint(answer, log, [policy.witnesses[name].verifier] if policy else ())
        except EnduseError as error:
            silent.append(error.at(name))
            continue
        _compare(store, name, known.checkpoint, str(folder))
        asked.append(name)
    return Standing(tuple(sorted(asked)), tuple(silent))


def _compare(store: Store, name: str, known: checkpoints.Checkpoint, source: str) -> None:
    if known.size > store.size:
        raise RecordError("record.older_copy", source=source, witness=name, known=known.size, size=store.size)
    if store.tree(known.size).root() != known.root:
        raise RecordError("record.other_copy", source=source, witness=name, known=known.size)
