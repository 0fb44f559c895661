"""What the book says: of statements that have no effect, of its own keeping, of the keys and seals of this machine."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "assessment.several_places": Text(
        "one consignment is left out of the assessment: it left from, or arrived at, more than one place",
        many="{n:number} consignments are left out of the assessment: they left from, or arrived at, more than one place",
    ),
    "assessment.long_before": Text(
        "one consignment is left out of the assessment: it lies more than a year before the others, which begin on"
        " {day:day}, or more than ten years before the last",
        "look at its dates",
        many="{n:number} consignments are left out of the assessment: they lie more than a year before the others, which"
        " begin on {day:day}, or more than ten years before the last",
    ),
    "book.being_written": Text("somebody else is writing to this programme", "wait until that is done, then try again"),
    "book.not_worked_out": Text(
        "{n:number} statement was recorded, and what comes of it could not be worked out: {reason}",
        "do not say it again; when that is mended, enduse status DIR works it out from the record",
        many="{n:number} statements were recorded, and what comes of them could not be worked out: {reason}",
    ),
    "book.damaged": Text("the stored book is damaged again as soon as it is written: {reason}", "look at the disk"),
    "book.rebuilt": Text(
        "the book of {n:number} statement is worked out anew",
        many="the book of {n:number} statements is worked out anew",
    ),
    "book.agrees": Text(
        "the book beside it is what {n:number} statement gives",
        many="the book beside it is what {n:number} statements give",
    ),
    "book.beyond_record": Text(
        "the stored book rests on {stored:number} entries, and the record has {recorded:number}",
        "ask why the record is shorter than it was; enduse record rebuild DIR --book then works the book out anew",
    ),
    "book.damaged_here": Text(
        "the stored book is damaged, or was edited: it is not what was written",
        "enduse record rebuild DIR --book works it out anew from the record",
    ),
    "book.not_compared": Text(
        "the stored book was not compared with the record: {reason}",
        "check again when that is over; until then nothing is known of what enduse status shows",
    ),
    "book.unlike_record": Text(
        "the stored book says something else in {part} than the record gives: somebody edited it, and sealed it again",
        "enduse record rebuild DIR --book works it out anew; ask who can write to this folder, or to this database",
    ),
    "book.damaged_rebuilt": Text(
        "the stored book was damaged, or was edited: it was worked out again from the record",
        "the answer is right; if it happens again, look at the disk",
    ),
    "book.damaged_unkept": Text(
        "the stored book is damaged, or was edited, and you may not write here: this answer was worked out from the"
        " record alone",
        "whoever may write here should run enduse status DIR",
    ),
    "book.fault": Text(
        "this statement could not be worked out ({fault})",
        "the fault is ours: please report it; everything else in the record stands",
    ),
    "book.of_another_record": Text(
        "the stored book was made from another record than the one that lies here now: it was worked out again",
        "if nobody restored or replaced record.db, run enduse record verify DIR",
    ),
    "book.moved_on": Text("somebody else has brought the book up to date meanwhile", "try again"),
    "clock.jumps_ahead": Text(
        "a clock says {stated:day}, more than a day after this machine's time ({last:day})",
        "look at the clocks of both machines; nothing was recorded",
        many="a clock says {stated:day}, more than {n} days after this machine's time ({last:day})",
    ),
    "clock.beyond_belief": Text(
        "this machine's clock says {stated:day}, more than twenty years after the record's time ({last:day})",
        "set this machine's clock; nothing was recorded",
    ),
    "clock.runs_back": Text(
        "the clock says {stated:day}, before the record's time ({last:day}); it counts for nothing"
    ),
    "clock.corrected": Text(
        "the clock of statement {entry} says {stated:time}; the council has corrected it to {reads:time} (statement {by})"
    ),
    "clock.ahead": Text(
        "the record's time ({last:day}) lies {n} day ahead of this machine's",
        "see which of the two clocks is wrong; the council corrects one of the record (kind clock_correction)",
        many="the record's time ({last:day}) lies {n} days ahead of this machine's",
    ),
    "clock.ahead_of_cosigners": Text(
        "the record's time ({last:day}) lies {n} day ahead of its newest cosignature ({at:day})",
        "ask the keeper which clock is wrong; the council corrects one of the record (kind clock_correction)",
        many="the record's time ({last:day}) lies {n} days ahead of its newest cosignature ({at:day})",
    ),
    "clock.none_such": Text("{statement} is no clock of this record", "name a clock that is recorded"),
    "correction.mandate_over": Text(
        "{party:name} would take back statement {entry}, on which others rest; it stands, and is disputed: {without}",
        "the withdrawal stands beside it; have the mandate given anew, or let a party that holds it count again",
    ),
    "correction.reading_withdrawn": Text("the measurement no longer counts"),
    "decision.other_record": Text(
        "decision {decision} names another state of the record at {size:number} entries than this record had",
        "look at the record again and sign what it says",
    ),
    "decision.unknown": Text(
        "there is no decision {decision:name}", "enduse release DIR lists the decisions there are"
    ),
    "finding.not_independent": Text(
        "{party:name} may not judge what {owner:name} answers for, because they are related: {ties:list}",
        "a party that is not related to it must find that; what speaks against a relation counts from anybody with the mandate",
    ),
    "proposal.file_taken": Text(
        "a proposal is written into a new file whose name ends in .proposal", "name another file"
    ),
    "proposal.malformed": Text("this file is no proposal, or damaged", "ask for it once more from whom you had it"),
    "proposal.newer": Text(
        "it rests on {size:number} statements; this copy of the record has {here:number}", "bring your copy up to date"
    ),
    "proposal.signature_wrong": Text(
        "this signature is not over exactly this decision by a key that this copy knows",
        "ask whoever signed to sign the proposal itself with a key that is enrolled",
    ),
    "proposal.nobody_signed": Text("the signature of whoever may decide"),
    "proposal.unsigned": Text(
        "nobody has signed this proposal, so there is nothing to record",
        "let whoever may decide sign it on a copy of the record: `enduse agree COPY FILE --as PARTY`",
    ),
    "proposal.signed_already": Text("{party:name} has signed this already", "send it on to the next"),
    "proposal.light": Text(
        "who agrees sees the evidence first, worked out on a copy of the record; a light copy holds none",
        "agree from a copy of the record; for a key that is elsewhere name its request there: `enduse agree COPY FILE --as PARTY --key REQUEST`",
    ),
    "proposal.kept_here": Text(
        "the record itself is kept in this folder, and numbers what is said here",
        "say the decision here with `enduse say`, or agree from a copy of the record without the keeper's keys",
    ),
    "key.here_already": Text("{party:name} has a key on this machine already", "a key is never overwritten"),
    "key.file_taken": Text("this file is there already", "a key is never overwritten: name another file"),
    "key.no_file": Text(
        "a party's key is made where it is used, and the record is kept in this folder",
        "name the file that it is to lie in: --to FILE; or make it in a light copy (`enduse copy`)",
    ),
    "key.party_unknown": Text(
        "no party is called {party} here",
        "look whether it is written right; --undescribed where nobody described it yet",
    ),
    "key.party_unknown_like": Text(
        "no party is called {party} here; did you mean {nearest}?",
        "write it right; --undescribed where it is another, which nobody described yet",
    ),
    "key.signed_with": Text(
        "{n} statement was signed with this key here, so that it stays",
        "revoke it, or have a new one put in its place: `enduse key change`",
        many="{n} statements were signed with this key here, so that it stays",
    ),
    "key.brought_in": Text("key {key} is in the record, so that its file stays", "revoke it: `enduse key revoke`"),
    "key.name_unknown": Text("'{name}' names no such key", "see `enduse key list`"),
    "key.name_not_unique": Text(
        "'{name}' names {n:number} key", "write more of the key's name", many="'{name}' names {n:number} keys"
    ),
    "key.request_malformed": Text("this file is no request for a key", "make one with `enduse key new`"),
    "key.malformed": Text(
        "the file does not hold a private key", "put back the file from a safe copy, or enrol a new key"
    ),
    "key.elsewhere": Text(
        "this file is the request for a key: its private half is elsewhere, and signs nothing here",
        "have what is to be signed written from a light copy (`enduse copy`, `enduse say --key REQUEST --to FILE`)",
    ),
    "key.passphrase_unasked": Text(
        "this key is encrypted, and there is nobody to ask for its passphrase",
        "start the command on a terminal, or name a file that holds the passphrase in ENDUSE_PASSPHRASE_FILE",
    ),
    "key.passphrase_wrong": Text(
        "this is not the passphrase of this key", "try again; nobody can tell you what it was"
    ),
    "key.passphrase_empty": Text("an empty passphrase guards nothing", "leave out --passphrase, or choose one"),
    "key.passphrases_differ": Text("the two passphrases are not the same", "start again; nothing was made"),
    "key.passphrase_too_dear": Text(
        "to open this key would take more memory or time than any key that we make",
        "take a file from whom you trust",
    ),
    "key.agent_none": Text(
        "no ssh-agent answers", "start one, load the key into it (ssh-add), and see that `{name}` is set"
    ),
    "key.agent_without": Text(
        "the ssh-agent has no key '{name}' of Ed25519 or P-256",
        "load it (ssh-add); such keys that the agent has: {there:list}",
    ),
    "key.agent_several": Text(
        "{n:number} key of the ssh-agent has the comment '{name}'",
        "name the file of its public half, KEY.pub",
        many="{n:number} keys of the ssh-agent have the comment '{name}'",
    ),
    "key.agent_refused": Text(
        "the ssh-agent did not sign with key {key}", "confirm when it asks, or touch the token, and start again"
    ),
    "key.not_here": Text(
        "the private key of {party:name} is not on this machine",
        "let {party:name} sign on its own machine and send the signed file, which enduse add takes as it is; the keys here"
        " belong to: {parties:names}",
    ),
    "key.none_here": Text(
        "the private key of {party:name} is not on this machine",
        "no party's key lies in this folder: name the file of the key (`--key FILE`), or let {party:name} sign on its own machine"
        " and send the signed file, which enduse add takes as it is",
    ),
    "key.not_here_like": Text(
        "no private key of {party} is on this machine", "did you mean {nearest}? Its key is here"
    ),
    "seal.none_here": Text("nothing was sealed on this machine", "use the machine on which it was sealed"),
    "seal.not_a_commitment": Text(
        "{commitment} is not the number of a seal", "a seal's number has 64 digits from 0 to 9 and a to f"
    ),
    "seal.of_another_party": Text(
        "{party:name} sealed nothing under this number", "only the party that sealed a value discloses or erases it"
    ),
    "statement.not_recorded": Text(
        "no statement {statement} is recorded", "give its position in the record or its identifier"
    ),
}
