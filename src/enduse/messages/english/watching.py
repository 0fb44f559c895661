"""What those who watch a record have to say: witnesses, mirrors, policies, receipts, cards and evidence."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "record.card_too_long": Text("a checkpoint on paper has at most {most:number} bytes, not {bytes:number}"),
    "record.cosigner_wavers": Text("{cosigner} keeps changing its mind about the size it knows"),
    "record.cosignature_missing": Text("{cosigner} sent no cosignature of its own"),
    "record.request_malformed": Text(
        "a request has the line 'old <size>', at most 63 hashes, a blank line and a checkpoint"
    ),
    "record.witness_address": Text("'{address}' is not the http or https address of a witness"),
    "record.request_not_ascii": Text("the lines of a request are ASCII"),
    "record.cosigner_refuses": Text("{cosigner} refuses to cosign ({status}): {answer}"),
    "record.cosigner_fails": Text(
        "{cosigner} cannot cosign now ({status}): {answer}", "ask it again later: enduse record publish DIR"
    ),
    "record.cosigner_knows_more": Text(
        "{cosigner} has cosigned {known:number} entries of this log, which now shows {size:number}: rolled back or forked",
        "take the record from a mirror; do not go on with this copy",
    ),
    "record.witness_unreachable": Text("the witness cannot be reached: {reason}"),
    "record.no_answer_in_time": Text("no answer in time"),
    "record.same_entry": Text("both show the same entry: no contradiction"),
    "record.evidence_too_long": Text("this is longer than any evidence file"),
    "record.evidence_foreign": Text("this evidence is of another kind, or about another log"),
    "record.no_contradiction": Text("these two checkpoints do not contradict each other by themselves"),
    "record.evidence_malformed": Text("this is no evidence file: {reason}"),
    "record.waits_for_log_key": Text("the machine that has the log's private key"),
    "record.served_entries_wrong": Text("the entries served do not give the root the log signed"),
    "record.mirror_cannot_cosign": Text("this mirror cannot cosign: {reason}"),
    "record.mirror_forgot": Text("the mirror forgot what it cosigned"),
    "record.served_root_wrong": Text(
        "the entries served do not give the root the log signed for {size:number} entries",
        "nothing was cosigned; keep the source's checkpoint and bundles as evidence",
    ),
    "record.mirror_of_another_log": Text("this folder mirrors another log"),
    "record.cosignature_length": Text("the cosignature of {cosigner} has the wrong length"),
    "record.policy_log_unknown": Text("the policy does not know the log '{log}'", "add its line: log <vkey>"),
    "record.policy_too_long": Text("a policy has at most {most:number} characters"),
    "record.policy_witness_is_log": Text("a witness has the key of a log: one hand must not sign twice"),
    "record.policy_without_quorum": Text("a policy must define a quorum", "end it with: quorum <name>"),
    "record.policy_name_taken": Text("the name '{name}' is taken"),
    "record.policy_name_undefined": Text("'{name}' is not defined above"),
    "record.policy_member_twice": Text("'{name}' is a member twice"),
    "record.policy_key_twice": Text("the key of '{name}' is another witness's: one hand must not count twice"),
    "record.policy_threshold": Text("'{threshold}' is not a threshold"),
    "record.policy_threshold_of": Text("{threshold} of {members:number} is not a threshold"),
    "record.policy_line": Text("not a line of a policy: '{words}'"),
    "record.policy_quorum_undefined": Text("the quorum '{name}' is not defined above"),
    "record.policy_names_other_logs": Text(
        "the policy names other logs than the key",
        "give the one you trust, or add the key's line to the policy: log <vkey>",
    ),
    "record.cosignatures_missing": Text("cosignatures are missing: {waits:list}"),
    "record.witness_without_key": Text(
        "there is no key here yet", "give the name it is to have: --name ministry.example"
    ),
    "record.witness_log_twice": Text(
        "two different keys are given for the log {log}: a witness remembers one of each",
        "name the one you had from its keeper; ask why there are two",
    ),
    "record.witness_named": Text(
        "the key here is that of {found}, not of {wanted}: a witness keeps its name",
        "leave --name away, or start {wanted} in a folder of its own",
    ),
    "record.witness_key_kind": Text("a witness needs a key for cosignatures (kind 0x04)"),
    "record.witness_key_is_log": Text("the key of a witness must not be that of a log: one hand must not sign twice"),
    "record.witness_clock_back": Text(
        "the witness's clock went back from {known} to {now}", "set the clock; if it ran ahead before: forget_time"
    ),
    "record.policy_line_wrong": Text("{reason}"),
    "record.log_unknown": Text("unknown log {log}"),
    "record.old_size_too_large": Text("old size {old:number} is larger than that of the checkpoint, {size:number}"),
    "record.another_root_cosigned": Text("another root was cosigned for {size:number} entries"),
    "record.proof_between_equals": Text("a proof between equal sizes is empty"),
    "record.proof_from_nothing": Text("a proof from size 0 is empty"),
    "record.consistency_refused": Text("the consistency proof does not hold: {reason}"),
    "record.other_size": Text("the witness knows {size:number} entries of this log"),
    "record.waits_for_one": Text("{witness} has not cosigned"),
    "record.waits_for_group": Text(
        "{group}: {threshold:number} of {members:number} needed, {lacking:number} more of {open:list}"
    ),
    "record.cosigned_before": Text(
        "the published checkpoint is cosigned by {cosigners:list}, and no policy here asks for them now",
        "name the witnesses again: enduse record publish DIR --policy FILE",
    ),
    "record.watched_by_nobody": Text(
        "nobody whose key is known has cosigned this checkpoint",
        "let others watch: enduse record witness, enduse record publish --policy; name them here with --policy",
    ),
    "record.cosigned_in_future": Text(
        "the cosignatures are dated {hours:number} hours ahead of this machine's clock",
        "compare both clocks with a third",
    ),
    "record.cosigned_long_ago": Text(
        "the cosignatures are {hours:number} hours old, at most {most:number} were asked for",
        "ask whoever keeps the record to publish, and the witnesses whether they still watch it",
    ),
    "record.cosigned": Text(
        "cosigned by {witness}, {at:time}, {n:number} hour ago",
        many="cosigned by {witness}, {at:time}, {n:number} hours ago",
    ),
    "record.cosigned_lately": Text("cosigned by {witness}, {at:time}, less than an hour ago"),
    "record.witness_key_shown": Text("Its public key, for the policies of those who trust this witness:"),
    "record.no_cosignature": Text(
        "this is no cosignature", "it is the file that `enduse record witness --follow` writes"
    ),
    "record.waits_for_cosigners": Text(
        "not published yet: {waits:list}",
        "once they have signed (enduse record witness --follow), take their files in: enduse record publish DIR --cosignature FILE",
    ),
    "record.signed_alone": Text(
        "Nobody else signs this record, so whoever keeps it could rewrite all of it unseen.",
        "let others watch it: enduse record witness, and enduse record publish --policy FILE",
    ),
    "record.cosigners_named_here": Text(
        "Whose keys these are, this folder says itself: have them from the witnesses, and check with --policy."
    ),
    "record.signed_by_unknown": Text(
        "{names:list} signed too, by keys you have not named: name those you trust with --policy"
    ),
    "record.nobody_watches": Text(
        "Nobody else has signed this checkpoint: whoever keeps the record could still rewrite all of it unseen.",
        "To end that, let others watch it: enduse record witness, and enduse record publish --policy FILE",
    ),
    "record.named_have_not_signed": Text(
        "The founding names witnesses that have not signed this checkpoint: {lacking:list}",
        "ask whoever keeps the record why, and the witnesses what they last signed",
    ),
    "record.contradiction": Text(
        "the log contradicts itself: {reason}", "keep the evidence, and show it to everybody who relies on this log"
    ),
    "record.two_roots": Text("{log} signed two different roots for {size:number} entries"),
    "record.two_entries": Text("{log} showed two different entries at index {index} (of {size} and of {other})"),
    "record.two_histories": Text(
        "{log} signed {size:number} entries, and later {other:number} that do not begin with them"
    ),
    "record.path_elsewhere": Text("the proof does not lead to the root that was signed for {size:number} entries"),
    "record.behind": Text(
        "the log signed {known:number} entries, and only {shown:number} are shown here",
        "if this copy is not merely late, the record was rolled back: ask for the rest",
    ),
    "record.not_comparable": Text("the tiles here do not lead to the root that was signed: {reason}"),
    "record.agrees": Text("its {n:number} entry is here, unchanged", many="its {n:number} entries are here, unchanged"),
    "record.agrees_entry": Text(
        "entry {index} and the {n:number} entry it was proved among are here, unchanged",
        many="entry {index} and the {n:number} entries it was proved among are here, unchanged",
    ),
    "record.no_card": Text("this page carries no checkpoint"),
    "record.nothing_to_compare": Text(
        "there is nothing to compare with",
        "name a policy with addresses of cosigners (--policy), another copy (--with) or a kept file (--kept)",
    ),
    "record.compared_with": Text("{place}: {said}"),
    "record.receipts_kept": Text(
        "{file} promises that the {n:number} statement will be published: keep it, and send a copy to"
        " whoever signed, who reads it with `enduse sent`. Check it with {command}",
        many="{file} promises that the {n:number} statements will be published: keep it, and send a copy to"
        " whoever signed, who reads it with `enduse sent`. Check it with {command}",
    ),
    "record.no_receipt": Text("no receipt is in this file", "a receipt is what `enduse add --receipts FILE` writes"),
    "record.receipt_malformed": Text("this is no receipt: {reason}"),
    "record.receipt_of_another_log": Text("this receipt is of another log than {log}"),
    "record.receipt_unauthorised": Text("this receipt is signed by a key that {log} has not named for receipts"),
    "record.promises_kept": Text(
        "the {n:number} promised entry is in the record",
        many="the {n:number} promised entries are in the record",
    ),
    "record.promises_not_yet_due": Text(
        "{n:number} entry is not published yet: promised by {by:time}",
        many="{n:number} entries are not published yet: promised by {by:time}",
    ),
    "record.promise_kept": Text("entry {index} is in the record of {size:number} entries"),
    "record.promise_not_yet_due": Text("entry {index} is not published yet: promised by {by:time}"),
    "record.promise_overdue": Text(
        "entry {index} was promised by {by:time}, and this copy ends at {size:number} entries",
        "ask for a newer copy: nobody you know has signed this one since, so it may just be old",
    ),
    "record.promise_covered": Text(
        "this checkpoint covers {size:number} entries, and does not tell whether entry {index} is the promised one",
        "check against the record, a mirror, or the proof of that entry",
    ),
    "record.promise_other_entry": Text(
        "{log} promised an entry at {index}, on {at:time}, and signed a record that holds another one there"
    ),
    "record.promise_late": Text(
        "{log} promised entry {index} by {by:time}, and at {at:time} the record that others signed ended at {size:number} entries"
    ),
    "record.promise_not_broken": Text("what is shown here breaks no promise of the log"),
    "record.promise_evidence": Text(
        "The promise is broken. The evidence is in {file}: anybody checks it with `record evidence` and the log's key."
    ),
    "record.no_fingerprint": Text(
        "{text} is neither a file nor a fingerprint",
        "a fingerprint is a size and 40 digits, such as `29: 01234 56789 ...`",
    ),
    "record.fingerprint_beyond": Text(
        "{size:number} entries are asked for, and only {shown:number} are published here",
        "compare at the smaller size: --size N; if this copy is not merely late, the record was rolled back",
    ),
    "record.fingerprint_differs": Text(
        "another record: its first {size:number} entries read {here} here",
        "digits convict nobody: ask for the page, a checkpoint or a proof, and use record compare --kept",
    ),
    "record.fingerprint_carries": Text(
        "It carries {bits} bits. The other side reads its own, of the same size: enduse record fingerprint DIR --size N"
    ),
    "record.evidence_written": Text("The evidence is in {file}: anybody checks it with nothing but the log's key."),
    "record.evidence_kept": Text(
        "EVIDENCE AGAINST THE LOG: {reason}", "it is kept in {file}; show it to everybody who relies on this log"
    ),
    "record.no_evidence": Text("no evidence against any log is kept here"),
    "record.evidence_proves": Text("proved: {reason}"),
    "record.cosignature_time": Text("the cosignature of {cosigner} states a time that cannot be"),
    "record.policy_control": Text("a policy has no control characters but tab and newline"),
    "record.policy_log_twice": Text("the key of the log {log} stands twice"),
    "record.cosigned_unlikely": Text(
        "cosigned by {witness}, at a time that cannot be: {seconds} seconds after 1970", "ask the witness for its clock"
    ),
    "record.too_slow": Text("{file} comes too slowly to be read", "try again, or read another copy"),
    "record.own_tiles_wrong": Text(
        "the tiles held here for {size:number} entries are damaged", "start the mirror again in an empty folder"
    ),
    "record.mirror_full": Text(
        "the log holds more than the {most:number} bytes this mirror takes",
        "if that is as it should be, raise the limit with --most-megabytes",
    ),
    "record.mirror_too_long": Text(
        "copying took longer than {seconds:number} seconds", "run it again: it goes on where it stopped"
    ),
    "record.nobody_tells": Text("Nobody else watches this record, so nobody can tell whether this is its newest copy."),
    "record.watchers_unasked": Text(
        "Watched by {names:list}, whose addresses are not known: nobody could be asked whether this is its newest copy.",
        "an address is a fourth word on a witness's line of the policy",
    ),
    "record.watchers_silent": Text(
        "nobody could be asked whether this is the newest copy of the record: {names:list} did not answer",
        "if it was restored from a backup, wait until one of them answers",
    ),
    "record.witness_cannot_cosign": Text("this witness cannot cosign: {reason}"),
    "record.cosignature_of_another": Text(
        "a cosignature that was sent is of another checkpoint than that of {size:number} statements",
        "ask the witness to cosign what is shown now",
    ),
    "record.cosignature_written": Text(
        "cosigned {n:number} statement of {log}: send {file} to whoever keeps the record",
        many="cosigned {n:number} statements of {log}: send {file} to whoever keeps the record",
    ),
}
