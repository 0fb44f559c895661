"""Every file call of append and publish made to fail once: an error, a full disk, a killed process, a lost power supply.

After each fault the folder must still be a record: the published checkpoint is signed and its tiles and entries bear it
out, every checkpoint ever signed is of the same record, what was acknowledged is there, a witness that saw a checkpoint
cosigns the next, and publishing again goes on. The power failure loses whatever was not synced: content of files, and
names in folders, each by the toss of a coin. SQLite's own file calls are attacked by the strace battery
(test_faults_strace.py).
"""

import random
import shutil
import tempfile
from itertools import product
from pathlib import Path

import pytest

from enduse.errors import EnduseError
from enduse.record.log import Log
from support.record_faults import LOG_KEY, ORIGIN, Disk, Killed, check, work

MODES = ("error", "full", "kill", "power")
SCENARIOS = {"first": (0, 3), "within a tile": (3, 5), "across a tile": (250, 262), "to a full tile": (500, 512)}


def prepare(folder, name):
    """A record before the scenario, and how many file calls the scenario makes."""
    start, stop = SCENARIOS[name]
    Log.create(folder, ORIGIN, LOG_KEY).close()
    if start:
        assert work(folder, 0, start, []).published
    dry = shutil.copytree(folder, folder.with_name("dry"))
    with Disk(dry) as disk:
        assert work(dry, start, stop, []).published
    return folder, start, stop, disk.count


@pytest.fixture(scope="module")
def quick():
    """A folder in memory where there is one: what a sync makes durable is played here, not left to a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module", params=list(SCENARIOS), ids=list(SCENARIOS))
def scene(request, quick):
    folder = quick / request.param.replace(" ", "-")
    folder.mkdir()
    return prepare(folder / "base", request.param)


# What a power failure loses is chance: three tosses for each call in `make soak`.
@pytest.mark.parametrize(
    ("mode", "tosses"), [*((mode, (0,)) for mode in MODES), pytest.param("power", (1, 2), marks=pytest.mark.soak)]
)
def test_every_file_call_fails_once(scene, quick, mode, tosses):
    base, start, stop, calls = scene
    assert calls >= 20
    for number, toss in product(range(calls), tosses):
        folder = shutil.copytree(base, quick / "record")
        acknowledged = []
        try:
            with Disk(folder, number, mode, random.Random(f"{number} {toss}")) as disk:
                assert work(folder, start, stop, acknowledged).published
        except (Killed, OSError, EnduseError):
            pass
        assert disk.count > number, "the fault was reached"
        check(folder, acknowledged, stop)
        shutil.rmtree(folder)


def test_these_are_at_least_eight_hundred_faults(quick):
    """With those of ``make soak``."""
    calls = [prepare(quick / str(number) / "base", name)[3] for number, name in enumerate(SCENARIOS)]
    assert sum(calls) * (len(MODES) + 2) >= 800, calls
