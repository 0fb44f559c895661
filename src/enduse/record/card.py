"""A printed card that carries a checkpoint: what hangs on a notice board cannot be rewritten from a server.

One self-contained HTML page in English and Arabic with the checkpoint as a QR code (the note itself, so that any
scanner shows the signed text) and in full. Whoever kept the card can later ask for a consistency proof from it.
"""

import re
from html import escape, unescape

from enduse.errors import LimitError, MalformedError, MissingExtraError
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes

# A version-40 code at low error correction holds 2,953 bytes; below that a telephone still reads it from paper.
QR_BYTES_MAX = 1_800

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Checkpoint {size}</title>
<style>
@page {{ size: A5; margin: 12mm }}
body {{ font: 11pt/1.45 system-ui, sans-serif; max-width: 128mm; margin: 0 auto; color: #111 }}
h1 {{ font-size: 15pt; margin: 0 0 2mm }} svg {{ width: 74mm; height: 74mm; display: block; margin: 4mm auto }}
pre {{ font: 7.5pt/1.35 monospace; white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f2; padding: 2mm }}
table {{ width: 100%; border-collapse: collapse }} td {{ padding: .6mm 0; vertical-align: top }}
td:last-child {{ text-align: end; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }}
</style></head><body>
<h1>{origin}</h1>
<p>The record held <b>{size}</b> entries. Keep this sheet: with it anybody can prove that nothing in the record up to
here was changed or removed.</p>
<p lang="ar" dir="rtl">كان السجل يضم <b dir="ltr">{size}</b> قيدًا. احتفظ بهذه الورقة: بها يمكن لأي شخص أن يثبت أن شيئًا مما سُجّل
حتى هنا لم يُغيَّر ولم يُحذف.</p>
{qr}
<table>
<tr><td>Root · <span lang="ar">الجذر</span></td><td dir="ltr"><code>{root}</code></td></tr>
<tr><td>Cosigned by · <span lang="ar">شارك في التوقيع</span></td><td dir="ltr">{cosigners}</td></tr>
<tr><td>Key of the log · <span lang="ar">مفتاح السجل</span></td><td dir="ltr"><code>{vkey}</code></td></tr>
</table>
<pre dir="ltr">{note}</pre>
</body></html>
"""


_NOTE = re.compile(r'<pre dir="ltr">(.*?)</pre>', re.DOTALL)


def read(page: bytes) -> bytes:
    """Return the note of the checkpoint that stands on a card, from the page it was printed from.

    Raises:
        MalformedError: it is no such page.
    """
    found = _NOTE.search(page.decode("utf-8", "replace"))
    if found is None:
        raise MalformedError("record.no_card")
    note = unescape(found[1]).encode()
    notes.parse(note)
    return note


def card(data: bytes, log: notes.Verifier, cosigners: tuple[notes.Verifier, ...] = ()) -> str:
    """Return the page for a signed checkpoint.

    Args:
        data: the note as served.
        log: the log's key.
        cosigners: keys of the cosigners one knows; others are not shown as such.

    Raises:
        MissingExtraError: segno is not installed (extra ``reports``).
        MalformedError, SignatureError: it is no checkpoint of this log; an unsigned one is never printed.
        LimitError: too many cosignatures for one code.
    """
    try:
        import segno  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingExtraError("reports", "printed_checkpoint") from error
    signed = checkpoints.open_checkpoint(data, log, cosigners)
    if len(data) > QR_BYTES_MAX:
        raise LimitError("record.card_too_long", most=QR_BYTES_MAX, bytes=len(data))
    code = segno.make_qr(data, error="l", mode="byte").svg_inline(border=4, scale=1, omitsize=True)
    return _PAGE.format(
        origin=escape(signed.checkpoint.origin),
        size=signed.checkpoint.size,
        root=signed.checkpoint.root.hex(),
        cosigners=escape(", ".join(sorted(verifier.name for verifier in signed.cosigned)) or "nobody yet"),
        vkey=escape(log.vkey),
        note=escape(data.decode()),
        qr=code,
    )
