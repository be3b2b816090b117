"""Pictures on papers: signatures. A damaged one is left out, so that the paper is printed all the same."""

from __future__ import annotations

import json

import typst

_ALONE = b"#image(bytes(json(bytes(sys.inputs.data))), width: 1pt)"


def numbers(picture: bytes) -> list[int]:
    """The bytes of a picture as JSON can carry them; none where it cannot be shown."""
    told = list(picture)
    try:
        if told:
            typst.compile(_ALONE, format="png", ppi=1, sys_inputs={"data": json.dumps(told)})
    except typst.TypstError:
        return []
    return told
