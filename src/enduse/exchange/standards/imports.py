"""What files in XML are read with: the ``standards`` extra, named where it is missing."""

from enduse.errors import MissingExtraError

try:
    from lxml import etree
except ModuleNotFoundError as error:
    raise MissingExtraError("standards", "xml") from error

__all__ = ["etree"]
