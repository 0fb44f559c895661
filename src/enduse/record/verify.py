"""Full audit of a record, from a folder or a URL: every entry, every tile, every signature, recomputed.

Nothing that is read is believed: leaf hashes come from the entry bytes, tiles are compared with what the leaves give,
and the root with the signed checkpoint. Whatever is wrong comes back as a problem; no damage to a file raises.
"""

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from os import PathLike
from pathlib import Path

import msgspec

from enduse.errors import EnduseError, Problem, UnknownError
from enduse.messages import Message
from enduse.record import audit, monitor
from enduse.record import checkpoint as checkpoints
from enduse.record import policy as policies
from enduse.record.audit import Ahead, Audited, Describe, Examine, Follower, Job, OpenStore
from enduse.record.log import CHECKPOINT, DATABASE, KEYS, LOG_KEY, POLICY, TILES, VKEY, read_vkey
from enduse.record.postgres import PostgresStore
from enduse.record.postgres_session import Address
from enduse.record.sqlite import SQLiteStore
from enduse.record.tiles import TILE_BITS, TILE_WIDTH, TileReader, open_source, tile_path, tile_width
from enduse.record.tree import HASH_BYTES, CompactRange, root
from enduse.record.trust import Trust
from enduse.record.watch import Watch, too_old, watched

Progress = Callable[[int, int], None]
"""Told how many entries are done, of how many."""

