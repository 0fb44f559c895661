"""Files of money in the open standards."""

from typing import Final

from enduse.messages.english.text import Text

TERMS: Final = {
    "xml": "reading files in XML",
    "json": "checking and merging files of open contracting",
    "iati:": "no type",
    "iati:1": "incoming funds",
    "iati:2": "outgoing commitment",
    "iati:3": "disbursement",
    "iati:4": "expenditure",
    "iati:5": "interest payment",
    "iati:6": "loan repayment",
    "iati:7": "reimbursement",
    "iati:8": "purchase of equity",
    "iati:9": "sale of equity",
    "iati:10": "credit guarantee",
    "iati:11": "incoming commitment",
    "iati:12": "outgoing pledge",
    "iati:13": "incoming pledge",
    # what JSON holds
    "json:string": "text",
    "json:number": "number",
    "json:integer": "whole number",
    "json:boolean": "true or false",
    "json:array": "list",
    "json:object": "object",
    "json:null": "null",
    # steps of contracting
    "budget:total-budget": "total budget",
    "budget:recipient-org-budget": "budget for an organisation",
    "budget:recipient-region-budget": "budget for a region",
    "budget:recipient-country-budget": "budget for a country",
    "budget:budget": "budget of activities",
    "budget:planned-disbursement": "planned disbursement",
    "budget:total-expenditure": "total expenditure",
    "scope:1": "emergency",
    "scope:2": "appeal",
    "step:budget": "budget",
    "step:tender": "tender",
    "step:award": "award",
    "step:contract": "contract",
    "step:transaction": "payment",
    "step:project_transaction": "payment of the project itself",
    "step:final": "final value",
    # how bad a finding is
    "severity:error": "error",
    "severity:warning": "warning",
    "severity:advisory": "advice",
    # parts of the standard
    "schemas": "schemas",
    "rules": "rules",
    "codes": "code lists",
}
"""Types of transactions are named as the standard's own code list does."""

