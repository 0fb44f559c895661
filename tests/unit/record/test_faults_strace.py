"""The same battery one floor down: strace makes system calls of a real process fail or kills it, SQLite's included.

Each fault goes to the n-th call of one kind, as Tessera's fault_test.go does it. A short sample runs by default, the
whole of it (over 500 faults) with ``make soak``.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from enduse.record.log import Log
from support import record_faults as faults

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


def can_trace():
    if STRACE is None:
        return False
    probe = subprocess.run([STRACE, "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return probe.returncode == 0


pytestmark = pytest.mark.skipif(not can_trace(), reason="LOUD: strace cannot run here: apt-get install strace")


class Writer:
    """The warm process of ``support/faulty_writer.py``."""

    def __init__(self, tmp_path):
        tests = Path(__file__).parents[2]
        self.log = tmp_path / "strace.out"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.faulty_writer"],
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


@pytest.fixture
def writer(tmp_path):
    made = Writer(tmp_path)
    yield made
    made.close()


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "base"
    Log.create(folder, faults.ORIGIN, faults.LOG_KEY).close()
    faults.work(folder, 0, 250, [])
    return folder


def attack(writer, base, tmp_path, pick):
    """Make each picked fault, check the record after it, and count the faults that were reached."""
    dry = shutil.copytree(base, tmp_path / "dry")
    _, _, trace = writer.run(dry, 262, "-e", "trace=" + ",".join(CALLS))
    seen = {call: sum(f" {call}(" in line for line in trace.splitlines()) for call in CALLS}
    plan = [(call, how, n + 1) for call, hows in CALLS.items() for how in hows for n in range(seen[call])]
    reached = 0
    for call, how, number in pick(plan):
        folder = shutil.copytree(base, tmp_path / "record")
        what = "signal=SIGKILL" if how == "KILL" else f"error={how}"
        status, told, trace = writer.run(
            folder, 262, "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={number}"
        )
        killed = (status & 0x7F) == signal.SIGKILL
        reached += killed or "INJECTED" in trace
        faults.check(folder, [told], 262)
        shutil.rmtree(folder)
    return reached


def test_a_sample_of_system_calls_fails(writer, base, tmp_path):
    assert attack(writer, base, tmp_path, lambda plan: random.Random(5).sample(plan, 24)) >= 20


@pytest.mark.soak
def test_every_system_call_fails_once(writer, base, tmp_path):
    reached = attack(writer, base, tmp_path, lambda plan: plan)
    sys.stdout.write(f"{reached} system calls failed or killed the writer\n")
    assert reached >= 500
