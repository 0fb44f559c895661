"""A printed card that carries a checkpoint: what hangs on a notice board cannot be rewritten from a server.

One self-contained HTML page, in every language there is, with the checkpoint as a QR code (the note itself, so that any
scanner shows the signed text) and in full. Whoever kept the card can later ask for a consistency proof from it; how the
note is read from it again is known to :mod:`enduse.record.card`.
"""

from enduse.errors import LimitError
from enduse.pages.catalogue import published
from enduse.pages.html import Edition, page
from enduse.pages.markup import Markup, segno
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record.fingerprint import fingerprint_of

# A version-40 code at low error correction holds 2,953 bytes; below that a telephone still reads it from paper.
QR_BYTES_MAX = 1_800


def card(
    data: bytes, log: notes.Verifier, cosigners: tuple[notes.Verifier, ...] = (), *, practice: bool = False
) -> str:
    """Return the page for a signed checkpoint.

    Args:
        data: the note as served.
        log: the log's key.
        cosigners: keys of the cosigners one knows; others are not shown as such.
        practice: whether one folder holds the keys of several parties.

    Raises:
        MalformedError, SignatureError: it is no checkpoint of this log; an unsigned one is never printed.
        LimitError: too many cosignatures for one code.
    """
    signed = checkpoints.open_checkpoint(data, log, cosigners)
    if len(data) > QR_BYTES_MAX:
        raise LimitError("record.card_too_long", most=QR_BYTES_MAX, bytes=len(data))
    code = segno.make_qr(data, error="l", mode="byte").svg_inline(border=4, scale=1, omitsize=True)
    return page(
        "card.html",
        editions=[Edition(language, {}, None) for language in published()],
        practice=practice,
        origin=signed.checkpoint.origin,
        size=signed.checkpoint.size,
        fingerprint=str(fingerprint_of(signed.checkpoint)),
        root=signed.checkpoint.root.hex(),
        cosigners=sorted(verifier.name for verifier in signed.cosigned),
        vkey=log.vkey,
        note=data.decode(),
        square=Markup(code),
    )