PROBLEMS_MAX = 1_000
_READ_TOGETHER = 128
_ENTRIES_CHANGED = ("record.root_wrong", "record.entries_lacking", "record.signed_checkpoint_foreign")
_ENTRIES_AWAY = {"record.entries_lacking", "record.rows_missing", "record.size_differs"}
_FILES_CHANGED = ("record.entry_unlike_bundle", "record.tile_wrong")


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found.

    Attributes:
        ok: the record is what its checkpoint says, and the checkpoint is signed as it must be.
        size: entries under the checkpoint.
        root: 32-byte root as recomputed from the entries.
        checkpoint: the checkpoint as served; empty where there is none.
        watch: who else has signed the checkpoint, and when; nobody, perhaps.
        unpublished: entries in the database that no checkpoint covers yet.
        clock: what is to be known of the record's own time, where it lies ahead of others'.
        problems: what is wrong with the record.
        incomplete: gaps and forks in the parties' own running numbers; the record is true, a party is not complete.
        keys: what the parties' keys wait for: recoveries that are not decided, suspensions that last.
        compared: at how many entries the book beside the record was compared with it; ``None`` where none was.
    """

    ok: bool
    size: int
    root: bytes
    checkpoint: bytes
    watch: Watch = Watch()
    unpublished: int = 0
    clock: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()
    incomplete: tuple[Problem, ...] = ()
    keys: tuple[Message, ...] = ()
    compared: int | None = None

    @property
    def changed(self) -> Message | None:
        """In plain words which copy was changed after it was signed, where that is what is wrong."""
        codes = {problem.told.code for problem in self.problems}
        if not self.checkpoint or not codes.intersection((*_ENTRIES_CHANGED, *_FILES_CHANGED)):
            return None
        if not codes.intersection(_ENTRIES_CHANGED):
            return Message.of("record.tiles_changed")
        away = [problem.told for problem in self.problems if problem.told.code == "record.entries_lacking"]
        if away and codes <= _ENTRIES_AWAY:
            return Message("store.older_than_signed", away[0].values)
        lines = [problem.line for problem in self.problems if problem.line is not None]
        # Where both are changed, the database is what is rewritten: its entries are named before those of bundles.
        named = [problem.line for problem in self.problems if problem.told.code not in _FILES_CHANGED]
        lines = [line for line in named if line is not None] or lines
        return Message.of("record.copy_changed_at", index=lines[0]) if lines else Message.of("record.copy_changed")


class RecordPlace(msgspec.Struct, frozen=True):
    """Where the parts of a record are.

    Attributes:
        tiles: folder or URL of its tiles.
        open_store: opens the database beside them, if there is one.
        policy: file of the policy kept with them, if there is one.
    """

    tiles: str
    open_store: OpenStore | None
    policy: Path | None = None

    def kept_policy(self) -> policies.Policy | None:
        """Return the policy kept with the record: the keeper's word, not the reader's.

        Raises:
            MalformedError: the file is none.
        """
        return None if self.policy is None else policies.load(self.policy)


def is_url(where: str | PathLike[str]) -> bool:
    """Say whether a place is an http(s) address rather than a folder."""
    return str(where).startswith(("http://", "https://"))


def find(where: str | PathLike[str], trust: Trust | None = None) -> tuple[RecordPlace, Trust]:
    """Return where the parts of a record are, and the keys it is checked with.

    Args:
        where: programme folder, folder of tiles, or http(s) URL of either.
        trust: keys had from elsewhere; then nothing in the place is trusted. For a folder the key that lies in it is
            taken where they are not given; it protects against everybody but the one who wrote it.

    Raises:
        UnknownError: there is no record, or a URL came without trust: whoever serves it would vouch for himself.
        MalformedError, SignatureError: the key in the folder is none.
    """
    given = trust is not None and trust.given
    if is_url(where) and not given:
        raise UnknownError("record.url_needs_key", source=str(where))
    place = _find(str(where).rstrip("/"))
    if trust is not None and given:
        return place, trust
    vkey = Path(where) / VKEY
    return place, Trust(read_vkey(Path(where)) if vkey.exists() else None)


def _find(text: str) -> RecordPlace:
    if not is_url(text):
        folder = Path(text)
        tiles = folder / TILES
        database = folder / DATABASE
        if not (folder / VKEY).exists() and not tiles.is_dir():
            return RecordPlace(text, None)
        # A mirror has no database; a log that publishes has one, and a missing file is found when it is opened.
        address = Address.of(folder)
        writes = database.exists() or (folder / KEYS / LOG_KEY).exists()
        opens: OpenStore | None = partial(SQLiteStore, database, read_only=True) if writes else None
        opens = opens if address is None else partial(PostgresStore, address)
        return RecordPlace(str(tiles), opens, policy if (policy := folder / POLICY).exists() else None)
    for tiles_url in (text, f"{text}/{TILES}"):
        try:
            open_source(tiles_url).read(CHECKPOINT)
        except UnknownError:
            continue
        return RecordPlace(tiles_url, None)
    raise UnknownError("record.no_checkpoint", source=text)


def verify(
    source: str | PathLike[str],
    *,
    trust: Trust | None = None,
    examine: Examine | None = None,
    describe: Describe | None = None,
    ahead: Ahead | None = None,
    follower: Follower | None = None,
    first_seq: int = 1,
    workers: int = 1,
    progress: Progress | None = None,
    open_store: OpenStore | None = None,
    max_age_s: int | None = None,
    clock: Callable[[], float] = time.time,
) -> AuditReport:
    """Audit a record.

    Args:
        source: programme folder, folder of tiles, or http(s) URL of either.
        trust: the log's key, a policy whose quorum must have cosigned, or both, had from elsewhere than the source; no
            other key is read then. Without it ``log.vkey`` is taken, which protects against all but who wrote it.
        examine: called with index and bytes of every entry; gives what is wrong with it (signature, form).
        describe: gives statement id, key and running number of an entry's bytes; with it the database's columns are
            checked, and gaps and forks are found where there is no database.
        ahead: looks at an entry and the key that the database names before it is followed, in another process.
        follower: takes every entry in order, with what that gave; in the place of ``examine`` and ``describe``, where what
            is wrong with an entry depends on those before it.
        first_seq: the running number a key begins with.
        workers: processes to use, this one among them where entries are followed; above 1, ``examine``, ``describe``
            and ``ahead`` must be functions of a module.
        progress: told how many entries are done.
        max_age_s: how many seconds old the cosignatures may be; their age is told in any case.
        clock: gives posix seconds.
        open_store: opens a store other than ``record.db``, such as ``functools.partial(PostgresStore, address)``.

    Raises:
        UnknownError: nothing that is wrong with the record raises, but a URL without ``trust``: whoever serves the record would vouch for himself.
    """
    if is_url(source) and (trust is None or not trust.given):
        raise UnknownError("record.url_needs_key", source=str(source))
    problems = _Problems(str(source))
    try:
        place, trust = find(source, trust)
    except EnduseError as error:
        problems.take(error)
        return problems.report(AuditReport(ok=False, size=0, root=b"", checkpoint=b""))
    place = msgspec.structs.replace(place, open_store=open_store or place.open_store)
    signed, watch = _signed(place, trust, int(clock()), problems)
    problems.extend(too_old(watch, int(clock()), max_age_s, str(source)))
    size = signed.checkpoint.size if signed else 0
    place, total = _stored(place, size, problems)
    edges = _Edges(size, total)
    numbers = monitor.Monitor(first_seq)
    jobs = (
        Job(place.tiles, place.open_store, start, min(start + audit.CHUNK, total), size, examine, describe, ahead)
        for start in range(0, total, audit.CHUNK)
    )
    for done in _run(jobs, workers if total > audit.CHUNK else 1, follows=follower is not None):
        if not _take(done, edges, numbers, problems, follower):
            return problems.report(_report(edges, signed, watch))
        if progress is not None:
            progress(done.stop, total)
    _check_root(edges, signed, place, problems)
    findings: list[monitor.Gap | monitor.Fork] = [*numbers.gaps(), *numbers.forks]
    if place.open_store is not None:
        _check_database(place, place.open_store, edges, trust, problems)
        told = describe is not None or follower is not None
        findings = _complete(place.open_store, findings, first_seq, problems, described=told, total=total)
    incomplete = tuple(finding.problem(str(source)) for finding in findings)
    return problems.report(_report(edges, signed, watch, incomplete, _compared(follower, problems)))


def _take(
    done: Audited, edges: "_Edges", numbers: monitor.Monitor, problems: "_Problems", follower: Follower | None
) -> bool:
    # Puts one slice to the others; says whether the audit goes on.
    problems.extend(done.problems, done.suppressed)
    edges.add(done)
    for row in done.numbers:
        numbers.add(*row)
    if follower is not None:
        _follow(done, follower, numbers, problems)
    if len(problems.found) >= PROBLEMS_MAX:
        # A signed size costs its signer nothing: whoever claims 2**60 entries must not keep us busy for ever.
        problems.stopped = Problem.of("record.audit_stopped", source=problems.source, stop=done.stop, total=edges.total)
    return problems.stopped is None


def _follow(done: Audited, follower: Follower, numbers: monitor.Monitor, problems: "_Problems") -> None:
    for number, item in enumerate(done.entries):
        if not number % _READ_TOGETHER:
            follower.read(done.entries[number : number + _READ_TOGETHER])
        at = HASH_BYTES * (item.index - done.start)
        fault, columns = follower.follow(item, done.hashes[at : at + HASH_BYTES])
        if fault is not None:
            problems.extend([fault.at("record", item.index)])
        if columns is None:
            continue
        _, key, seq = columns
        numbers.add(key, seq, item.index)
        if item.columns is not None and item.columns != columns:
            problems.extend([Problem.of("record.columns_wrong", source=audit.DATABASE, line=item.index)])


def _compared(follower: Follower | None, problems: "_Problems") -> int | None:
    # Only with a record that holds can be compared what rests on it.
    beside = () if follower is None else tuple(follower.end())
    if follower is None or problems.found:
        return None
    problems.extend(beside)
    return follower.compared


def _check_root(
    edges: "_Edges", signed: checkpoints.SignedCheckpoint | None, place: RecordPlace, problems: "_Problems"
) -> None:
    """Compare the upper tiles, and the root that the entries give, with what the checkpoint signs."""
    if signed is None:
        return
    problems.extend(edges.check_upper_tiles(place.tiles))
    if edges.published_root != signed.checkpoint.root:
        problems.add("record.root_wrong", size=signed.checkpoint.size)


def _report(
    edges: "_Edges",
    signed: checkpoints.SignedCheckpoint | None,
    watch: Watch,
    incomplete: tuple[Problem, ...] = (),
    compared: int | None = None,
) -> AuditReport:
    return AuditReport(
        ok=False,
        size=edges.size,
        root=edges.published_root,
        checkpoint=signed.data if signed else b"",
        watch=watch,
        unpublished=edges.total - edges.size,
        incomplete=incomplete,
        compared=compared,
    )


def _signed(
    place: RecordPlace, trust: Trust, now: int, problems: "_Problems"
) -> tuple[checkpoints.SignedCheckpoint | None, Watch]:
    # The checkpoint if the log signed it, and who else did; a missing quorum is a problem, but the log's word counts.
    try:
        data = open_source(place.tiles).read(CHECKPOINT)
        signed = trust.open(data)
    except EnduseError as error:
        problems.take(error)
        return None, Watch()
    watch = Watch()
    try:
        if trust.policy is not None or place.policy is None:
            watch = watched(signed, trust.key(data), trust.policy, by_reader=True, now=now)
        else:
            kept = Trust(trust.key(data), place.kept_policy())
            watch = watched(kept.open(data), trust.key(data), kept.policy, by_reader=False, now=now)
        trust.check_quorum(signed)
    except EnduseError as error:
        problems.take(error)
    return signed, watch


def _run(jobs: Iterator[Job], workers: int, *, follows: bool) -> Iterator[Audited]:
    if workers <= 1:
        yield from map(audit.run, jobs)
        return
    # Not fork: the caller may have threads and open databases.
    workers -= follows
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        # A few slices ahead, no more: memory stays flat.
        running = deque(pool.submit(audit.run, job) for job in islice(jobs, 2 * workers))
        while running:
            yield running.popleft().result()
            running.extend(pool.submit(audit.run, job) for job in islice(jobs, 1))


class _Problems:
    # Gathers problems up to a limit, and counts the rest.

    def __init__(self, source: str) -> None:
        self.source = source
        self.found: list[Problem] = []
        self.suppressed = 0
        self.stopped: Problem | None = None

    def add(self, code: str, **values: object) -> None:
        self.extend([Problem.about(Message.of(code, **values), source=self.source)])

    def take(self, error: EnduseError) -> None:
        self.extend([error.problem if error.problem.source else error.at(self.source)])

    def extend(self, problems: Iterable[Problem], suppressed: int = 0) -> None:
        self.suppressed += suppressed
        for problem in problems:
            if len(self.found) < PROBLEMS_MAX:
                self.found.append(problem)
            else:
                self.suppressed += 1

    def report(self, report: AuditReport) -> AuditReport:
        if self.suppressed:
            self.found.append(Problem.of("record.more_problems", source=self.source, count=self.suppressed))
        if self.stopped is not None:
            self.found.append(self.stopped)
        return msgspec.structs.replace(report, ok=not self.found, problems=tuple(self.found))


def _stored(place: RecordPlace, size: int, problems: _Problems) -> tuple[RecordPlace, int]:
    # How many entries the database has; never fewer than signed, so that missing ones are named. One that cannot be
    # opened is told once, and the place is gone on with as one without: its tiles tell what they can.
    if place.open_store is None:
        return place, size
    try:
        with place.open_store() as store:
            stored = store.size
    except EnduseError as error:
        problems.take(error)
        return msgspec.structs.replace(place, open_store=None), size
    if stored < size:
        problems.add("record.entries_lacking", stored=stored, signed=size)
    return place, max(stored, size)


def _check_database(
    place: RecordPlace, open_store: OpenStore, edges: "_Edges", trust: Trust, problems: _Problems
) -> None:
    # The edge kept in the database, and every checkpoint ever signed.
    tiles = TileReader(open_source(place.tiles), edges.size)
    try:
        with open_store() as store:
            # At the size the audit began with: somebody may be writing.
            head = store.tree(edges.total)
            if head.root() != edges.whole.root():
                problems.add("record.edge_wrong", size=head.size)
            for size, kept_root, data in store.checkpoints():
                said = trust.open(data).checkpoint
                if (said.size, said.root) != (size, kept_root):
                    problems.add("record.kept_checkpoint_wrong", size=size)
                # Tiles are compared with the entries by now; where they differ this would only say it again.
                foreign = size <= edges.size and not problems.found and tiles.root(size) != kept_root
                if foreign or (size == edges.total and edges.whole.root() != kept_root):
                    problems.add("record.signed_checkpoint_foreign", size=size)
    except EnduseError as error:
        problems.take(error)


def _complete(
    open_store: OpenStore,
    findings: list[monitor.Gap | monitor.Fork],
    first_seq: int,
    problems: _Problems,
    *,
    described: bool,
    total: int,
) -> list[monitor.Gap | monitor.Fork]:
    # Where the entries told their own numbers the database only adds where a fork began; else it is all there is.
    try:
        with open_store() as store:
            if not described:
                return list(monitor.examine(store.by_key(), first_seq))
            told: dict[tuple[bytes, int, int], monitor.Gap | monitor.Fork] = {}
            for found in findings:
                if isinstance(found, monitor.Fork):
                    before = (index for index in store.at_seq(found.key, found.seq) if index < total)
                    indexes = sorted({*before, *found.indexes})
                    told[found.key, found.seq, 0] = monitor.Fork(found.key, found.seq, tuple(indexes))
                else:
                    told[found.key, found.first, found.last] = found
            return list(told.values())
    except EnduseError as error:
        problems.take(error)
    return findings


class _Edges:
    # Puts the chunks together: the root under the checkpoint, the root of everything, and the hashes of level 1 up.

    def __init__(self, size: int, total: int) -> None:
        self.size = size
        self.total = total
        self.whole = CompactRange()
        self.tile_roots: list[bytes] = []
        self.published_root = self.whole.root()

    def add(self, done: Audited) -> None:
        self.tile_roots += done.tile_roots
        for number, start in enumerate(range(done.start, done.stop, TILE_WIDTH)):
            stop = min(start + TILE_WIDTH, done.stop)
            if stop - start == TILE_WIDTH and not start < self.size < stop:
                self.whole.append(done.tile_roots[number], TILE_BITS)
            else:
                for at, leaf in enumerate(done.leaves(start, stop), start + 1):
                    self.whole.append(leaf)
                    if at == self.size:
                        self.published_root = self.whole.root()
            if stop == self.size:
                self.published_root = self.whole.root()

    def check_upper_tiles(self, tiles: str) -> Iterator[Problem]:
        reader = TileReader(open_source(tiles), self.size)
        below = self.tile_roots[: self.size // TILE_WIDTH]
        level = 1
        while below:
            number = 0
            above: list[bytes] = []
            while width := tile_width(level, number, self.size):
                wanted = below[number * TILE_WIDTH : number * TILE_WIDTH + width]
                path = tile_path(level, number, width)
                try:
                    if reader.tile(level, number) != wanted:
                        yield Problem.of("record.tile_wrong", source=tiles, tile=path)
                except EnduseError as error:
                    yield error.at(tiles)
                if width == TILE_WIDTH:
                    above.append(root(wanted))
                number += 1
            below, level = above, level + 1
