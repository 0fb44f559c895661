"""Statements signed away from the record: light copies, what waits for a signature elsewhere, and what a person is asked."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "light.number_unknown": Text("no statement of number {number:number} was signed here"),
    "light.number_of_several": Text(
        "several keys have signed a number {number:number} here: {keys}", "say of which key: --key KEY"
    ),
    "light.acknowledged": Text(
        "the keeper has acknowledged number {number:number}: it stands as entry {entry}",
        "take back what is wrong in it with `enduse correct`",
    ),
    "light.one_at_a_time": Text(
        "a QR code carries one statement, and {n} waits",
        "say which: --number N, as enduse sent shows it",
        many="a QR code carries one statement, and {n} wait",
    ),
    "light.being_signed": Text("others sign in this folder all the time", "try again when they are done"),
    "light.none": Text(
        "no light copy is in this folder", "ask the keeper for one (`enduse copy`): it is the file {file}"
    ),
    "light.no_record": Text(
        "a light copy is here, to sign with; it does not hold the record",
        "ask the keeper's folder or a copy of it; what you signed here is told by `enduse sent`",
    ),
    "light.malformed": Text("this file is no light copy, or damaged", "ask the keeper for another"),
    "light.of_another": Text(
        "the light copy that lies here is of another record, {here}; this one is of {other}", "use another folder"
    ),
    "light.older": Text(
        "the light copy that lies here is newer: it is of {here:number} statements, this one of {offered:number}",
        "keep the one that is there",
    ),
    "light.own_log_damaged": Text(
        "your own log of what you signed is damaged", "put it back from a safe copy before you sign anything"
    ),
    "light.key_unknown": Text(
        "this light copy does not know the key {key}: what it signs is taken once the key is in the record",
        "send its request to whoever enrols it, where you have not; a light copy from after that knows the key",
    ),
    "light.key_suspended": Text(
        "this key of {party:name} was suspended when the light copy was written: what it signs meanwhile has no effect",
        "ask the keeper for a newer light copy; a suspended key can still object to a recovery",
    ),
    "file.picture": Text(
        "this is a picture, neither statements nor a table",
        "a QR code: scan it with any telephone, save its text as a line of a file called .dsse, and add that; a photo or"
        " paper: `enduse attach`",
    ),
    "light.said_elsewhere": Text(
        "the record has number {recorded:number} of this key, and your own log here ends at {last:number}: statements were"
        " signed with it elsewhere, or this folder was put back from an older copy",
        "two statements under one number would speak against you: make a new key for this machine, and revoke this one",
    ),
    "sign.no_envelope": Text(
        "this is no statement that waits for its signature",
        "take the file once more from the page that prepared it: one statement a line, its signature empty",
    ),
    "sign.other_key": Text(
        "this is to be signed with the key {asked}, and the key here is {key}",
        "name the file of that key (`--key`), or choose this key on the page and take the file anew; nothing is signed",
    ),
    "sign.number_used": Text(
        "number {number:number} of this key was given to another statement here",
        "send that one first (`enduse send`), then take the file anew from the page: two statements of one number would speak against you; nothing is signed",
    ),
    "signed.no_envelope": Text(
        "this line is no signed statement", "take the file as the signing page gave it, one statement a line"
    ),
    "signed.not_waiting": Text(
        "this statement does not wait for a signature in {folder}",
        "bring it back to the folder in which it was written; a statement that is whole can go to the keeper as it is",
    ),
    "signed.key_unknown": Text(
        "the light copy here does not know the key {key}", "name the file of its request: --key REQUEST"
    ),
    "signed.other_signature": Text(
        "this is no signature of the key {key} for this statement",
        "sign again what waits: nothing of the file was taken",
    ),
    "say.made_elsewhere": Text("a statement of the kind {kind} is not written by hand", "use `{command}`"),
    "say.no_place": Text("a statement of the kind {kind} needs a place", "name it with `--place`"),
    "say.not_described": Text("{name} is described nowhere that is known here", "look whether it is written right"),
    "say.perhaps_misspelt": Text(
        "{name} is not known here; did you mean {nearest}?", "look whether it is written right"
    ),
    "say.no_fields": Text("this file holds no named fields", "write them as in the body of a statement"),
    "say.not_a_field": Text("'{text}' sets no field", "write FIELD=VALUE, such as amount.value=5"),
}
