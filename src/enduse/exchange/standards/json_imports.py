"""What files in JSON are held against and merged with: the ``standards`` extra, named where it is missing."""

from enduse.errors import MissingExtraError

try:
    import jsonschema
    import ocdsmerge
    import referencing
    from ocdsmerge.exceptions import OCDSMergeError
    from referencing.jsonschema import DRAFT4
except ModuleNotFoundError as error:
    raise MissingExtraError("standards", "json") from error

__all__ = ["DRAFT4", "OCDSMergeError", "jsonschema", "ocdsmerge", "referencing"]
