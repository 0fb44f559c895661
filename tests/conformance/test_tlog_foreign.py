"""Foreign Python peers: aics-witness cosigns our log, aics-tlog verifies it. Both need Python 3.12 and are not ours.

Set ENDUSE_FOREIGN_PYTHON to an interpreter of an environment with both:
``python3.12 -m venv foreign && foreign/bin/pip install aics-witness==0.1.0 aics-tlog==0.2.1``.
"""

import hashlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from enduse.record import checkpoint as checkpoints
from enduse.record import policy
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.terms.ed25519 import SigningKey

FOREIGN = os.environ.get("ENDUSE_FOREIGN_PYTHON", "")
pytestmark = pytest.mark.skipif(
    not FOREIGN, reason="LOUD: no foreign witness asked (set ENDUSE_FOREIGN_PYTHON, see this file)"
)
KEY = SigningKey.from_seed(bytes(32)).public


def tool(name):
    return str(Path(FOREIGN).parent / name)


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True, timeout=60).stdout


def rows(start, stop):
    bodies = [b"statement %d" % number for number in range(start, stop)]
    return [NewEntry(b, hashlib.sha256(b).digest(), KEY, start + n + 1) for n, b in enumerate(bodies)]


@contextmanager
def serving(folder, port):
    with subprocess.Popen(
        [tool("aics-witness"), "serve", "--listen", f"127.0.0.1:{port}"], cwd=folder, stderr=subprocess.DEVNULL
    ) as process:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").close()
                break
            except urllib.error.URLError:
                time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def test_a_foreign_witness_cosigns_our_log_and_refuses_its_fork(tmp_path):
    home = tmp_path / "witness"
    home.mkdir()
    made = run(tool("aics-witness"), "init", "--name", "witness.example/foreign", cwd=home)
    (vkey,) = {word for word in made.split() if word.startswith("witness.example/foreign+")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    key = SigningKey.generate()
    with Log.create(tmp_path / "log", "record.example/foreign", key) as log:
        run(tool("aics-witness"), "add-log", "--origin", log.origin, "--vkey", log.verifier.vkey, cwd=home)
        with serving(home, port) as url:
            asked = policy.parse(f"log {log.verifier.vkey}\nwitness f {vkey} {url}\nquorum f")
            at = 0
            for size in (1, 2, 255, 256, 257, 700):
                log.append(rows(at, size))
                at = size
                done = log.publish(asked)
                assert done.published, done.problems
            opened = checkpoints.open_checkpoint(done.checkpoint, log.verifier, asked.verifiers)
            assert [verifier.name for verifier in opened.cosigned] == ["witness.example/foreign"]
            assert verify(log.folder, trust=Trust(policy=asked)).ok
            with Log.create(tmp_path / "fork", log.origin, key) as fork:
                fork.append([*rows(0, 699), *rows(5000, 5002)])
                refused = fork.publish(asked)
                assert not refused.published
                assert "refuses" in str(refused.problems[0])
        assert "record.example/foreign" in run(tool("aics-witness"), "evidence", cwd=home)


def test_a_foreign_verifier_checks_our_log(tmp_path):
    with Log.create(tmp_path / "log", "record.example/foreign", SigningKey.generate()) as log:
        log.append(rows(0, 300))
        older = log.publish().checkpoint
        log.append(rows(300, 900))
        log.publish()
        (tmp_path / "older").write_bytes(older)
        (tmp_path / "entry").write_bytes(rows(777, 778)[0].entry)
        known = ("--log-key", log.verifier.vkey, "--tiles", str(log.folder / "tiles"), "--origin", log.origin)
        run(tool("aics-tlog"), "verify-checkpoint", *known)
        included = ("verify-inclusion", "--leaf", str(tmp_path / "entry"), "--index")
        run(tool("aics-tlog"), *included, "777", *known)
        run(tool("aics-tlog"), "verify-consistency", "--old-checkpoint", str(tmp_path / "older"), *known)
        with pytest.raises(subprocess.CalledProcessError):
            run(tool("aics-tlog"), *included, "778", *known)
        tile = log.folder / "tiles" / "tile" / "0" / "003.p" / "132"
        tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])
        with pytest.raises(subprocess.CalledProcessError):
            run(tool("aics-tlog"), *included, "777", *known)
