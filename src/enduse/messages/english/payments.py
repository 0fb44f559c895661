"""Payments: links that they lack, statements of account beside them, and samples of them to examine."""

from typing import Final

from enduse.messages.english.text import Text

TERMS: Final = {
    # what a link of a payment names
    "confirms": "the payer's number of the same payment",
    # how rows of an account and payments were matched
    "match:reference": "by number",
    "match:amount": "by amount and day",
    "match:sum": "by an exact sum",
    # why a payment is in a sample
    "sample:certain": "as large as a step",
    "sample:drawn": "drawn",
}

TEXTS: Final = {
    "account.total_row": Text("row {row} calls itself a total and was passed over"),
    "account.balance_off": Text(
        "the balance here says {said:amount}; the balance before and what moved since make {made:amount}",
        "ask the bank for the statement itself: a row is lacking, or an amount or this balance is another",
    ),
    "account.opens_otherwise": Text(
        "the balance that opens here says {said:amount}; the one before it closed with {made:amount}",
        "look for the rows between both, or name the accounts in a column account where they are two",
    ),
    "account.total_off": Text(
        "the total here says {said:amount}; the rows that it sums up make {made:amount}",
        "ask the bank for the statement itself: a row is lacking, or an amount or this total is another",
    ),
    "account.bad_balance": Text(
        "{value} is no balance that can be read; it is held against nothing, and the row counts",
        "write it as the amounts are written",
    ),
    "account.bad_minus": Text("{value} is not what a minus may mean", "write one of {known:list}"),
    "account.unmarked": Text("amounts without a mark were taken as debits, since the others bear the mark of a credit"),
    "account.minus_by_balances": Text(
        "a column of debits or credits has amounts with and without a minus; which way each went was taken from the balances"
    ),
    "account.mixed_signs": Text(
        "{value} stands in a column ({column}) of which other amounts have the other sign; the row is not counted",
        "say with --minus what a minus means there: taken-back, usual (then what has none is taken back) or either (it means nothing)",
    ),
    "account.bad_amount": Text(
        "{value} is no amount; the row is in no sum",
        "write digits with a point or a comma before the decimals, and a minus for what goes out",
    ),
    "account.bad_day": Text(
        "{value} is no day; the row is in no sum",
        "write it as YYYY-MM-DD",
    ),
    "account.bad_days": Text(
        "{value} is no number of days by which an account and the record may differ",
        "give a whole number from 0 to {most}",
    ),
    "account.bad_kind": Text(
        "{value} is no kind of row; it is in no sum",
        "leave it empty, or write movement, fee, opening or closing",
    ),
    "account.bad_style": Text(
        "{value} is no way in which numbers or days are written",
        "write numbers as 1,234.5 or 1.234,5, and days as day-month-year, month-day-year or year-month-day",
    ),
    "account.no_amount": Text(
        "the row has no amount, or one on either side; it is in no sum",
        "fill in one of amount, debit and credit",
    ),
    "account.no_columns": Text(
        "the table has no day or no amount among its columns {columns}",
        "name one column day, and one amount, or two debit and credit; currency, kind, reference and text may follow",
    ),
    "account.no_currency": Text(
        "{value} is no currency; the row is in no sum",
        "write its ISO 4217 code in a column currency, or name it with --currency",
    ),
    "account.no_rows": Text(
        "one row cannot be read, and no other holds a movement",
        "mend it in its place",
        many="{n} rows cannot be read, and no other holds a movement",
    ),
    "account.nothing": Text(
        "the table has no row with a day and an amount that can be read",
        "look at what is said of its rows",
    ),
    "account.unclear_amount": Text(
        "{value} may be {read}, and nothing in the table tells which; the row is not counted",
        "say with --numbers how numbers are written: 1,234.5 or 1.234,5",
    ),
    "account.unclear_day": Text(
        "{value} may be {read}, and nothing in the table tells which; the row is not counted",
        "say with --dates how days are written: day-month-year or month-day-year",
    ),
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
        "the transaction has no type, so nobody can tell whether it came in or went out; it is in no sum and in no comparison",
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
    "link.same_amount": Text("the same amount, {currency} {amount:number}"),
    "link.same_day": Text("told of one day, {day:day}"),
    "link.same_ends": Text(
        "told by {payer:name}, who paid it, and by {recipient:name}, who received it, under two numbers"
    ),
    "link.same_sum": Text("the same amount, {amount:amount}"),
    "link.steps": Text("one end calls it {went:term}, the other {came:term}"),
    "link.sums_differ": Text(
        "{currency} {paid:number} went out and {currency} {received:number} came in: {difference:number} apart, a fee or an"
        " exchange perhaps"
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
    "sample.announced_late": Text(
        "the root of {wanted} statements can be known: the record has {size} already",
        "announce the root of a later checkpoint",
    ),
    "sample.seed_without_root": Text(
        "a secret seed is drawn with beside the root of a later checkpoint", "name its size with --root"
    ),
    "sample.nothing_announced": Text(
        "it is not said what will be the seed",
        "name the size of a later checkpoint with --root, or a public value to come with --beacon",
    ),
    "sample.bad_amount": Text(
        "{value} is no amount of this currency",
        "write digits with a point before the decimals, no finer than 1/10,000",
    ),
    "sample.bad_entry": Text(
        "{value} is no number of a statement, or stands there twice",
        "take the list as it was written, one row for each statement",
    ),
    "sample.bad_examined": Text(
        "{value} is no amount that a payment should have been",
        "write digits, 0 where there is no paper for it, nothing where it is not examined yet",
    ),
    "sample.bad_risk": Text(
        "these are no terms of a sample: risk {risk}",
        "the risk lies from 0.001 to 0.5, and what is expected below what is tolerable, which is no more than all that was spent",
    ),
    "sample.bad_rows": Text(
        "one row cannot be read, so nothing was worked out",
        "mend it in its place",
        many="{n} rows cannot be read, so nothing was worked out",
    ),
    "sample.bad_size": Text(
        "{value} is no size of a sample",
        "give a whole number from 1 to {most}",
    ),
    "sample.no_beacon": Text(
        "the value of the beacon is empty or too long",
        "give the value as it was published, {most} characters at most",
    ),
    "sample.no_columns": Text(
        "the table lacks a column statement or examined among {columns}",
        "take the list that --to writes, and fill in its column examined",
    ),
    "sample.not_chosen": Text(
        "statement {entry} was examined and is not in this sample",
        "ask with the same size, seed, day and record as when it was drawn",
    ),
    "sample.not_drawn": Text(
        "nothing is drawn yet, so nothing can have been examined",
        "name the seed with --root or --beacon, as when it was drawn",
    ),
    "sample.not_published": Text(
        "no checkpoint of {wanted} statements is published; the last one has {published}",
        "wait until so many are recorded and published, or name another size",
    ),
    "sample.nothing_spent": Text(
        "nothing stands as spent in {currency}; there is {currencies}",
        "name one of these currencies, or a later day",
    ),
    "sample.nothing_to_draw": Text(
        "there is nothing to draw from",
        "give at least one payment, each above 0",
    ),
    "sample.root_known_before": Text(
        "the record of {wanted} statements is not later than the list of {size}: who recorded could choose what is drawn",
        "fix the list first with --as-known, and take the root of a later checkpoint",
    ),
    "sample.several_currencies": Text(
        "money was spent in several currencies: {currencies}",
        "name one with --currency; each is a sample of its own",
    ),
    "sample.size_or_tolerable": Text(
        "it is not said how many payments to examine, or it is said twice",
        "give --size, or --tolerable and perhaps --risk and --expected",
    ),
    "sample.too_large": Text(
        "so small a tolerable error would need more than {most} payments to be examined",
        "examine all, or bear a larger error",
    ),
    "sample.two_seeds": Text(
        "two seeds are named",
        "name --root or --beacon: the one that was told beforehand",
    ),
}
