"""What codes of statements and tables mean, where people choose them or read what they sign; each is a message of the catalogues."""

from typing import Final

from enduse.messages import Message, Value
from enduse.pages.catalogue import mark
from enduse.pages.fields import FIELDS
from enduse.pages.localizer import Localizer

CHOICES: Final = {
    "A": mark("A: completely reliable"),
    "ADD": mark("from now on there"),
    "B": mark("B: usually reliable"),
    "C": mark("C: fairly reliable"),
    "D": mark("D: not usually reliable"),
    "DELETE": mark("from now on not there"),
    "E": mark("E: unreliable"),
    "F": mark("F: cannot be judged"),
    "OBSERVE": mark("seen"),
    "ObjectEvent": mark("something happened to goods"),
    "P1D": mark("within the day"),
    "TransformationEvent": mark("goods became other goods"),
    "acknowledge": mark("acknowledged"),
    "act": mark("work on it"),
    "administration": mark("administration"),
    "advance": mark("an advance"),
    "after": mark("after that has happened"),
    "agency": mark("agency"),
    "aid_workers": mark("aid workers"),
    "all_of": mark("all of these"),
    "amount_verified": mark("an amount built in, as was measured"),
    "any_of": mark("one of these"),
    "approve": mark("approved"),
    "armed_persons": mark("armed persons"),
    "arrive": mark("arrived"),
    "as_declared": mark("as declared"),
    "at_least": mark("at least so many of these"),
    "attack": mark("came under attack"),
    "attested": mark("vouched for"),
    "bakery": mark("bakery"),
    "builders": mark("builders"),
    "bureaucracy": mark("bureaucratic obstacles"),
    "by_year": mark("by years"),
    "cancel": mark("called off"),
    "capacity": mark("no capacity"),
    "civil_society": mark("civil society"),
    "claim": mark("a claim"),
    "clear": mark("cleared"),
    "clear_and_convincing": mark("clear and convincing"),
    "clinic": mark("clinic"),
    "clock_correction": mark("a correction of the record's clock"),
    "closed_crossing": mark("a closed crossing"),
    "collect": mark("collected"),
    "company": mark("company"),
    "complete": mark("completed"),
    "confirm": mark("confirm"),
    "count": mark("a count"),
    "count_verified": mark("a count that was checked"),
    "crowd": mark("a crowd"),
    "customs": mark("customs"),
    "damaged_road": mark("a damaged road"),
    "definition": mark("a definition"),
    "deliver": mark("delivered"),
    "denial_of_needs": mark("needs denied"),
    "denied": mark("denied"),
    "deny": mark("denied"),
    "depart": mark("set out"),
    "differs": mark("otherwise than declared"),
    "document": mark("a document"),
    "documents": mark("documents"),
    "down": mark("down"),
    "draft": mark("drafted"),
    "end": mark("end"),
    "enrol": mark("bring into the record"),
    "environment": mark("the terrain or the weather"),
    "estimate": mark("an estimate"),
    "explosive_hazards": mark("explosive hazards"),
    "facilitated": mark("facilitated"),
    "field_hospital": mark("field hospital"),
    "fighting": mark("fighting"),
    "finding_present": mark("a finding of this"),
    "found": mark("found"),
    "fri": mark("Friday"),
    "fuel": mark("lack of fuel"),
    "fund": mark("fund"),
    "giver": mark("the giver's word"),
    "grounds_to_believe": mark("reasonable grounds to believe"),
    "grounds_to_suspect": mark("reasonable grounds to suspect"),
    "group": mark("group"),
    "hand_on": mark("hand on"),
    "hand_over": mark("hand over"),
    "hold": mark("held back"),
    "hospital": mark("hospital"),
    "if": mark("if that happens"),
    "impede": mark("impeded on its way"),
    "impeded": mark("impeded"),
    "inspect": mark("inspected"),
    "inspection": mark("an inspection"),
    "interference": mark("interference with aid"),
    "lift": mark("lift the suspension"),
    "linear": mark("in proportion"),
    "long": mark("the long term"),
    "make": mark("made"),
    "market": mark("the market"),
    "measured": mark("measured"),
    "medium": mark("the medium term"),
    "member_of": mark("a member of"),
    "meter": mark("a meter"),
    "military_operations": mark("military operations"),
    "misrouted": mark("sent to another place"),
    "mon": mark("Monday"),
    "monitor": mark("monitor"),
    "monitors": mark("monitors"),
    "movement_into": mark("getting in was restricted"),
    "movement_within": mark("getting around inside was restricted"),
    "nearest": mark("to the nearest"),
    "no_access": mark("no access"),
    "no_alarm": mark("no alarm"),
    "no_answer": mark("left without an answer"),
    "no_open_difference": mark("no open difference"),
    "nominal": mark("as named by its maker"),
    "not": mark("the contrary of this"),
    "object": mark("object"),
    "offer": mark("offer"),
    "once": mark("once"),
    "others": mark("others"),
    "owned_by": mark("owned by"),
    "partly": mark("in part"),
    "parts": mark("by parts"),
    "per_unit": mark("for each unit"),
    "per_unit_year": mark("for each unit and year"),
    "plan": mark("planned"),
    "postponed": mark("postponed"),
    "price": mark("a price"),
    "propose": mark("propose"),
    "proposed": mark("proposed"),
    "remedied": mark("put right"),
    "request": mark("asked for"),
    "restricted_item": mark("a restricted item"),
    "resume": mark("resume"),
    "retention": mark("what was retained"),
    "revoke": mark("end"),
    "sat": mark("Saturday"),
    "scale": mark("a scale"),
    "school": mark("school"),
    "security": mark("security"),
    "send": mark("send"),
    "staged": mark("by stages"),
    "state": mark("state"),
    "steps": mark("by steps"),
    "stopped": mark("stopped"),
    "submit": mark("submitted"),
    "sun": mark("Sunday"),
    "survey": mark("a survey"),
    "suspend": mark("suspend"),
    "thu": mark("Thursday"),
    "tie_end": mark("the end of a tie between parties"),
    "time_decay": mark("less with time"),
    "tue": mark("Tuesday"),
    "turn_back": mark("turned back"),
    "undertaking_met": mark("a public promise that was kept"),
    "unexploded_ordnance": mark("unexploded ordnance"),
    "use_verified": mark("built in, as was measured"),
    "violence": mark("violence"),
    "water_point": mark("water point"),
    "weather": mark("weather"),
    "wed": mark("Wednesday"),
    "within": mark("an indicator within its limits"),
    "working": mark("working"),
}
"""Codes of statements that the vocabulary has no word for."""

