"""Files that cannot be read at all are refused in one clear sentence; large ones are read."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from bihuan.customers.sheet import Limits, read_sheet
from bihuan.customers.sheet.sentences import PROBLEMS, REFUSALS

from .sheet_files import HEADINGS, changed, file_of, read, refusal, row, told

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**parts: bytes) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return stream


def test_an_empty_file_is_refused() -> None:
    assert refusal(io.BytesIO()).code == "sheet_empty"


@pytest.mark.parametrize(
    "stream",
    [
        io.BytesIO("楼号,单元,房间\n1,1,101\n".encode()),
        io.BytesIO(b"%PDF-1.7"),
        io.BytesIO(b"x"),
        archive(readme=b"nothing"),
        archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}),
    ],
    ids=["csv", "pdf", "one byte", "zip", "word"],
)
def test_what_is_no_workbook_is_refused(stream: io.BytesIO) -> None:
    assert refusal(stream).code == "sheet_not_xlsx"


def test_an_old_workbook_and_a_protected_one_are_told_apart() -> None:
    padding = b"\0" * (2 << 20)
    name = "EncryptedPackage".encode("utf-16-le")
    assert refusal(io.BytesIO(OLE + padding)).code == "sheet_old"
    assert refusal(io.BytesIO(OLE + padding + name)).code == "sheet_password"
    across = (1 << 20) - len(OLE) - 9  # the name lies across the border of what is read at once
    assert refusal(io.BytesIO(OLE + b"\0" * across + name + padding)).code == "sheet_password"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_file_that_was_cut_short_is_refused(kept: float) -> None:
    whole = file_of([row()]).getvalue()
    assert refusal(io.BytesIO(whole[: int(len(whole) * kept)])).code == "sheet_not_xlsx"


@pytest.mark.parametrize(
    ("name", "part", "code"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", "sheet_damaged"),
        ("xl/worksheets/sheet1.xml", b"", "sheet_damaged"),
        ("xl/workbook.xml", b"<workbook/>", "sheet_damaged"),
        ("xl/sharedStrings.xml", b"\xff\xfe\xfd", "sheet_damaged"),
    ],
)
def test_a_workbook_with_a_broken_part_is_refused(name: str, part: bytes, code: str) -> None:
    stream = changed(file_of([row()]), lambda one, content: part if one == name else content)
    assert refusal(stream).code == code


def test_a_cell_that_is_no_cell_is_refused_in_the_middle_of_reading() -> None:
    def spoil(name: str, part: bytes) -> bytes:
        return part.replace(b"<v>94.56</v>", b"<v>94.56.1</v>") if name == "xl/worksheets/sheet1.xml" else part

    assert refusal(changed(file_of([row()]), spoil)).code == "sheet_damaged"


def test_entities_are_refused() -> None:
    def grow(name: str, part: bytes) -> bytes:
        declared = b'<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa">]>'
        return part.replace(b"?>", b"?>" + declared, 1) if name == "xl/sharedStrings.xml" else part

    assert refusal(changed(file_of([row()]), grow)).code == "sheet_damaged"


def test_a_row_has_as_many_cells_as_programs_can_have() -> None:
    def widen(name: str, part: bytes) -> bytes:
        return part.replace(b"</row>", b"<c/>" * 16_384 + b"</row>", 1) if name == "xl/worksheets/sheet1.xml" else part

    def barely(name: str, part: bytes) -> bytes:
        return part.replace(b"</row>", b"<c/>" * 16_000 + b"</row>", 1) if name == "xl/worksheets/sheet1.xml" else part

    assert refusal(changed(file_of([row()]), widen)).code == "sheet_damaged"
    assert told(read_sheet(changed(file_of([row()]), barely))) == []


def test_a_worksheet_under_a_name_that_is_not_inspected_is_not_read() -> None:
    def rename(name: str, part: bytes) -> bytes:
        return part.replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.bin")

    moved = io.BytesIO()
    with zipfile.ZipFile(changed(file_of([row()]), rename)) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("sheet1.xml", "sheet1.bin"), old.read(name))
    assert refusal(moved).code == "sheet_damaged"


def test_a_row_number_beyond_the_last_does_not_keep_us_counting() -> None:
    def leap(name: str, part: bytes) -> bytes:
        return part.replace(b'<row r="3"', b'<row r="999999999"') if name == "xl/worksheets/sheet1.xml" else part

    sheet = read_sheet(changed(file_of([row(), row(room=102)]), leap))
    assert [one.number for one in sheet.rows] == [2]


def test_more_than_300_mb_unpacked_is_refused_before_unpacking() -> None:
    def inflate(name: str, part: bytes) -> bytes:
        return part + b" " * (301 << 20) if name == "xl/workbook.xml" else part

    refused = refusal(changed(file_of([row()]), inflate))
    assert (refused.code, refused.values) == ("sheet_too_large", {"limit": "300"})


def test_the_size_unpacked_may_just_reach_its_limit() -> None:
    stream = file_of([row()])
    with zipfile.ZipFile(stream) as parts:
        size = sum(part.file_size for part in parts.infolist())
    assert told(read_sheet(stream, limits=Limits(unpacked=size))) == []
    assert refusal(stream, limits=Limits(unpacked=size - 1)).code == "sheet_too_large"


def test_the_number_of_rows_may_just_reach_its_limit() -> None:
    stream = file_of([row(), {}, row(room=102)])
    assert len(read_sheet(stream, limits=Limits(rows=2)).rows) == 2
    refused = refusal(stream, limits=Limits(rows=1))
    assert (refused.code, refused.values) == ("sheet_too_long", {"limit": "1"})
    assert Limits().rows == 200_000


def test_problems_past_their_limit_end_the_reading() -> None:
    stream = file_of([row(area=0), row(room=102, area=0), row(room=103, area=0)])
    assert len(read_sheet(stream, limits=Limits(problems=3)).problems) == 3
    codes = [one.code for one in read_sheet(stream, limits=Limits(problems=2)).problems]
    assert codes == ["number_out_of_range", "number_out_of_range", "too_many_problems"]


def test_problems_among_rows_count_towards_the_limit_too() -> None:
    stream = file_of([row(name="", phone="", role=""), row(name="", phone="", role="", room=102)])
    codes = [one.code for one in read_sheet(stream, limits=Limits(problems=1)).problems]
    assert codes == ["owner_missing", "too_many_problems"]


def test_headings_without_rows_are_refused() -> None:
    assert refusal(file_of([])).code == "sheet_without_rows"
    assert refusal(file_of([{}, {"name": " "}])).code == "sheet_without_rows"


def test_a_formula_counts_as_what_it_gave() -> None:
    def calculate(_: object, sheet: object) -> None:
        sheet.write_formula(1, [*HEADINGS].index("area"), "=90+4.56", None, 94.56)  # type: ignore[attr-defined]

    assert read(row(), also=calculate) == read(row())


def test_a_sheet_that_states_a_wrong_size_is_read_whole() -> None:
    def shrink(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return part
        assert b'<dimension ref="A1:S3"' in part
        return part.replace(b'<dimension ref="A1:S3"', b'<dimension ref="A1"')

    assert len(read_sheet(changed(file_of([row(), row(room=102)]), shrink)).rows) == 2


def test_a_workbook_of_another_program_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(list(HEADINGS.values()))
    book.active.append(list(row().values()))
    stream = io.BytesIO()
    book.save(stream)
    assert read_sheet(stream) == read(row())


def test_the_stream_stays_open_and_reads_again_alike() -> None:
    stream = file_of([row(), row(room=102, area="x")])
    assert read_sheet(stream) == read_sheet(stream)
    assert not stream.closed


def test_every_refusal_can_be_told_in_another_language() -> None:
    refused = refusal(file_of([row()], columns=["name"]))
    assert refused.told(lambda sentence: f"[{sentence}]")[0] == f"[{refused.what}]"
    assert refused.told(str) == (refused.what, refused.remedy)


@pytest.mark.parametrize("code", [*PROBLEMS, *REFUSALS])
def test_every_sentence_is_one_and_says_what_to_do(code: str) -> None:
    what, remedy = (PROBLEMS | REFUSALS)[code]
    assert what.endswith(".")
    assert remedy.endswith(".")
