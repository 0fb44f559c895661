"""Texts of the portal's signed-in pages and of residents' questions."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "desk.assertion": Text(
        "That passkey does not let anybody in here.",
        "Use the passkey that was added by your link, or ask somebody of your party for a new link.",
    ),
    "desk.busy": Text("Too many people try this at the moment.", "Try again in a few minutes."),
    "desk.challenge": Text(
        "This page was open too long, was sent before, or is another browser's.", "Open it again and try once more."
    ),
    "desk.form": Text(
        "This form is not one that your browser was given here, or it was open too long.",
        "Open the page again and fill it in once more; nothing was done.",
    ),
    "desk.link": Text(
        "This link was used already, or its time has passed.", "Ask whoever gave it to you for a new one."
    ),
    "desk.other_site": Text("That passkey was made for another page.", "Make one on this page."),
    "desk.passkey_known": Text("This passkey lets somebody in already.", "Sign in with it, or make another one."),
    "desk.signing_key": Text(
        "A key that signs statements never signs in, and one that signs in signs no statement.",
        "Make a passkey of its own for each of the two.",
    ),
    "desk.answered": Text("This question was answered already.", "Look at the answer; a new question gets a new code."),
    "desk.no_choice": Text("None of the answers was chosen.", "Choose one of them."),
    "desk.no_page": Text("There is no such page.", "Go back to what waits for you."),
    "desk.no_question": Text(
        "No question has this code.", "Read the code again, letter by letter, or ask anew: no name is needed."
    ),
    "desk.no_words": Text("Nothing was written.", "Write in a few words what you want to know, or what you answer."),
    "desk.too_many_words": Text(
        "That is longer than {most:number} characters.", "Say it shorter; leave out names of people."
    ),
    "desk.too_long": Text(
        "One of the fields is longer than this page takes.", "Say it in fewer words, or attach a file."
    ),
    "desk.too_large": Text(
        "What was sent is larger than this page takes, and nothing of it was kept.",
        "Send a smaller file; a large table is brought by the command line.",
    ),
    "desk.other_bytes": Text(
        "What came back is not what was to be signed here, to the last letter.",
        "Sign the file that this page gives you, and bring back that file.",
    ),
    "desk.other_key": Text(
        "This was to be signed with the key {key}, and was signed with another one.",
        "Choose the other key before you sign, or sign with this one.",
    ),
    "desk.moved_on": Text(
        "Something else was said with this key meanwhile, so this has a new number now.",
        "Read it again, and sign it once more: what was signed before counts for nothing.",
    ),
    "desk.not_yours": Text("There is no such page for you.", "Go back to what waits for you."),
    "desk.no_key": Text(
        "No key of yours is in the record that signs on this page.",
        "Make one under keys, and have it brought into the record.",
    ),
    "upload.nothing": Text("No table was chosen.", "Choose a file first."),
    "upload.suffix": Text(
        "A table is a file called {known:list}.",
        "Save it as one of these; what was signed is brought back on its own page.",
    ),
    "upload.name_too_long": Text("The file's name has more than {most:number} characters.", "Give it a shorter name."),
    "upload.record_large": Text(
        "This record has {n:number} statements, and tables are tried here on at most {most:number}.",
        "Bring the table by the command `enduse add`.",
    ),
    "upload.not_whole": Text(
        "Of {n:number} statements that were to be signed, {came:number} came back, or others came with them.",
        "Sign the file that this page gives you, all of it, and bring back that file; nothing was recorded.",
    ),
    "upload.signature": Text(
        "The signature of statement {number:number} of {n:number} does not hold.",
        "Sign the file once more with the key that you chose; nothing was recorded.",
    ),
    "upload.changed": Text(
        "The record has changed since this was shown, and the table is read otherwise now.",
        "Look at it again and sign what you see then; nothing was recorded, and what was signed before counts for nothing.",
    ),
}
