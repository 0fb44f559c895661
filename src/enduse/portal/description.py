"""The description of the API (OpenAPI), with forms that hold of what is sent."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

_OF_ANY_LENGTH = 2


class Description(JsonRenderPlugin):
    """The description as JSON.

    Of a list of any length the library says that each thing in it is *either* of its form *or* of any form at all, which nothing
    fulfils that is of its form: both hold of it. The second is left away.
    """

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the description."""
        return super().render(request, _mended(openapi_schema))


def _mended(told: Any) -> Any:  # noqa: ANN401 - any value of JSON
    if isinstance(told, list):
        return [_mended(each) for each in told]
    if not isinstance(told, dict):
        return told
    ways = told.get("oneOf")
    if isinstance(ways, list) and len(ways) == _OF_ANY_LENGTH and {} in ways:
        return _mended(next((each for each in ways if each), {}))
    return {name: _mended(each) for name, each in told.items()}
