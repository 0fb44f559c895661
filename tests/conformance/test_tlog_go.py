"""A client in another language, sharing no code with us, verifies our record and refuses every flipped bit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "conformance" / "run.sh"
XMOD = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
missing = shutil.which("go") is None or not XMOD.is_dir()


@pytest.mark.skipif(
    missing, reason="LOUD: the Go client did not check us: apt-get install golang-go golang-golang-x-mod-dev"
)
def test_gos_checksum_database_client_verifies_our_record():
    environment = {**os.environ, "PYTHON": sys.executable, "SIZES": "1 257 1000", "ENDUSE_REQUIRE_GO": "1"}
    done = subprocess.run([str(RUN)], env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the foreign client agrees with us" in done.stdout
    assert done.stdout.count("refused, as it must be") == 8
    assert "1000 entries" in done.stdout


def test_without_go_it_skips_loudly(tmp_path):
    for tool in ("sh", "dirname", "mktemp", "rm"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    done = subprocess.run([str(RUN)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "SKIPPED: the foreign (Go) client did NOT check our record: go is not installed" in done.stderr
    strict = {"PATH": str(tmp_path), "ENDUSE_REQUIRE_GO": "1"}
    assert subprocess.run([str(RUN)], env=strict, capture_output=True, check=False).returncode == 1
