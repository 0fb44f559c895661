"""English text of what is said of the profile by which a table is read, and of what is asked to make one."""

from typing import Final

from enduse.messages.english.text import Text

_HOW_TABLES: Final = "see docs/how-to/bring-a-table.md"

TEXTS: Final = {
    "profile.answer_unreadable": Text("“{read}” is no answer", "write the key, = and the answer: `what=receipt`"),
    "profile.nothing_written": Text(
        "Nothing is written: {n:number} question is open.",
        "answer it with `--answer KEY=VALUE`, or run this at a terminal, where it is asked",
        "Nothing is written: {n:number} questions are open.",
    ),
    "profile.ask_dates": Text(
        "In the dates of this table, such as {read} in “{column}”, which comes first: the day or the month?"
    ),
    "profile.ask_field": Text(
        "Which column holds `{field}` of the `{what}`? Where none does: what holds for every row, such as `USD` or `place:store`?"
    ),
    "profile.ask_materials": Text(
        "No column holds the `item` of the `{what}`. If some hold the quantity of one material each, which ones, with `|` between? "
        "Else the one column that holds the `quantity`"
    ),
    "profile.ask_numbers": Text(
        "What is {read} in “{column}”: does its comma or point stand between thousands, or before decimals?"
    ),
    "profile.ask_party": Text("Whose table is it: which party says what stands in it?"),
    "profile.ask_of": Text(
        "“{column}” holds the numbers of the `{what}`, and “{other}” may tell the `{field}` of other numbers: "
        "which `{field}` is “{column}” in? A column, or what holds for every row?"
    ),
    "profile.ask_both": Text(
        "Every row would tell {what:list} of the same amount in “{column}”: is that so (`-`)? If a column says which way a row goes, propose for "
        'one of them, and write where = {{ Column = ["text"] }} below its [[tells]]'
    ),
    "profile.ask_scale": Text(
        "{columns:list}: the column's name, or a line beside the table, speaks of thousands or millions. Is each number to be multiplied so (`yes`), "
        "or is it written out (`no`)?"
    ),
    "profile.ask_side": Text(
        "“{column}” says which way each row goes: which rows tell the `{what:list}`? One of its texts, or `-` for all rows?"
    ),
    "profile.ask_signs": Text(
        "“{column}” holds numbers above zero and below: which rows tell the `{what:list}`, `positive` or `negative`; or `-` for all rows?"
    ),
    "profile.ask_states": Text(
        "Does “{column}” say which of `{what:list}` a row tells? Its name if it does; `-` if it says how far one and the same delivery is, "
        "and every row tells all of it"
    ),
    "profile.ask_which": Text("Several columns may hold `{field}` of the `{what}`: which one does?"),
    "profile.ask_what": Text("What does a row tell?"),
    "profile.ask_month": Text(
        "“{column}” holds months, such as {read}, and no days: which day stands for a month, its last or its first?"
    ),
    "profile.ask_months": Text(
        "Each of {columns:list} is taken for the `{what}` of its month: which day stands for a month, its last or its first?"
    ),
    "profile.ask_zone": Text("In which time zone are its clocks: such as `UTC`, `+03:00` or `Asia/Gaza`?"),
    "profile.header_answer": Text(
        "“{read}” is no row of a header", "answer with a row, or the first and the last: `header=5-6`"
    ),
    "profile.too_many_figures": Text(
        "{n:number} columns hold figures, and at most {most:number} are read at once",
        "name those that matter: `value=First column|Second column`",
    ),
    "profile.too_much_unknown": Text(
        "the table does not say enough for that: these would all have to be filled in by hand: `{fields:list}`",
        "choose something that it does tell, or add the columns",
    ),
    "profile.date_form": Text(
        "“{form}” says nothing of how days are written", "write one of {orders:list}, or a form such as %d.%m.%Y"
    ),
    "profile.field_missing": Text(
        "it is not said where these come from, without which there is no {what}: {fields:list}",
        'name the column of each, or what holds for every row, such as currency = {{ always = "USD" }}',
    ),
    "profile.pattern_unreadable": Text(
        "the pattern “{read}” does not say once what to take", "write {{}} for it, and * for anything"
    ),
    "profile.tells_nothing": Text(
        "the profile does not say what a row tells", 'add [[tells]] with what = "receipt" and its columns'
    ),
    "profile.file_there": Text("there is a file of this name already", "name another one: `--out FILE.toml`"),
    "profile.list_missing": Text("the profile has no list “{list}”", "add [lists.{list}]"),
    "profile.no_origin": Text(
        "the profile says how to read a value ({keys:list}), and not where it comes from",
        "add one of: {origins:list}",
    ),
    "profile.not_a_number": Text("“{read}” is not a number", "write digits, with a point before decimals"),
    "profile.not_toml": Text("the profile is not TOML: {reason}", _HOW_TABLES),
    "profile.template_format": Text(
        "the template “{read}” holds more than names of columns in braces", "write it like: truck-{{id}}"
    ),
    "profile.template_unreadable": Text(
        "the template “{read}” cannot be read", "close every brace; write a brace that is meant as such twice"
    ),
    "profile.time_of_day": Text("“{read}” is not a time of day", "write it like 12:00"),
    "profile.unknown": Text("there is no profile {profile}", "name a TOML file, or one of: {known:list}"),
    "profile.value_unquoted": Text("{read} stands where a text or a table is expected", 'put it in quotes: "{read}"'),
    "profile.written": Text(
        "This profile is in {file}. With it one row is read, {refused:number} of it refused.",
        "check it against the table, then: {command}",
        "This profile is in {file}. With it {n:number} rows are read, {refused:number} of them refused.",
    ),
    "profile.zone_name": Text(
        "the form {form} reads a zone's name (%Z), and no zone can be told from it",
        "use %z for an offset such as +03:00, or leave the name out of the cells and state `zone`",
    ),
    "profile.zone_unknown": Text("the time zone “{read}” is not known here", "write an offset such as +02:00"),
}
