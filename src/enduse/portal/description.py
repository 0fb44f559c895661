"""The description of the API (OpenAPI), with forms that hold of what is sent."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import MediaType, Request
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin

from enduse.portal.tables import FORMS

UNCHANGED: Final = {
    304: ResponseSpec(data_container=None, generate_examples=False, description="The reader has it already.")
}
"""For answers that tell by a tag what the reader has."""

_OF_ANY_LENGTH: Final = 2
_REFUSAL: Final = {
    "type": "object",
    "properties": {
        "error": {"type": "string", "description": "What is wrong: the code of the problem, or the status."}
    },
    "required": ["error"],
    "additionalProperties": False,
    "description": "Why there is no answer.",
}
_PAGE: Final = {"type": "string", "description": "A page that says what is wrong and what can be done about it."}


class Description(JsonRenderPlugin):
    """The description as JSON.

    Of a list of any length the library says that each thing in it is *either* of its form *or* of any form at all, which nothing
    fulfils that is of its form: both hold of it. The second is left away. And of what goes wrong it tells its own form, not ours.
    """

    def __init__(self, *, path: str, bodies: Mapping[str, type[msgspec.Struct]]) -> None:
        """Describe at a path; ``bodies`` says of what form is what is sent to an address that reads it itself."""
        super().__init__(path=path)
        self._bodies = bodies

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the description."""
        told = _mended(openapi_schema)
        for path, ways in told["paths"].items():
            for operation in ways.values():
                for status, answer in operation["responses"].items():
                    if status.startswith("4"):
                        answer["content"] = _refused(path)
                    elif table := answer.get("content", {}).get(FORMS["csv"].partition(";")[0]):
                        answer["content"] |= {media.partition(";")[0]: table for media in FORMS.values()}
        names, forms = msgspec.json.schema_components(self._bodies.values(), ref_template="#/components/schemas/{name}")
        told["components"]["schemas"] |= forms
        for path, name in zip(self._bodies, names, strict=True):
            for operation in told["paths"].get(path, {}).values():
                operation["requestBody"] = {"required": True, "content": {MediaType.JSON.value: {"schema": name}}}
        return super().render(request, told)


def _refused(path: str) -> dict[str, Any]:
    """Return in which forms a refusal is sent at a path: as JSON where the address asked for ends so, else as a page."""
    pages = {} if path.endswith(".json") else {MediaType.HTML.value: {"schema": _PAGE}}
    return {MediaType.JSON.value: {"schema": _REFUSAL}, **pages}


def _mended(told: Any) -> Any:  # noqa: ANN401 - any value of JSON
    if isinstance(told, list):
        return [_mended(each) for each in told]
    if not isinstance(told, dict):
        return told
    ways = told.get("oneOf")
    if isinstance(ways, list) and len(ways) == _OF_ANY_LENGTH and {} in ways:
        return _mended(next((each for each in ways if each), {}))
    return {name: _mended(each) for name, each in told.items()}
