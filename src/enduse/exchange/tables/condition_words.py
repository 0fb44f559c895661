"""What people write for the state of goods in a table."""

from typing import Final

CONDITION_LIST: Final = "conditions"
"""The list in which a condition is looked up; a profile's own words come before these."""
CONDITION_WORDS: Final = {
    spelt: disposition
    for disposition, words in {
        "damaged": "damaged broken torn wet spoiled spoilt تالف مكسور",
        "expired": "expired منتهي",
        "recalled": "recalled مسحوب",
        "non_conformant": "non_conformant",
        "conformant": "conformant good ok usable سليم",
    }.items()
    for word in words.split()
    for spelt in (word, word.upper(), word.capitalize())
}
"""What people write for the state of goods, and the disposition of CBV 2.0 that it is."""