TEXTS: Final = {
    "contracting.item_left": Text(
        "something bought under a contract has no quantity in a unit that is known, or no description, and is left out of its items",
        "let who keeps the file name the unit by its UN/ECE code, such as TNE",
    ),
    "contracting.milestone": Text(
        "a milestone that the file tells is not read: who does the works states it, with its project"
    ),
    "contracting.amendment": Text(
        "why a contract was amended (amendments) is not read; what its releases say in the end is, and what was said before stays"
    ),
    "contracting.metric": Text(
        "what the file says is to be built or bought by measure (agreedMetrics) is not read: the bill of the project says it"
    ),
    "contracting.no_contract": Text("a contracting process in the file has no contract yet"),
    "contracting.no_date": Text(
        "contracting process {ocid} has no release with a date", "add the release as it was published"
    ),
    "contracting.no_field": Text("{field} is missing"),
    "contracting.no_supplier": Text(
        "contract {contract} of process {ocid} names no supplier: its award is missing, or has none",
        "add the releases of the process together, the award among them",
    ),
    "contracting.no_sum": Text(
        "the value of contract {contract} is no sum of money: {amount} {currency}",
        "write its amount as a number, and the ISO 4217 code of its currency in capitals",
    ),
    "contracting.summary_left": Text(
        "a project tells of a contracting process whose contracts are recorded already; what it says of it is not stated"
    ),
    "contracting.summary_there": Text(
        "process {ocid} is recorded as one contract that a project tells of: its contracts would stand beside it",
        "take back that statement first: enduse correct",
    ),
    "contracting.open_lot": Text("a lot of the tender has no contract yet: nothing is stated of it"),
    "contracting.older": Text("a contract stands in a later release already; what this one says is not stated"),
    "contracting.project_unknown": Text(
        "a contract names a project that the programme does not have",
        "state it anew with its project, once that is stated",
    ),
    "contracting.several_suppliers": Text("a contract has several suppliers; the first is stated"),
    "contracting.transactions": Text(
        "payments that the file tells of a contract are not taken: who pays states them, with the contract's number"
    ),
    "register.approaches": Text("a project of DREAM has several approaches that are open; no budget of it is stated"),
    "register.item_left": Text(
        "something that a plan is to buy has no quantity in a unit that is known, or no description, and is left out of the bill",
        "let who keeps the file name the unit by its UN/ECE code, such as KGM",
    ),
    "register.known": Text("{project:name} is stated by {party:name}; what the file says of it is not stated"),
    "register.metric_left": Text(
        "a measure that the file tells of a project (metrics) is not read: physical progress is"
    ),
    "register.no_day": Text(
        "{named} says no day on which it was changed", "take the file as its register gives it out"
    ),
    "register.no_number": Text(
        "a project has no number of DREAM (DREAM-UA-…)", "take the file as DREAM's public interface gives it out"
    ),
    "register.of_another": Text(
        "{project:name}, which the plan is for, is stated by {party:name}", "let that party add the plan"
    ),
    "register.plan_alone": Text(
        "plan {plan} names no project of DREAM", "leave it out, or let its project name one: a uri with DREAM-UA-…"
    ),
    "register.progress_left": Text(
        "an observation of a project's physical progress has no day, or no share from 0 to 100 percent, and is left out"
    ),
    "register.two_units": Text(
        "{material:name} stands in the bill in {other}, and in the plan in {unit}",
        "restate the bill in the unit of the plan: enduse say DIR project",
    ),
    "standards.copy_later": Text(
        "{identifier} tells other money in {others:list}; this copy is counted, being updated later"
    ),
    "standards.copy_open": Text(
        "{identifier} tells other money in {others:list}; this copy is counted, though no dates of updating tell which holds",
        "name only the file that holds",
    ),
    "standards.bad_file": Text(
        "this file of the standard cannot be read: {reason}",
        "take it again from where the standard is published",
    ),
    "standards.bad_value": Text(
        "{value} is no amount of money; it is left out of the totals",
        "write digits with a point before the decimals, and nothing else",
    ),
    "standards.bad_currency": Text(
        "{value} is no code of a currency; what bears it is left out of the totals",
        "write its ISO 4217 code in capitals, such as USD",
    ),
    "standards.broken_between": Text(
        "what stands before number {number} is no XML and was left out: {reason}",
        "mend it where the file is made; what follows it was read",
    ),
    "standards.broken_activity": Text(
        "number {number} is no XML and was left out: {reason}",
        "mend it where the file is made; what follows it was read",
    ),
    "standards.code": Text(
        "{given} is not on the code list {named}",
        "use a code of that list, or name the list it is of where the standard allows another",
    ),
    "standards.copy_there": Text(
        "there is a file of this name already",
        "name another for the copy",
    ),
    "standards.cut_short": Text(
        "the file ends before it is complete, after number {number}",
        "fetch it again",
    ),
    "standards.empty": Text(
        "this file is empty",
        "fetch or export it again",
    ),
    "standards.packed": Text(
        "this file is packed",
        "unpack it, and name what is in it",
    ),
    "standards.encoding": Text(
        "this file says that it is written in {value}, which is no encoding that is known",
        "save it as UTF-8, with encoding=UTF-8 in its first line",
    ),
    "standards.namespace": Text(
        "the elements of this file are of a namespace; those of IATI are of none",
        "leave out xmlns, and what stands before a colon, where the file is made",
    ),
    "standards.broken_root": Text(
        "the first element of this file is no XML: {reason}",
        "mend it where the file is made",
    ),
    "standards.entities": Text(
        "the file declares entities, with which a small file can be made to fill any memory",
        "write out what they stand for where the file is made",
    ),
    "standards.long_activity": Text(
        "number {number} has more than {limit:number} bytes",
        "look there: a tag is not closed, or a whole file stands in it",
    ),
    "standards.no_folder": Text(
        "there is no such folder",
        "name the folder that holds the published schemas, ruleset and code lists",
    ),
    "standards.mixed": Text(
        "these files are of different standards",
        "add up those of one standard at a time",
    ),
    "standards.no_activities": Text(
        "this file is about organisations; it has no transactions to add up",
        "name files of activities; what organisations budget is told by enduse money totals",
    ),
    "standards.no_value": Text(
        "a transaction has no value; it is left out of the totals",
        "add it where the file is made",
    ),
    "standards.not_fts": Text(
        "in this JSON are neither releases, records or projects of OCDS or OC4IDS, nor flows of the Financial Tracking Service",
        "name files as they are published; flows as the search for them gives them, with data.flows, or as a table with their columns",
    ),
    "standards.flow_unnamed": Text(
        "flow {number:number} has no identifier, so nobody can tell whether it stands twice; it is in no sum",
        "fetch the page again",
    ),
    "standards.flow_amount": Text(
        "the amount of flow {id} ({value}) is no number; it is in no sum",
        "fetch the page again, or ask the service",
    ),
    "standards.not_iati": Text(
        "this is no IATI file: nothing in it begins with iati-activities or iati-organisations",
        "name a file of IATI (XML), of OCDS or OC4IDS, or an answer of OCHA's FTS (JSON); tables are for enduse profile",
    ),
    "standards.not_of_it": Text(
        "{name} stands among the activities, and the standard has no such part there; it was left out",
        "write it inside the activity that it belongs to, or give it a namespace of its own",
    ),
    "standards.other_heads": Text(
        "what stands around the items of one further package (who published it, and when) is not in the copy",
        "copy each package by itself",
        many="what stands around the items of {n} further packages (who published them, and when) is not in the copy",
    ),
    "standards.other_list": Text(
        "number {number} is one of the {kind} in a copy of {list}, and was left out", "copy each list by itself"
    ),
    "standards.not_there": Text(
        "none of the standard's files is in this folder",
        "copy the published schemas and code lists to it, at any depth; for IATI standard.json and mapping.xml too",
    ),
    "standards.json_broken": Text(
        "from here on this is no JSON: a bracket, quote or comma is not where it belongs; {number:number} were read before, and nothing after it",
        "mend it where the file is made, or fetch it again",
    ),
    "standards.json_deep": Text(
        "number {number} nests deeper than {limit:number} levels and was left out",
        "write it as the standard has it; its own parts nest about ten deep",
    ),
    "standards.json_empty": Text(
        "this is empty",
        "write what belongs here, or leave it out",
    ),
    "standards.json_ends": Text(
        "the file ends before its brackets are closed; {number:number} were read",
        "fetch it again",
    ),
    "standards.json_enum": Text(
        "{value} is not a code of the list of the standard; what may stand here begins with {names:list}",
        "use one of the standard's codes",
    ),
    "standards.json_format": Text(
        "{value} is not of the form {kind}",
        "write a date with its time and zone, such as 2026-05-31T00:00:00Z",
    ),
    "standards.json_item": Text(
        "number {number} cannot be read and was left out: {reason}",
        "mend it where the file is made; what follows it was read",
    ),
    "standards.json_long": Text(
        "number {number} has more than {limit:number} bytes and was left out",
        "look there: a bracket is not closed, or a whole file stands in it",
    ),
    "standards.json_missing": Text(
        "{name} is missing here",
        "add it: the standard requires it",
    ),
    "standards.json_neither": Text(
        "number {number} is no release, record or project and was left out",
        "name files of OCDS or OC4IDS; a release has an ocid, a project an id",
    ),
    "standards.json_number": Text(
        "number {number} was left out: {value} in it is no number that JSON has",
        "write digits, with a point before the decimals",
    ),
    "standards.json_pattern": Text(
        "{value} is not written as the standard wants it",
        "look up how the standard writes it",
    ),
    "standards.json_twice": Text(
        "one thing stands twice in this list",
        "leave one out",
    ),
    "standards.json_type": Text(
        "{value} is not of the kind that belongs here: {kinds:term}",
        "write it as that; a number has no quotes around it",
    ),
    "standards.json_unexpected": Text(
        "something stands here that the standard does not have",
        "take it out, or write it where the standard has it",
    ),
    "standards.json_unnamed": Text(
        "this has no {name}, so nobody can tell which it is",
        "give it the identifier that it keeps for good",
    ),
    "standards.json_wide": Text(
        "this file is not UTF-8, and JSON is",
        "save it as UTF-8",
    ),
    "standards.linked_record": Text(
        "the record of {ocid} only names where its releases are published",
        "fetch those releases, and name them; nothing is fetched for you",
    ),
    "standards.no_schema": Text(
        "the schema {name} is not in this folder",
        "copy it to the folder, as it is published",
    ),
    "standards.not_contracting": Text(
        "there is no release, record or project in this file",
        "name a file of OCDS or OC4IDS: a package, a list or JSON lines",
    ),
    "standards.not_merged": Text(
        "the releases of {ocid} cannot be put together: {reason}",
        "give each release its date, and the same parts the same form in all of them",
    ),
    "standards.json_key": Text(
        "number {number} was left out: the key {key} stands twice in one object of it, and nobody can tell which one holds",
        "write each key once",
    ),
    "standards.json_letter": Text(
        "number {number} was left out: there are letters in it that are not UTF-8", "save the file as UTF-8"
    ),
    "publication.funding": Text(
        "pledges, commitments, payments from who gives to who receives, and money given back stand in the file of IATI alone"
    ),
    "publication.tender": Text(
        "the record knows no tenders: all that one payee was paid for one project without naming a contract stands in OCDS as one contract, without a value"
    ),
    "publication.period": Text(
        "IATI wants a period with every budget: it is given as the year from the day on which the plan was first stated"
    ),
    "publication.no_project": Text(
        "money that no project is named for stands in IATI and OCDS, and not in OC4IDS, which knows projects only"
    ),
    "publication.goods": Text(
        "what became of the goods, and invoices, stand in none of them; OCDS has what was contracted and bought"
    ),
    "publication.exchange": Text(
        "money changed into another currency, fees, and the value of goods that were given stand in none of them"
    ),
    "publication.taken_back": Text(
        "what was taken back, and what has no effect, stands in none of them; the record has it"
    ),
    "publication.still_named": Text(
        "the policy holds for the files of the standards alone: the site's pages and tables still name what it leaves out"
    ),
    "publication.bad_reference": Text(
        "{value} cannot stand in an identifier", "use letters, digits, points and hyphens"
    ),
    "publication.bad_policy": Text(
        "this is no policy of what is left out: {reason}",
        "name a CSV with the columns what and reason, a row for each project, place or party",
    ),
    "standards.rule": Text(
        "rule {id} of the standard does not hold: {message}",
        "mend it where the file is made",
    ),
    "standards.ruleset": Text(
        "a rule of this ruleset cannot be understood: {reason}",
        "take the published ruleset of the version of your files",
    ),
    "standards.same_identifier": Text(
        "another in this file has the identifier {identifier}: their money would count twice",
        "give each its own, or leave one out",
    ),
    "standards.schema_attribute": Text(
        "{element} may not have the attribute {name}",
        "take it out, or write it where the standard has it",
    ),
    "standards.schema_attribute_missing": Text(
        "{element} lacks the attribute {name}",
        "add it: the standard requires it",
    ),
    "standards.schema_misplaced": Text(
        "{element} may not stand here; what may is {names:list}",
        "put the parts in the order of the standard, or take it out",
    ),
    "standards.schema_missing": Text(
        "{element} is not complete: what has to follow is {names:list}",
        "add it: the standard requires it",
    ),
    "standards.schema_other": Text(
        "the schema of the standard does not allow this: {reason}",
        "mend it where the file is made",
    ),
    "standards.schema_text": Text(
        "no text may stand in {element} itself",
        "write it as an attribute, or in the part of it that takes text",
    ),
    "standards.schema_unexpected": Text(
        "{element} may not stand here, and nothing else may",
        "take it out, or write it where the standard has it",
    ),
    "standards.schema_value": Text(
        "{value} in {element} is not of the form {kind}",
        "write it in that form; a date is written 2026-05-31",
    ),
    "standards.two_questions": Text(
        "this page is of another question than those before: its total or its number of flows is another",
        "name the pages of one answer only",
    ),
    "standards.version_one": Text(
        "a file of version {version} cannot be held against the schema of version 2: its elements had other names",
        "copy it without --standard, or take the file in version 2 where its publisher has it",
    ),
    "table.activity_again": Text("an activity stands in the file again: it is taken once, as it was updated last"),
    "table.corrected": Text(
        "what takes off a promise of its activity is counted in that promise, and has no row of its own"
    ),
    "table.no_transactions": Text("an activity has no transaction, so no row"),
}
