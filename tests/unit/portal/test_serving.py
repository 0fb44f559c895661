"""The portal's address: taken at once, so that a second portal is refused; answering only once the programme is open."""

import socket
from types import SimpleNamespace

import pytest

from enduse.errors import UnknownError
from enduse.portal import app, serving


def reachable(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_nobody_is_taken_before_the_programme_is_open(desk_folder, monkeypatch):
    made, seen = app.portal, {}
    bound, listening = [], serving._bound

    def opened(folder, *, origin):
        seen["opening"] = reachable(bound[0])
        return made(folder, origin=origin)

    def bind(host, port):
        found = listening(host, port)
        bound.append(found.getsockname()[1])
        return found

    monkeypatch.setattr(app, "portal", opened)
    monkeypatch.setattr(serving, "_bound", bind)
    monkeypatch.setattr("uvicorn.Server", lambda _: SimpleNamespace(run=lambda sockets: seen.update(ran=len(sockets))))
    serving.serve(desk_folder, host="127.0.0.1", port=0, ready=lambda *_: seen.update(ready=reachable(bound[0])))
    assert seen == {"opening": False, "ready": True, "ran": 1}


def test_an_address_that_is_taken_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(UnknownError) as refused:
        serving._bound("127.0.0.1", other.getsockname()[1])
    assert refused.value.problem.code == "portal.address"
