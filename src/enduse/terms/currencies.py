"""Currencies by ISO 4217 code, each with the places its smallest coin has behind the point.

The lists are data of the standard's maintenance agency and change once or twice a year. What a later list adds is
unknown here until the lists are renewed, so the lists judge what a statement does, never whether a record is well formed.
"""

from decimal import Decimal
from typing import Final

PUBLISHED: Final = "2026-01-01"
"""Date of both lists: ISO 4217 list one (current) and list three (withdrawn), SIX Financial Information."""

_BY_PLACES: Final = {
    0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    """,
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
        CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
        HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
        MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
        SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
        VES WST XAD XCD XCG YER ZAR ZMW ZWG
    """,
    3: """
        BHD IQD JOD KWD LYD OMR TND
    """,
    4: """
        CLF UYW
    """,
}
"""Current codes by how many decimal places their minor unit has, as the list states it; libraries differ on some."""

_NO_MINOR_UNIT: Final = """
    XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XUA
"""
"""Current codes for which the list states no minor unit: metals, and units of account such as the special drawing right."""

_WITHDRAWN: Final = """
    ADP AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BEC BEF BEL BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR
    BUK BYB BYR CHC CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK ESA ESB ESP FIM FRF GEK GHC GHP GNE GNS GQE GRD GWE
    GWP HRD HRK IEP ILP ILR ISJ ITL LAJ LSM LTL LTT LUC LUF LUL LVL LVR MGF MLF MRO MTL MTP MVQ MXP MZE MZM NIC
    NLG PEH PEI PES PLZ PTE RHD ROK ROL RUR SDD SDP SIT SKK SLL SRG STD SUR TJR TMM TPE TRL UAK UGS UGW USS UYN
    UYP VEB VEF VNC XEU XFO XFU XRE YDD YUD YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR
"""
"""Codes that were withdrawn: old payments are told in them. The list states no minor units for them."""

PLACES: Final[dict[str, int | None]] = {
    **dict.fromkeys((*_WITHDRAWN.split(), *_NO_MINOR_UNIT.split())),
    **{code: places for places, codes in _BY_PLACES.items() for code in codes.split()},
}
"""Every code that names a currency to the decimal places of its minor unit; ``None`` where the lists state none."""


def is_currency(code: str) -> bool:
    """Say whether ``code`` is or was the code of a currency; those for tests and for no currency are none."""
    return code in PLACES


def fits(value: str, code: str) -> bool:
    """Say whether ``value``, exact decimal text, is a whole number of the minor unit of ``code``.

    Where the lists state no minor unit, every value fits.
    """
    places = PLACES.get(code)
    if places is None:
        return True
    scaled = Decimal(value).scaleb(places)
    return scaled == scaled.to_integral_value()
