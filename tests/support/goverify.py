"""Our client in Go, built where Go is installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "conformance" / "goverify"
GOPATH = Path("/usr/share/gocode")
go_needed = pytest.mark.skipif(
    shutil.which("go") is None or not (GOPATH / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog").is_dir(),
    reason="LOUD: the Go client did not check us: apt-get install golang-go golang-golang-x-mod-dev",
)


def build(folder):
    """Build it into a folder; return the program."""
    environment = {**os.environ, "GO111MODULE": "off", "GOFLAGS": "", "GOPATH": str(GOPATH)}
    environment.setdefault("GOCACHE", str(folder / "cache"))
    subprocess.run(["go", "build", "-o", folder / "goverify", "."], cwd=SOURCE, env=environment, check=True)
    return folder / "goverify"


def verdicts(program, word, triples):
    """Return what it says of keys, what was signed, and signatures: ``signatures`` or ``assertions``."""
    lines = "".join(" ".join(part.hex() for part in triple) + "\n" for triple in triples)
    done = subprocess.run([program, word], input=lines, capture_output=True, text=True, check=True)
    return [line == "true" for line in done.stdout.splitlines()]
