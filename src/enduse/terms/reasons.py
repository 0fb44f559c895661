"""Why goods are refused, returned, written off or moved: one closed list, and what other systems call the same.

The words of OpenLMIS are those of its stock management service's demonstration data (reasons of stock card line items);
of open mSupply only the types of its reasons are fixed (adjustment up and down, wastage of open and closed vials, return,
variance of a request and of a shipment), its reasons are each installation's own and map to these codes. The
dispositions are those of GS1 CBV 2.0.
"""

from typing import Final, NamedTuple


class GoodsReason(NamedTuple):
    """One reason: its code, what OpenLMIS calls it (several names by ``|``), and the disposition of CBV 2.0 nearest to it."""

    code: str
    openlmis: str = ""
    disposition: str = ""


_TABLE: Final = (
    GoodsReason("damaged", "Damage|Damaged", "damaged"),
    GoodsReason("wet", "", "damaged"),
    GoodsReason("expired", "Expired", "expired"),
    GoodsReason("open_too_long", "Passed open-vial time limit", "expired"),
    GoodsReason("cold_chain_failure", "Cold chain failure", "non_conformant"),
    GoodsReason("recalled", "", "recalled"),
    GoodsReason("stolen", "Stolen", "stolen"),
    GoodsReason("lost", "Lost", "unknown"),
    GoodsReason("seized"),
    GoodsReason("wrong_item", "", "mismatch_class"),
    GoodsReason("wrong_lot", "", "mismatch_instance"),
    GoodsReason("wrong_quantity", "", "mismatch_quantity"),
    GoodsReason("not_ordered"),
    GoodsReason("returned", "Facility return|Clinic return", "returned"),
    GoodsReason("transfer", "Transfer In|Transfer Out", "in_transit"),
    GoodsReason("loan"),
    GoodsReason("repayment"),
    GoodsReason("sample"),
    GoodsReason("data_error"),
    GoodsReason("other"),
)
REASONS: Final[dict[str, GoodsReason]] = {reason.code: reason for reason in _TABLE}
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
