"""A client in another language, sharing no code with us, verifies our record and refuses every flipped bit."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from enduse.errors import SignatureError
from enduse.terms import ed25519
from support.goverify import go_needed

RUN = Path(__file__).parents[2] / "conformance" / "run.sh"
DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tlog" / "ed25519"


@go_needed
def test_gos_checksum_database_client_verifies_our_record():
    environment = {**os.environ, "PYTHON": sys.executable, "SIZES": "1 257 1000", "ENDUSE_REQUIRE_GO": "1"}
    done = subprocess.run([str(RUN)], env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the foreign client agrees with us" in done.stdout
    assert done.stdout.count("refused, as it must be") == 10
    assert done.stdout.count("is of small order: one signature fits any message") == 2
    assert "1000 entries" in done.stdout


@go_needed
@pytest.mark.skipif(not DATA.is_dir(), reason=f"LOUD: Go's strict rules were not held against vectors: none at {DATA}")
def test_go_and_python_call_the_same_keys_and_signatures_strict(goverify):
    """Both refuse the same edge points: small and mixed order, encodings that are not canonical."""
    cases = [
        (case["key"], case["sig"])
        for case in json.loads((DATA / "cctv_ed25519vectors.json").read_text(encoding="utf-8"))
    ]
    lines = "".join(f"{key} {signature}\n" for key, signature in cases)
    told = subprocess.run([goverify, "strict"], input=lines, capture_output=True, text=True, check=True)
    ours = []
    for key, signature in cases:
        try:
            ed25519.check_public_key(bytes.fromhex(key))
        except SignatureError:
            strict = False
        else:
            strict = True
        ours.append((strict, _on_curve(signature) and ed25519.is_strict_signature(bytes.fromhex(signature))))
    theirs = [tuple(word == "true" for word in line.split()) for line in told.stdout.splitlines()]
    assert theirs == ours
    assert len(set(ours)) > 1


def _on_curve(signature):
    """Whether R is a point at all, which our verification finds out by itself and Go's rule asks first."""
    prime = 2**255 - 19
    written = int.from_bytes(bytes.fromhex(signature)[:32], "little")
    y, sign = written % 2**255, written >> 255
    d = -121665 * pow(121666, -1, prime)
    square = (y * y - 1) * pow(d * y * y + 1, -1, prime) % prime
    return pow(square, (prime - 1) // 2, prime) == 1 or (square == 0 and sign == 0)


def test_without_go_it_skips_loudly(tmp_path):
    for tool in ("sh", "dirname", "mktemp", "rm"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    done = subprocess.run([str(RUN)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "SKIPPED: the foreign (Go) client did NOT check our record: go is not installed" in done.stderr
    strict = {"PATH": str(tmp_path), "ENDUSE_REQUIRE_GO": "1"}
    assert subprocess.run([str(RUN)], env=strict, capture_output=True, check=False).returncode == 1
