"""What pages are written with: the ``reports`` extra, named where it is missing."""

from enduse.errors import MissingExtraError

try:
    import segno
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup
except ModuleNotFoundError as error:
    raise MissingExtraError("reports", "html_page") from error

__all__ = ["Environment", "Markup", "PackageLoader", "StrictUndefined", "segno"]
