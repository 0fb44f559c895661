"""What the portal tells those who run it, and that nothing of it is about who asked."""

import asyncio
import json
import logging

import httpx
import pytest
from litestar.testing import TestClient

from enduse.portal.metering import BOUNDS, LOG
from support.desk import opened


@pytest.fixture(scope="module")
def app(desk_folder):
    with TestClient(opened(desk_folder)) as client:
        yield client.app


def asked(app, *paths, client=("127.0.0.1", 5), **headers):
    """Ask through the meter, as the server does."""

    async def answers():
        transport = httpx.ASGITransport(app=app.state.meter.around(app), client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8400") as made:
            return [await made.get(path, headers=headers) for path in paths]

    return asyncio.run(answers())


def test_health_asks_the_programme(app):
    (answer,) = asked(app, "/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["statements"] > 0
    assert answer.headers["cache-control"] == "no-store"


def test_metrics_count_answers_by_the_form_of_their_address(app):
    asked(app, "/en/", "/en/place/none/", "/nothing/at/all", "/en/find/?q=somebody+looked")
    (answer,) = asked(app, "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8", (
        "said once: Prometheus takes none that says it twice"
    )
    told = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    assert told['enduse_answers_total{method="GET",form="/en/place/{about}",status="404"}'] == "1"
    assert "somebody" not in answer.text
    assert "nothing/at/all" not in answer.text
    within = [int(told[f'enduse_answer_seconds_bucket{{le="{bound}"}}']) for bound in BOUNDS]
    assert within == sorted(within)
    count = int(told["enduse_answer_seconds_count"])
    assert count == int(told['enduse_answer_seconds_bucket{le="+Inf"}']) >= 4
    assert count == sum(int(value) for name, value in told.items() if name.startswith("enduse_answers_total"))
    assert told["enduse_questions_waiting"] == "0"


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        (("192.0.2.7", 5), {}),
        (("127.0.0.1", 5), {"x-forwarded-for": "192.0.2.7"}),
        (("127.0.0.1", 5), {"via": "1.1 x"}),
    ],
)
def test_metrics_are_for_this_machine_alone(app, client, headers):
    (answer,) = asked(app, "/metrics", client=client, **headers)
    assert answer.status_code == 404
    assert "enduse_" not in answer.text


def test_a_line_tells_nothing_of_who_asked_and_what_for(app, caplog, monkeypatch):
    monkeypatch.setattr(app.state.meter, "lines", True)
    monkeypatch.setattr(LOG, "propagate", True)
    with caplog.at_level(logging.INFO, LOG.name):
        asked(app, "/en/desk/join/secret-code/?x=private", client=("192.0.2.7", 5), **{"user-agent": "Their Telephone"})
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == LOG.name]
    assert line.keys() == {"at", "method", "form", "status", "ms"}
    assert (line["method"], line["form"]) == ("GET", "/en/desk/join/{code}")
    for told in ("secret", "private", "192.0.2.7", "Telephone"):
        assert told not in json.dumps(line)
