"""Submissions that are had from a server of field collection."""

from typing import Final

from enduse.messages.english.text import Text

_HOW_FETCHED: Final = "of KoboToolbox it is https://SERVER/api/v2/assets/UID/data.json, of ODK Central https://SERVER/v1/projects/N/forms/FORM.svc/Submissions"

TEXTS: Final = {
    "fetch.answered_otherwise": Text("the server does not answer, but says: {status}", "try again later"),
    "fetch.attachments": Text(
        "{n:number} attachment is listed with its SHA-256 in {file}; {missing:number} are named that the server does not have",
        many="{n:number} attachments are listed with their SHA-256 in {file}; {missing:number} are named that the server does not have",
    ),
    "fetch.next": Text("it is read like any table: {command}"),
    "fetch.file_there": Text("a file stands there already, and is not replaced", "choose another name"),
    "fetch.in_a_circle": Text("the server's pages lead back to one that was had", "tell whoever keeps the server"),
    "fetch.no_address": Text("this is no address of a server", "write it in full, beginning with `https://`"),
    "fetch.no_answer": Text(
        "what the server gave is no page of submissions: {reason}", "look at the address in a browser"
    ),
    "fetch.no_folder": Text("the folder in which to write is not there", "make it first"),
    "fetch.no_list": Text("this is not the address of a form's submissions", _HOW_FETCHED),
    "fetch.not_allowed": Text(
        "the server does not let you read this (status {status})", "give a token that may: `--token FILE`"
    ),
    "fetch.not_encrypted": Text("what goes over this address can be read on the way", "use `https://`"),
    "fetch.not_there": Text("the server has nothing there (status {status})", _HOW_FETCHED),
    "fetch.old_interface": Text("this address is of an interface that KoboToolbox has given up", _HOW_FETCHED),
    "fetch.other_host": Text(
        "the server sends us to another one, which nobody named, and the token is not given to it",
        "ask for it at {host}, or download it in a browser",
    ),
    "fetch.secret_in_address": Text(
        "a name, password or token stands in the address, where others see it", "leave it out, and give `--token FILE`"
    ),
    "fetch.token_unreadable": Text(
        "this is no token: it has blanks, or signs that none has", "copy it anew, on one line"
    ),
    "fetch.too_many_pages": Text("there are more than {most:number} pages", "ask for fewer submissions"),
    "fetch.too_much": Text("there is more than {most:number} bytes of it", "ask for fewer submissions"),
    "fetch.too_slow": Text(
        "it takes longer than {seconds:number} seconds", "try again later, or ask for fewer submissions"
    ),
    "fetch.unreachable": Text("the server cannot be reached: {reason}", "look at the address, and at your network"),
}
