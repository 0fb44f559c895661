"""The wheel: what is in it, that anybody builds the same one, and that it works where nothing else is installed.

``make wheel`` names the file that will be released in ``ENDUSE_WHEEL``; otherwise one is built here, without network.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

import enduse

ROOT = Path(__file__).parents[2]
RELEASED = os.environ.get("ENDUSE_WHEEL")
INDEX_AWAY = ("NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "NameResolutionError")


def run(*words, cwd=None):
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def build(folder):
    code, _, errors = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert code == 0, errors
    (made,) = Path(folder).glob("*.whl")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return Path(RELEASED).resolve() if RELEASED else build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of commands of a fresh environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("fresh")
    # To make a pip of its own and to compile all of it takes half the time: where there is a pip at hand, that one installs.
    at_hand = find_spec("pip") is not None
    venv.create(folder, with_pip=not at_hand)
    pip = [sys.executable, "-m", "pip", "--python", folder] if at_hand else [folder / "bin" / "python", "-m", "pip"]
    pip += ["--disable-pip-version-check", "--retries", "1"]
    code, output, errors = run(*pip, "install", "--quiet", "--no-compile", wheel)
    if code and not RELEASED and any(word in output + errors for word in INDEX_AWAY):
        pytest.skip("LOUD: no package index was reached, so the wheel was not installed (make wheel insists)")
    assert code == 0, output + errors
    return folder / "bin"


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert any(name.endswith(".dist-info/licenses/LICENSE") for name in archive.namelist())
    source = ROOT / "src"
    files = {path for path in (source / "enduse").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names == {str(path.relative_to(source)) for path in files}


def test_building_it_again_gives_the_same_bytes(wheel, tmp_path):
    assert hashlib.sha256(build(tmp_path).read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_the_version_is_the_same_wherever_it_stands(wheel):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert wheel.name == f"enduse-{enduse.__version__}-py3-none-any.whl"
    assert str(citation["version"]) == enduse.__version__


def test_a_fresh_environment_starts_a_programme_verifies_it_and_names_the_extra_it_lacks(installed, tmp_path):
    assert run(installed / "enduse", "--version", cwd=tmp_path) == (0, f"enduse {enduse.__version__}\n", "")
    programme = ROOT / "examples" / "cairo-2014" / "programme.yaml"
    code, _, errors = run(installed / "enduse", "new", "cairo", "--from", programme, cwd=tmp_path)
    assert code == 0, errors
    code, output, errors = run(installed / "enduse", "record", "verify", "cairo", "--json", cwd=tmp_path)
    assert code == 0, errors
    assert json.loads(output)["ok"] is True
    code, output, errors = run(installed / "enduse", "status", "cairo", "--json", cwd=tmp_path)
    assert code == 0, errors
    assert "1596367000" in output.replace(",", "").replace(".", "")
    code, _, errors = run(installed / "enduse", "assure", "cairo", cwd=tmp_path)
    assert code == 2
    assert "enduse[analytics]" in errors
