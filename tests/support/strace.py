"""A warm process whose system calls strace makes fail, or kills it at; for work that must survive that."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

STRACE = shutil.which("strace")
# How each call may fail; "KILL" kills the process at that call.
CALLS = {
    "openat": ("ENOSPC", "EMFILE", "KILL"),
    "pwrite64": ("ENOSPC", "EIO", "KILL"),
    "write": ("ENOSPC", "EIO", "KILL"),
    "fsync": ("EIO", "KILL"),
    "fdatasync": ("EIO", "KILL"),
    "rename": ("EIO", "KILL"),
    "close": ("EIO", "KILL"),
    "pread64": ("EIO", "KILL"),
    "read": ("EIO", "KILL"),
    "newfstatat": ("EIO", "KILL"),
    "fcntl": ("EIO", "KILL"),
    "mkdir": ("ENOSPC", "KILL"),
    "unlink": ("EIO", "KILL"),
    "ftruncate": ("EIO", "KILL"),
    "mmap": ("ENOMEM", "KILL"),
}
WRITING = dict.fromkeys(("pwrite64", "write", "fsync", "fdatasync", "rename", "mkdir", "unlink"), ("KILL",))


def can_trace():
    if STRACE is None:
        return False
    probe = subprocess.run([STRACE, "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return probe.returncode == 0


needs_strace = pytest.mark.skipif(not can_trace(), reason="LOUD: strace cannot run here: apt-get install strace")


class Writer:
    """The warm process of ``support/faulty_writer.py``, which does the ``work`` of one module of ``support``."""

    def __init__(self, tmp_path, module):
        tests = Path(__file__).parents[1]
        self.log = tmp_path / "strace.out"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.faulty_writer", module],
            env={"PYTHONPATH": f"{tests}:{tests.parent / 'src'}", "PATH": "/usr/bin:/bin"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder, stop, *options):
        """One round under strace; how the child ended, what it acknowledged, what strace wrote."""
        self.process.stdin.write(f"{folder} {stop}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline().split()[1])
        assert STRACE is not None
        with subprocess.Popen(
            [STRACE, "-f", "-p", str(pid), "-o", str(self.log), *options], stderr=subprocess.DEVNULL
        ) as tracer:
            until = time.monotonic() + 10
            while "TracerPid:\t0" in Path(f"/proc/{pid}/status").read_text():
                assert time.monotonic() < until
                time.sleep(0.001)
            time.sleep(0.002)
            subprocess.run(["kill", "-CONT", str(pid)], check=True)
            _, status, told = self.process.stdout.readline().split()
            tracer.wait(10)
        return int(status), int(told), self.log.read_text()

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def attack(writer, base, tmp_path, *, stop, pick, check, calls=None):
    """Make each picked fault, check what is left after it, and count the faults that were reached.

    Args:
        writer: to attack.
        base: folder as it is before the work.
        tmp_path: to work in.
        stop: handed on to the work.
        pick: chooses among the faults: call, how it fails, which of its calls in one thread.
        check: of the folder afterwards and what was acknowledged.
        calls: that fail, and how; by default all of :data:`CALLS`.
    """
    calls = calls or CALLS
    dry = shutil.copytree(base, tmp_path / "dry")
    _, _, trace = writer.run(dry, stop, "-e", "trace=" + ",".join(calls))
    # strace counts the calls of each thread by itself.
    seen = Counter(
        (line.split(" ", 1)[0], call) for line in trace.splitlines() for call in calls if f" {call}(" in line
    )
    most = {call: max((n for (_, name), n in seen.items() if name == call), default=0) for call in calls}
    plan = [(call, how, n + 1) for call, hows in calls.items() for how in hows for n in range(most[call])]
    reached = 0
    for call, how, number in pick(plan):
        folder = shutil.copytree(base, tmp_path / "attacked")
        what = "signal=SIGKILL" if how == "KILL" else f"error={how}"
        status, told, trace = writer.run(
            folder, stop, "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={number}"
        )
        killed = (status & 0x7F) == signal.SIGKILL
        reached += killed or "INJECTED" in trace
        assert killed or os.waitstatus_to_exitcode(status) in {0, 3}, f"{call} {how} {number}: it ended in a traceback"
        check(folder, told)
        shutil.rmtree(folder)
    return reached