ROWS: Final = {
    "acceptance": mark("acceptance of what was spent"),
    "activity": mark("activity"),
    "attestation": mark("attestation"),
    "claim": mark("claim"),
    "commitment": mark("commitment"),
    "contract": mark("contract"),
    "count": mark("count of a stock"),
    "destruction": mark("destruction"),
    "dispatch": mark("dispatch"),
    "entry": mark("arrival at a crossing or from a supplier"),
    "expense": mark("expense"),
    "figure": mark("published figure"),
    "gift": mark("gift in kind"),
    "invoice": mark("invoice"),
    "loss": mark("loss"),
    "payment": mark("payment"),
    "pledge": mark("pledge"),
    "reading": mark("reading of a scale or meter"),
    "reading_of_use": mark("reading of what was built in"),
    "receipt": mark("receipt"),
    "refusal": mark("refusal at the door"),
    "salvage": mark("salvage"),
    "spoiling": mark("spoiling"),
    "use": mark("use in works or for people"),
}
"""What a row of a table may tell."""

COLUMNS: Final = {
    "about": mark("what it is about"),
    "amount": mark("the amount of money"),
    "buyer": mark("the buyer"),
    "carrier": mark("the carrier"),
    "currency": mark("the currency"),
    "custodian": mark("who holds it"),
    "date": mark("the day"),
    "dates": mark("how dates are written"),
    "donor": mark("the donor"),
    "from": mark("who it came from"),
    "from_place": mark("the place it came from"),
    "id": mark("a number of its own"),
    "item": mark("the material"),
    "month": mark("which day stands for a month"),
    "numbers": mark("how numbers are written"),
    "organisation": mark("the organisation"),
    "party": mark("whose table it is"),
    "place": mark("the place"),
    "project": mark("the project"),
    "purpose": mark("the purpose"),
    "quantity": mark("the quantity"),
    "recipient": mark("the recipient"),
    "scale": mark("whether numbers are multiplied"),
    "series": mark("the series"),
    "side": mark("which way a row goes"),
    "source": mark("the source"),
    "speaker": mark("who said it"),
    "spent": mark("what was spent"),
    "subject": mark("what it is about"),
    "supplier": mark("the supplier"),
    "title": mark("the title"),
    "to": mark("whom it goes to"),
    "to_place": mark("the place it goes to"),
    "unit": mark("the unit"),
    "value": mark("the value"),
    "valued": mark("the worth"),
    "waybill": mark("the number of the waybill"),
    "what": mark("what a row tells"),
    "wording": mark("the wording"),
    "words": mark("the words"),
    "zone": mark("time zone"),
}
"""What a column of a table may hold, and what else is asked of one."""

OPTIONS: Final = {
    "day-month-year": mark("the day comes first"),
    "first-of-month": mark("its first day"),
    "last-of-month": mark("its last day"),
    "month-day-year": mark("the month comes first"),
    "negative": mark("those below zero"),
    "no": mark("no"),
    "positive": mark("those above zero"),
    "yes": mark("yes"),
}
"""What may be answered of a table, where it is neither a column nor told by a row."""


def choice_word(code: str, words: Localizer) -> str:
    """Return what a code of a statement means, for whoever chooses or reads it; one that nobody knows as it is."""
    return words.translated(CHOICES[code]) if code in CHOICES else words.term(code)


def column_word(key: str, words: Localizer) -> str:
    """Return what is asked of a table by a key such as ``dispatch.place``; one that nobody knows as it is."""
    row, _, field = key.rpartition(".")
    known = COLUMNS.get(field) or FIELDS.get(field)
    told = words.translated(known) if known else words.isolate(field)
    return words.say("{column} ({row})", column=told, row=words.translated(ROWS[row])) if row in ROWS else told


def option_word(option: str, words: Localizer) -> str:
    """Return an answer to a question of a table; the name of a column as it is."""
    known = ROWS.get(option) or OPTIONS.get(option)
    return words.translated(known) if known else words.isolate(option)


def table_question(asks: Message, words: Localizer) -> str:
    """Return what is asked of a table with its codes in words; the command line shows them as they are typed there."""
    told: dict[str, Value] = {}
    for name, value in asks.values.items():
        coded = name in {"what", "field"}
        if coded and isinstance(value, list):
            told[name] = [_worded(each, words) if isinstance(each, str) else each for each in value]
        else:
            told[name] = _worded(value, words) if coded and isinstance(value, str) else value
    return words.message(Message(asks.code, told)).replace("`", "")


def _worded(code: str, words: Localizer) -> str:
    known = ROWS.get(code) or COLUMNS.get(code) or FIELDS.get(code)
    return words.translated(known) if known else code
