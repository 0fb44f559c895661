"""Something between clients and a PostgreSQL server that cuts the line where a test wants it cut."""

import select
import socket
import threading
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_NAME = ".s.PGSQL.5432"


def uncut(_number, _data):
    """Let every message pass."""
    return ""


class Proxy:
    """Passes everything on between clients and the server of a URL, until the message that is to be the last.

    Attributes:
        url: address for clients.
        passed: messages that clients have sent since :meth:`arm`.
    """

    def __init__(self, url, folder):
        (self._server,) = [str(Path(where) / _NAME) for where in parse_qs(urlsplit(url).query)["host"]]
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self.passed = []
        self._cut = uncut
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / _NAME))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, cut):
        """Have the line cut once.

        Args:
            cut: told the number of each message and the message; returns "before" to lose it, "after" to lose its
                answer, or nothing.
        """
        with self._lock:
            self.passed = []
            self._cut = cut

    def refuse(self):
        """Let nobody in from now on."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def close(self):
        """Let nobody in from now on, and end what is open."""
        self.refuse()
        self._ended.set()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client):
        with closing(client), closing(socket.socket(socket.AF_UNIX)) as server:
            try:
                server.connect(self._server)
                self._talk(client, server)
            except OSError:
                return

    def _talk(self, client, server):
        unheard = False
        while not self._ended.is_set():
            ready, _, _ = select.select([client, server], [], [], 0.1)
            if client in ready:
                if not (data := client.recv(1 << 20)):
                    return
                what = self._of(data)
                if what == "before":
                    return
                server.sendall(data)
                unheard = unheard or what == "after"
            if server in ready:
                data = server.recv(1 << 20)
                if unheard or not data:
                    return  # the server has done it, and nobody hears of it
                client.sendall(data)

    def _of(self, data):
        with self._lock:
            self.passed.append(data)
            if what := self._cut(len(self.passed), data):
                self._cut = uncut
            return what
