"""Random statements of every kind, well-formed and often at the edge of what a field takes, from one seed.

Values follow the types of the statements themselves, so that a new field or kind is played too. Identifiers come from
small pools, so that statements speak of the same parties, places, projects and consignments.
"""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from msgspec import inspect

from enduse.errors import EnduseError
from enduse.statements.base import Statement
from enduse.statements.codec import KINDS, decode
from enduse.statements.event_words import EVENT_TYPES
from enduse.statements.programme import Founding

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PARTIES = ("donor", "fund", "monitor", "carrier", "warehouse")
PLACES = ("land", "port", "site")
MATERIALS = ("cement", "steel", "food")
FUNCTIONS = ("all", "check")
ACTIONS = {
    "commissioning": "ADD",
    "shipping": "OBSERVE",
    "receiving": "OBSERVE",
    "void_shipping": "OBSERVE",
    "installing": "OBSERVE",
    "removing": "OBSERVE",
    "consuming": "DELETE",
    "destroying": "DELETE",
    "stock_taking": "OBSERVE",
    "reporting_loss": "OBSERVE",
    "inspecting": "OBSERVE",
}
STEPS = tuple(ACTIONS)
DECIMALS = (
    "0",
    "-1",
    "1",
    "0.5",
    "0.000000001",
    "1.000001",
    "100",
    "250",
    "1000000",
    "999999999999",
    "4611686018427.387904",
    "461168601842738.7904",
    "99999999999999",
    "4611686018427387904",
    "999999999999999999",
    "-999999999999999999.999999999",
)
INSTANTS = (
    datetime(1900, 1, 2, tzinfo=UTC),
    datetime(2190, 1, 1, tzinfo=UTC),
    datetime(2199, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC),
)
WORDS = ("", "x", "words", "كلمات", "a\nb", "<b>&amp;</b>", "\u202eturned", "x" * 300)
OFTEN = {"goods": 16, "reading": 14, "finding": 3, "correction": 3, "disbursement": 3, "condition": 2, "decision": 2}
POOLS = {
    "party": PARTIES,
    "place": PLACES,
    "within": PLACES,
    "places": PLACES,
    "material": MATERIALS,
    "function": FUNCTIONS,
    "functions": FUNCTIONS,
    "project": ("clinic", "homes"),
    "subject": ("clinic", "homes"),
    "about": ("clinic", "homes", "c1", "matter"),
    "item": ("c1", "c2", "port", "clinic"),
    "consignment": ("c1", "c2"),
    "lot": ("A", "B"),
    "act": ("decision", "umbrella"),
}
PARTY_FIELDS = ("holder", "custodian", "donor", "recipient", "payee", "speaker", "office", "contractor", "owner", "by", "to", "of", "owned_by", "member_of", "source")  # fmt: skip


