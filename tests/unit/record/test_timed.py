"""Whatever a server drips, headers and redirects included, ends when the time is up."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from enduse.errors import LimitError, RecordError, UnknownError
from enduse.exchange.collected.origin import FetchBounds, Origin
from enduse.record.cosign import HTTPCosigner
from enduse.record.tiles import HTTPSource


@contextmanager
def dripping(head, piece, every=0.05):
    """Give the port of a server that answers ``head``, and then ``piece`` again and again until nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(client):
            with client, suppress(OSError):
                client.recv(65_536)
                client.sendall(head.replace(b"PORT", str(port).encode()))
                while True:
                    client.sendall(piece)
                    time.sleep(every)

        def serve():
            with suppress(OSError):
                while True:
                    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()

        port = server.getsockname()[1]
        threading.Thread(target=serve, daemon=True).start()
        yield port


HEADERS = {
    "a header line without end": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "header after header": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "a status line": (b"HTTP", b"/"),
    "a redirect without end": (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:PORT/on\r\n", b"X: y\r\n"),
    "chunk after chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "the size of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
}


@pytest.mark.threat(
    who="stranger",
    tries="drips an answer, letter by letter from its first header on, so that whoever asks waits for ever",
    alone="the time that is set for the whole holds for headers, redirects and chunks as well",
    needs="nobody",
    seen_by="whoever asks: `enduse fetch`, `enduse record mirror`, `enduse record publish` say that it took too long",
)
@pytest.mark.parametrize("head", HEADERS)
def test_headers_that_drip_hold_nobody_up(head):
    with dripping(*HEADERS[head]) as port:
        url = f"http://127.0.0.1:{port}"
        began = time.monotonic()
        with pytest.raises(UnknownError) as told:
            HTTPSource(url, timeout_s=5, total_s=0.3).read("checkpoint")
        with pytest.raises(LimitError) as fetched:
            Origin(url, "", "Token", FetchBounds(seconds=1)).get(f"{url}/data")
        with pytest.raises(RecordError):
            HTTPCosigner(url, timeout_s=0.3).add_checkpoint(b"old 0\n\n")
        assert time.monotonic() - began < 5
    assert told.value.problem.code == "record.too_slow"
    assert fetched.value.problem.code == "fetch.too_slow"


@pytest.mark.threat(
    who="operator",
    tries="sends whoever asks for a tile on to an address where no limit of time holds, or to a file of his own machine",
    alone="only HTTP is followed; nobody even connects",
    needs="nobody",
    seen_by="whoever asks: the file is told as unreadable",
)
@pytest.mark.parametrize("address", ["ftp://127.0.0.1:{port}/tile", "file:///etc/hostname", "data:,checkpoint"])
def test_nobody_is_sent_on_to_where_no_time_holds(address):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {address.format(port=elsewhere.getsockname()[1])}\r\n\r\n"
        with dripping(head.encode(), b"") as port:
            source = HTTPSource(f"http://127.0.0.1:{port}", timeout_s=1, total_s=2)
            with pytest.raises(UnknownError):
                source.read("checkpoint")
        with pytest.raises(TimeoutError):
            elsewhere.accept()
