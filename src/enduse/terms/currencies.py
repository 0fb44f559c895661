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

_WITHDRAWN: Final = {
    1965: "ALK",
    1968: "MTP",
    1976: "GWE",
    1980: "ILP MZE RHD",
    1981: "ESA ISJ",
    1984: "MLF",
    1985: "ARP ILR LSM PES",
    1986: "BOP BRB GNS GQE",
    1987: "UGS",
    1989: "BRC BUK",
    1990: "ARY BEC BEL BGJ BGK BRN CSJ DDM GNE LAJ LUC LUL MVQ PEH ROK UGW UYN VNC YUD ZWC",
    1991: "AOK NIC PEI",
    1992: "ARA MXP SUR YUN",
    1993: "BRE CSK LTT LVR UAK UYP ZRZ",
    1994: "BAD BRR ESB PLZ",
    1995: "GEK HRD ZAL",
    1996: "YDD",
    1997: "GWP",
    1998: "RUR SDP XEU ZRN",
    1999: "BGL XRE",
    2000: "AON AOR BYB ECS ECV TJR",
    2001: "ADP",
    2002: "AFA ATS BEF DEM ESP FIM FRF GRD IEP ITL LUF NLG PTE TPE YUM",
    2003: "SRG XFO",
    2004: "CHC MGF",
    2005: "AYM TRL",
    2006: "AZM CSD MZM ROL",
    2007: "GHC GHP SDD SIT",
    2008: "CYP MTL VEB ZWD ZWN",
    2009: "SKK TMM ZWR",
    2010: "EEK",
    2013: "LVL XFU ZMK",
    2014: "LTL USS",
    2017: "BYR STD",
    2018: "MRO VEF",
    2021: "CUC",
    2023: "HRK SLL",
    2024: "ZWL",
    2025: "ANG",
    2026: "BGN",
}
"""Codes that were withdrawn, by the year in which they were last money somewhere (CLDR; list three where that has none): old payments
are told in them. The list states no minor units for them."""

WITHDRAWN: Final = {code: year for year, codes in _WITHDRAWN.items() for code in codes.split()}
"""Withdrawn codes, with the last year in which they were money."""

PLACES: Final[dict[str, int | None]] = {
    **dict.fromkeys((*WITHDRAWN, *_NO_MINOR_UNIT.split())),
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
