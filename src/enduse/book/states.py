"""The states that are folded from the record: named here once; kept, taken up again and asked through these names."""

from typing import Annotated, get_type_hints

import msgspec

from enduse.access.access import Access
from enduse.assurance.measurements import Measurements
from enduse.book.clocks import Clocks
from enduse.book.store import FORMAT
from enduse.ledger.ledger import Ledger
from enduse.programme.key_register import KeyRegister
from enduse.programme.programme import ProgrammeState
from enduse.programme.seals import Seals
from enduse.release.release import Releases
from enduse.statements.keyring import Keyring
from enduse.works.contracts import Contracts
from enduse.works.controls import Controls
from enduse.works.estimates import Estimates
from enduse.works.visits import Visits
from enduse.works.works import Works


class Head(msgspec.Struct):
    """Where the book stands.

    Attributes:
        format: what the stored book means; another meaning is folded anew.
        size: entries folded.
        edge: right edge of the tree over them, as hashed while they were folded: it gives the root of what the book
            rests on, whatever the record says of itself.
        clock: the keeper's last word on the time, microseconds since 1970.
        counts: statements by kind: all, and those without effect.
    """

    format: int = FORMAT
    size: Annotated[int, msgspec.Meta(ge=0)] = 0
    edge: bytes = b""
    clock: int = 0
    counts: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)


class States:
    """Everything that follows from the record up to one size.

    Attributes:
        head: where it stands.
        clocks: the record's time from each entry on.
        keyring: keys known there, by which signatures are checked.
        key_register: the life of each, and which are in force.
        programme: parties, places, functions, mandates.
        ledger: open balances and pending dispatches.
        readings: measurements that bear on assurance.
        works: needs, projects, bills of quantities.
        estimates: norms, bills estimated again, weights for priorities, handing over.
        visits: planned, made, acted on.
        controls: controlled goods and permits.
        contracts: contracts, invoices, and what names them.
        releases: conditions, attestations, findings, decisions.
        seals: what was committed to and is not told yet, or ever.
        access: movements, crossings, goods on their way in, service points, incidents.
    """

    head: Head
    clocks: Clocks
    keyring: Keyring
    key_register: KeyRegister
    programme: ProgrammeState
    ledger: Ledger
    readings: Measurements
    works: Works
    estimates: Estimates
    visits: Visits
    controls: Controls
    contracts: Contracts
    releases: Releases
    seals: Seals
    access: Access


STATES = get_type_hints(States)
"""Type of each state by its name; every one begins empty."""
