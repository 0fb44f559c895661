"""How Sphinx makes the site of these pages: ``make docs`` builds it into ``build/site`` and fails on a broken link."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import enduse

project = "Enduse"
author = "The Enduse contributors"
project_copyright = author
version = release = enduse.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["**/README.md"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]
autodoc_member_order = "bysource"
napoleon_use_ivar = True  # an attribute is described once, by its class
autodoc_typehints = "signature"
autodoc_preserve_defaults = True

# Everything the site needs lies beside it: no font, script or picture comes from anywhere else.
html_theme = "pydata_sphinx_theme"
html_title = f"Enduse {release}"
html_show_sourcelink = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "primary_sidebar_end": [],
    "show_prev_next": True,
    "navigation_with_keys": False,
}


def setup(app: Sphinx) -> None:
    """Let tables stand in pages: Pygments knows no CSV."""
    app.add_lexer("csv", TextLexer)
