"""What the record has to say: its entries, tiles, proofs, checkpoints and copies."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "record.recorded_late": Text(
        "statement {entry} was recorded {n} day after it is said to have happened",
        many="statement {entry} was recorded {n} days after it is said to have happened",
    ),
    "record.rows_missing": Text("rows are missing between {start} and {stop}"),
    "record.entry_unlike_bundle": Text("the entry is another one in the database than in its bundle"),
    "record.tile_wrong": Text("{tile} is not what the entries give"),
    "record.leaf_wrong": Text("the leaf hash in the database is not that of the entry"),
    "record.columns_wrong": Text("id, key or running number in the database is not that of the entry"),
    "record.number_malformed": Text("the {what:term} is not a decimal number"),
    "record.number_too_large": Text("the {what:term} is too large"),
    "record.checkpoint_malformed": Text("a checkpoint has the lines origin, size, root, and none of them empty"),
    "record.root_length": Text("the root of a checkpoint has {wanted:number} bytes, not {bytes:number}"),
    "record.empty_root_wrong": Text("a checkpoint of size 0 has another root than that of the empty tree"),
    "record.checkpoint_unsigned": Text("the log {log} did not sign this checkpoint"),
    "record.checkpoint_of_another_log": Text("this checkpoint is of the log '{found}', not of '{wanted}'"),
    "record.publishing_elsewhere": Text("another process is publishing this record", "wait for it to finish"),
    "record.exists": Text("a record is here already"),
    "record.half_started": Text(
        "a {database} is here without a {key}",
        "if starting it was interrupted, remove the folder and start again; it holds nothing yet",
    ),
    "record.no_private_key": Text("the log's private key is not here"),
    "record.rolled_back": Text(
        "the database has {stored:number} entries, but {published:number} are published: it was rolled back",
        "bring it forward from a mirror, or from the tiles of this folder: enduse record restore DIR --from DIR/tiles",
    ),
    "record.nothing_known": Text("nothing had been recorded then", "name a later time, or more statements"),
    "record.nothing_published": Text("nothing is published yet", "publish first"),
    "record.no_key_file": Text(
        "no programme is here: there is no {file}", "give the folder of a programme, as `enduse new` made it"
    ),
    "record.nowhere": Text("nothing was named", "name a programme's folder, a URL or a proof file"),
    "record.roots_differ": Text(
        "tiles and database give different roots for {size:number} entries",
        "verify the record; if only its tiles are damaged: enduse record rebuild DIR",
    ),
    "record.database_unlike_published": Text("the database does not give the published root"),
    "record.entry_altered": Text(
        "this entry is not what was recorded: its bytes were changed",
        "enduse record verify DIR names all that is wrong; bring the record back with enduse record restore",
    ),
    "record.tiles_damaged": Text(
        "the tiles of the published checkpoint are damaged: {reason}",
        "rebuild them from the database: enduse record rebuild DIR",
    ),
    "record.log_rolled_back": Text(
        "the log shows {shown:number} entries and signed {held:number} before: it was rolled back",
        "the older copy stays here; publish both checkpoints",
    ),
    "record.base64_not_canonical": Text("{what:term} is not canonical base64"),
    "record.key_name": Text("'{name}' is not a key name", "use no white space and no plus sign"),
    "record.note_line_no_signature": Text("a note has a line after its blank line that is no signature"),
    "record.note_signature_short": Text("a note signature is too short"),
    "record.note_too_long": Text("a note has at most {most:number} bytes, not {bytes:number}"),
    "record.note_control_character": Text("a note has no control character but the newline"),
    "record.checkpoint_damaged": Text(
        "the published checkpoint is not what was signed: {why}",
        "put it back from a mirror or a backup of today; else take the file away and publish anew: enduse record publish DIR",
    ),
    "record.note_malformed": Text("a note is text, a blank line and signature lines"),
    "record.note_signatures": Text("a note has at most {most:number} signatures, not {count:number}"),
    "record.note_unsigned": Text(
        "none of the keys that were given has signed this checkpoint",
        "have the key of this record (log.vkey, or the policy) from whoever keeps it, and give that one",
    ),
    "record.base64_malformed": Text("{what:term} is not base64"),
    "record.vkey_malformed": Text("a verifier key has three parts: name+id+key"),
    "record.vkey_kind": Text("this kind of verifier key is not supported", "use Ed25519 (0x01 or 0x04)"),
    "record.vkey_id": Text("the id of the verifier key does not belong to its name and key"),
    "record.signature_of_another": Text("the signature of {signer} is not by the key {key}"),
    "record.key_cannot_sign": Text("key kind {kind} cannot sign"),
    "record.signature_time": Text("a cosignature states a time, a plain signature does not"),
    "record.private_key_malformed": Text(
        "this is not a private note key: one line that begins with PRIVATE+KEY",
        "put back the file from your own backup",
    ),
    "record.private_key_kind": Text("this is not an Ed25519 private note key"),
    "record.private_key_id": Text("the id of the private key does not belong to its name and key"),
    "record.note_not_utf8": Text("a note is UTF-8 text"),
    "record.keys_collide": Text("two known keys share the name and id {name}+{id}"),
    "record.signature_invalid": Text("invalid signature for key {name}+{id}: {reason}"),
    "record.missing": Text("there is no record here", "start one with: enduse new"),
    "record.proof_too_long": Text("a proof has at most {most:number} bytes, not {bytes:number}"),
    "record.proof_malformed": Text("this is no proof: it does not begin with {header} or has no checkpoint"),
    "record.proof_without_index": Text("a proof has an index line"),
    "record.proof_hashes": Text("a proof has at most {most:number} hashes"),
    "record.proof_hash_length": Text("a hash of a proof has {wanted:number} bytes"),
    "record.proof_not_ascii": Text("the lines of a proof are ASCII"),
    "record.foreign_file": Text("this file is not a record of this version"),
    "record.database_damaged": Text("{what:term} is damaged", "take the record from a mirror"),
    "record.batch_repeats": Text("a batch holds the same statement twice"),
    "record.no_entry": Text("the record has no entry {index}"),
    "record.signed_another_root": Text(
        "another root was signed for {size:number} entries: this record was changed",
        "stop, keep both, and compare with the mirrors",
    ),
    "record.size_differs": Text("the record has {size:number} entries, not {asked:number}"),
    "record.written_meanwhile": Text(
        "the record has {size:number} entries, not {expected:number}: somebody else wrote",
        "read its size again and append again",
    ),
    "record.recorded_already": Text("statement {statement} is recorded already, at index {index}"),
    "record.batch_empty": Text("a batch has at least one entry"),
    "record.batch_too_long": Text("a batch has at most {most:number} entries, not {count:number}", "split it"),
    "record.entry_too_long": Text("an entry has at most {most:number} bytes, not {bytes:number}"),
    "record.running_number": Text("{number} is not a running number"),
    "record.entry_malformed": Text("an entry has bytes, an id of 32 bytes and a key of 32 bytes"),
    "record.tile_path": Text("'{tile}' is not the path of a tile"),
    "record.bundle_too_long": Text("an entry bundle holds {most:number} entries, not {count:number}"),
    "record.bundle_surplus": Text("the entry bundle has {bytes:number} bytes after its {count:number} entries"),
    "record.bundle_cut": Text("the entry bundle is cut short after {found:number} of {count:number} entries"),
    "record.address": Text("'{address}' is not an http or https address", "give a folder or a URL"),
    "record.tile_too_long": Text("{tile} is longer than any tile"),
    "record.connection_broke": Text("cannot read {file}: the connection broke off"),
    "record.tile_length": Text("{tile} has {bytes:number} bytes, not {hashes:number} hashes"),
    "record.node_not_in_tree": Text("node {level}/{index} is not in a tree of {size:number} entries"),
    "record.unreadable": Text("cannot read {file}: {reason}"),
    "record.entry_not_in_tree": Text("entry {index} is not in a tree of {size:number} entries"),
    "record.no_consistency_between": Text("no consistency proof leads from {old:number} to {size:number} entries"),
    "record.inclusion_too_short": Text("the inclusion proof has too few hashes"),
    "record.inclusion_wrong": Text(
        "the inclusion proof of entry {index} does not lead to the root of {size:number} entries"
    ),
    "record.no_subtree": Text("entries {start} to {end} are not a subtree"),
    "record.hash_length": Text("a tree hash has {wanted:number} bytes"),
    "record.subtree_outside": Text("a tree of {size:number} entries has no subtree up to {end}"),
    "record.consistency_empty": Text("the consistency proof is empty"),
    "record.consistency_wrong": Text(
        "the consistency proof does not lead from {start}..{end} to {size:number} entries"
    ),
    "record.consistency_too_short": Text("the consistency proof has too few hashes"),
    "record.edge_uncovered": Text("a tree of {size:number} leaves is not covered by {hashes:number} hashes"),
    "record.inclusion_too_long": Text("the inclusion proof has too many hashes"),
    "record.consistency_too_long": Text("the consistency proof has too many hashes"),
    "record.key_unknown": Text("the log's key is not known", "give it, or a policy with its log line"),
    "record.disclosed_value_wrong": Text("the disclosed value of {field} is not what was committed to"),
    "record.time_without_zone": Text("a time needs its zone"),
    "record.not_in_vault": Text("this vault does not hold {commitment}"),
    "record.value_erased": Text("the value of {field} was erased on {at:time}: {basis}"),
    "record.erasure_unexplained": Text("an erasure says who erases and on what basis"),
    "record.erased_before": Text("this was erased before"),
    "record.file_for_folder": Text(
        "this is a file; the folder of a programme, of its tiles or of a mirror is asked for here, or a URL",
        "give the folder that the file lies in",
    ),
    "record.no_checkpoint": Text("there is no checkpoint here", "give the folder or URL of a record"),
    "record.url_needs_key": Text(
        "a record at a URL needs a key you have from elsewhere",
        "give the log's key or a policy; whoever serves the record must not vouch for himself",
    ),
    "record.entries_lacking": Text("the database has {stored:number} entries, but {signed:number} are signed for"),
    "record.root_wrong": Text("the entries do not give the root that was signed for {size:number} entries"),
    "record.copy_changed_at": Text(
        "This copy was changed after it was signed: entry {index} is another one than was signed for.",
        "keep it as evidence, and take the record from a mirror: enduse record restore DIR --from MIRROR",
    ),
    "record.copy_changed": Text(
        "This copy was changed after it was signed: it does not hold what was signed for.",
        "keep it as evidence, and take the record from a mirror: enduse record restore DIR --from MIRROR",
    ),
    "record.tiles_changed": Text(
        "The published files of this copy were changed or damaged; its database still holds what was signed for.",
        "keep them as evidence, and write them anew: enduse record rebuild DIR",
    ),
    "record.key_given": Text("Checked with what you gave, and nothing that lies in this copy."),
    "record.key_of_folder": Text(
        "Checked with the key that lies in this folder: whoever wrote the folder could have put it there.",
        "have the key from elsewhere, and give it: enduse record verify DIR --key LOG.vkey",
    ),
    "record.more_problems": Text("and {count:number} more problems"),
    "record.edge_wrong": Text("the database keeps another root for {size:number} entries than they give"),
    "record.kept_checkpoint_wrong": Text(
        "the database keeps another checkpoint for {size:number} entries than was signed"
    ),
    "record.signed_checkpoint_foreign": Text(
        "a checkpoint that was signed, for {size:number} entries, is not of this record"
    ),
    "record.no_folder": Text(
        "there is no such folder",
        "name a programme's folder or a URL; to sign on your own machine, a folder with the `light.json` that the keeper sent",
    ),
    "record.tiles_gone": Text(
        "the record's tiles are not here, and its database is",
        "write them anew from it: enduse record publish DIR",
    ),
    "record.proof_needs_key": Text(
        "a proof needs a key you trust", "give the log's key or a policy: --key log.vkey, --policy FILE"
    ),
    "record.proof_without_entry": Text("this proof does not carry its entry", "give the entry's file too"),
    "record.file_unreadable": Text("cannot be read: {reason}"),
    "record.no_statement": Text("the record does not hold this statement"),
    "record.key_files_differ": Text("keys/log.key is not the key of log.vkey"),
    "record.audit_stopped": Text("the audit stopped at entry {stop} of {total}"),
    "record.numbers_missing": Text(
        "running number {first} is missing of key {key}",
        "this alone accuses nobody: it may be on its way or lost, laid aside by the party, or not taken in; ask the party for"
        " what it signed (`enduse sent`), and whoever took it in where it went",
        many="running numbers {first} to {last} are missing of key {key}, {n:number} in all",
    ),
    "record.number_twice": Text(
        "key {key} signed different statements under number {number} (entries {entries:list})",
        "both carry its signature: keep them as evidence, and ask the party which one stands",
    ),
    "record.file_unlike_database": Text(
        "{file} and the database contradict each other",
        "verify the record; if only its tiles are damaged: enduse record rebuild DIR",
    ),
    "record.holds": Text(
        "{n:number} statement, signed and in its place", many="{n:number} statements, each signed and in its place"
    ),
    "record.unpublished": Text(
        "{n:number} more is recorded and not yet published", many="{n:number} more are recorded and not yet published"
    ),
    "record.answer_verified": Text(
        "verified up to the checkpoint over {n:number} statement, root {root}…: hashed from what these figures rest on, and"
        " the one that is signed",
        many="verified up to the checkpoint over {n:number} statements, root {root}…: hashed from what these figures rest"
        " on, and the one that is signed",
    ),
    "record.answer_unsigned": Text(
        "no checkpoint is published yet: nobody has signed what these figures rest on", "enduse record publish DIR"
    ),
    "record.answer_cosigned": Text("cosigned by {witness}, {at:time}"),
    "record.published_elsewhere": Text(
        "not published yet: waits for {waits:list}", "there, in the folder with keys/log.key: enduse record publish DIR"
    ),
    "record.older_copy": Text(
        "{witness} has cosigned {known:number} entries of this record, and only {size:number} are here: it is an older copy",
        "nothing was recorded; bring the rest back: enduse record restore DIR --from MIRROR",
    ),
    "record.other_copy": Text(
        "{witness} has cosigned another record of {known:number} entries than this one",
        "nothing was recorded; set this copy aside and bring the record back: enduse record restore DIR --from MIRROR",
    ),
    "record.database_gone": Text(
        "record.db is gone",
        "bring it back, never begin anew: enduse record restore DIR --from MIRROR, or --from DIR/tiles without a mirror",
    ),
    "record.key_gone": Text(
        "{database} holds a record, and its {key} is gone", "bring {key} back from a mirror or a backup"
    ),
    "record.restore_other_log": Text(
        "this folder is of another log", "name the folder of the programme that is to come back"
    ),
    "record.restore_fork": Text(
        "what is recorded here is not the beginning of what the mirror holds",
        "compare both (enduse record compare); move record.db away to bring the mirror's back, and add what it lacks again",
    ),
    "record.restore_fork_shared": Text(
        "this database holds another record, or one that is not the beginning of what the mirror holds",
        "name an empty database, or another programme in it (?programme=NAME); where it should be the same record, compare "
        "both first (enduse record compare)",
    ),
    "record.restored": Text(
        "{size:number} statements are here now; {n:number} of them was missing",
        many="{size:number} statements are here now; {n:number} of them were missing",
    ),
    "record.restored_unpublished": Text(
        "{n:number} that stood here and no checkpoint covers was kept",
        many="{n:number} that stood here and no checkpoint covers were kept",
    ),
    "record.restored_unsigned": Text(
        "The log's private key is not here: it can be read and not published",
        "bring keys/log.key and keys/parties back from your backup",
    ),
    "record.rebuilt": Text(
        "the tiles of {n:number} statement are written anew", many="the tiles of {n:number} statements are written anew"
    ),
}