class AnyStatement:
    """Makes statements.

    Args:
        seed: the same seed makes the same statements.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.known: list[str] = []
        """Identifiers of statements recorded so far, for what answers or corrects one."""

    def of(self, kind: type[Statement]) -> Statement:
        """Return a statement of a kind; its head is for whoever signs it."""
        while True:
            fields = {
                "kind": str(kind.__struct_config__.tag),
                "programme": "example.org/test",
                "party": "donor",
                "seq": 1,
                **self._head(),
            }
            if (body := self._body(kind)) is not None:
                fields["body"] = self._value(body, "body")
            try:
                return decode(json.dumps(fields).encode())
            except EnduseError:
                continue  # two fields that do not go together

    def any(self) -> Statement:
        """Return a statement of some kind; those that move goods and money, and measure them, come more often."""
        kinds = [kind for kind in KINDS.values() if kind is not Founding]
        weights = [OFTEN.get(str(kind.__struct_config__.tag), 1) for kind in kinds]
        return self.of(self.random.choices(kinds, weights)[0])

    def _head(self) -> dict[str, Any]:
        head: dict[str, Any] = {"occurred_at": self._instant()}
        if self.random.random() < 0.9:
            head["place"] = self.random.choice((*PLACES, *PLACES, "nowhere"))
        if self.known and self.random.random() < 0.3:
            head["refs"] = self.random.sample(self.known, min(len(self.known), 2))
        if self.random.random() < 0.3:
            head["source"] = {"name": "x.csv", "sha256": "0" * 64, "row": self.random.choice((1, 2, 2**53 - 1))}
        return head

    @staticmethod
    def _body(kind: type[Statement]) -> inspect.Type | None:
        info = inspect.type_info(kind)
        assert isinstance(info, inspect.StructType)
        return next((field.type for field in info.fields if field.name == "body"), None)

    def _instant(self) -> str:
        near = NOW + timedelta(hours=self.random.randint(-500, 20))
        at = self.random.choice(INSTANTS) if self.random.random() < 0.1 else near
        return at.isoformat()

    def _value(  # noqa: C901 - one case for each type
        self, info: inspect.Type, name: str, depth: int = 0, extra: dict[str, Any] | None = None
    ) -> Any:
        choose = self.random.choice
        match info:
            case inspect.Metadata():
                return self._value(info.type, name, depth, info.extra)
            case inspect.BoolType():
                return choose((True, False))
            case inspect.IntType():
                low, high = info.ge or 0, info.le or 2**53 - 1
                return choose((low, min(low + 1, high), min(7, high) if low <= 7 else low, high))
            case inspect.DateTimeType():
                return self._instant()
            case inspect.LiteralType():
                return choose(info.values)
            case inspect.NoneType():
                return None
            case inspect.StrType():
                return self._text(info, name, (extra or {}).get("form"))
            case inspect.VarTupleType():
                least = info.min_length or 0
                return [self._value(info.item_type, name, depth + 1) for _ in range(max(least, choose((0, 1, 2))))]
            case inspect.DictType():
                return {"en": choose(WORDS[1:])} | ({"ar": choose(WORDS[1:])} if choose((True, False)) else {})
            case inspect.UnionType():
                return self._union(info, name, depth)
            case inspect.StructType():
                return self._struct(info, depth)
        raise TypeError(info)

    def _union(self, info: inspect.UnionType, name: str, depth: int) -> Any:
        kinds = [kind for kind in info.types if not isinstance(kind, inspect.NoneType)]
        if len(kinds) < len(info.types) and self.random.random() < 0.4:
            return None
        flat = [kind for kind in kinds if not self._nests(kind)]
        return self._value(self.random.choice(flat if depth > 4 and flat else kinds), name, depth + 1)

    @staticmethod
    def _nests(info: inspect.Type) -> bool:
        return isinstance(info, inspect.StructType) and any(field.name == "of" for field in info.fields)

    def _struct(self, info: inspect.StructType, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if info.tag_field is not None:
            made[info.tag_field] = info.tag
        for field in info.fields:
            if not field.required and self.random.random() < 0.4:
                continue
            if info.cls.__name__ == "GoodsBody" and field.name == "event":
                made["event"] = json.dumps(self._event())
                continue
            value = self._value(field.type, field.encode_name, depth + 1)
            if value is not None or field.required:
                made[field.encode_name] = value
        return made

    def _text(self, info: inspect.StrType, name: str, form: Any) -> str:  # noqa: C901 - one case for each form
        choose = self.random.choice
        match form.code if form is not None else "":
            case "form.identifier":
                return self._identifier(name)
            case "form.statement_id":
                return choose(self.known) if self.known else "0" * 64
            case "form.decimal":
                return choose(DECIMALS)
            case "form.share":
                return choose(("0", "0.5", "1"))
            case "form.currency":
                return choose(("USD", "EUR"))
            case "form.unit":
                return choose(("TNE", "KGM", "C62", "LTR", "XBG"))
            case "form.language":
                return "en"
            case "form.date":
                return "2026-01"
            case "form.quorum_need":
                return choose(("all", "any", "1", "9999"))
            case "form.digest" | "form.salt" | "form.public_key":
                return choose(("0" * 64, "ab" * 32))
            case "form.signature":
                return "0" * 128
        text = choose(WORDS)
        return (text + "x" * max(0, (info.min_length or 0) - len(text)))[: info.max_length or 8000]

    def _identifier(self, name: str) -> str:
        choose = self.random.choice
        if self.random.random() < 0.03:
            return choose(("x" * 200, "منفذ", "c1@donor", "a:b"))
        if name in PARTY_FIELDS:
            return choose((*PARTIES, "keeper", "stranger"))
        pool = POOLS.get(name)
        # Few names are said often and by many, and ever new ones come with the statements recorded.
        return choose(pool) if pool else f"{name}-{self.random.randint(1, 3 + len(self.known))}"

    def _event(self) -> dict[str, Any]:
        choose, chance = self.random.choice, self.random.random
        quantity = choose((0, 1, 2.5, 100, 10**9, 10**12, 10**18, 0.000001, -3))
        lines = [
            {"epcClass": f"urn:enduse:class:{choose(MATERIALS)}", "quantity": quantity, "uom": choose(("TNE", "C62"))}
        ]
        step = choose(STEPS)
        made: dict[str, Any] = {
            "type": "ObjectEvent" if chance() < 0.7 else choose(EVENT_TYPES),
            "eventTime": self._instant(),
            "action": ACTIONS[step] if chance() < 0.8 else choose(("ADD", "OBSERVE", "DELETE")),
            "bizStep": step,
            "bizLocation": {"id": choose(PLACES)},
        }
        if made["type"] == "TransformationEvent":
            made |= {"inputQuantityList": lines, "outputQuantityList": lines}
        else:
            made["quantityList"] = lines
        if chance() < 0.8:
            made["bizTransactionList"] = [
                {"type": "desadv", "bizTransaction": choose(("c1", "c2", f"c{len(self.known)}"))}
            ]
        if chance() < 0.3:
            made["sourceList"] = [{"type": "possessing_party", "source": choose(PARTIES)}]
        if chance() < 0.3:
            made["destinationList"] = [{"type": "possessing_party", "destination": choose(PARTIES)}]
        if chance() < 0.3:
            made["eventID"] = f"urn:uuid:{self.random.randint(1, 9 + len(self.known))}"
        if chance() < 0.3:
            made["enduse:project"] = choose(("clinic", "homes"))
        if chance() < 0.2:
            made["enduse:carrier"] = "carrier"
        return made


def spoken(statement: Statement, programme: str, party: str, seq: int) -> Statement:
    """Return a statement with the head of whoever says it."""
    return msgspec.structs.replace(statement, programme=programme, party=party, seq=seq)
