"""The same battery one floor down: strace makes system calls of a real process fail or kills it, SQLite's included.

Each fault goes to the n-th call of one kind, as Tessera's fault_test.go does it. A short sample runs by default, the
whole of it (over 500 faults) with ``make soak``.
"""

import random
import sys

import pytest

from enduse.record.log import Log
from support import record_faults as faults
from support.strace import Writer, attack, needs_strace

pytestmark = needs_strace
STOP = 262


@pytest.fixture
def writer(tmp_path):
    made = Writer(tmp_path, "record_faults")
    yield made
    made.close()


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "base"
    Log.create(folder, faults.ORIGIN, faults.LOG_KEY).close()
    assert faults.work(folder, 0, 250, []).published
    return folder


def check(folder, told):
    faults.check(folder, [told], STOP)


def test_a_sample_of_system_calls_fails(writer, base, tmp_path):
    sample = random.Random(5).sample
    assert attack(writer, base, tmp_path, stop=STOP, pick=lambda plan: sample(plan, 24), check=check) >= 20


@pytest.mark.soak
def test_every_system_call_fails_once(writer, base, tmp_path):
    reached = attack(writer, base, tmp_path, stop=STOP, pick=lambda plan: plan, check=check)
    sys.stdout.write(f"{reached} system calls failed or killed the writer\n")
    assert reached >= 500
