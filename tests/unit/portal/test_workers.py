"""Several processes at one address: whoever signs in at one is known to all, what is counted is counted by all, and each is begun anew."""

import asyncio
import os
import shutil
import signal
import threading
import time

import pytest
from litestar.testing import TestClient

from enduse.portal import ask, workers
from enduse.portal.app import first_link, portal
from enduse.portal.metering import Meter
from support.desk import ORIGIN, Visitor, passkey
from support.working import write_and_wait


@pytest.fixture
def two(desk_folder, tmp_path, kept_in, request):
    """Two portals of one programme that keep their sign-ins in one place, and the keeper's first link."""
    folder = tmp_path / "town"
    shutil.copytree(desk_folder, folder)
    database = request.getfixturevalue("database") if kept_in == "postgres" else ""
    link = first_link(folder, ORIGIN, database, again=False)
    counts = tmp_path / "counts"
    counts.mkdir()
    made = [portal(folder, origin=ORIGIN, database=database, counts=counts / f"{one}.json") for one in "12"]
    with TestClient(made[0]) as one, TestClient(made[1]) as other:
        yield link, Visitor(one.app), Visitor(other.app)


@pytest.fixture
def database(server):
    """A database of its own on the server."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as found:
        name = f"desk{time.monotonic_ns()}"
        found.execute(f"CREATE DATABASE {name}".encode())
        parts = psycopg.conninfo.conninfo_to_dict(server)
    query = "&".join(f"{key}={value}" for key, value in {**parts, "dbname": name}.items())
    return f"postgresql:///?{query}"


@pytest.mark.both_stores
def test_a_session_and_a_limit_hold_in_all_of_them(two, monkeypatch):
    link, one, other = two
    assert link.startswith(ORIGIN)
    assert one.join(link, passkey("keeper")).status_code == 303
    assert other.get("desk/").status_code == 303, "another browser"
    other.client.cookies.update(one.client.cookies)
    assert other.get("desk/").status_code == 200
    assert one.token() == other.token(), "a form of one is taken by the other"

    monkeypatch.setattr(ask, "LOOKED_MOST", 2)
    code = {"code": "AAAA-AAAA"}
    assert [each.post("ask/look/", code).status_code for each in (one, other, one, other)] == [404, 404, 429, 429]

    assert one.post("desk/sign-out/").status_code == 303
    assert other.get("desk/").status_code == 303


def test_one_that_ends_is_begun_anew_and_all_end_together(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "LOOK_S", 0.05)
    monkeypatch.setattr(workers, "AGAIN_S", 0)
    seen = []

    def files(least):
        while len(found := sorted(tmp_path.iterdir())) < least:
            time.sleep(0.02)
        return [int(file.name.partition("-")[2]) for file in found]

    def watch():
        os.kill(files(2)[0], signal.SIGKILL)
        seen.extend(files(3))
        os.kill(os.getpid(), signal.SIGTERM)

    watching = threading.Thread(target=watch)
    watching.start()
    workers.keep_working(2, write_and_wait, (tmp_path,))
    watching.join()
    for process in seen:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def told(visitor):
    """Return the figures that one of them tells."""
    text = visitor.client.app.state.meter.told()
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def test_each_tells_what_all_of_them_counted_and_one_begun_anew_goes_on(two, tmp_path):
    _, one, other = two
    for each, times in ((one, 2), (other, 3)):
        note = each.client.app.state.meter.around(answered)
        for _ in range(times):
            asyncio.run(note({"type": "http", "method": "GET", "path_template": "/x"}, None, None))
        each.client.app.state.meter.save()
    name = 'enduse_answers_total{method="GET",form="/x",status="500"}'
    assert [told(each)[name] for each in (one, other)] == ["5", "5"]
    assert told(one)["enduse_answer_seconds_count"] == "5"
    assert int(told(one)["enduse_record_statements"]) > 0

    anew = Meter(one.client.app.state.site, file=tmp_path / "counts" / "1.json")
    assert f"{name} 5" in anew.told()


async def answered(scope, receive, send):
    """Answer nothing, as a page that broke does."""
