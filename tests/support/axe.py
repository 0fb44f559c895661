"""axe-core, the checker of accessibility, from the npm registry: fetched for a test, and never kept in the repository."""

import json
import shutil
import subprocess
import tarfile

import pytest

PACKAGE = "axe-core@4.14.1"
SECONDS = 90
ASK = """axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify(found.violations.map(
  each => [each.id, each.impact, each.nodes.slice(0, 3).map(node => node.html.slice(0, 160))])))"""


def axe_script(folder):
    """Return the text of axe-core; skips the test loudly where it cannot be had."""
    if shutil.which("npm") is None:
        pytest.skip("LOUD: no page was checked for accessibility: npm is missing")
    try:
        subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, timeout=SECONDS
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("LOUD: no page was checked for accessibility: the npm registry cannot be reached")
    (packed,) = folder.glob("axe-core-*.tgz")
    with tarfile.open(packed) as files:
        return files.extractfile("package/axe.min.js").read().decode()


def violations(page, script):
    """Return what axe-core finds wrong with a page, of any gravity."""
    page.run(script + ";0")
    return json.loads(page.run(ASK))
