"""Names of a package that are resolved on first use, so that importing it does not need an optional installation."""

from collections.abc import Callable, Mapping
from importlib import import_module

from enduse.errors import MissingExtraError


def resolver(package: str, homes: Mapping[str, str], what: str) -> Callable[[str], object]:
    """Return a ``__getattr__`` for a package whose modules may need NumPy and SciPy.

    Args:
        package: its name.
        homes: the module each public name lives in.
        what: what the ``analytics`` extra is needed for, as told when it is missing.
    """

    def resolve(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            return getattr(import_module(f"{package}.{home}"), name)
        except ModuleNotFoundError as error:
            if error.name in {"numpy", "scipy"}:
                raise MissingExtraError("analytics", what) from error
            raise

    return resolve
