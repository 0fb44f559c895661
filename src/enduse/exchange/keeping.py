"""Two tables kept: a programme planned from two issues of one table, or from two parties' tables of one flow.

Nobody signs for another, so all of it is said by whoever keeps the new programme: whose table each is, on its own word,
with the table's digest; and each row, with where it was read. A row of another party's table counts as a report of that
party, so it must name the party: what would become the keeper's own word is refused.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import ConflictError, MalformedError
from enduse.exchange.answers import Answers
from enduse.exchange.earlier_rows import table_name
from enduse.exchange.programmes import Import, ProgrammeFile
from enduse.exchange.tables import read_table
from enduse.exchange.tables.leaf import slug
from enduse.exchange.tables.profile import Profile, load_profile
from enduse.exchange.unsigned import Row, UnsignedStatement
from enduse.statements.acts import MONEY, REPORT
from enduse.statements.base import Body, Source
from enduse.statements.claim import Claim, ClaimBody
from enduse.statements.goods import GoodsBody
from enduse.statements.indicator import IndicatorBody
from enduse.statements.money import CommitmentBody, DisbursementBody, ExchangeBody, PledgeBody, RefundBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody, ProgrammeBody
from enduse.terms.texts import Text

_NO_KEY: Final = "0" * 64
_ENTERS: Final = frozenset(("receiving", "commissioning"))
"""Steps by which goods come into the book where no consignment ties them to a dispatch."""
_PROFILES: Final = {False: 2, True: 1}


class KeptWords(msgspec.Struct, frozen=True, kw_only=True):
    """What is worded in the new programme.

    Attributes:
        title: of the programme.
        keeper: what whoever keeps it is called, where no table is its own.
        told_to_be: for each table, that it is told to be that of its party.
        parties: names of the tables' parties; empty ones are taken from their identifiers.
        language: of all of these.
    """

    title: str
    keeper: str
    told_to_be: tuple[str, ...]
    parties: tuple[str, ...] = ()
    language: str


class LookedAt(msgspec.Struct, kw_only=True):
    """What a table holds of which the programme must know.

    Attributes:
        file: where it lies.
        profile: how it is read.
        given: the profile as it was named.
        party: whose table it is.
        source: the file, with its digest.
        table: its name.
        rows: how many rows it has.
        enters: whether goods come in by it without a dispatch.
        places: that it names.
    """

    file: Path
    profile: Profile
    given: str
    party: str
    source: Source
    table: str
    rows: int = 0
    enters: bool = False
    places: dict[str, None] = msgspec.field(default_factory=dict)


def look_at_tables(tables: Sequence[Path], profiles: Sequence[str], keeper: str, *, issues: bool) -> list[LookedAt]:
    """Read two tables to their end, and see that they can be kept as what they are.

    Args:
        tables: the earlier and the later issue, or the tables of two parties.
        profiles: one for two issues; one for each party.
        keeper: who keeps the new programme, and reads the tables.
        issues: whether they are issues of one table.

    Raises:
        MalformedError: profiles lack, a profile names no party, or a row would become the keeper's own word.
        ConflictError: the two are not two parties' tables, or both tell what came in.
        EnduseError: a table or profile cannot be read.
    """
    if len(profiles) != _PROFILES[issues]:
        code = "compare.keep_profile" if issues else "compare.keep_profiles"
        raise MalformedError(code, table=str(tables[0]), other=str(tables[1]), n=len(profiles))
    looked = [
        _looked(file, given, keeper)
        for file, given in zip(tables, (profiles[0], profiles[0]) if issues else profiles, strict=True)
    ]
    if not issues:
        ours, theirs = looked
        if ours.party == theirs.party or ours.profile.profile == theirs.profile.profile:
            raise ConflictError("compare.keep_one_party", source=theirs.given, other=ours.given)
        if ours.enters and theirs.enters:
            raise ConflictError("compare.keep_comes_in_twice", source=theirs.given, other=ours.given)
    return looked


def plan_kept(
    folder: Path, looked: Sequence[LookedAt], keeper: str, words: KeptWords, *, issues: bool
) -> ProgrammeFile:
    """Return the programme that keeps two tables.

    Args:
        folder: in which it will stand; its record is named after it.
        looked: the tables.
        keeper: who keeps it.
        words: what is worded in it.
        issues: whether they are issues of one table.
    """
    now, language = datetime.now(UTC), words.language
    names = dict(zip((each.party for each in looked), words.parties, strict=False))
    names = {party: names.get(party) or _name(party) for party in dict.fromkeys(each.party for each in looked)}
    called = {keeper: words.keeper, **names}
    rows = [
        _row(now, Party, PartyBody(party=party, name={language: name}, type="group")) for party, name in called.items()
    ]
    rows += [
        _row(now, Place, PlaceBody(place=place, name={language: _name(place)}, type="site"))
        for place in dict.fromkeys(place for each in looked for place in each.places)
    ]
    for number, (each, told) in enumerate(zip(looked, words.told_to_be, strict=True), 1):
        words_of: Text = {language: told}
        rows.append(
            _row(now, Claim, ClaimBody(claim=f"claim:table-{number}", about=each.party, words=words_of), each.source)
        )
    later = Answers(table=looked[0].table, newest=True, changed=False, gone=True) if issues else Answers()
    return ProgrammeFile(
        origin=f"example.org/{slug(folder.absolute().name)}",
        keeper=keeper,
        at=now,
        founding=ProgrammeBody(
            title={language: words.title},
            keeper=keeper,
            public_key=_NO_KEY,
            languages=tuple(dict.fromkeys((language, "en"))),
            open_acts=("goods", *MONEY, REPORT),
        ),
        rows=tuple(rows),
        imports=tuple(
            Import(file=each.file, party=keeper, profile=each.given, answers=answers)
            for each, answers in zip(looked, (Answers(table=looked[0].table), later), strict=True)
        ),
    )


def _looked(file: Path, given: str, keeper: str) -> LookedAt:
    profile = load_profile(given)
    if profile.party is None:
        raise MalformedError("compare.keep_no_party", source=given)
    with read_table(file, profile) as table:
        sheet = table.sheet
        looked = LookedAt(
            file=file,
            profile=profile,
            given=given,
            party=profile.party,
            source=Source(name=sheet.name, sha256=sheet.sha256, sheet=sheet.sheet),
            table=table_name(sheet.name, sheet.sheet),
        )
        for row in table:
            looked.rows += 1
            for said in row.statements:
                if profile.party != keeper and not _names_whose(said.body):
                    raise MalformedError(
                        "compare.keep_whose", source=file.name, line=row.line, kind=said.name, party=profile.party
                    )
                looked.enters |= isinstance(said.body, GoodsBody) and said.body.said.step in _ENTERS
                looked.places |= {said.place: None} if said.place else {}
    return looked


def _names_whose(body: Body | None) -> bool:
    """Say whether a statement names whose promise, payment, goods or words it tells, or is nobody's deed."""
    match body:
        case GoodsBody():
            return body.said.holder is not None
        case PledgeBody() | CommitmentBody() | DisbursementBody():
            return body.donor is not None
        case RefundBody() | ExchangeBody():
            return body.by is not None
        case ClaimBody():
            return body.speaker is not None
        case IndicatorBody():
            return True  # a figure cites where it was read
    return False


def _row(now: datetime, kind: type, body: Body, source: Source | None = None) -> Row:
    said = UnsignedStatement(kind=kind, occurred_at=now, body=body, source=source)
    return Row(source=source or Source(name="-", sha256=_NO_KEY), statements=(said,))


def _name(identifier: str) -> str:
    """Return a name for people from an identifier that was made of a name (:func:`enduse.exchange.tables.leaf.slug`)."""
    tail = identifier.rpartition(":")[2]
    if tail.startswith("xn--"):
        try:
            tail = tail[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            return identifier
    return " ".join(word[:1].upper() + word[1:] for word in tail.split("-")) or identifier
