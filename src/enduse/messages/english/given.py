"""What is said of a file of another kind than the one that a command asks for."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "given.no_file": Text("there is no such file", "look at its name, and at the folder you are in"),
    "given.not_receipts": Text(
        "this is {seen:term}; a file of receipts is asked for here",
        "give the file that `enduse add --receipts FILE` wrote when the statements were brought",
    ),
    "given.not_proof": Text(
        "this is {seen:term}; the folder of a programme, a URL or a proof is asked for here",
        "give the folder itself, or the file that `enduse record prove` wrote",
    ),
    "given.not_vkey": Text(
        "this is {seen:term}; the public key of a log or cosigner is asked for here",
        "give the file log.vkey of the programme: one line of text, as you had it from whoever keeps the record",
    ),
    "given.not_policy": Text(
        "this is {seen:term}; a policy is asked for here",
        "give a text file with the lines log, witness and quorum; docs/how-to/let-two-others-watch.md shows one",
    ),
    "given.not_cosignature": Text(
        "this is {seen:term}; a cosignature is asked for here",
        "give the file that the witness sent, as `enduse record witness --follow` wrote it",
    ),
    "given.not_kept": Text(
        "this is {seen:term}; a checkpoint, a proof or a printed card is asked for here",
        "give what was kept: a copy of the file checkpoint, what `enduse record prove` wrote, or the page of `enduse record card`",
    ),
    "given.not_evidence": Text(
        "this is {seen:term}; evidence against a log is asked for here",
        "give the file evidence.json that a witness, a mirror or `enduse record compare` wrote",
    ),
}
