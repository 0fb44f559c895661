"""Small pictures of documents: drawn anew from the pixels alone, so that nothing else of the file comes along."""

import io
from typing import Final

from enduse.errors import MissingExtraError
from enduse.statements.document import Content

try:
    from PIL import Image, ImageOps
except ModuleNotFoundError as error:
    raise MissingExtraError("pictures", "thumbnails") from error

SIDE: Final = 320
"""Longest side, in pixels."""

PIXELS_MAX: Final = 120_000_000
"""Pixels of a picture that is drawn; a small file can claim to be a huge picture."""

DRAWN: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""Media types of which a small picture is drawn, and how the library names them; no other is opened."""


def thumbnail(data: bytes, content: Content) -> bytes | None:
    """Return a JPEG of at most 320 pixels a side, without position, device or any other metadata, upright.

    Args:
        data: the file.
        content: what it is.

    Returns:
        ``None`` of what is no picture that can be drawn.
    """
    form = DRAWN.get(content.media_type)
    if form is None:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                return None
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((SIDE, SIDE))
            drawn = Image.frombytes("RGB", upright.size, upright.tobytes())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None  # damaged: the document stands as it was signed, it is only not drawn
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=80)
    return out.getvalue()
