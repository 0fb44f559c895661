"""Payments: links that they lack, statements of account beside them, and samples of them to examine."""

from typing import Final

from enduse.messages.english.text import Text

TERMS: Final = {
    # what a link of a payment names
    "confirms": "the payer's number of the same payment",
}

TEXTS: Final = {
    "link.bad_days": Text(
        "{value} is no number of days by which two ends of one payment may differ",
        "give a whole number from 0 to {most}",
    ),
    "link.claimed": Text(
        "{currency} {amount} of {day}, transaction {number} of {out}, and {currency} {received} of {on}, transaction {other} of "
        "{came}, are one payment told from its two ends"
    ),
    "link.days_apart": Text("told one day apart", many="told {n} days apart"),
    "link.days_of_files": Text(
        "the days by which two ends may differ are asked of files only",
        "leave --days out: what a programme records is compared as its leads are",
    ),
    "link.no_day": Text(
        "{value} is no day of a transaction; it cannot be compared and stays without a link",
        "write the day as YYYY-MM-DD",
    ),
    "link.no_proposal": Text(
        "there is no proposal {number}; they are numbered from 1 to {most}",
        "list them first: the same files and days give the same numbers",
    ),
    "link.no_type": Text(
        "the transaction has no type, so nobody can tell whether it came in or went out; it cannot be compared",
        "give it the code of its type where the file is made",
    ),
    "link.one_programme": Text(
        "a programme's folder stands among other names",
        "ask of one programme, or of files",
    ),
    "link.open_promise": Text("of {number} {open:amount} is open"),
    "link.other_end_names": Text("the other end names this activity, {activity}"),
    "link.other_reference": Text("their references differ: {reference} and {other}"),
    "link.parties_by_name": Text("both name {payer} as payer and {recipient} as recipient, one of them by name only"),
    "link.parties_by_reference": Text("both name {payer} as payer and {recipient} as recipient, by reference"),
    "link.promised_later": Text(
        "it was promised one day after this payment", many="it was promised {n} days after this payment"
    ),
    "link.same_amount": Text("the same amount, {currency} {amount}"),
    "link.same_day": Text("told of one day, {day:day}"),
    "link.same_ends": Text(
        "told by {payer:name}, who paid it, and by {recipient:name}, who received it, under two numbers"
    ),
    "link.same_sum": Text("the same amount, {amount:amount}"),
    "link.steps": Text("one end calls it {went:term}, the other {came:term}"),
    "link.sums_differ": Text(
        "{currency} {paid} went out and {currency} {received} came in: {difference} apart, a fee or an exchange perhaps"
    ),
    "link.to_nobody_named": Text("no recipient is named for it"),
    "link.to_same_recipient": Text("it is promised to {recipient:name}, who was paid"),
    "link.told_sums_differ": Text("{paid:amount} and {received:amount}: a fee of the transfer perhaps"),
    "link.too_many": Text(
        "there are more than {limit} transactions in these files",
        "ask of fewer files at once: those of the parties that paid one another",
    ),
    "link.where_to": Text(
        "the statement to be signed is written to a file, and none is named",
        "name a new one with --to",
    ),
    "link.file_taken": Text(
        "there is a file of this name already",
        "name another for what is to be signed",
    ),
    "link.no_file": Text(
        "of a programme nothing is written: the command that signs is told",
        "leave --to out",
    ),
    "link.whole_of_it": Text("that is just as much as was paid"),
}
