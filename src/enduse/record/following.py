"""A witness without a server: it reads what a log shows, cosigns it, and its cosignature travels as a file."""

from collections.abc import Sequence
from contextlib import closing
from http import HTTPStatus
from os import PathLike
from pathlib import Path

from enduse.errors import ConflictError, EnduseError
from enduse.record import checkpoint as checkpoints
from enduse.record import evidence, files, tree
from enduse.record import note as notes
from enduse.record.cabinet import Tell
from enduse.record.cosign import CosignRequest
from enduse.record.evidence import ContradictionError
from enduse.record.log import CHECKPOINT, KEYS, PENDING, TILES
from enduse.record.mirror import shown_by
from enduse.record.note import Verifier
from enduse.record.tiles import TileReader, TileSource, open_source
from enduse.record.verify import is_url
from enduse.record.witness import WITNESS_DATABASE, WITNESS_KEY, Witness, open_signer


def tiles_of(where: str | PathLike[str]) -> TileSource:
    """Return the tiles at a folder or URL; of the folder of a programme or mirror those that lie in it are meant."""
    within = not is_url(where) and (Path(where) / TILES).is_dir()
    return open_source(Path(where) / TILES if within else where)


def cosign_once(
    folder: Path,
    where: str | PathLike[str],
    logs: Sequence[Verifier],
    *,
    name: str | None = None,
    tell: Tell | None = None,
) -> bytes:
    """Cosign what a log shows now, as a witness without a server: read its tiles, check them, remember.

    Args:
        folder: the witness's own; made if missing.
        where: tiles of the log, by folder or URL.
        logs: keys of the logs it knows, had from elsewhere; at least one. Which of them this is, its checkpoint says.
        name: name of the witness's key, needed the first time.
        tell: told of evidence against the log when it is kept.

    Returns:
        The checkpoint with the witness's cosignature: a file that travels by mail or stick to whoever publishes.

    Raises:
        UnknownError, SignatureError: there is no checkpoint of this log.
        ContradictionError: it shows something else than was cosigned before; the evidence is kept.
        ConflictError: it shows less than was cosigned before, or its tiles do not lead from there.
        MalformedError: no key is there and no name was given.
    """
    source = tiles_of(where)
    log = _shown_log(source, logs)
    _, data = shown_by(source, log)
    shown = checkpoints.open_checkpoint(data, log).checkpoint
    with files.undone(folder):
        files.make_folder(folder)
        signer = open_signer(folder / KEYS / WITNESS_KEY, name)
        witness = Witness(folder / WITNESS_DATABASE, signer, {log.name: log}, tell=tell)
    with closing(witness):
        known = witness.checkpoint(log.name)
        old = 0 if known is None else checkpoints.open_checkpoint(known, log).checkpoint.size
        if shown.size < old:
            raise ConflictError("record.log_rolled_back", source=str(where), shown=shown.size, held=old)
        node = TileReader(source, shown.size).node
        if known is not None and (found := evidence.from_tiles(known, data, log, node)) is not None:
            witness.cabinet.keep(found)
            raise ContradictionError(evidence.check(found, log), found, str(where))
        path = tree.consistency_proof(old, shown.size, node) if 0 < old < shown.size else []
        answer = witness.add_checkpoint(CosignRequest(old, tuple(path), data).encode())
        cosigned = witness.checkpoint(log.name)
        if answer.status != HTTPStatus.OK or cosigned is None:
            raise ConflictError("record.witness_cannot_cosign", source=str(where), reason=answer.body.decode().strip())
        return cosigned


def _shown_log(source: TileSource, logs: Sequence[Verifier]) -> Verifier:
    for name in (CHECKPOINT, PENDING):
        try:
            lines = notes.parse(source.read(name)).signatures
        except EnduseError:
            continue
        signers = {(line.name, line.key_id) for line in lines}
        for log in logs:
            if (log.name, log.key_id) in signers:
                return log
    return logs[0]  # reading what it shows says what is wrong


def read_cosigned(folder: Path, cosigned: bytes) -> tuple[str, int, str]:
    """Return the log that a witness has just cosigned, its size, and the witness's public key as a line for policies.

    Raises:
        MalformedError, SignatureError: it is no checkpoint, or the folder is no witness's.
    """
    head = checkpoints.parse(notes.parse(cosigned).text)
    return head.origin, head.size, open_signer(folder / KEYS / WITNESS_KEY).verifier.vkey
