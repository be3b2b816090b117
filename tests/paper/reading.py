"""Reading papers back."""

from __future__ import annotations

from io import BytesIO
from zlib import compress, crc32

from pypdf import PdfReader

from bihuan.paper.shapes import Entry, Frame, Line, Record, Section

FRAME = Frame(company="华南物业公司", site="翠湖花园管理处", title="投诉处理记录表", page="第 {n} 页，共 {m} 页")


def png() -> bytes:
    """A dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + crc32(kind + data).to_bytes(4)

    head = (1).to_bytes(4) * 2 + bytes([8, 0, 0, 0, 0])
    body = chunk(b"IHDR", head) + chunk(b"IDAT", compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


DOT = png()


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without blanks and line breaks: where a line breaks is the page's business."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def text(pdf: bytes) -> str:
    """All of it."""
    return "".join(pages(pdf))


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    """The sizes of the pages in millimetres."""
    found = (page.mediabox for page in PdfReader(BytesIO(pdf)).pages)
    return {(round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) for box in found}


def fonts(pdf: bytes) -> dict[str, bytes]:
    """The fonts by name, and what is embedded of each: the outlines that are used."""
    found: dict[str, bytes] = {}
    for page in PdfReader(BytesIO(pdf)).pages:
        for one in page["/Resources"]["/Font"].values():
            font = one.get_object()["/DescendantFonts"][0].get_object()
            descriptor = font["/FontDescriptor"].get_object()
            embedded = [descriptor[name].get_data() for name in ("/FontFile2", "/FontFile3") if name in descriptor]
            found[str(font["/BaseFont"])] = b"".join(embedded)
    return found


def pictures(pdf: bytes) -> int:
    """How many pictures there are."""
    return sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages)


def record_of(*said: str, frame: Frame = FRAME) -> Record:
    """A form on which these words stand, one line each."""
    lines = [Line(label="内容", entries=[Entry(text=one, by="李敏")]) for one in said]
    return Record(frame=frame, facts=[], sections=[Section(title="投诉事项", lines=lines)])
