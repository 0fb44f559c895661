"""The site that ``make docs`` builds: no broken link, nothing fetched from elsewhere, and Python's public names in full."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

import enduse
import enduse.errors

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


# A quarter of the time goes to looking for garbage, of which a process that ends soon has none.
SPHINX = "import gc, sys; gc.disable(); from sphinx.cmd.build import main; sys.exit(main(sys.argv[1:]))"


# What takes a fifth of the time, and is no matter of links or names: quotation marks, and the source as pages.
SPARED = ("-D", "smartquotes=0", "-D", "extensions=myst_parser,sphinx.ext.autodoc,sphinx.ext.napoleon")


def build(source, target):
    """Build as ``make docs`` does but for what is spared; it prints what is wrong."""
    words = [sys.executable, "-c", SPHINX, "-q", "-W", "--keep-going", "-b", "html", "-d", target / "trees", *SPARED]
    plain = {**os.environ, "NO_COLOR": "1"}  # Otherwise coloured where CI is set.
    return subprocess.run(
        [*words, source, target / "site"], cwd=ROOT, env=plain, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    target = tmp_path_factory.mktemp("site")
    done = build(DOCS, target)
    assert done.returncode == 0, done.stderr
    return target / "site"


class Asked(HTMLParser):
    """Notes what a browser fetches for a page without being asked."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.found += [named[name] for name in ("src", "srcset", "data", "poster") if named.get(name)]
        if tag == "link" and named.get("rel") not in {"index", "search", "next", "prev", "canonical"}:
            self.found.append(named["href"])


def test_a_page_asks_nothing_of_anybody_else(site):
    pages, styles = list(site.rglob("*.html")), list(site.rglob("*.css"))
    assert len(pages) > 15
    assert styles
    asked = {link for page in pages for link in Asked(page.read_text(encoding="utf-8")).found}
    assert any(link.endswith(".js") or ".js?" in link for link in asked)
    for style in styles:
        asked |= set(re.findall(r"(?:url\(|@import\s+)[\"']?([^\"')]+)", style.read_text(encoding="utf-8")))
    assert [link for link in asked if re.match(r"([a-z]+:)?//", link)] == []
    assert not [page for page in pages if "ethical" in page.read_text(encoding="utf-8")]  # no place for advertisements


def test_every_page_can_be_reached_from_the_first(site):
    first = (site / "index.html").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).with_suffix(".html")
        if name.stem not in {"README", "index"}:
            assert f'href="{name}"' in first, name


def public(module):
    names = getattr(module, "__all__", None) or [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
    ]
    return [(name, getattr(module, name)) for name in names if not name.startswith("_")]


@pytest.mark.parametrize("module", [enduse, enduse.errors], ids=lambda module: module.__name__)
def test_every_public_name_of_python_stands_on_its_page(site, module):
    page = (site / "reference" / "api.html").read_text(encoding="utf-8")
    assert f'id="module-{module.__name__}"' in page
    for name, value in public(module):
        prefix = "module-" if isinstance(value, ModuleType) else ""
        assert f'id="{prefix}{module.__name__}.{name}"' in page, name


def test_a_broken_link_fails_the_build(tmp_path):
    source = tmp_path / "docs"
    source.mkdir()
    shutil.copy(DOCS / "conf.py", source)
    links = "[gone](gone.md)\n", "[gone](#no-such-heading)\n", "![gone](gone.png)\n"
    (source / "index.md").write_text("# Page\n\n" + "\n".join(links), encoding="utf-8")
    done = build(source, tmp_path)
    assert done.returncode != 0
    told = [line.rpartition("[")[2].rstrip("]") for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(told) == len(links), done.stderr
    assert [told.count("myst.xref_missing"), sum("image" in one for one in told)] == [2, 1], done.stderr
