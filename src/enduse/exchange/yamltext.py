"""YAML 1.1 as plain data: every scalar stays the text it was written as, and every value knows its line.

Read from the parser's events, so that nothing can expand, repeat or run: aliases, tags, duplicate keys, further
documents and anything over the limits are refused with the line.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from yaml import events

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.system import read_file

FILE_MAX: Final = 4 * 1024**2
"""Largest file in bytes."""

DEPTH_MAX: Final = 40
NODES_MAX: Final = 200_000

_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Document(msgspec.Struct, frozen=True):
    """A read file.

    Attributes:
        name: file name.
        sha256: digest of the file.
        value: mappings, lists and texts.
        lines: line, from 1, of the value at each path such as ``$.places[2].name``.
    """

    name: str
    sha256: str
    value: Any
    lines: dict[str, int]

    def line(self, path: str) -> int | None:
        """Return the line of the value at ``path``, or of the nearest value around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return None


def read_yaml(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        UnknownError: there is no such file.
        LimitError: it is too large, too deep or has too many values.
        MalformedError: it is not YAML, or uses what could be read in two ways; names the line.
    """
    try:
        size = path.stat().st_size
        if size > FILE_MAX:
            raise LimitError("file.too_large", source=path.name, size=size, most=FILE_MAX)
        if not path.is_file():
            raise MalformedError("file.not_regular", source=path.name)
        raw = read_file(path, FILE_MAX)
    except OSError as error:
        raise UnknownError("file.unreadable", source=str(path), reason=str(error.strerror)) from error
    try:
        text = raw.decode("utf-8-sig")
        builder = _Builder(path.name, yaml.parse(text, Loader=_LOADER))
        value = builder.document()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise MalformedError("file.not_utf8", source=path.name, line=line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = mark.line + 1 if mark else None
        raise MalformedError("yaml.malformed", source=path.name, line=at, reason=str(error.problem)) from error
    except yaml.YAMLError as error:
        raise MalformedError("yaml.malformed", source=path.name, reason=str(error)) from error
    return Document(path.name, hashlib.sha256(raw).hexdigest(), value, builder.lines)


class _Builder:
    """Builds the value from the parser's events."""

    def __init__(self, name: str, stream: Iterator[events.Event]) -> None:
        self.lines: dict[str, int] = {}
        self._name = name
        self._events = stream
        self._count = 0

    def document(self) -> object:
        value: object = None
        seen = False
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                if seen:
                    raise MalformedError("yaml.second_document", source=self._name, line=_line(event))
                seen = True
                value = self._value(next(self._events), "$", 0)
        if not seen:
            raise MalformedError("yaml.empty", source=self._name)
        return value

    def _value(self, event: events.Event, path: str, depth: int) -> object:
        self._count += 1
        if self._count > NODES_MAX:
            raise LimitError("yaml.too_many_values", source=self._name, most=NODES_MAX)
        if depth > DEPTH_MAX:
            raise LimitError("yaml.too_deep", source=self._name, line=_line(event), most=DEPTH_MAX)
        if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise MalformedError("yaml.anchor", source=self._name, line=_line(event))
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise MalformedError("yaml.tag", source=self._name, line=_line(event), tag=tag)
        self.lines[path] = _line(event)
        if isinstance(event, events.ScalarEvent):
            return event.value
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: str, depth: int) -> list[object]:
        items: list[object] = []
        for event in self._events:
            if isinstance(event, events.SequenceEndEvent):
                break
            items.append(self._value(event, f"{path}[{len(items)}]", depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, events.MappingEndEvent):
                break
            key = self._value(event, f"{path}.?", depth + 1)
            if not isinstance(key, str):
                raise MalformedError("yaml.key_not_plain", source=self._name, line=_line(event))
            if key in values:
                raise MalformedError("yaml.key_twice", source=self._name, line=_line(event), key=key)
            values[key] = self._value(next(self._events), f"{path}.{key}", depth + 1)
            self.lines[f"{path}.{key}"] = _line(event)
        self.lines.pop(f"{path}.?", None)
        return values


def _line(event: events.Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark is not None else 1
