"""What the portal is written with: the ``portal`` extra, named where it is missing."""

from enduse.errors import MissingExtraError

try:
    import litestar as _litestar
    import uvicorn
except ModuleNotFoundError as error:
    raise MissingExtraError("portal", "web_site") from error

__all__ = ["uvicorn"]

_ = _litestar
