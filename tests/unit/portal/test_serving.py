"""The portal's address: taken at once, so that a second portal is refused; answering only once the programme is open."""

import socket
import threading
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest
import uvicorn

from enduse.errors import UnknownError
from enduse.portal import app, serving


def reachable(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_nobody_is_taken_before_the_programme_is_open(desk_folder, monkeypatch):
    made, seen = app.portal, {}
    bound, listening = [], serving._bound

    def opened(folder, **given):
        seen["opening"] = reachable(bound[0])
        return made(folder, **given)

    def bind(host, port):
        found = listening(host, port)
        bound.append(found.getsockname()[1])
        return found

    monkeypatch.setattr(app, "portal", opened)
    monkeypatch.setattr(serving, "_bound", bind)
    monkeypatch.setattr("uvicorn.Server", lambda _: SimpleNamespace(run=lambda sockets: seen.update(ran=len(sockets))))
    given = serving.Serving(folder=desk_folder)
    serving.serve(given, host="127.0.0.1", port=0, ready=lambda *_: seen.update(ready=reachable(bound[0])))
    assert seen == {"opening": False, "ready": True, "ran": 1}


def test_who_asks_for_the_head_of_a_page_alone_gets_it_without_the_page(desk_folder):
    with serving._bound("127.0.0.1", 0) as listening:
        listening.listen()
        host, port = listening.getsockname()
        served = serving.with_heads(app.portal(desk_folder))
        server = uvicorn.Server(uvicorn.Config(served, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            asked = HTTPConnection(host, port, timeout=20)
            asked.request("HEAD", "/en/")
            head = asked.getresponse()
            assert (head.status, head.read()) == (200, b"")
            asked.request("GET", "/en/missing/")
            assert b"No goods are recorded yet." in asked.getresponse().read()
            asked.close()
        finally:
            server.should_exit = True
            thread.join()


def test_an_address_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(UnknownError) as refused:
        serving._bound("127.0.0.1", other.getsockname()[1])
    assert refused.value.problem.code == "portal.address"
