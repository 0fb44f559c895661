"""Files that are read: tables, workbooks, programme files, signed statements, networks."""

from typing import Final

from enduse.messages.english.text import Text

_HOW_TABLES: Final = "see docs/how-to/bring-a-table.md"
_HOW_PROGRAMMES: Final = "see docs/how-to/start-a-programme.md"

TEXTS: Final = {
    # a statement said again
    "correct.field_twice": Text("{field} is given twice: it is {of}", "say once what it should be"),
    "correct.several_fields": Text("several fields may be meant by {field}", "name one of these: {fields:list}"),
    "correct.no_such_field": Text("this statement has no field {field}", "its fields are: {fields:list}"),
    "correct.nobody_to_ask": Text(
        "nobody sits at a terminal to be asked what statement {entry} should say",
        "use --set FIELD=VALUE, or --did-not-happen; its fields are: {fields:list}",
    ),
    "correct.not_a_number": Text("{text} is no number", "write it with digits and a point, such as 23.99"),
    "correct.not_a_setting": Text("{text} does not say what a field should be", "write FIELD=VALUE"),
    "correct.not_yes_or_no": Text("{text} is neither true nor false", "write true or false"),
    "correct.nothing_differs": Text(
        "statement {entry} says this already, so there is nothing to correct", "change at least one field"
    ),
    # any file
    "file.changed_meanwhile": Text("the file was changed while it was read", "read it again"),
    "file.damaged": Text("the file is damaged: {reason}", "take it again from where it came from"),
    "file.not_regular": Text("this is not a file but a folder, a pipe or a device", "save it to a file first"),
    "file.not_utf8": Text("this is not text in UTF-8", "save the file as UTF-8"),
    "file.too_large": Text("this has {size:number} bytes, and at most {most:number} are read", "split the file"),
    "file.unpacks_suspiciously": Text(
        "this unpacks to more than {most:number} bytes, too much for its size on disk",
        "unpack it yourself, and look whether it is what you expect",
    ),
    "file.unpacks_too_large": Text("this unpacks to more than {most:number} bytes", "split the file"),
    "file.unreadable": Text("the file cannot be opened: {reason}", "check its name and that you may read it"),
    # signed statements
    "envelopes.line_too_long": Text(
        "the line has more than {most:number} bytes, more than a signed statement may have",
        "say it in several statements",
    ),
    "envelopes.too_many": Text(
        "the file has more than {most:number} lines; nothing from here on was read", "split the file"
    ),
    # networks
    # a table as a whole
    "table.above_header": Text("a row above the names of the columns was passed over"),
    "table.ask_changed": Text(
        "a recorded row is no longer in the table, and row {rows:list} is like it but for one cell (see entry {entry})",
        "is it the same row, changed? Say `--changed '{table}=yes'`; or `--changed '{table}=no'` for one row gone and another one new",
        "{n:number} recorded rows are no longer in the table, and as many new ones are like them but for one cell "
        "(rows {rows:list}; the first is like entry {entry})",
    ),
    "table.ask_gone": Text(
        "a recorded row is dated before the first day of this table, and is not in it",
        "does the table hold later days only? Say `--gone '{table}=no'`, and the row stays; or `--gone '{table}=yes'` if it is no longer stated",
        "{n:number} recorded rows are dated before the first day of this table, and are not in it",
    ),
    "table.ask_gone_most": Text(
        "a recorded row is not in this table, and it holds only {of:number} of those recorded",
        "is it a part of “{table}”? Say `--gone '{table}=no'`, and the row stays, or `--table NAME` for a table of its own; or "
        "`--gone '{table}=yes'` if it is no longer stated",
        "{n:number} recorded rows are not in this table, and it holds only {of:number} of those recorded",
    ),
    "table.ask_gone_unread": Text(
        "a recorded row (statement {entry}) was not found, and rows of the table cannot be read: it may be one of those",
        "mend the table first, else a row that was changed may count twice; or say `--gone '{table}=no'`, and the row stays beside what"
        " is new, or `--gone '{table}=yes'` if it is no longer stated",
        "{n:number} recorded rows (the first is statement {entry}) were not found, and rows of the table cannot be read: they may be among"
        " those",
    ),
    "table.ask_newest": Text(
        "a recorded row is dated after the last day of this table, and is not in it",
        "is this an older issue? Say `--newest '{table}=no'`, and only what was never said is taken from it; or `--newest '{table}=yes'`",
        "{n:number} recorded rows are dated after the last day of this table, and are not in it",
    ),
    "table.ask_numbered_anew": Text(
        "a row bears what names one of the table “{table}”, and tells of another day: was it edited, or is this another table that "
        "begins its numbers anew?",
        "say `--table '{of}{table}'` if they are its rows, edited; else `--table '{of}{other}'`, or any new name",
        many="{n:number} of {rows:number} rows bear what names rows of the table “{table}”, and none says what it said: were they edited, "
        "or is this another table that begins its numbers anew?",
    ),
    "table.ask_profile": Text(
        "{n:number} of {rows:number} statements were said of the table “{table}” already, by another profile",
        "is it a further issue of that? Say `--table '{of}{table}'`; or, for a table of its own, `--table '{of}{other}'`",
    ),
    "table.ask_restated": Text(
        "row {rows:list} says what has been replaced or taken back since",
        "is this an older issue? Say `--newest '{table}=no'`, and only what was never said is taken from it; or `--newest '{table}=yes'`",
        "{n:number} rows say what has been replaced or taken back since (rows {rows:list})",
    ),
    "table.ask_table": Text(
        "{n:number} of {rows:number} rows are in the table “{table}” already",
        "is it a further issue of that? Say `--table '{of}{table}'`; or, for a table of its own, `--table '{of}{other}'`",
    ),
    "table.ask_table_alike": Text(
        "no row is in the table “{table}”, but {n:number} of {rows:number} are like one of its rows but for a cell",
        "is it a further issue of that? Say `--table '{of}{table}'`; or, for a table of its own, `--table '{of}{other}'`",
    ),
    "table.column_twice": Text(
        "several columns are called “{column}”, and the profile reads one of that name",
        "let it say which, of {names:list}, or give them other names in the table",
    ),
    "table.one_material": Text(
        "“{column}” tells of the same material as {names:list} in another unit: a row is read in the first of them that it fills"
    ),
    "table.columns_alike": Text("several columns are called “{column}”; they are read as {names:list}"),
    "table.bold_row": Text("a row in bold, which sums up others, was passed over, as the profile says (`skip_bold`)"),
    "table.columns_missing": Text(
        "the profile {profile} needs columns that are not in this table: {columns:list}",
        "add them, or choose another profile",
    ),
    "table.further_issue": Text("a further issue of the table “{table}”, of which {names:list} is recorded"),
    "table.header_unreadable": Text("the first row, which names the columns, cannot be read: {reason}", _HOW_TABLES),
    "table.json_broken": Text("this JSON cannot be read: {reason}", "export it again, in UTF-8"),
    "table.json_no_records": Text(
        "this JSON is no list of records, but one thing with these fields: {keys:list}",
        "export the list of submissions: `results` of KoboToolbox, `value` of ODK Central, or a plain list",
    ),
    "table.json_too_deep": Text("its fields nest deeper than {most:number} levels", "export it as CSV or XLSX"),
    "table.more_pages": Text("the answer says that there are more records on another page, which is not here"),
    "table.version_replaced": Text(
        "an earlier version of a submission was passed over: a later one of this file replaces it"
    ),
    "table.names_new": Text(
        "the programme has no “{names:list}” ({column}): it is taken for a new one; with `--new` only names that you tell may be",
        many="the programme has none of {n:number} names in “{column}” ({names:list}): they are taken for new ones; with `--new` only "
        "names that you tell may be",
    ),
    "table.name_like": Text(
        "the programme has no “{read}” ({column}), but {candidates:list}: is that meant?",
        "write it so in the table, or under `[lists]` in the profile",
    ),
    "table.no_such_point": Text("a point is no place on earth; a row that needs it is refused"),
    "table.line_too_long": Text(
        "a row has more than {most:number} characters",
        "look for a quotation mark that is never closed; split the table",
    ),
    "table.sheet_empty": Text("nothing stands in the sheet {sheet}", "choose another one: {others:list}"),
    "table.no_header": Text("the first row is empty", "put the names of the columns in the first row"),
    "table.no_profile_fits": Text(
        "the columns ({columns:list} …) are those of no source that is known: {known:list}",
        "say how to read the table: --profile FILE.toml; " + _HOW_TABLES,
    ),
    "table.no_table": Text(
        "this is no table, whatever its name ends in: not a text, and no workbook",
        "save the table from the program that shows it, as CSV, XLSX or ODS",
    ),
    "table.no_text": Text(
        "the row holds a character that is in no text (NUL); the file is UTF-16 without its mark, or no table",
        "save the table as CSV in UTF-8",
    ),
    "table.nobody_says_it": Text(
        "it is not said who says what this table says", "name the party whose key is here: --as PARTY"
    ),
    "table.not_csv": Text(
        "the row is not CSV: {reason}", "write a quotation mark that stands inside quotation marks twice"
    ),
    "table.encoding_found": Text(
        "it is not UTF-8 and was read as {encoding}; if letters look wrong, name another with `--encoding`"
    ),
    "table.not_encoded_so": Text(
        "the row is not {encoding}, from character {at:number} of its line on",
        "save the table as CSV in UTF-8, or name its encoding (`encoding` in the profile or mapping, `compare --encoding`)",
    ),
    "table.reading_ended": Text(
        "{reason}; reading ended after row {row:number}, and nothing beyond it was taken",
        "mend that and read the file again; rows that are recorded already are passed over",
    ),
    "table.rows_again": Text(
        "one row says what was taken back, and is said again",
        many="{n:number} rows say what was taken back, and are said again",
    ),
    "table.rows_back": Text(
        "one new row is like one that is gone, under another identifier",
        many="{n:number} new rows are like rows that are gone, under other identifiers",
    ),
    "table.rows_changed": Text(
        "one row has changed, and what it said is taken back: {columns:list}",
        many="{n:number} rows have changed, and what they said is taken back: {columns:list}",
    ),
    "table.rows_gone": Text(
        "one recorded row is no longer stated, and what it said is taken back (entry {entries:list})",
        many="{n:number} recorded rows are no longer stated, and what they said is taken back "
        "(the first are entries {entries:list})",
    ),
    "table.rows_idle": Text(
        "one row recorded before had no effect then, and has none now; `enduse list` says why",
        many="{n:number} rows recorded before had no effect then, and have none now; `enduse list` says why",
    ),
    "table.rows_kept": Text(
        "one recorded row is not in the table, and stays as it is",
        many="{n:number} recorded rows are not in the table, and stay as they are",
    ),
    "table.rows_late": Text(
        "one new row came late: its date is {last:number} days before that of the last row recorded before",
        many="{n:number} new rows came late: half of them {middle:number} days and more before the last row recorded "
        "before, the last {last:number} days",
    ),
    "table.rows_passed_over": Text(
        "one row says what was replaced since, and is not said again",
        many="{n:number} rows say what was replaced since, and are not said again",
    ),
    "table.header_again": Text("the header stands once more below, and was passed over"),
    "table.header_again_below": Text(
        "the header stands once more in row {row}, below “{title}”, and was passed over: is what follows another table?",
        "if it is, keep it in a sheet or a file of its own, and take its rows back",
    ),
    "table.days_turned": Text(
        "in {column} {n:number} days that are kept as dates lie before the thirteenth of a month, and all that are kept as texts "
        "after the twelfth: a spreadsheet may have read day and month the wrong way round",
        "look at one of them on paper; let all be texts, or all dates, before they are read",
    ),
    "table.row_skipped": Text("a row was passed over, as the profile says (`skip`)"),
    "table.row_without_figures": Text(
        "a row was passed over in which nothing is filled in that is read, or no number of that sign"
    ),
    "table.row_length": Text(
        "the row has one cell, the first row has {columns:number}",
        "put quotation marks around a cell in which the sign between cells stands",
        "the row has {n:number} cells, the first row has {columns:number}",
    ),
    "table.tag_row": Text("a row of HXL tags was passed over"),
    "table.note_row": Text("row {row} is a note below the table, and was passed over: “{read}”"),
    "table.total_row": Text("row {row} is the total of all rows above it, and was passed over"),
    "table.too_many_columns": Text("the table has {columns:number} columns, and at most {most:number} are read"),
    "table.too_many_sheets": Text(
        "the workbook has {n:number} sheets, and at most {most:number} are read",
        "save the sheet that is meant as a file",
    ),
    "table.of_several": Text(
        "this file may speak for several parties, and one key alone signs here",
        "bring it by the command `enduse add`, or bring one table of it",
    ),
    "table.too_many_rows": Text("the table has more than {most:number} rows", "split the table"),
    "table.too_slow": Text("reading took more than {seconds:number} seconds", "split the table"),
    "table.unread_issue": Text(
        "the table “{table}” is recorded already, and this issue of it could not be read to its end",
        "mend the table: what it states no longer cannot be told from what was not read",
    ),
    # a row
    "row.date_of_parts": Text("the date is put together of parts", "take it from one column, or write it as text"),
    "row.identity_twice": Text("“{read}” names row {row} already", "give each row an identifier of its own"),
    "row.long_before": Text(
        "{day:day} is more than {n:number} years before the programme began ({began:day}): a slip of the year, or an empty date",
        "mend the year in the row; what is meant so is said by itself, with `enduse say`",
    ),
    "row.no_custody": Text("no waybill or vehicle is named: such a row ties goods to no consignment"),
    "row.no_date": Text("the row has no date", "fill in the date"),
    "row.not_replaced": Text(
        "the row has changed, but what it said (entry {entry}) cannot be taken back, and would count twice",
        "see what rests on that entry, and correct that first",
    ),
    "row.says_nothing": Text(
        "the row says nothing that could be recorded", "fill in what the profile reads, or remove it"
    ),
    # a cell
    "cell.name_looks_like": Text(
        "“{read}” looks like a name of {meant:name}, and is written with other letters",
        "copy the name from the programme; if it is another, say `--new '{read}'`",
    ),
    "cell.name_new": Text(
        "the programme has no “{read}”", "write it as the programme does; or, if it is a new one: `--new '{read}'`"
    ),
    "cell.name_new_like": Text(
        "the programme has no “{read}”, but {candidates:list}",
        "write it as the programme does; or, if it is a new one: `--new '{read}'`",
    ),
    "cell.blank": Text("the cell is blank and must not be", "fill it in"),
    "cell.date_two_ways": Text(
        "“{read}” can be read as {first:day} and as {second:day}", "keep one order of day and month in the profile"
    ),
    "cell.dashes_read": Text("dashes in {column} were read as hyphens"),
    "cell.digits_read": Text("digits of another script in {column} were read as 0 to 9"),
    "cell.error": Text("the cell holds the error {read}", "correct its formula, or write the value"),
    "cell.formula_unsaved": Text(
        "the cell is a formula without a saved value", "open and save the workbook in a spreadsheet program"
    ),
    "cell.hour_skipped": Text(
        "“{read}” is an hour that did not exist in {zone}: clocks were put forward", "correct the time"
    ),
    "cell.identifier_rounded": Text(
        "the cell holds {read} as a number, and a spreadsheet cannot keep so many digits",
        "format the column as text and enter the number again",
    ),
    "cell.identifier_scientific": Text(
        "“{read}” was made of a longer number by a spreadsheet, and its last digits are lost",
        "format the column as text, take the number from where it came from, and save again",
    ),
    "cell.identifier_shared": Text(
        "“{read}” and “{other}” would become one identifier, {identifier}",
        "write it the same way where one thing is meant; else tell the two apart by more than a sign",
    ),
    "cell.marks_removed": Text("characters that nobody sees were removed from {column}: {marks:list}"),
    "cell.merged_number": Text(
        "the cell is merged with the one above, whose number {read} is not the number of this row",
        "take the cells apart and write the number of each row",
    ),
    "cell.name_shared": Text(
        "names in {column} that differ in signs only are taken for one, {identifier}: {names:list}"
    ),
    "cell.names_look_alike": Text(
        "two names in {column} look alike and have other letters: {names:list}",
        "if they are one, write them with the same letters",
    ),
    "cell.names_nobody": Text(
        "“{read}” says that there is nothing to name",
        'leave the cell blank, or say so in the profile: blank = ["{read}"] under [read]',
    ),
    "cell.as_above": Text(
        "“{read}” stands for what is written above it, and each row is read by itself", "write out what it stands for"
    ),
    "cell.identifier_date": Text("a cell of {column} is a date, and was taken for a name or a number: {read}"),
    "cell.currency_differs": Text(
        "“{read}” stands beside the amount, and the row's currency is said to be {currency}",
        "correct the cell, or say in the profile where the currency stands",
    ),
    "cell.format_differs": Text(
        "{column} is shown as {read}, and the row's currency is said to be {currency}, which counts"
    ),
    "cell.currency_open": Text(
        "“{read}” may stand for several currencies ({currencies:list})",
        'say in the profile which one is meant: add "{read}" = "{first}" to [lists.currencies]',
    ),
    "cell.no_identifier": Text(
        "“{read}” has no letter or digit to make an identifier of", "write a name, or a number that tells it apart"
    ),
    "cell.no_such_date": Text("the cell holds {read} as a date, and there is no such date", "write the date again"),
    "cell.not_a_date": Text(
        "“{read}” is not a date of the form {forms:list}",
        "correct the cell, or add its form to the profile (%d day, %m month, %Y year)",
    ),
    "cell.other_calendar": Text(
        "“{read}” is not a day of the Gregorian calendar: {year} is a year of another one",
        "write the day in the Gregorian calendar too, in a column of its own, and let the profile read that",
    ),
    "cell.day_number": Text(
        "“{read}” is a number and no date; a spreadsheet keeps {day:day} so",
        "format the column as dates in the spreadsheet, and save the table again",
    ),
    "cell.not_a_number": Text(
        "“{read}” is not a number written like {form}",
        "correct the cell, or state in the profile how this column writes numbers",
    ),
    "cell.not_listed": Text("“{read}” is not in the list {list}", "add it to [lists.{list}] of the profile"),
    "cell.no_such_point": Text(
        "“{read}” is no place on earth: it is more than {most} degrees",
        "see whether longitude and latitude changed places",
    ),
    "cell.not_a_truth": Text("“{read}” is neither yes nor no", "write yes or no"),
    "cell.no_unit": Text("no unit stands behind the number “{read}”", "write it there, as in 2000 kg"),
    "cell.not_of_pattern": Text(
        "“{read}” is not written like {forms:list}", "correct the cell, or add its pattern to the profile"
    ),
    "cell.not_whole": Text("“{read}” is not a whole number", "correct the cell"),
    "cell.number_damaged": Text("the cell is marked as a number and holds “{read}”", "write the number again"),
    "cell.rounded": Text("a number in {column} with more decimals was rounded to {places} of them"),
    "cell.text_missing": Text(
        "the cell points at text {read}, which is not in the workbook", "save the workbook again"
    ),
    "cell.too_long": Text("the cell has {size:number} characters, and at most {most:number} are read", "shorten it"),
    "cell.too_many_digits": Text("“{read}” has too many digits", "round it yourself"),
    # workbooks
    "workbook.cell_beyond": Text("cell {cell} lies beyond column {most:number}", "keep the table in fewer columns"),
    "workbook.cell_name": Text("a cell is called “{cell}”, which is no cell's name", "save the workbook again"),
    "workbook.document_type": Text(
        "part {part} declares a document type, which no workbook needs", "do not open this file; ask who sent it"
    ),
    "workbook.beside": Text("a note beside the table, in merged cells, was passed over"),
    "workbook.encrypted": Text("this workbook has a password", "save it without a password, or as CSV"),
    "workbook.errors_unseen": Text(
        "in a workbook of this form an error, or a formula without a saved value, cannot be told from a blank cell"
    ),
    "workbook.faulty_cell": Text(
        "a cell holds an error, or a formula without a saved value; a row that needs it is refused"
    ),
    "workbook.formula_value": Text("the result that was last saved with a formula was read"),
    "workbook.hidden_columns": Text("a hidden column was read like the others: {columns:list}"),
    "workbook.hidden_rows": Text("a hidden row was read like the others: {rows:list}"),
    "workbook.merged_cell": Text("a cell was taken to hold what stands in the first of the cells it is merged with"),
    "workbook.no_sheet": Text("this is not a workbook, or it has no sheet", "save it as XLSX or CSV"),
    "workbook.other_sheets": Text("only the sheet {sheet} was read, not: {others:list}"),
    "workbook.part_damaged": Text("part {part} of the workbook cannot be read: {reason}", "save the workbook again"),
    "workbook.part_missing": Text(
        "the workbook has no part {part}, where its sheet should be", "save the workbook again"
    ),
    "workbook.rounded": Text("a number with more than {digits} digits was rounded to {digits}"),
    "workbook.too_many_merged": Text("the sheet has more than {most:number} merged cells", "save the table as CSV"),
    "workbook.too_many_parts": Text("the workbook has more than {most:number} parts", "save the table as CSV"),
    "workbook.too_many_styles": Text("the workbook has more than {most:number} cell styles", "save the table as CSV"),
    "workbook.too_much_text": Text(
        "the workbook holds more than {most:number} characters of different texts", "save the table as CSV"
    ),
    "workbook.unreadable": Text("this is not a workbook: {reason}", "save it as XLSX or CSV"),
    # tables that are written
    "sheet.cell_full": Text(
        "a cell has {size:number} characters, and a sheet holds {most:number}", "write a CSV instead"
    ),
    "sheet.full": Text("a sheet holds {most:number} rows, and there are more", "write a CSV instead"),
    # remarks on a table
    "remarks.one_table": Text(
        "remarks are written into one table, and this names {n:number} files", "add one table at a time with `--fix`"
    ),
    "remarks.suffix": Text("remarks are written into a CSV or XLSX", "end the name in .csv or .xlsx"),
    "remarks.written": Text(
        "{file} holds the table with a remark on one row.",
        "send it to whoever keeps the table",
        "{file} holds the table with remarks on {n:number} rows.",
    ),
    # profiles
    "form.told": Text("something that a row may tell"),
    "form.asked": Text("something that is asked of this table"),
    "form.column": Text("a column of this table"),
    "form.encoding": Text("an encoding that is read"),
    "form.sheet": Text("a sheet of this workbook"),
    "form.table": Text("a sheet, table or file that is brought here"),
    "add.yes_or_no": Text(
        "“{read}” is no answer", "say `yes` or `no`; of one sheet, table or file alone: `'NAME=yes'`"
    ),
    # YAML
    "yaml.anchor": Text("an anchor or an alias is used (& or *)", "write the value out, or put it in quotes"),
    "yaml.empty": Text("the file is empty", _HOW_PROGRAMMES),
    "yaml.key_not_plain": Text("a list or a mapping stands where a key is expected", "write a plain word"),
    "yaml.key_twice": Text("the key “{key}” stands twice", "keep one of them"),
    "yaml.malformed": Text("this is not YAML: {reason}", _HOW_PROGRAMMES),
    "yaml.second_document": Text("a second document begins here (---)", "keep one document in a file"),
    "yaml.tag": Text("the tag {tag} is used (!)", "write the value without it, or put it in quotes"),
    "yaml.too_deep": Text("values nest deeper than {most:number} levels", "write it flatter"),
    "yaml.too_many_values": Text("the file has more than {most:number} values", "split it"),
    # programme files
    "programme_file.described_nowhere": Text(
        "the {what:term} {name} is described nowhere in this file", "describe it, or mend its name"
    ),
    "programme_file.described_nowhere_like": Text(
        "the {what:term} {name} is described nowhere in this file; {nearest} is", "mend the name, or describe it"
    ),
    "programme_file.faults": Text(
        "{n} entry is at fault, and nothing was recorded",
        "mend it and start again",
        many="{n} entries are at fault, and nothing was recorded",
    ),
    "programme_file.file_outside": Text(
        "“{file}” lies outside the folder of the programme file", "put the file beside the programme file"
    ),
    "programme_file.folder_taken": Text("there is something in this folder already", "name a new folder"),
    "programme_file.founding": Text(
        "the founding is a list of names with values, and names no public_key: the keeper's key is made on this machine",
        _HOW_PROGRAMMES,
    ),
    "programme_file.half_character": Text("half a character stands here, which is in no text", "write the text again"),
    "programme_file.import": Text("an import has a file, a party, and at most a profile", _HOW_PROGRAMMES),
    "programme_file.kind_made_here": Text(
        "a statement of the kind {kind} is made by the programme itself", "leave it out"
    ),
    "programme_file.lacks": Text("`{name}` is missing", "add it; " + _HOW_PROGRAMMES),
    "programme_file.no_kind": Text("the statement does not name its kind", "add `kind`, one of: {kinds:list}"),
    "programme_file.nobody_says_it": Text("it is not said which party says this", "name one party"),
    "programme_file.not_a_date": Text("a date is expected here", "write it like 2026-01-31"),
    "programme_file.not_a_list": Text("a list is expected here", "begin each item with a dash"),
    "programme_file.not_a_name": Text("the name of a file or a profile is expected here", _HOW_PROGRAMMES),
    "programme_file.not_named": Text("names with values are expected here, such as `party: …`", _HOW_PROGRAMMES),
    "programme_file.not_one": Text("this is not a programme file", _HOW_PROGRAMMES),
    "programme_file.speaks_for_others": Text(
        "{n} entry or table is said by another party ({parties:list}), and nobody signs for another",
        "leave out whatever has `accepted`, `by` or a `party` other than the keeper, and imports of other parties' tables; they"
        " say it themselves. Or practise with every party's key in one folder: --play-all-parties",
        many="{n} entries and tables are said by other parties ({parties:list}), and nobody signs for another",
    ),
    "programme_file.table_missing": Text("this table, which {file} names, is not there", "put it beside {file}"),
    "programme_file.time_too_fine": Text("“{read}” is finer than a microsecond", "round it yourself"),
    # -- signing on one's own machine ---------------------------------------------------------------------------------
    "carried.nothing": Text(
        "this text of a QR code carries no statement", "scan it again, and save the whole text as one line"
    ),
    "carried.too_much": Text("this statement is too long for a QR code", "send it as a file: --to FILE.dsse"),
}
