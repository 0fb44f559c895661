"""A witness over HTTP, and tiles read over it: slow, careless and hostile peers cost little and block nobody."""

import gzip
import http.client
import http.server
import socket
import threading
import time
from contextlib import ExitStack, closing
from hashlib import sha256
from typing import Any, ClassVar

import pytest

from enduse.errors import LimitError, UnknownError
from enduse.record import note
from enduse.record.cosign import CosignRequest
from enduse.record.log import Log
from enduse.record.server import CONNECTIONS_MAX, WitnessServer
from enduse.record.store import NewEntry
from enduse.record.tiles import BUNDLE_BYTES_MAX, HTTPSource
from enduse.record.witness import Witness
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/s"


@pytest.fixture
def log(tmp_path):
    with Log.create(tmp_path / "log", ORIGIN, SigningKey.from_seed(b"l" * 32)) as log:
        log.append([NewEntry(b"one", sha256(b"one").digest(), bytes(32), 1)])
        log.publish()
        yield log


@pytest.fixture
def serving(log, tmp_path):
    """Starts a witness at an address; all of them end with the test."""
    with ExitStack() as ends:

        def start(host="127.0.0.1", **settings):
            signer = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
            witness = ends.enter_context(closing(Witness(tmp_path / "w.db", signer, {ORIGIN: log.verifier})))
            server = WitnessServer(witness, host, **settings)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            ends.callback(server.server_close)
            ends.callback(server.shutdown)
            return server

        yield start


def request(log):
    body = CosignRequest(0, (), log.checkpoint.data).encode()
    return b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def connect(server):
    return socket.create_connection(server.server_address[:2], timeout=5)


def received(connection):
    data = b""
    while piece := connection.recv(65_536):
        data += piece
    return data


def test_an_answer_is_one_packet_sent_at_once(log, serving):
    """Head and body went out apart, and Nagle's algorithm held the body back: 19 cosignatures a second, not 118."""
    again = CosignRequest(1, (), log.checkpoint.data).encode()
    head = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n" % len(again)
    with connect(serving()) as client:
        for asked in (request(log), head + again, head + again):
            client.sendall(asked)
            answer = client.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"\n")
            assert "\N{EM DASH} w.example".encode() in answer


@pytest.mark.parametrize(
    "head",
    [
        b"POST /elsewhere HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n",
        b"GET /nothing/checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nX-Length: %d\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 9%d000000\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\nContent-Length: %d\r\n\r\n",
        b"GET /nothing/checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\nContent-Length: %d\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\nX: %d\r\n\r\n",
    ],
    ids=["another path", "a GET with a body", "no length", "too long", "two lengths", "a GET of two", "chunks"],
)
def test_an_unread_body_is_never_taken_for_the_next_request(log, serving, head):
    smuggled = b"GET /%s/checkpoint HTTP/1.1\r\nHost: w\r\n\r\n" % sha256(ORIGIN.encode()).hexdigest().encode()
    with connect(serving()) as client:
        client.sendall(head % len(smuggled) + smuggled)
        answer = received(client)
    assert answer.count(b"HTTP/1.1") == 1
    assert b"Connection: close" in answer


def test_slow_clients_block_nobody(log, serving):
    """300 clients that drip a request, each a byte at a time, used to take every thread and descriptor."""
    server = serving()
    before = threading.active_count()
    with ExitStack() as held:
        slow = []
        for _ in range(300):
            client = held.enter_context(connect(server))
            client.sendall(b"POST /add-ch")
            slow.append(client)
        with connect(server) as honest:
            honest.sendall(request(log))
            assert honest.recv(65_536).startswith(b"HTTP/1.1 200")
            for client in slow[-5:]:
                client.sendall(b"e")
            honest.sendall(request(log))
            assert honest.recv(65_536).startswith(b"HTTP/1.1 409"), "the honest one is not sent away either"
        until = time.monotonic() + 5
        while threading.active_count() - before > CONNECTIONS_MAX and time.monotonic() < until:
            time.sleep(0.01)
        assert threading.active_count() - before <= CONNECTIONS_MAX


def test_who_is_being_answered_is_not_sent_away(log, serving):
    release, entered = threading.Event(), threading.Event()
    server = serving(connections_max=1)
    real = server.cosigner

    class Busy:
        def add_checkpoint(self, body):
            entered.set()
            assert release.wait(5)
            return real.add_checkpoint(body)

    server.cosigner = Busy()
    with connect(server) as first:
        first.sendall(request(log))
        assert entered.wait(5)
        with connect(server) as second:
            second.sendall(request(log))
            assert received(second) == b""
        release.set()
        assert first.recv(65_536).startswith(b"HTTP/1.1 200")


def test_it_listens_on_ipv6_too(log, serving):
    server = serving("::1")
    assert server.url.startswith("http://[::1]:")
    client = http.client.HTTPConnection("::1", server.server_port, timeout=5)
    client.request("POST", "/add-checkpoint", CosignRequest(0, (), log.checkpoint.data).encode())
    assert client.getresponse().status == 200
    client.close()
    at = f"{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert b"w.example" in HTTPSource(server.url).read(at)


@pytest.fixture
def static():
    """A server of one's own making: gives the answers it is told to; its address."""

    class Told(http.server.BaseHTTPRequestHandler):
        answers: ClassVar[dict[str, Any]] = {}

        def do_GET(self):
            head, pieces, pause = self.answers[self.path]
            self.send_response(200)
            for name, value in head.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(pause)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Told.answers
    server.shutdown()
    server.server_close()


def test_packed_files_are_read_and_bombs_are_not(static):
    url, answers = static
    text = b"a bundle " * 1_000
    packed = gzip.compress(text)
    answers["/packed"] = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}, [packed], 0
    answers["/plain"] = {}, [text], 0
    source = HTTPSource(url)
    assert source.read("packed") == source.read("plain") == text
    bomb = gzip.compress(bytes(BUNDLE_BYTES_MAX + 1))
    assert len(bomb) < 100_000
    answers["/bomb"] = {"Content-Encoding": "gzip"}, [bomb], 0
    with pytest.raises(LimitError, match="longer than any tile"):
        source.read("bomb")
    for name, data in (("cut", packed[:-9]), ("junk", b"no gzip")):
        answers[f"/{name}"] = {"Content-Encoding": "gzip"}, [data], 0
        with pytest.raises(UnknownError):
            source.read(name)


def test_a_file_that_drips_for_ever_is_left(static):
    url, answers = static
    answers["/slow"] = {}, [b"x"] * 1_000, 0.01
    with pytest.raises(UnknownError, match="too slowly"):
        HTTPSource(url, total_s=0.1).read("slow")
