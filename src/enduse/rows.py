"""Rows of a state that grows with the record: loaded when they are touched, written when they are changed.

A mapping from texts to values that never change in place. Without a store beneath it, it is a dictionary; with one, a
lookup reads one row, and :meth:`Rows.changes` gives what must be written. Like a dictionary it keeps the order in which
keys came in, so that a state taken up again goes on as one that was never put down.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, MutableMapping
from functools import partial
from typing import Any, Final, Protocol, TypeVar, get_args, get_origin

import msgspec

V = TypeVar("V")
Given = TypeVar("Given")

HELD_MAX: Final = 4_096
"""Rows of one sort that stay in memory once they are stored."""
WHOLE_MAX: Final = 200_000
"""Rows of one sort that are kept in memory when somebody asks for all of them."""
_LATE_MAX: Final = 512
"""Changed keys that wait to be put into their line: each by itself costs more than these all together."""
_BITS: Final = 1 << 24
"""Bits of the note on which keys were ever put: of a million keys one in eighty that was not is looked for in vain."""
_GONE: Final = object()
_UNKNOWN: Final = object()
_PACK: Final = msgspec.msgpack.Encoder().encode
AFTER: Final = "\U0010ffff"
"""Sorts behind whatever a key may go on with."""


class RowSource(Protocol):
    """Where rows lie."""

    def get(self, key: str) -> bytes | None:
        """Return a row, encoded; ``None`` where there is none."""

    def scan(self, start: str, stop: str) -> Iterator[tuple[str, bytes]]:
        """Give the rows from ``start`` on and before ``stop``, by key."""

    def several(self, keys: Iterable[str]) -> Iterable[bytes | None]:
        """Give the rows of keys, which are given in order, encoded; ``None`` where there is none."""

    def unreadable(self, key: str) -> Exception:
        """Return what to raise where a row is none of its sort."""


class _Nowhere:
    """Where nothing lies."""

    def get(self, _key: str) -> bytes | None:
        return None

    def scan(self, _start: str, _stop: str) -> Iterator[tuple[str, bytes]]:
        return iter(())

    def several(self, keys: Iterable[str]) -> Iterable[bytes | None]:
        return (None for _ in keys)

    def unreadable(self, key: str) -> Exception:
        return KeyError(key)


class _Put:
    """Which keys were ever put, where that is known of all: surely not, or probably (Bloom, 1970)."""

    __slots__ = ("_bits",)

    def __init__(self, keys: Iterable[str]) -> None:
        self._bits = bytearray(_BITS >> 3)
        for key in keys:
            self.add(key)

    def add(self, key: str) -> None:
        """Note a key."""
        first = hash(key)
        second = first >> 32
        self._bits[(first & _BITS - 1) >> 3] |= 1 << (first & 7)
        self._bits[(second & _BITS - 1) >> 3] |= 1 << (second & 7)

    def __contains__(self, key: str) -> bool:
        """Say whether a key may have been put."""
        first = hash(key)
        if not self._bits[(first & _BITS - 1) >> 3] & 1 << (first & 7):
            return False
        second = first >> 32
        return bool(self._bits[(second & _BITS - 1) >> 3] & 1 << (second & 7))


class Rows(MutableMapping[str, V]):
    """Values by key, in the order in which the keys came in.

    Whoever changes a value puts a new one in its place: what is changed in place is not written. Only what was had by
    :meth:`growing` may be changed in place, and is then told by :meth:`grown`.

    Args:
        kind: type of the values.
        items: what is there at first.
    """

    __slots__ = (
        "_before",
        "_changed",
        "_count",
        "_decode",
        "_held",
        "_kind",
        "_late",
        "_line",
        "_made",
        "_order",
        "_prefix",
        "_put",
        "_since",
        "_source",
        "_whole",
    )

    def __init__(self, kind: Any, items: Iterable[tuple[str, V]] = ()) -> None:  # noqa: ANN401 - a type, or an alias
        self._kind = kind
        self._decode: Any = None
        self._held: dict[str, Any] = {}
        self._order: dict[str, int] = {}
        self._changed: dict[str, None] = {}
        self._line: list[str] | None = None
        self._late: list[str] = []
        self._made = self._count = self._since = 0
        self._before: dict[str, bytes] = {}
        self._source: RowSource = _Nowhere()
        self._prefix = ""
        self._whole = True
        self._put: _Put | None = None
        for key, value in items:
            self[key] = value

    def like(self, items: Iterable[tuple[str, V]]) -> "Rows[V]":
        """Return rows of the same sort with these items, stored nowhere."""
        return Rows(self._kind, items)

    def bind(self, source: RowSource, prefix: str) -> None:
        """Take up what lies in a store under keys that begin with ``prefix``."""
        self._source, self._prefix = source, prefix
        self._whole = not self._count
        self._put = None

    # -- one row ---------------------------------------------------------------------------------------------------

    def _fetch(self, key: str) -> Any:  # noqa: ANN401 - a value, or that there is none
        raw = None if self._put is not None and key not in self._put else self._source.get(self._prefix + key)
        if raw is None:
            self._held[key] = _GONE
            return _GONE
        self._order[key], self._held[key] = self._opened(self._prefix + key, raw)
        return self._held[key]

    def expect(self, keys: Iterable[str]) -> None:
        """Load the rows of keys that are about to be asked for, many at once."""
        if self._whole:
            return
        wanted = sorted(key for key in set(keys) if key not in self._held)
        found = self._source.several(self._prefix + key for key in wanted)
        for key, raw in zip(wanted, found, strict=True):
            if raw is None:
                self._held[key] = _GONE
            else:
                self._order[key], self._held[key] = self._opened(self._prefix + key, raw)

    def _opened(self, name: str, raw: bytes) -> tuple[int, V]:
        if self._decode is None:
            self._decode = msgspec.msgpack.Decoder(tuple.__class_getitem__((int, self._kind))).decode
        try:
            found: tuple[int, V] = self._decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._source.unreadable(name) from error
        return found

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dictionary's
        """Return the value of a key, or ``default``."""
        value = self._held.get(key, _UNKNOWN)
        if value is _UNKNOWN:
            if self._whole:
                return default
            value = self._fetch(key)
        return default if value is _GONE else value

    def __getitem__(self, key: str) -> V:
        """Return the value of a key."""
        value = self._held.get(key, _UNKNOWN)
        if value is _UNKNOWN and not self._whole:
            value = self._fetch(key)
        if value is _GONE or value is _UNKNOWN:
            raise KeyError(key)
        found: V = value
        return found

    def __contains__(self, key: object) -> bool:
        """Say whether a key is there."""
        value = self._held.get(key, _UNKNOWN)  # type: ignore[call-overload]
        if value is _UNKNOWN:
            if self._whole:
                return False
            value = self._fetch(key)  # type: ignore[arg-type]
        return value is not _GONE

    def __setitem__(self, key: str, value: V) -> None:
        """Put a value in the place of what was there."""
        held, made = self._held, self._made
        if not self._whole and key not in held:
            self._fetch(key)
        # Each of these tables is large, and a look into one costs more than what is done with what it gives.
        order = self._order.setdefault(key, made)
        if order == made:
            self._made = made + 1
            self._count += 1
            if self._put is not None:
                self._put.add(key)
        elif order < self._since and key not in self._before:
            self._before[key] = _PACK((order, held[key]))
        held[key] = value
        self.grown(key)

    def growing(self, key: str) -> V | None:
        """Return the value of a key, which the caller then changes in place, and says so (:meth:`grown`)."""
        value: V | None = self.get(key)
        if value is not None and (order := self._order[key]) < self._since and key not in self._before:
            self._before[key] = _PACK((order, value))
        return value

    def grown(self, key: str) -> None:
        """Take note that a value has changed in place."""
        if self._line is None:
            self._changed[key] = None
        elif key not in self._changed:
            self._changed[key] = None
            self._late.append(key)
            if len(self._late) >= _LATE_MAX:
                self._line += self._late
                self._line.sort()
                self._late.clear()

    def __delitem__(self, key: str) -> None:
        """Let a key go."""
        if key not in self:
            raise KeyError(key)
        order = self._order.pop(key)
        if order < self._since and key not in self._before:
            self._before[key] = _PACK((order, self._held[key]))
        self._held[key] = _GONE
        self._count -= 1
        self.grown(key)

    # -- many --------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._count

    def __iter__(self) -> Iterator[str]:
        """Give the keys in the order in which they came in."""
        if not self._whole:
            return iter(self._all())
        return iter(self._order)

    def _all(self) -> Iterable[str]:
        stored = self._source.scan(self._prefix, self._prefix + AFTER)
        numbered = dict(self._order)
        keep = self._count <= WHOLE_MAX
        start = len(self._prefix)
        for name, raw in stored:
            key = name[start:]
            if key not in numbered and key not in self._held:
                numbered[key], value = self._opened(name, raw)
                if keep:
                    self._held[key] = value
        in_order = dict(sorted(numbered.items(), key=lambda pair: pair[1]))
        if keep:
            self._order, self._whole = in_order, True
        return in_order

    def between(self, start: str, stop: str) -> Iterator[tuple[str, V]]:
        """Give the rows from one key on and before another, by key."""
        return ((key, value) for key, _, value in self._between(start, stop))

    def _between(self, start: str, stop: str) -> Iterator[tuple[str, int, V]]:
        if self._line is None:
            self._line = sorted(self._changed)
        changed = self._line[bisect_left(self._line, start) : bisect_left(self._line, stop)]
        if late := [key for key in self._late if start <= key < stop]:
            changed = sorted((*changed, *late))
        at, cut = 0, len(self._prefix)
        for name, raw in self._source.scan(self._prefix + start, self._prefix + stop):
            key = name[cut:]
            while at < len(changed) and changed[at] <= key:
                if (value := self._held[changed[at]]) is not _GONE:
                    yield changed[at], self._order[changed[at]], value
                at += 1
            if key not in self._changed:
                yield key, *self._opened(name, raw)
        for key in changed[at:]:
            if (value := self._held[key]) is not _GONE:
                yield key, self._order[key], value

    def each(self) -> Iterator[tuple[str, V]]:
        """Give all rows by key; none of them stays in memory."""
        return self.between("", AFTER)

    def numbered(self) -> Iterator[tuple[int, V]]:
        """Give the values by key, each with a number: they came in in the order of these; none of them stays in memory."""
        return ((number, value) for _, number, value in self._between("", AFTER))

    # -- the store beneath ---------------------------------------------------------------------------------------------

    def changes(self) -> Iterator[tuple[str, bytes | None]]:
        """Give what has changed since it was stored: key, and the row encoded, or ``None`` where it is gone.

        Raises:
            OverflowError, UnicodeError, TypeError: a value cannot be kept.
        """
        held, order, prefix = self._held, self._order, self._prefix
        for key in self._changed:
            value = held[key]
            yield prefix + key, None if value is _GONE else _PACK((order[key], value))

    def stored(self) -> None:
        """Take note that all changes are stored; what was not touched for long is let go."""
        self._changed = {}
        self._line, self._late = None, []
        if len(self._held) > HELD_MAX:
            if self._whole and self._put is None:
                self._put = _Put(self._order)  # nearly every key that comes anew is asked for first
            self._held, self._order = {}, {}
            self._whole = not self._count

    def before(self) -> Iterator[tuple[str, bytes]]:
        """Give the rows that were there when :meth:`begin` was last called and have changed since, as they were then."""
        for key, raw in self._before.items():
            yield self._prefix + key, raw

    def begin(self) -> None:
        """Begin anew to keep what rows were before they change."""
        self._since, self._before = self._made, {}

    @property
    def head(self) -> tuple[int, int, int]:
        """What a state says of them beside its other fields.

        How many rows were ever made, how many there are, and how many had been made when :meth:`begin` was last called.
        """
        return self._made, self._count, self._since

    @head.setter
    def head(self, head: tuple[int, int, int]) -> None:
        self._made, self._count, self._since = head

    def __repr__(self) -> str:
        """Return the rows as a dictionary would be shown."""
        return repr(dict(self.items()))


def rows(kind: Any) -> Any:  # noqa: ANN401 - a field of whatever type
    """Return a field of a struct: rows of a type, none at first."""
    return msgspec.field(default_factory=partial(Rows, kind))


def packed(state: object) -> bytes:
    """Return a state without its rows, encoded: of them only how many there are."""
    return msgspec.msgpack.encode(state, enc_hook=lambda rows: _known(rows).head)


def unpacked(raw: bytes, kind: type[Given]) -> Given:
    """Return the state of :func:`packed` bytes; its rows must be bound to where they lie.

    Raises:
        msgspec.DecodeError: they are no such state.
    """
    return msgspec.msgpack.decode(raw, type=kind, dec_hook=_headed)


def whole(state: object) -> Any:  # noqa: ANN401 - whatever the state holds
    """Return a value of plain lists and dictionaries, rows as dictionaries."""
    return msgspec.to_builtins(state, str_keys=True, enc_hook=lambda rows: dict(_known(rows).items()))


def from_whole(value: object, kind: type[Given]) -> Given:
    """Return the state of what :func:`whole` gave.

    Raises:
        msgspec.ValidationError: it is no such state.
    """
    return msgspec.convert(value, type=kind, str_keys=True, dec_hook=_filled)


def rows_of(state: msgspec.Struct, name: str) -> Iterator[tuple[str, Rows[Any]]]:
    """Give the rows of a state, each with the way to it, such as ``ledger.said``."""
    for field in state.__struct_fields__:
        value = getattr(state, field)
        if isinstance(value, Rows):
            yield f"{name}.{field}", value
        elif isinstance(value, msgspec.Struct):
            yield from rows_of(value, f"{name}.{field}")


def _known(rows: object) -> Rows[Any]:
    if not isinstance(rows, Rows):
        raise TypeError(type(rows).__name__)
    return rows


def _headed(kind: Any, head: object) -> Rows[Any]:  # noqa: ANN401 - a type, or an alias
    made: Rows[Any] = Rows(_kind(kind))
    made.head = msgspec.convert(head, type=tuple[int, int, int])
    return made


def _filled(kind: Any, items: object) -> Rows[Any]:  # noqa: ANN401 - a type, or an alias
    value = _kind(kind)
    return Rows(value, msgspec.convert(items, type=dict[str, value], str_keys=True).items())  # type: ignore[valid-type]


def _kind(alias: Any) -> Any:  # noqa: ANN401 - a type, or an alias
    if get_origin(alias) is not Rows:
        raise TypeError(str(alias))
    return get_args(alias)[0]
