"""What the store of photos and papers has to say."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "document.not_there": Text("this file is not there"),
    "document.length": Text(
        "a photo or paper has between 1 and {most:number} bytes", "scan it more coarsely, or in parts"
    ),
    "document.no_picture": Text(
        "this is no JPEG, PNG, WebP, HEIC or PDF, whatever it is called", "save it as one of these, and attach that"
    ),
    "document.no_digest": Text("'{name}' is no SHA-256 in lower-case hexadecimal"),
    "document.store_is_link": Text(
        "this is a link; photos and papers are kept in this programme's own folder, and nowhere that a link leads to",
        "take the link away, and put what belongs there into a folder of that name",
    ),
    "document.store_full": Text("{most:number} documents lie here already; no more are kept"),
    "document.unnamed": Text(
        "no statement of the record names a file of SHA-256 {sha256}", "say what it shows, with --about, to put it in"
    ),
    "document.changed": Text(
        "the file of statement {entry} is not what was signed", "have it again from {party:name}, and attach it again"
    ),
    "document.missing": Text(
        "the file of {n} document is not here: put it in its place with enduse attach DIR FILE",
        many="the files of {n} documents are not here: put them in their place with enduse attach DIR FILE",
    ),
    "document.carried": Text(
        "photos and papers: {here:number} public ones are here, {missing:number} are missing; of {private:number} private ones there is a commitment alone"
    ),
    "document.hold": Text(
        "the file of {n} document is what was signed", many="the files of {n} documents are what was signed"
    ),
    "document.about_what": Text("say what it shows", "give --about with the consignment, project, place or reading"),
    "document.paper_and_signer": Text(
        "a paper and its signer go together",
        "give both: --paper with its photo, --signer with whose signature it bears",
    ),
    "document.private_words": Text(
        "a private document is put in where the record is, and nothing is said of it in the open",
        "leave out --says and --signer, or --private",
    ),
}
