"""Rows that are none of the table's: those a profile names, and a total that sums up all rows above it.

So is a note below the table, such as its source or the number of a page, which stands alone in its row. A row that begins with *Total*, or names somebody so, and whose number is the sum of the rows above, all of them or those below the last such row, would count
everything twice. It is passed over and that is said; one whose number is another sum stays a row, because what it is the total of is
not known. So is the header where it stands once more, as it does on each page of what was printed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from enduse.errors import MalformedError
from enduse.exchange.tables.cells import NumberCell
from enduse.exchange.tables.column_names import CARRIED
from enduse.exchange.tables.leaf import Leaf, no_column, steps_of
from enduse.exchange.tables.profile import Profile
from enduse.exchange.tables.values import folded
from enduse.messages import Message

_TOTAL: Final = frozenset(
    (
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sub total",
        "sub-total",
        "page total",
        "sum",
        "totals for",
        "carried forward",
        "brought forward",
        "à reporter",
        "report à nouveau",
        "übertrag",
        "підсумок",
        "проміжний підсумок",
        "подытог",
        "промежуточный итог",
        "итог",
        "всего",
        "مجموع",
        "اجمالي",
        "إجمالي",
        "מצטבר",
        "סיכום",
        "totaux",
        "total général",
        "sous-total",
        "summe",
        "gesamt",
        "gesamtsumme",
        "insgesamt",
        "zwischensumme",
        "totale",
        "toplam",
        "genel toplam",
        "ara toplam",
        'סה"כ',
        "סה״כ",
        "סך הכל",
        "جمع",
        "جمع کل",
        "suma",
        "усього",
        "всього",
        "разом",
        "итого",
        "المجموع",
        "المجموع الكلي",
        "المجموع الفرعي",
        "الإجمالي",
        "الاجمالي",
        "الإجمالي الكلي",
    )
)
_NAMES: Final = frozenset(("party:", "place:", "project:"))
_REMEMBERED: Final = 4096
_SHOWN: Final = 80
_PAGE: Final = re.compile(r"[^\W\d_]*\.? ?[0-9]+(?: ?(?:/|of|de|von|sur|из|з|من) ?[0-9]+)?", re.IGNORECASE)
"""What is printed at the foot or the head of a page, such as *Page 2 of 7*."""
_NOTE: Final = re.compile(
    r"[*\u2020\u2021\u00a7\u00b9\u00b2\u00b3].+|(?:page|pagina|página|seite|sayfa|стор(?:інка)?|стр(?:аница)?|صفحة|صفحه|עמוד)\.? ?[0-9].*"
    r"|(?:sources?|notes?|n\.? ?b|remarks?|quellen?|fuentes?|notas?|kaynak|джерело|примітк[аи]|источник|примечани[ея]|(?:ال)?مصدر|ملاحظ(?:ة|ات)|منبع|מקור|הערה)"
    r"\.? ?(?:[0-9]{1,2} ?)?:.+",
    re.IGNORECASE,
)
"""What stands below a table and is none of its rows."""
_SIGNED: Final = re.compile(
    r"(?:(?:prepared|checked|approved|received|delivered|issued|verified|reviewed|authori[sz]ed|compiled|counted|signed|entered|printed)"
    r" (?:by|on)|signatures?|(?:name|date) and signature|storekeeper'?s? signature|etabli par|établi par|vérifié par|approuvé par|visa"
    r"|geprüft von|erstellt von|elaborado por|aprobado por|revisado por|склав|перевірив|затвердив|составил|проверил|утвердил"
    r"|haz\u0131rlayan|onaylayan|أعده|اعداد|إعداد|راجعه|اعتمده|التوقيع|توقيع|المستلم|أمين المستودع)\b ?:?(?:.*)",
    re.IGNORECASE,
)
"""What stands where a form is signed."""
_LACKS: Final = 2
"""So many cells that every row has are blank in a total."""
_NOTE_LEAST: Final = 3
"""Columns of a table in which a text alone in its row may be such a note."""


class PassedOver:
    """Looks at each row of one table, in order."""

    def __init__(self, profile: Profile, columns: Sequence[str]) -> None:
        """Prepare for a table with this header.

        Raises:
            MalformedError: the profile names a column that is not there.
        """
        self.lost: dict[Message, int] = {}
        self._named: list[tuple[int, frozenset[str]]] = []
        for name, texts in profile.read.skip.items():
            if name not in columns:
                raise MalformedError.about(no_column(name, filter(None, columns)), path="$.read.skip")
            self._named.append((columns.index(name), frozenset(folded(text).casefold() for text in texts)))
        numbers = dict(_numbers(profile.statements()))
        self._sums = [_Sum(columns.index(name), style) for name, style in numbers.items() if name in columns]
        self._names = [columns.index(name) for name in dict.fromkeys(_called(profile.statements())) if name in columns]
        self._bold = profile.read.skip_bold
        self._header = tuple(columns)
        self._first = next((at for at, name in enumerate(columns) if name), 0)
        self._rows = 0
        self._title = ""
        """What stands alone in the row before."""

    def takes(self, line: int, cells: Sequence[str], *, bold: bool = False) -> bool:
        """Say whether a row is passed over; rows that are not are summed up.

        Args:
            line: the row as a spreadsheet counts it.
            cells: of the row.
            bold: it is in bold.
        """
        if bold and self._bold:
            self.add(Message.of("table.bold_row"))
            return True
        title, self._title = self._title, ""
        if cells[self._first] == self._header[self._first] and tuple(cells) == self._header:
            self.add(
                Message.of("table.header_again_below", row=line, title=title[:_SHOWN])
                if title
                else Message.of("table.header_again")
            )
            return True
        filled = [cell for cell in cells if cell.strip()]
        alone = folded(filled[0]) if len(filled) == 1 and not is_bare_total(cells) else ""
        self._title = "" if _PAGE.fullmatch(alone) else alone
        if filled and is_note(cells):
            read = " ".join(map(folded, filled))
            self.lost[Message.of("table.note_row", row=line, read=read[:_SHOWN])] = 1
            return True
        if any(folded(cells[at]).casefold() in texts for at, texts in self._named):
            self.add(Message.of("table.row_skipped"))
            return True
        amounts = [total.read(cells) for total in self._sums]
        if self._rows and self._is_total(cells, amounts):
            self.lost[Message.of("table.total_row", row=line)] = 1
            for total in self._sums:
                total.part = Decimal()
            return True
        self._rows += 1
        for total, amount in zip(self._sums, amounts, strict=True):
            total.sum += amount or 0
            total.part += amount or 0
        return False

    def add(self, note: Message) -> None:
        """Count one row that is passed over."""
        self.lost[note] = self.lost.get(note, 0) + 1

    def _is_total(self, cells: Sequence[str], amounts: Sequence[Decimal | None]) -> bool:
        stated = [(amount, total) for amount, total in zip(amounts, self._sums, strict=True) if amount is not None]
        if not stated:
            return is_bare_total(cells)
        if not (
            all(amount == total.sum for amount, total in stated)
            or all(amount == total.part for amount, total in stated)
        ):
            return False
        if begins_as_total(next((cell for cell in cells if cell.strip()), "")):
            return True
        return self._rows > 1 and any(begins_as_total(cells[at]) for at in self._names)


def is_note(cells: Sequence[str]) -> bool:
    """Say whether a row is a note below the table: its source, a footnote, the number of a page, who signed the form."""
    if len(cells) < _NOTE_LEAST:
        return False
    filled = [cell for cell in cells if cell.strip()]
    first = folded(filled[0]) if filled else ""  # of every row of a table: the others are not folded
    if len(filled) == 1:
        return _NOTE.fullmatch(first) is not None or _SIGNED.fullmatch(first) is not None
    return len(filled) < len(cells) and first.endswith(":") and _SIGNED.fullmatch(first) is not None


def is_total_word(text: str) -> bool:
    """Say whether a row that begins with this text calls itself a total."""
    return folded(text).casefold().rstrip(": ") in _TOTAL


def calls_itself_total(cells: Sequence[str]) -> bool:
    """Say whether a row calls itself a total: by a word for it alone, or by one that goes on where most of the row is empty.

    *Total March* with a sum is one, while *Total Energies* with a day, a sum and a currency may be somebody.
    """
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return False
    return is_total_word(filled[0]) or (len(filled) * 2 <= len(cells) and begins_as_total(filled[0]))


def is_total_beside(cells: Sequence[str], needed: Iterable[str]) -> bool:
    """Say whether a row calls itself a total and lacks what the rows of its table have; who is called Total lacks nothing.

    Args:
        cells: of the row.
        needed: those of them that every row has.
    """
    return sum(not cell.strip() for cell in needed) >= _LACKS and calls_itself_total(cells)


def is_bare_total(cells: Sequence[str]) -> bool:
    """Say whether a row says nothing but that it is a total."""
    return sum(map(bool, map(str.strip, cells))) == 1 and calls_itself_total(cells)


def begins_as_total(text: str) -> bool:
    """Say whether a text begins with what a total is called, such as *Total (2 payments)*, or is a balance that is carried forward."""
    plain = folded(text).casefold().rstrip(": ")
    return CARRIED.fullmatch(plain) is not None or any(
        plain == word or (plain.startswith(word) and not plain[len(word)].isalnum()) for word in _TOTAL
    )


class BoldRows:
    """Tells whether bold rows sum up the others: the others add up to one of them, in some column of numbers."""

    def __init__(self, columns: int) -> None:
        """Prepare for a table with so many columns."""
        self.rows = self._others = 0
        self._bold: list[set[Decimal]] = [set() for _ in range(columns)]
        self._sums = [Decimal() for _ in range(columns)]

    def add(self, cells: Sequence[str], *, bold: bool) -> None:
        """Look at one row."""
        self.rows += bold
        self._others += not bold
        for at, text in enumerate(cells):
            number = Decimal(text) if isinstance(text, NumberCell) else None
            if number is not None and bold:
                self._bold[at].add(number)
            elif number is not None:
                self._sums[at] += number

    def sums_up(self) -> bool:
        """Say whether they do."""
        return 0 < self.rows <= self._others and any(
            total and total in stated for total, stated in zip(self._sums, self._bold, strict=True)
        )


class _Sum:
    """The sum of one column so far, and of the rows below the last total."""

    def __init__(self, at: int, style: str) -> None:
        self.sum, self.part = Decimal(), Decimal()
        self._at = at
        (self._step,) = steps_of(msgspec.convert({"column": "-", "number": style, "money": True}, Leaf), "", {}, [], "")
        self._known: dict[str, Decimal | None] = {}

    def read(self, cells: Sequence[str]) -> Decimal | None:
        text = cells[self._at]
        if type(text) is not str:
            return self._amount(text)
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                return self._amount(text)
            self._known[text] = self._amount(text)
        return self._known[text]

    def _amount(self, text: str) -> Decimal | None:
        try:
            return Decimal(str(self._step(text)))
        except MalformedError:
            return None


def _numbers(part: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever a profile holds
    """Give the columns that a profile reads as numbers, with the style of each."""
    if isinstance(part, dict):
        if isinstance(part.get("column"), str) and isinstance(part.get("number"), str):
            yield part["column"], part["number"]
        for value in part.values():
            yield from _numbers(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _numbers(value)


def _called(part: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    """Give the columns in which a profile reads what somebody or a place is called."""
    if isinstance(part, dict):
        if isinstance(part.get("column"), str) and part.get("slug") in _NAMES:
            yield part["column"]
        for value in part.values():
            yield from _called(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _called(value)
