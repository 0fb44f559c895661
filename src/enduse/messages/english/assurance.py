"""Network assurance: rows that cannot be used, what cannot be assessed, and what an assessment cannot say."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "dispute.shipped": Text(
        "{party:name} read {read:amount} where {holder:name} booked {booked:amount} as sent;"
        " by that reading (entry {entry:number}) {missing:amount} would be missing"
    ),
    "dispute.received": Text(
        "{party:name} read {read:amount} where {holder:name} booked {booked:amount} as received;"
        " by that reading (entry {entry:number}) {missing:amount} would be missing"
    ),
    "assurance.unnamed": Text("this {what:term} has no name", "give every {what:term} a name of its own"),
    "assurance.listed_twice": Text(
        "the {what:term} {name} is listed a second time; this row is left out",
        "keep one of the two rows, or give one of them another name",
    ),
    "assurance.name_shared": Text(
        "two of the kind {what:term} are called {name}", "give every {what:term} a name of its own"
    ),
    "assurance.kind_unknown": Text("“{read}” is not a kind that is known here", "write one of: {kinds:list}"),
    "assurance.no_such": Text(
        "there is no {what:term} called “{name}”", "correct the name, or add the {what:term} to the table {table}"
    ),
    "assurance.row_refused": Text(
        "the row of the {what:term} “{name}” cannot be used, so neither can this one",
        "mend its row in the table {table}",
    ),
    "assurance.cells_beyond": Text(
        "there are cells beyond the last column",
        "put a cell with a comma in it into quotes, or write 1200.5 for 1,200.5",
    ),
    "assurance.number_two_ways": Text(
        "“{read}” may be one number or another a thousand times as large",
        "write a point before decimals and nothing between thousands, such as 1200.5",
    ),
    "assurance.row_repeats": Text(
        "this row says the same as row {row} under another name, so it is counted once",
        "delete one of the two; if both are meant, write the consignment of each into a column “consignment”",
    ),
    "assurance.row_revised": Text(
        "row {row} says another quantity of the same, and the rows around it stand in the table twice: row {row} is used",
        "delete the one of the two that no longer holds, and ask again",
    ),
    "assurance.errs_too_much": Text(
        "“{name}” is said to err by more than {most:number} of what it weighs, in which any loss would hide: it is not used"
        " for what was sent or received",
        "write how far it errs when it is tried with a known weight (0.01 is 1%), or have the goods weighed on another",
    ),
    "assurance.row_of_row": Text("row {row} as row {first}"),
    "assurance.rows_repeated": Text(
        "one row says the same as another and is counted once: {rows:list}",
        "delete it, or correct it if something else was meant",
        "{n:number} rows say the same as others and are counted once, beginning with {rows:list}",
    ),
    "network.columns_missing": Text(
        "these columns are missing: {columns:list}; the header says {there:list}",
        "give the columns these names in the first row",
    ),
    "network.table_empty": Text(
        "this table is empty",
        "write the names of its columns into the first row: {columns:list}; a table that may be left out can be taken away",
    ),
    "network.columns_twice": Text(
        "two columns are called {columns:list}", "leave one of them, or give it another name"
    ),
    "network.column_mistyped": Text(
        "there is no column “{name}”; it looks like “{nearest}”",
        "call it {nearest}; if it is something else, give it a name that is less like it",
    ),
    "network.column_like": Text(
        "the column “{name}” is not used", "call it {nearest} if that is what it holds; else leave it"
    ),
    "network.files_unread": Text(
        "files that are called like a table and are not read: {files:list}",
        "put what they hold into that table, or give them another name",
    ),
    "network.columns_unused": Text("columns that are not used: {columns:list}"),
    "network.table_missing": Text(
        "there is no table “{table}”; the files here are: {there:list}",
        "put the tables {tables:list} into one folder, each as .csv, .xlsx or .ods, or into one workbook with a sheet for each",
    ),
    "network.table_twice": Text("the table “{table}” is there more than once: {files:list}", "leave one of them"),
    "assurance.price_unused": Text(
        "the price of “{name}” is not used: no such material is assessed here, or not in units of this kind",
        "call it as the programme does, and give the price of a unit of weight, volume or pieces as it is booked",
    ),
    "assurance.other_unit": Text(
        "on “{link}” one end writes some thousand times as much {material} as the other: two units are mixed",
        "write all quantities of a material in one unit",
    ),
    "assurance.materials_alike": Text(
        "“{name}” is taken for another material than “{other}”", "spell it alike where it is the same"
    ),
    "network.nothing_here": Text(
        "neither a programme nor tables lie here; the files here are: {there:list}",
        "give the folder of a programme, or tables called {tables:list}, each as .csv, .xlsx or .ods, or one workbook"
        " with a sheet for each",
    ),
    "assurance.check_lacks": Text("a check of the kind {kind} needs {columns:list}", "fill in these columns"),
    "assurance.check_figure": Text(
        "“{read}” cannot stand here",
        "write a number that is not negative; shares and relative errors below 1 (0.05 is 5%), a design effect of 1 or more,"
        " and no more who confirmed than who were asked",
    ),
    "assurance.nothing_declared": Text(
        "nothing is said to have been used at {place} then, so there is nothing to check",
        "give what was used or handed out there as readings of the kind used",
    ),
    "assurance.check_leaves": Text(
        "By the check {check} up to {share:number}% of what is said to have been used at {place:name} may be missing all the same (95%)."
    ),
    "assurance.check_trusts": Text("The check {check} takes on trust what nobody stated: {named:list}."),
    "assurance.check_trusts_one": Text("{name} = {value}"),
    "assurance.donor_keeps_none": Text(
        "{place} is a donor, where goods enter the network: no balance is kept there, so this is not looked at",
        "make it a warehouse, with what is sent to it, if it holds a stock that should tally",
    ),
    "assurance.period_apart": Text(
        "“{read}” lies before the first period, or very far from all others",
        "correct it; number periods 1, 2, 3 and so on, or write days in them",
    ),
    "assurance.currency": Text("“{read}” is not a currency", "write its ISO 4217 code, such as USD"),
    "assurance.day": Text("“{read}” is not a day", "write days as 2026-03-31"),
    "assurance.days_unnumbered": Text(
        "this row has no number of a period, and the days and numbers of other rows do not agree on which it is",
        "number its period, or state the first day of period 1 (`--start`) and how long a period is (`--period-days`)",
    ),
    "assurance.rows_refused_all": Text(
        "the one row that could not be used leaves nothing to compare",
        "correct what is told of it above",
        "of the rows that are left nothing can be compared: {n:number} could not be used",
    ),
    "assurance.link_to_itself": Text(
        "the link starts and ends at {node}", "correct one of its ends, or leave the link out"
    ),
    "assurance.error_size": Text(
        "“{read}” cannot be the relative error of {instrument}",
        "write a standard deviation of at least 0 and below 1 (0.01 is 1%)",
    ),
    "assurance.period": Text(
        "“{read}” is not a period",
        "number periods 1, 2, 3 and so on, up to {most:number}, or write a day in it, such as 2026-03-31",
    ),
    "assurance.quantity": Text(
        "“{read}” is not a quantity",
        "write a number that is not negative; where nothing was read, leave the row out",
    ),
    "assurance.no_material": Text("no material is named", "name what was weighed or counted"),
    "assurance.columns_differ": Text("the columns of the readings differ in length", "give one entry for each reading"),
    "assurance.not_whole": Text(
        "a period, a position or an epoch is not a whole number, or beyond all measure",
        "give whole numbers, periods from 1 and all else from 0",
    ),
    "assurance.period_below_one": Text("a period is below 1", "number periods 1, 2, 3 and so on"),
    "assurance.quantity_invalid": Text("a quantity is negative or not a number", "leave such readings out"),
    "assurance.quantity_too_large": Text("a quantity is too large to work with", "use a larger unit"),
    "assurance.period_after_last": Text(
        "a reading is of period {period}, and the last is said to be {last}", "state the true last period"
    ),
    "assurance.pool_factor": Text(
        "{material} is counted with a factor that is not above zero", "state by how much it is multiplied"
    ),
    "assurance.budget": Text(
        "a false alarm cannot be given a chance of {budget}", "state one between 0 and 1, such as 0.05"
    ),
    "assurance.span": Text(
        "periods {first} to {last} are no part of a campaign of {periods:number}",
        "give the first and the last period of the loss, numbered from 1",
    ),
    "assurance.loss_asked": Text(
        "a loss of {read} cannot be asked about", "give an amount that is not negative, or a share from 0 to 1"
    ),
    "assurance.no_period": Text("there is no period to look at", "give readings of at least one period"),
    "assurance.nothing_to_compare": Text(
        "no reading can be compared with any other",
        "give readings of what was sent and received on links, or of places other than donors",
    ),
    "assurance.place_unknown": Text(
        "nothing is known of {material} at {place}", "use the names of the network and of its materials"
    ),
    "assurance.reading_of_unknown": Text(
        "a reading is of {what:term} number {number}, and there are {count}", "see the network that was stated"
    ),
    "assurance.nothing_tested": Text(
        "Nothing could be compared: no amount was read at two places, so no loss would be noticed anywhere."
    ),
    "assurance.material_at_place": Text("{place:name} ({material:name})"),
    "assurance.use_not_measured": Text(
        "No measurement of what was used at {examples:list} is compared here. What was lost there after it was handed over "
        "does not show in this comparison.",
        many="In {n:number} cases (a place and a material each) no measurement of what was used is compared here, such as at "
        "{examples:list}. What was lost there after it was handed over does not show in this comparison.",
    ),
    "assurance.stock_declared_none": Text(
        "That nothing is ever kept over the end of a period at {places:list} was declared, not counted. What is kept there looks like a loss.",
        many="That nothing is ever kept over the end of a period was declared, not counted, of {n:number} places: {places:list}. "
        "What is kept there looks like a loss.",
    ),
    "assurance.readings_missing": Text(
        "{missing:number} of {possible:number} possible readings are not there. Where they are not, a loss is noticed less easily."
    ),
    "assurance.amounts_copied": Text(
        "{copied:number} of {received:number} amounts received equal the amount sent to the last digit, which two scales "
        "hardly ever do. Where one end copied the other, a loss on the way does not show."
    ),
    "assurance.slips_frequent": Text(
        "Wrong entries are frequent in these readings. Where one wrong entry explains a difference as well as a loss does, "
        "the reading was set aside and is listed here, so short losses are noticed less easily than stated."
    ),
    "assurance.many_set_aside": Text(
        "So many readings were set aside that false alarms may come more often than stated."
    ),
    "assurance.errors_differ": Text(
        "The errors of {role:term} look {factor:number} times what was stated ({part:term}). What was found is used here."
    ),
    "assurance.scales_on_trust": Text(
        "There are too few scales to check what is stated about their lasting errors: most of it is taken on trust."
    ),
    "assurance.stopped_at_first_alarm": Text(
        "This was judged after every period as the readings came in, with one chance of a false alarm for all of them "
        "together. The first alarm came after {period:period}; later readings were not looked at."
    ),
    "assurance.no_alarm_at_any_look": Text(
        "This was judged after every period as the readings came in, with one chance of a false alarm for all of them "
        "together. No alarm came after any of them."
    ),
}
