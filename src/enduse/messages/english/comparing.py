"""Two tables that are compared, and kept as a programme."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "compare.name_a_sheet": Text(
        "this is the workbook of a programme, with a sheet for each thing, and one sheet is compared at a time",
        "name it, such as --sheet “{sheet}”; what a programme has not recorded yet is shown by enduse add DIR FILE --dry-run",
    ),
    "compare.draft_there": Text(
        "there is a file of this name already",
        "check it and give it back: --mapping FILE; or name another for the draft",
    ),
    "compare.draft_written": Text(
        "This draft is in {file}. Nothing was compared yet.",
        "check every line of it, then run the command again with --mapping {file}",
    ),
    "compare.earlier_of_both": Text(
        "this could be an earlier issue of {ours} or of {theirs}: both have its columns",
        'say whose it is in the first line of the mapping: `earlier_of = "ours"` or `earlier_of = "theirs"`',
    ),
    "compare.earlier_of_neither": Text(
        "this is an earlier issue neither of {ours} nor of {theirs}: it has the columns of neither",
        "name an earlier issue of one of the two tables",
    ),
    "compare.identity_twice": Text(
        "“{read}” names more than one row ({rows:list}) in {columns:list}",
        "name columns that tell rows apart (--id may stand more than once), or compare by content (--by-content)",
        "{n:number} identities name more than one row in {columns:list}; the first is “{read}” (rows {rows:list})",
    ),
    "compare.keep_comes_in_twice": Text(
        "this profile and {other} both tell what came in: of one flow it would be counted twice",
        "let one of them tell a dispatch, with a waybill where both tables name it",
    ),
    "compare.keep_no_party": Text(
        "this profile does not say whose table it reads", 'add the line `party = "party:…"` to a profile of your own'
    ),
    "compare.keep_one_party": Text(
        "this profile is of the same party, or bears the same name, as {other}",
        "give each party's table a profile of its own: first that of OURS, then that of THEIRS",
    ),
    "compare.answer_of_neither": Text(
        "it is not said of which of the two tables this is an answer",
        "write ours. or theirs. before it, such as `ours.what=receipt`",
    ),
    "compare.answer_or_profile": Text(
        "answers are to what is asked to propose a profile, and profiles are named", "leave out --profile, or --answer"
    ),
    "compare.keep_options": Text("this belongs to --keep: {options:list}", "name the folder to make: --keep DIR"),
    "compare.keep_profile": Text(
        "to keep two issues takes one profile, which says how they are read; {n:number} were given",
        "let one be proposed: `enduse profile {table}`; then give its file: --profile FILE.toml",
    ),
    "compare.keep_profiles": Text(
        "to keep two parties' tables takes two profiles, which say how each is read; {n:number} were given",
        "let them be proposed: `enduse profile {table}`, `enduse profile {other}`; then --profile OURS.toml --profile"
        " THEIRS.toml",
    ),
    "compare.keep_whose": Text(
        "this row, a `{kind}`, does not say whose it is: it would become the word of whoever keeps the programme, and the"
        " table is that of {party}",
        "say it for all rows when the profile is proposed: --answer to={party} of a receipt, from={party} of a dispatch,"
        " donor={party} of a payment; or, if you are {party}, keep it as such: --as {party}",
    ),
    "compare.mapping_not_toml": Text(
        "the mapping is not TOML: {reason}",
        "correct that line, or let a draft be written: name a file that is not there",
    ),
    "compare.no_common_column": Text(
        "the tables share no column: this one has {columns:list}; {other} has {others:list}",
        "name two issues of one table; for tables of two parties say by what: --by place,month,item",
    ),
    "compare.no_common_value": Text(
        "the registers share no value of {term}: one has {values:list}; the other has {others:list}",
        "bring both to common names in the mapping: `values` for those that are listed, `others` for the rest",
    ),
    "compare.no_day": Text(
        "the column holds no day that could be told for certain; its first row says “{read}”",
        "name another column, or write days like 2026-01-31",
    ),
    "compare.nothing_left": Text(
        "nothing is left to compare: these columns name the rows or are left out: {columns:list}", "leave out fewer"
    ),
    "compare.no_day_of_party": Text(
        "the column holds no day that could be told for certain; its first row says “{read}”",
        'say in the mapping which comes first: `date_order = "day"` or `date_order = "month"`; or name another column',
    ),
    "compare.no_days": Text(
        "days are asked for, and no column of this table holds the date of a row",
        "name its column (--date, or `date` in the mapping), or leave out --since and --until",
    ),
    "compare.not_with_by": Text(
        "this belongs to two issues of one table, not to --by: {options:list}", "leave it out, or leave out --by"
    ),
    "compare.only_with_by": Text(
        "this belongs to two parties' tables: {options:list}", "say by what they are compared: --by place,month,item"
    ),
    "compare.periods_missing": Text(
        "the mapping names no periods", 'add `[periods]` with lines such as `"Spring" = [2026-03-01, 2026-05-31]`'
    ),
    "compare.quantity_missing": Text(
        "amounts are to be compared in {unit}, and no quantity is named here",
        "name its column, or leave out `unit`: then rows are counted",
    ),
    "compare.unit_is_column": Text(
        "“{column}” is a column of this table, and the mapping names it as the unit of all rows",
        'to take the unit of each row from it, write `unit_column = "{column}"` in place of `unit`, and a factor for each unit',
    ),
    "compare.same_file": Text("this is the same file as {other}, byte for byte", "name the other issue of the table"),
    "compare.term_missing": Text(
        "nothing says where {term} comes from", "name its column here, or leave it out of --by"
    ),
}
