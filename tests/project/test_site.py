"""The site that ``make docs`` builds: no broken link, nothing fetched from elsewhere, and Python's public names in full.

To build it takes most of a minute, half of it for the signatures of Python's names: ``make soak`` does, and here stand the
same questions asked of the source, and of a site of one page.
"""

import inspect
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


def build(source, target, *more):
    """Build as ``make docs`` does but for what is spared; it prints what is wrong."""
    words = [sys.executable, "-c", SPHINX, "-q", "-W", "--keep-going", "-b", "html", "-d", target / "trees", *SPARED]
    words += [word for one in more for word in ("-D", one)]
    plain = {**os.environ, "NO_COLOR": "1"}  # Otherwise coloured where CI is set.
    return subprocess.run(
        [*words, source, target / "site"], cwd=ROOT, env=plain, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def one_page(tmp_path_factory):
    target = tmp_path_factory.mktemp("one")
    source = target / "docs"
    source.mkdir()
    shutil.copy(DOCS / "conf.py", source)
    shutil.copy(DOCS / "glossary.md", source / "index.md")
    done = build(source, target, "suppress_warnings=myst.header,myst.xref_missing")
    assert done.returncode == 0, done.stderr
    return target / "site"


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


@pytest.mark.parametrize(("built", "least"), [("one_page", 1), pytest.param("site", 90, marks=pytest.mark.soak)])
def test_a_page_asks_nothing_of_anybody_else(built, least, request):
    site = request.getfixturevalue(built)
    pages, styles = list(site.rglob("*.html")), list(site.rglob("*.css"))
    assert len(pages) >= least
    assert styles
    asked = {link for page in pages for link in Asked(page.read_text(encoding="utf-8")).found}
    assert any(link.endswith(".js") or ".js?" in link for link in asked)
    for style in styles:
        asked |= set(re.findall(r"(?:url\(|@import\s+)[\"']?([^\"')]+)", style.read_text(encoding="utf-8")))
    assert [link for link in asked if re.match(r"([a-z]+:)?//", link)] == []
    assert not [page for page in pages if "ethical" in page.read_text(encoding="utf-8")]  # no place for advertisements


def pages_to_reach():
    """Give each page that a reader is to find, without its ending."""
    names = (page.relative_to(DOCS).with_suffix("") for page in DOCS.rglob("*.md"))
    return [name for name in names if name.stem not in {"README", "index"}]


def test_every_page_is_named_by_the_first():
    first = (DOCS / "index.md").read_text(encoding="utf-8")
    named = [
        line
        for tree in re.findall(r"```{toctree}\n(.*?)```", first, re.DOTALL)
        for line in tree.splitlines()
        if line and not line.startswith(":")
    ]
    assert [str(name) for name in pages_to_reach() if not any(name.match(line) for line in named)] == []


@pytest.mark.soak
def test_every_page_can_be_reached_from_the_first(site):
    first = (site / "index.html").read_text(encoding="utf-8")
    for name in pages_to_reach():
        assert f'href="{name}.html"' in first, name


def public(module):
    names = getattr(module, "__all__", None) or [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
    ]
    return [(name, getattr(module, name)) for name in names if not name.startswith("_")]


def test_what_is_neither_a_class_nor_a_function_is_named_on_the_page_of_python():
    """Classes and functions are shown by the directives for their whole module."""
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    for module in (enduse, enduse.errors):
        assert re.search(rf"automodule:: {module.__name__}\n   :members:\n", page)
    for name, value in public(enduse):
        if isinstance(value, ModuleType):
            assert f"automodule:: enduse.{name}\n" in page
        elif not (inspect.isclass(value) or inspect.isfunction(value)):
            assert re.search(rf"\b{name}\b", page), name


@pytest.mark.soak
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
