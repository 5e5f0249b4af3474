"""QR code of an address, dark on white in dark mode too, or cameras do not find it."""

from __future__ import annotations

import io
from functools import lru_cache

import segno

# Modules of white round the code (ISO/IEC 18004, 5.3.8).
QUIET_ZONE = 4


@lru_cache(maxsize=64)
def qr_svg(address: str) -> str:
    """An SVG picture that fills whatever box it is put into.

    The error correction is M, a seventh of the picture: enough for a projector's glare, without
    modules too small for the back of a room.

    Raises:
        ValueError: the address is longer than a QR code holds, about 2,300 signs.
    """
    out = io.BytesIO()
    code = segno.make(address, error="m", micro=False, boost_error=False)
    code.save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000000",
        light="#ffffff",
        xmldecl=False,
        omitsize=True,
        nl=False,
        title=f"QR code of {address}",
    )
    return out.getvalue().decode("utf-8")
