"""What may stand in a statement, in plain words, and what is wrong with one that is not taken."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "money.line_of_no_project": Text("line {budget_line} of a budget is named, and no project", "name the project too"),
    # -- what a field holds, as words that follow "is not" -----------------------------------------------------------
    "form.text": Text("a text"),
    "form.whole_number": Text("a whole number, such as {example}"),
    "form.truth": Text("true or false"),
    "form.yes_or_no": Text("yes or no"),
    "form.list": Text("a list"),
    "form.fields": Text("a group of named fields"),
    "form.texts": Text("a text for each language by its code, such as en"),
    "form.group": Text("a group of named fields, with {fields:list} at least"),
    "form.number": Text("a number"),
    "form.one_of": Text("one of {words:list}"),
    "form.decimal": Text("a plain number such as {example}: digits and at most one point, no commas, no blanks"),
    "form.share": Text("a share from 0 to 1, such as {example}"),
    "form.currency": Text("the code of a currency in three capital letters, such as {example}"),
    "form.unit": Text("the code of a unit, such as {example}"),
    "form.identifier": Text("an identifier such as {example}: 1 to 200 letters a-z, digits and signs, without blanks"),
    "form.statement_id": Text("the identifier of a statement: 64 digits 0-9 and letters a-f"),
    "form.ed25519_key": Text("an Ed25519 public key: 64 digits 0-9 and letters a-f"),
    "form.public_key": Text(
        "a public key in digits 0-9 and letters a-f: 64 for Ed25519, 66 for P-256, more for a passkey or security key"
    ),
    "form.digest": Text("a SHA-256 digest: 64 digits 0-9 and letters a-f"),
    "form.salt": Text("32 random bytes: 64 digits 0-9 and letters a-f"),
    "form.signature": Text("a signature in digits 0-9 and letters a-f: 128, more from a passkey or security key"),
    "form.language": Text("the code of a language, such as {example}"),
    "form.instant": Text("a time with its zone, such as {example}"),
    "form.time_of_day": Text("a time of day, such as {example}"),
    "form.date": Text("a year, month or day, such as {example}"),
    "form.quorum_need": Text("how many must agree: all, any or a number such as {example}"),
    "form.reason": Text("a reason why goods moved, such as damaged"),
    "form.choice": Text("one of the words that may stand here"),
    "form.statement": Text("a kind of statement"),
    "form.condition": Text("a form of condition"),
    "form.formula": Text("a form of payment"),
    "form.act": Text("an act that a rule can speak of"),
    "form.step": Text("a business step"),
    "form.event_type": Text("a type of EPCIS event"),
    "form.delimiter": Text("a comma, a semicolon or a tab"),
    "form.profile_name": Text("the name of a profile, such as {example}: small letters, digits and hyphens"),
    # -- what was read -----------------------------------------------------------------------------------------------
    "read.text": Text("'{text}'"),
    "read.number": Text("the bare number {number}"),
    "read.truth": Text("{truth}"),
    "read.nothing": Text("nothing (null)"),
    "read.list": Text("a list"),
    "read.fields": Text("a group of named fields"),
    # -- one field ---------------------------------------------------------------------------------------------------
    "field.unseen": Text(
        "{read} holds characters that nobody sees ({marks:list}), and so is not {form}", "write it again without them"
    ),
    "field.wrong": Text("{read} is not {form}", "write {form}"),
    "field.bare_number": Text("{number} stands here as a bare number", 'write it in quotation marks: "{number}"'),
    "field.empty": Text("nothing is written here", "write {form}"),
    "field.too_short": Text("{length:number} characters are too few; at least {least:number} are needed"),
    "field.too_long": Text("{length:number} characters are too many; at most {most:number} are taken", "shorten it"),
    "field.too_few": Text("{length:number} stand here; at least {least:number} are needed"),
    "field.too_many": Text("{length:number} stand here; at most {most:number} are taken", "split it"),
    "field.too_small": Text("{number} is too small; the least is {least}"),
    "field.too_large": Text("{number} is too large; the most is {most}"),
    "field.missing": Text("'{name}' is missing", "add '{name}': {form}"),
    "field.unknown": Text("there is no field '{name}' here", "the fields are: {known:list}"),
    "field.misspelt": Text(
        "there is no field '{name}' here; did you mean '{nearest}'?", "the fields are: {known:list}"
    ),
    "field.name_wrong": Text("the name '{name}' is not {form}", "write {form}"),
    "field.unclear": Text("what stands here cannot be read", "see docs/reference/statements.md"),
    "word.unknown": Text("'{word}' is not {form}", "use one of: {known:list}"),
    "word.misspelt": Text("'{word}' is not {form}; did you mean '{nearest}'?", "use one of: {known:list}"),
    # -- numbers, units, times ---------------------------------------------------------------------------------------
    "decimal.not_plain": Text("'{text}' is not a plain decimal number", "write digits with one point, no commas"),
    "decimal.too_long": Text(
        "'{text}' has more than 18 digits before the point or 9 after", "round it yourself, or use another unit"
    ),
    "amount.too_large": Text(
        "{value} is more than can be kept, which is {most:number}", "look for a slip in the number or in its unit"
    ),
    "amount.too_fine": Text("{value} is finer than {smallest:term}", "round it yourself and sign that"),
    "money.counts_as_nothing": Text(
        "it says what the sum counts as, but not towards which promise", "name the pledge or the commitment"
    ),
    "money.currency_unknown": Text(
        "there is no currency {currency} in the list of ISO 4217 of {published}",
        "write the code of a currency in three capital letters, such as USD",
    ),
    "money.exchange_for_itself": Text(
        "{currency} cannot be exchanged for itself", "state what was got in the other currency"
    ),
    "money.received_in_another": Text(
        "what was received is in {currency}, and what was paid in {other}",
        "state both in one currency, and what became another as an exchange",
    ),
    "invoice.for_works": Text(
        "of an invoice that asks for an advance, or for what was retained, nothing is retained or set off",
        "state what is retained and set off with the invoice of what was delivered or built",
    ),
    "invoice.less_than_nothing": Text(
        "what is retained and set off is in the invoice's currency, each 0 or more, together no more than its amount",
        "state the invoice with its amount before these are taken off",
    ),
    "money.in_kind_moves_none": Text(
        "goods that were given move no money, so nothing of it is received, a fee, own money or to be accounted for",
        "state the value of the goods alone, and money as a payment of its own",
    ),
    "money.spent_for_good": Text(
        "what paid for goods or services is neither to be accounted for nor goods given, and all of it reached its recipient",
        "leave out `spent`, or what does not go with it",
    ),
    "money.received_more": Text(
        "{value} received is not more than nothing and at most what was paid, which is {most}",
        "state what was paid as the amount, and what of it reached the recipient",
    ),
    "pack.holds_nothing": Text("a pack that holds {quantity} holds nothing", "state how much one pack holds"),
    "pack.no_pack": Text(
        "{unit} cannot be a pack of what it is to hold", "name a pack, such as XBG, and a content in another unit"
    ),
    "same.of_itself": Text("{item:name} is always itself", "name two names of one item"),
    "resolution.to_another": Text(
        "what was misrouted names the consignment under which it arrived, and nothing else does",
        "give to with the outcome misrouted of a difference, and leave it out otherwise",
    ),
    "money.withdrawn": Text(
        "{currency} has been no money since {year}, and a sum in it is of a later day; it is taken as it is written"
    ),
    "rate.of_itself": Text("{currency} is always worth one of itself", "name two currencies"),
    "money.too_fine": Text(
        "{currency} {value} is finer than the smallest coin of {currency}, which has {places} decimal places",
        "write the sum that was paid, with no more than {places} decimal places; if its point stands between thousands, write the cell without"
        ' it, or say so in the profile: numbers = "1.234,5"',
    ),
    "money.too_much": Text(
        "{currency} {value} is more than one statement may move: at most {most}",
        "check the digits; what is truly more, state in several sums",
    ),
    "instrument.error_out_of_range": Text("a relative standard deviation lies between 0 and 1"),
    "period.backwards": Text("a period must end after it starts", "write an end that is later, or leave it open"),
    "instant.out_of_range": Text(
        "{instant} is out of range", "write an instant from {first:day} to before {last:day}, UTC"
    ),
    "instant.not_read": Text("'{text}' is not a date or an instant", "write 2026-01-31 or 2026-01-31T09:00:00+02:00"),
    "instant.without_zone": Text("'{text}' has no time zone", "add Z or an offset such as +02:00"),
    "instant.too_fine": Text("'{text}' is finer than a microsecond", "round it yourself"),
    "text.half_character": Text("holds half a surrogate pair, which is no text", "mend the text"),
    # -- keys, signatures, commitments -------------------------------------------------------------------------------
    "commitment.unnamed": Text("a commitment needs a field name and {salt} random bytes"),
    "commitment.too_long": Text(
        "a field that is committed to has a name of at most {name:number} bytes and a value of at most {value:number}"
    ),
    "key.length": Text("an Ed25519 public key has {wanted} bytes, not {bytes}"),
    "key.not_strict": Text(
        "this Ed25519 public key is not a canonical point of prime order",
        "make a new key; software that made this one is broken or hostile",
    ),
    "key.p256": Text(
        "this P-256 public key is not a point on the curve in its 33 bytes",
        "write it compressed, as SEC 1 says (2.3.3)",
    ),
    "key.webauthn": Text(
        "this key of a passkey or security key is not in the form we take",
        "write kind, point, rules, domain and page as docs/reference/record-format.md lays them out",
    ),
    "key.page_impossible": Text(
        "keys of the domain '{domain}' cannot sign on the page '{origin}'",
        "name scheme, host and port, with https, of that domain or one within it",
    ),
    "key.page_unnamed": Text(
        "the founding lets no passkey or security key sign on {origin} in the way this key does",
        "make it on a page that the founding names under `signing`, by its rules; or enrol a key in a file or an agent",
    ),
    "key.seed_length": Text("an Ed25519 seed has {wanted} bytes, not {bytes}"),
    "signature.length": Text("an Ed25519 signature has {wanted} bytes, not {bytes}"),
    "signature.not_strict": Text("this Ed25519 signature is not canonical, or its R has small order"),
    "signature.of_another": Text(
        "the signature does not belong to this statement and key", "sign exactly these bytes with that key"
    ),
    "key.not_enrolled": Text("key {key} is not enrolled", "enrol it with a `key` statement"),
    "key.revoked": Text("key {key} was revoked", "sign with a key that is in force"),
    "key.number_jumps": Text(
        "running number {number:number} lies too far above {last:number}, the highest this key has used",
        "number on from your own last statement; at most {most:number} may be left out",
    ),
    "key.of_another": Text("the key belongs to {party:name}, not to {other:name}"),
    "key.changed_by_another": Text(
        "only the party itself, the keeper and the bodies that the founding names bring its keys"
    ),
    "key.delegation_misplaced": Text("only the enrolment of a key delegates anything", "leave it out"),
    "key.unknown": Text("{party:name} has no such key"),
    "key.revoked_already": Text("the key is already revoked"),
    "key.enrolled_already": Text("the key is already enrolled, or was"),
    "key.no_possession": Text("the new key did not sign for its enrolment"),
    "programme.founder": Text("a programme is founded by its keeper, with the key it names"),
    "clock.not_the_keeper": Text("only the record's keeper states its clock"),
    # -- one statement -----------------------------------------------------------------------------------------------
    "statement.too_large": Text("the statement has {bytes:number} bytes, the limit is {most:number}", "split it"),
    "statement.too_deep": Text("nests deeper than {limit}", "write it flatter"),
    "statement.key_twice": Text("key '{key}' stands twice", "keep one"),
    "statement.other_programme": Text("is meant for {programme}, this is {here}"),
    "json.broken": Text(
        "not JSON in UTF-8: it goes wrong at character {position:number}",
        "look there for a missing comma, bracket or quotation mark",
    ),
    "json.not_a_number": Text("{name} is not a number"),
    "envelope.too_large": Text("the envelope has {bytes:number} bytes, the limit is {most:number}", "split it"),
    "envelope.other_form": Text(
        "not a DSSE envelope in the form we take",
        'write {{"payload":..,"payloadType":..,"signatures":[{{"keyid":..,"sig":..}}]}} without blanks',
    ),
    "envelope.not_base64": Text("is not base64 in its one form", "encode it as RFC 4648 says"),
    "event.thing_twice": Text("{thing} stands twice in one list", "name each single thing once"),
    "event.no_quantity": Text("no quantity is given"),
    "event.unclear": Text("a field of the event has another shape than EPCIS gives it"),
    "condition.too_deep": Text("conditions nest deeper than {limit}", "write them flatter"),
    "tranche.nothing": Text("a tranche releases more than nothing"),
    "formula.empty_block": Text("a block has more than no units"),
    "formula.no_way": Text("target and baseline differ"),
    "formula.source_pays_nothing": Text("every source pays a part"),
    "key.possession_misplaced": Text(
        "`possession` goes with the actions `enrol`, `recover` and `hand_on`, and only with them"
    ),
    "key.checkpoints_misplaced": Text("`checkpoints` go with the action `complete`, and only with it"),
    "key.quorum_impossible": Text(
        "{need:number} of {named:number} is no quorum", "name each once, and 1 to all of them"
    ),
    "key.keeper_among_bodies": Text("the keeper is none of the bodies that stand by a party that has lost its key"),
    "mandate.offer_incomplete": Text("an offer names holder, functions, places and period"),
    "mandate.handover_incomplete": Text("a handover names holder, period and the mandate it succeeds"),
    "mandate.check_misplaced": Text("`check` goes with action `check`, and only with it"),
    "post.overfilled": Text("more posts are filled than there are"),
    "reading.negative": Text("{quantity} was read, and less than nothing cannot be there"),
    "reading.incomplete": Text("a reading of {of:term} names its {needed:term}", "add it"),
    "request.receiver_misplaced": Text("`to` goes with action `send`, and only with it"),
    "request.empty": Text("a request says what is asked"),
    "result.negative": Text("a result is not negative"),
    "umbrella.too_deep": Text("quorums nest deeper than {limit}", "write them flatter"),
    "programme.never_open": Text("{act:act} always needs a mandate", "name a function for it among the rules"),
    "party.name_unseen": Text("nothing of the name can be seen", "give a name that people can read"),
    "party.name_turned": Text(
        "the name turns the direction in which it is read, so that it is not what it looks like",
        "leave these characters out",
    ),
    "profile.check_tests": Text("a check has one of `missing`, `above` and `equals`"),
    "undertaking.condition_incomplete": Text(
        "what is undertaken after something, or if something holds, says which of the two, and what that is",
        "give both when and requires, or neither",
    ),
    "undertaking.incomplete": Text("an undertaking says by whom, about what, and in which words"),
}
