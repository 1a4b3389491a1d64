"""A logo that somebody uploads: checked, and drawn anew, so that nothing of the file but its picture is kept."""

import io
import warnings

from mlcanvas.domain.refusal import Refused

MOST_BYTES = 2_000_000
MOST_PIXELS = 20_000_000
BOX = (720, 240)
"""The largest width and height that is kept, in pixels: 60 × 20 mm at 300 dots an inch."""

FORMATS = ("PNG", "JPEG", "WEBP")


def drawn(content: bytes) -> bytes:
    """The picture as a PNG that fits into `BOX`.

    Raises Refused (`logo_large`, `logo_unreadable`, `logo_many_pixels`).
    """
    # Loaded when a logo comes, which is rare: the library is large.
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_BYTES:
        raise Refused("logo_large", path="logo", most=MOST_BYTES // 1_000_000)
    try:
        with warnings.catch_warnings():
            # Pillow warns of a picture that is large, and we refuse it by its own header before it is read.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused("logo_many_pixels", path="logo", most=MOST_PIXELS // 1_000_000)
                shown = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("logo_unreadable", path="logo") from error
    shown.thumbnail(BOX, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    shown.save(out, "PNG", optimize=True)
    return out.getvalue()


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, as its first chunk says it (ISO/IEC 15948, 11.2.1)."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
