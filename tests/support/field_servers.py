"""A stand-in that answers as the documented interfaces of KoboToolbox (API v2) and ODK Central do, and misbehaves where it is told to."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "0f9c2a6bSECRET"
KOBO = "/api/v2/assets/aTest/data.json"
ODK = "/v1/projects/7/forms/water.svc/Submissions"
PHOTO = b"\xff\xd8\xff a photo"
PAGE = 2


def kobo_records(base):
    """Five submissions; the third was edited, and its earlier version is still given; one number has many digits."""
    made = []
    for n in range(1, 6):
        record: dict[str, Any] = {
            "_id": n,
            "_uuid": f"uuid-{n}",
            "meta/instanceID": f"uuid:{n}",
            "litres": f"{n}0.50",
            "precise": 12345678901234567890 + n,
            "_submission_time": f"2026-03-0{n}T10:00:00",
            "_attachments": [],
        }
        if n == 1:
            record["_attachments"] = [
                {
                    "download_url": f"{base}/api/v2/assets/aTest/data/1/attachments/9/",
                    "filename": "u/attachments/x/pump.JPG",
                },
                {"download_url": f"{base}/gone.jpg", "filename": "u/attachments/x/gone.jpg"},
            ]
        made.append(record)
    made[4]["meta/deprecatedID"] = "uuid:3"
    return made


def odk_records():
    return [
        {
            "__id": f"uuid:{n}",
            "__system": {
                "submissionDate": f"2026-03-0{n}T10:00:00.000Z",
                "attachmentsExpected": int(n == 2),
                "edits": 0,
            },
            "litres": n * 10,
            "wells": [{"depth": 3}, {"depth": 4}],
        }
        for n in range(1, 4)
    ]


class FieldServer(ThreadingHTTPServer):
    """The stand-in; ``otherwise`` says by path what is answered instead: status (or several, one after another), headers, body."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []
        self.otherwise: dict[str, tuple[Any, dict[str, str], bytes]] = {}
        self.base = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: FieldServer

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        asked, query = urlsplit(self.path), parse_qs(urlsplit(self.path).query)
        server.asked.append((self.path, self.headers.get("Authorization", "")))
        if asked.path in server.otherwise:
            status, headers, body = server.otherwise[asked.path]
            if isinstance(status, list):
                status = status.pop(0) if status else 200
            if status != 200 or body:
                return self._answer(status, body, headers)
        scheme = "Bearer" if asked.path.startswith("/v1") else "Token"
        if self.headers.get("Authorization") != f"{scheme} {TOKEN}":
            return self._answer(401, b'{"detail": "Invalid token."}')
        if asked.path == KOBO:
            return self._json(self._kobo_page(int(query.get("start", ["0"])[0])))
        if asked.path == ODK:
            return self._json(self._odk_page(int(query.get("$skiptoken", ["0"])[0]), "$expand" in query))
        if asked.path.endswith("/attachments/9/"):
            return self._answer(302, b"", {"Location": "/media/pump.jpg"})
        if asked.path == "/media/pump.jpg" or asked.path.endswith("/submissions/uuid%3A2/attachments/tap%201.jpg"):
            return self._answer(200, PHOTO)
        if asked.path.endswith("/submissions/uuid%3A2/attachments"):
            return self._json([{"name": "tap 1.jpg", "exists": True}, {"name": "never-sent.jpg", "exists": False}])
        return self._answer(404, b"{}")

    def _kobo_page(self, start):
        records = kobo_records(self.server.base)
        later = f"{self.server.base}{KOBO}?limit={PAGE}&start={start + PAGE}"
        return {
            "count": len(records),
            "next": later if start + PAGE < len(records) else None,
            "previous": None,
            "results": records[start : start + PAGE],
        }

    def _odk_page(self, start, expanded):
        records = odk_records()
        if not expanded:
            records = [{key: value for key, value in each.items() if key != "wells"} for each in records]
        page = {"value": records[start : start + PAGE], "@odata.context": f"{self.server.base}{ODK}/$metadata"}
        if start + PAGE < len(records):
            page["@odata.nextLink"] = f"{self.server.base}{ODK}?%24expand=*&%24skiptoken={start + PAGE}"
        return page

    def _json(self, value):
        self._answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        pieces = [bytes([byte]) for byte in body] if headers and "Drips" in headers else [body]
        with suppress(OSError):  # whoever asked may have left
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(float(headers["Drips"]) if len(pieces) > 1 else 0)


@contextmanager
def field_server():
    """Run the stand-in."""
    server = FieldServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
