"""A disk that fails when told to, a writer to try it on, and what must hold of a record afterwards."""

import errno
import hashlib
import os
import random
from pathlib import Path

from enduse.record import note, policy
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.record.witness import Witness
from enduse.terms.ed25519 import SigningKey

LOG_KEY = SigningKey.from_seed(b"l" * 32)
WITNESS_KEY = SigningKey.from_seed(b"w" * 32)
ORIGIN = "record.example/faults"


class Killed(BaseException):
    """The process is gone: no handler of the program runs after it."""


class Disk:
    """Stands between the record and ``os``; fails the call with a given number, and knows what is not synced yet."""

    CALLS = ("open", "write", "fsync", "close", "replace", "mkdir", "unlink", "rmdir")

    def __init__(self, folder, fail_at=None, mode="error", chance=None):
        self.folder = str(folder)
        self.fail_at = fail_at
        self.mode = mode
        self.chance = chance or random.Random(0)
        self.count = 0
        self.dead = False
        self.names = {}
        self.unsynced = set()
        self.renamed = []
        self.real = {name: getattr(os, name) for name in self.CALLS}

    def __enter__(self):
        for name in self.CALLS:
            setattr(os, name, self.wrap(name))
        return self

    def __exit__(self, *_):
        for name, real in self.real.items():
            setattr(os, name, real)
        for handle in list(self.names):
            self.real["close"](handle)
        if self.mode == "power" and self.dead:
            self.lose_power()

    def wrap(self, name):
        def call(*args, **kwargs):
            ours = args and (
                args[0] in self.names if isinstance(args[0], int) else str(args[0]).startswith(self.folder)
            )
            read = name == "open" and args[1] & os.O_NONBLOCK  # by a file object, which closes it unseen
            if not ours or read or "witness" in str(args[0]):
                return self.real[name](*args, **kwargs)
            return self.step(name, args, kwargs)

        return call

    def step(self, name, args, kwargs):
        if self.dead:
            raise Killed
        self.count += 1
        if self.count - 1 == self.fail_at:
            if self.mode in {"kill", "power"}:
                if name == "write":
                    self.real["write"](args[0], bytes(args[1])[: self.chance.randrange(len(args[1]) + 1)])
                    self.unsynced.add(self.names[args[0]])
                self.dead = True
                raise Killed
            if name == "close":
                # A failing close has closed all the same.
                self.names.pop(args[0], None)
                self.real["close"](args[0])
            if name == "write" and len(args[1]) > 1:
                self.real["write"](args[0], bytes(args[1])[: len(args[1]) // 2])
            raise OSError(errno.ENOSPC if self.mode == "full" else errno.EIO, "injected")
        return getattr(self, f"do_{name}", self.plain)(name, args, kwargs)

    def plain(self, name, args, kwargs):
        return self.real[name](*args, **kwargs)

    def do_open(self, name, args, kwargs):
        handle = self.real[name](*args, **kwargs)
        self.names[handle] = str(args[0])
        return handle

    def do_close(self, name, args, kwargs):
        self.names.pop(args[0], None)
        return self.real[name](*args, **kwargs)

    def do_write(self, name, args, kwargs):
        self.unsynced.add(self.names[args[0]])
        return self.real[name](*args, **kwargs)

    def do_fsync(self, name, args, kwargs):
        path = self.names[args[0]]
        self.unsynced.discard(path)
        self.renamed = [entry for entry in self.renamed if str(Path(entry[0]).parent) != path]
        return self.real[name](*args, **kwargs)

    def do_replace(self, name, args, kwargs):
        source, target = str(args[0]), str(args[1])
        before = Path(target).read_bytes() if Path(target).exists() else None
        self.real[name](*args, **kwargs)
        if source in self.unsynced:
            self.unsynced.discard(source)
            self.unsynced.add(target)
        self.renamed.append((target, before))

    def lose_power(self):
        for path in self.unsynced:
            if Path(path).is_file():
                data = Path(path).read_bytes()
                Path(path).write_bytes(data[: self.chance.randrange(len(data) + 1)])
        # A name whose folder was not synced may be the old one or the new.
        for target, before in reversed(self.renamed):
            if self.chance.random() < 0.5:
                if before is None:
                    Path(target).unlink(missing_ok=True)
                else:
                    Path(target).write_bytes(before)


def rows(start, stop):
    made = []
    for number in range(start, stop):
        body = b"statement %d" % number
        made.append(NewEntry(body, hashlib.sha256(body).digest(), LOG_KEY.public, number + 1))
    return made


def rule(log):
    signer = note.Signer("w.example", WITNESS_KEY, note.COSIGNATURE_V1)
    text = f"log {log.vkey}\nwitness w {signer.verifier.vkey}\nquorum w"
    return signer, policy.parse(text)


def work(folder, start, stop, acknowledged):
    """Append and publish once, as an operator does; where the witness fails, what is recorded waits, and says why."""
    with Log.open(folder) as log:
        if log.size < stop:
            log.append(rows(log.size, stop))
        acknowledged.append(log.size)
        signer, asked = rule(log.verifier)
        witness = Witness(folder / "witness.db", signer, {ORIGIN: log.verifier})
        try:
            done = log.publish(asked, {"w": witness})
        finally:
            witness.close()
        if not done.published:
            # The witness has its database in this folder, so a fault may be its own: it answers, and nothing is lost.
            assert done.waits_for
            assert done.problems
            assert (done.size, log.pending) == (stop, done.checkpoint)
            assert log.checkpoint is None or log.checkpoint.checkpoint.size < stop
        return done


def check(folder, acknowledged, stop):
    with Log.open(folder) as log:
        _, asked = rule(log.verifier)
        assert log.size >= (acknowledged[-1] if acknowledged else 0)
        if log.checkpoint is not None:
            report = verify(folder, trust=Trust(policy=asked))
            assert report.ok, report.problems
    done = work(folder, 0, stop, [])
    assert done.published, done.problems
    assert done.size == stop
    report = verify(folder, trust=Trust(policy=asked))
    assert report.ok, report.problems
    assert (report.size, report.unpublished) == (stop, 0)
