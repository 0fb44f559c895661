"""A witness or a mirror over HTTP: a small server that many slow or careless clients cannot bring to a halt.

Every connection has a thread, and there are only so many; where all are taken, the one that has kept us waiting longest is
closed for the next, so that whoever drips bytes blocks nobody. A body that was not read closes its connection.
"""

import contextlib
import socket
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from enduse.record.cosign import Answer, Cosigner
from enduse.record.witness import Witness

REQUEST_BYTES_MAX = 1_000_000
CONNECTIONS_MAX = 64
"""Connections, and threads, at one time: far below the files a process may open."""
_SOCKET_S = 15.0
_OK, _BAD, _UNKNOWN, _TOO_LARGE = 200, 400, 404, 413


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SOCKET_S
    # One packet for the whole answer, at once: Nagle's algorithm would hold its end back until the client has
    # acknowledged its beginning, which costs 40 ms a cosignature.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: "WitnessServer"

    def handle_one_request(self) -> None:
        """Wait for one request, be closed for others meanwhile, and answer it."""
        self.server.waits(self.connection)
        super().handle_one_request()

    def do_POST(self) -> None:
        """Take an ``add-checkpoint`` request."""
        length = self._length()
        if not self.path.endswith("/add-checkpoint"):
            self._refuse(Answer(_UNKNOWN, b"not found\n"))
        elif not (length.isascii() and length.isdigit()):
            self._refuse(Answer(_BAD, b"Content-Length is missing\n"))
        elif len(length) > len(str(REQUEST_BYTES_MAX)) or int(length) > REQUEST_BYTES_MAX:
            self._refuse(Answer(_TOO_LARGE, b"the request is too long\n"))
        else:
            body = self.rfile.read(int(length))
            self.server.works(self.connection)
            self._send(self.server.cosigner.add_checkpoint(body))

    def do_GET(self) -> None:
        """Give the latest cosigned checkpoint of a log at ``<sha256 of its origin>/checkpoint``."""
        parts = self.path.split("/")
        note = None
        for origin in self.server.witness.logs:
            if parts[-2:] == [sha256(origin.encode()).hexdigest(), "checkpoint"]:
                note = self.server.witness.checkpoint(origin)
        answer = Answer(_UNKNOWN, b"not found\n") if note is None else Answer(_OK, note)
        if self._length() != "0":
            self._refuse(answer)
        else:
            self._send(answer)

    def _length(self) -> str:
        """Return the one length that is told, ``0`` for none of a GET; nothing where a proxy could go by another."""
        none = ["0"] if self.command == "GET" else []
        told = self.headers.get_all("Content-Length", none)
        return told[0] if len(told) == 1 and not self.headers.get("Transfer-Encoding") else ""

    def _refuse(self, answer: Answer) -> None:
        # What stands unread in the connection would be taken for the next request.
        self.close_connection = True
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        """Keep quiet; the database says what was done."""


class WitnessServer(ThreadingHTTPServer):
    """Serves a witness or a mirror over HTTP; put a TLS proxy before it where it faces the internet."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        witness: Witness,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        cosigner: Cosigner | None = None,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        """Listen on an address.

        Args:
            witness: the memory that is served.
            host: address to listen on, IPv4 or IPv6.
            port: 0 takes a free one, see ``server_port``.
            cosigner: who answers requests in the witness's stead, such as a mirror, which copies first.
            connections_max: connections at one time.
        """
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._guard = threading.Lock()
        self._connections_max = connections_max
        # In the order in which they began to keep us waiting; those that are being answered are not here.
        self._waiting: dict[socket.socket, None] = {}
        self._open: set[socket.socket] = set()
        super().__init__((host, port), _Handler)
        self.witness = witness
        self.cosigner = cosigner or witness

    def waits(self, connection: socket.socket) -> None:
        """Note that a connection is waited for."""
        with self._guard:
            self._waiting.pop(connection, None)
            self._waiting[connection] = None

    def works(self, connection: socket.socket) -> None:
        """Note that a connection is being answered."""
        with self._guard:
            self._waiting.pop(connection, None)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Give a connection its thread; where all are taken, close the one that has kept us waiting longest."""
        if not isinstance(request, socket.socket):  # only datagrams come as pairs
            return
        if self._takes(request):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)  # all of them are being answered: this client may ask again

    def _takes(self, request: socket.socket) -> bool:
        with self._guard:
            if len(self._open) >= self._connections_max:
                oldest = next(iter(self._waiting), None)
                if oldest is None:
                    return False
                self._waiting.pop(oldest)
                self._open.discard(oldest)
                with contextlib.suppress(OSError):
                    oldest.shutdown(socket.SHUT_RDWR)  # its thread reads the end of the stream and leaves
            self._open.add(request)
            self._waiting[request] = None
        return True

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Let go of a connection."""
        if isinstance(request, socket.socket):
            with self._guard:
                self._waiting.pop(request, None)
                self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a client that breaks off go; it may ask again."""

    @property
    def url(self) -> str:
        """The address to ask."""
        host = str(self.server_address[0])
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server_port}"
