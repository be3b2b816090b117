"""The file before the spreadsheet library sees it: what it is, how large it grows, and which cells are merged.

The library does not tell of merged cells when it streams, and builds whatever a hostile file asks for; so every part is
walked once here, without keeping anything but the merges.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile

from bihuan.customers.sheet.model import Limits, refuse

Range = tuple[int, int, int, int]  # first column, first row, last column, last row, counted from 1

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel files, and new ones inside an encrypted envelope
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKSHEETS = "worksheets/"  # the folder in which every program puts them
_CHUNK = 1 << 20
_WIDEST = 16_384  # cells in a row: what spreadsheet programs can have
_MERGES = 200_000
_MB = 1024 * 1024


class _Hostile(Exception):
    """No spreadsheet program writes this."""


def inspect(stream: BinaryIO, *, limits: Limits) -> dict[str, list[Range]]:
    """Return the merged ranges of each worksheet by its path in the file; refuse what is no workbook we can read."""
    stream.seek(0)
    first = stream.read(len(_OLE))
    if not first:
        refuse("sheet_empty")
    if first == _OLE:
        refuse("sheet_password" if _holds(stream, _ENCRYPTED) else "sheet_old")
    try:
        with ZipFile(stream) as archive:
            _check_size(archive, limits=limits)
            return _walk_all(archive)
    except BadZipFile:
        refuse("sheet_not_xlsx")
    except (ExpatError, _Hostile, zlib.error, EOFError, RuntimeError, NotImplementedError, UnicodeError, ValueError):
        # Cut short, of another compression, with a password on a part, or not XML.
        refuse("sheet_damaged")


def _check_size(archive: ZipFile, *, limits: Limits) -> None:
    # The library reads no part beyond the size that is stated here, so the statement binds.
    if sum(part.file_size for part in archive.infolist()) > limits.unpacked:
        refuse("sheet_too_large", limit=f"{limits.unpacked / _MB:g}")
    names = archive.namelist()
    if "[Content_Types].xml" not in names or not any(name.endswith("workbook.xml") for name in names):
        refuse("sheet_not_xlsx")


def _walk_all(archive: ZipFile) -> dict[str, list[Range]]:
    parts = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    merges = {name: _walk(archive, name) for name in parts}
    return {name.lstrip("/"): found for name, found in merges.items() if _WORKSHEETS in name}


def _walk(archive: ZipFile, name: str) -> list[Range]:
    """Walk a part; refuse a document type (from which entities grow), and more cells or merges than there can be."""
    merges: list[Range] = []
    width = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal width
        local = tag.rpartition(":")[2]
        if local == "c":
            width += 1
            if width > _WIDEST:
                raise _Hostile
        elif local == "row":
            width = 0
        elif local == "mergeCell":
            merges.append(_range(attributes.get("ref", "")))
            if len(merges) > _MERGES:
                raise _Hostile

    def doctype(*_: object) -> None:
        raise _Hostile

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    if _WORKSHEETS in name:
        parser.StartElementHandler = begin
    with archive.open(name) as part:
        parser.ParseFile(part)
    return merges


def _range(reference: str) -> Range:
    first, _, last = reference.replace("$", "").partition(":")
    return (*_cell(first), *_cell(last or first))


def _cell(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column, int(reference[len(letters) :])


def _holds(stream: BinaryIO, sought: bytes) -> bool:
    """Tell whether the bytes stand in the stream, also across the border of two chunks."""
    stream.seek(0)
    tail = b""
    while chunk := stream.read(_CHUNK):
        if sought in tail + chunk:
            return True
        tail = chunk[-len(sought) :]
    return False
