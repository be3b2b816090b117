"""The squares that telephones read."""

from __future__ import annotations

import segno


def square(address: str) -> str:
    """The address as a square, for the `src` of a picture."""
    return str(segno.make(address, error="m").svg_data_uri(scale=6, border=2, light="#fff"))
