"""Why goods are refused, returned, written off or moved: one closed list, and what other systems call the same.

The words of OpenLMIS are those of its stock management service's demonstration data (reasons of stock card line items);
of open mSupply only the types of its reasons are fixed (adjustment up and down, wastage of open and closed vials, return,
variance of a request and of a shipment), its reasons are each installation's own and map to these codes. The
dispositions are those of GS1 CBV 2.0.
"""

from typing import Final, NamedTuple


class Reason(NamedTuple):
    """One reason: its code, what OpenLMIS calls it (several names by ``|``), and the disposition of CBV 2.0 nearest to it."""

    code: str
    openlmis: str = ""
    disposition: str = ""


_TABLE: Final = (
    Reason("damaged", "Damage|Damaged", "damaged"),
    Reason("wet", "", "damaged"),
    Reason("expired", "Expired", "expired"),
    Reason("open_too_long", "Passed open-vial time limit", "expired"),
    Reason("cold_chain_failure", "Cold chain failure", "non_conformant"),
    Reason("recalled", "", "recalled"),
    Reason("stolen", "Stolen", "stolen"),
    Reason("lost", "Lost", "unknown"),
    Reason("seized"),
    Reason("wrong_item", "", "mismatch_class"),
    Reason("wrong_lot", "", "mismatch_instance"),
    Reason("wrong_quantity", "", "mismatch_quantity"),
    Reason("not_ordered"),
    Reason("returned", "Facility return|Clinic return", "returned"),
    Reason("transfer", "Transfer In|Transfer Out", "in_transit"),
    Reason("loan"),
    Reason("repayment"),
    Reason("sample"),
    Reason("data_error"),
    Reason("other"),
)
REASONS: Final[dict[str, Reason]] = {reason.code: reason for reason in _TABLE}
"""Every reason, by code."""


def _plain(text: str) -> str:
    return "_".join(text.replace("-", " ").casefold().split())


WRITTEN: Final[dict[str, str]] = {
    _plain(name): reason.code
    for reason in _TABLE
    for name in (reason.code, *(one for one in reason.openlmis.split("|") if one))
}
"""What people write for a reason, in small letters with underscores, and its code."""


def reason_of(text: str) -> str | None:
    """Return the code of a reason as it is written here or in other systems, or ``None``."""
    return WRITTEN.get(_plain(text))
