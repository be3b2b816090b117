"""Papers come out whole, alike and fast, whatever people have typed."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.paper import shapes
from bihuan.paper.rendering import TEMPLATES, printed, render
from bihuan.paper.shapes import Column, Fact, Frame, Record, Register, Signature, Table
from tests.paper.reading import DOT, FRAME, fonts, pages, pictures, record_of, sizes, text

A4 = (210, 297)
NASTY = (
    '#panic("x")',
    "*[ $x^2$ _a_ `b` <c> @d ~e \\n",
    '#import "base.typ": *',
    '"},{"text":"',
    "{n} / {m}",
    "”“‘’ -- ... 'quoted' \"twice\"",
    "= 标题",
    "+ 一\n- 二\n/ 三: 四",
    "https://example.com/" + "a" * 200,
    "！" * 100,
)


def signed_with(picture: bytes) -> Record:
    """A form with a drawn signature."""
    return replace(record_of("好"), signatures=[Signature(role="投诉人", picture=picture)])


def register_of(count: int) -> Register:
    """A list of so many lines."""
    columns = [Column(title="编号", width=0), Column(title="内容"), Column(title="件数", width=0, figures=True)]
    rows = [[f"CH-B-03-{nth:04d}", "电梯异响夜间扰民", "1"] for nth in range(1, count + 1)]
    return Register(
        frame=replace(FRAME, title="投诉登记表"), period="2026年11月", table=Table(columns=columns, rows=rows)
    )


@pytest.mark.parametrize("said", NASTY)
def test_what_was_typed_comes_out_as_typed(said: str) -> None:
    assert "".join(said.split()) in text(printed(record_of(said)))


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_no_text_stops_a_paper(said: str) -> None:
    assert len(pages(printed(record_of(said)))) == 1


def test_typed_line_breaks_and_blanks_stay() -> None:
    one, two = (printed(record_of("第一行 第二行")), printed(record_of("第一行\r\n第二行")))
    assert text(one) == text(two)
    assert one != two
    assert printed(record_of("a\r\nb")) == printed(record_of("a\nb"))


def test_7000_characters_run_over_pages_and_none_is_lost() -> None:
    usual = bytes(code for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF) for code in (row, cell))
    said = usual.decode("gb2312", errors="ignore") * 2  # 一级汉字
    found = pages(printed(record_of(said[:7000])))
    framing = re.compile("华南物业公司翠湖花园管理处|第[0-9]页，共[0-9]页")
    assert said[:7000] in framing.sub("", "".join(found))
    assert len(found) > 3


def test_every_page_says_who_we_are_which_it_is_and_how_many_there_are() -> None:
    found = pages(printed(record_of("字" * 7000)))
    for nth, page in enumerate(found, start=1):
        assert f"第{nth}页，共{len(found)}页" in page
        assert "华南物业公司" in page
        assert "翠湖花园管理处" in page


def test_the_head_of_a_table_is_repeated_and_no_line_is_lost() -> None:
    found = pages(printed(register_of(60)))
    assert len(found) == 2
    assert all("编号内容件数" in page for page in found)
    assert all(f"CH-B-03-{nth:04d}" in "".join(found) for nth in range(1, 61))


def test_a_page_holds_as_many_lines_as_fit() -> None:
    fit = max(count for count in range(20, 40) if len(pages(printed(register_of(count)))) == 1)
    assert len(pages(printed(register_of(fit + 1)))) == 2


def test_papers_are_a4_upright_and_lists_lie_on_their_side() -> None:
    assert sizes(printed(record_of("字" * 3000))) == {A4}
    assert sizes(printed(register_of(60))) == {A4[::-1]}


def test_an_empty_list_says_so() -> None:
    empty = replace(register_of(0), table=Table(columns=[Column(title="编号")], rows=[], empty="本月没有受理投诉。"))
    assert "本月没有受理投诉。" in text(printed(empty))


def test_a_signature_that_was_drawn_is_on_the_paper() -> None:
    assert pictures(printed(signed_with(DOT))) == 1
    assert pictures(printed(signed_with(b""))) == 0


@pytest.mark.parametrize("damaged", [DOT[:-20], DOT[:45] + b"x" + DOT[46:], b"\x89PNG\r\n\x1a\n", b"no picture"])
def test_a_damaged_signature_does_not_keep_a_paper_from_being_printed(damaged: bytes) -> None:
    pdf = printed(signed_with(damaged))
    assert pictures(pdf) == 0
    assert "投诉人" in text(pdf)


def test_the_same_data_gives_the_same_bytes() -> None:
    assert printed(record_of("好")) == printed(record_of("好"))
    assert printed(record_of("好")) != printed(record_of("不好"))


def test_several_threads_print_at_once() -> None:
    papers = [record_of(f"第{nth}件") for nth in range(16)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda one: text(printed(one)), papers))
    assert all(f"第{nth}件" in one for nth, one in enumerate(found))


def test_a_template_that_is_not_there_is_told() -> None:
    with pytest.raises(RuntimeError):
        render("no-such-paper", {"frame": {}})


def test_every_template_belongs_to_a_paper() -> None:
    named = {one.template for one in vars(shapes).values() if isinstance(one, type) and hasattr(one, "template")}
    assert {path.stem for path in TEMPLATES.glob("*.typ")} == named | {"base"}


def test_fonts_are_embedded_and_only_ours_are_used() -> None:
    used = fonts(printed(record_of("投诉 abc 123 😀 Ω ✓ ﷲ ไทย")))
    assert used
    assert all(used.values()), used
    assert all("Noto" in name for name in used), used


def test_a_machine_without_fonts_prints_the_same() -> None:
    """Fontconfig and its folders out of reach, in a process of its own."""
    code = (
        "import sys, hashlib; from bihuan.paper.rendering import printed; from tests.paper.reading import record_of;"
        "print(hashlib.sha256(printed(record_of('投诉 abc 😀'))).hexdigest())"
    )
    bare = {"HOME": "/nonexistent", "FONTCONFIG_FILE": "/dev/null", "XDG_DATA_DIRS": "/nonexistent"}
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=bare, check=False)
    assert there.stdout.strip() == sha256(printed(record_of("投诉 abc 😀"))).hexdigest(), there.stderr


def test_ten_times_the_text_takes_about_ten_times_as_long_and_no_more() -> None:
    """A ratio, so that a busy machine does not matter; the thread's own time, of several the shortest."""

    def took(length: int) -> float:
        spent = []
        for nth in range(3):
            said = f"{nth}" + "楼上装修噪音太大，已影响正常生活。" * (length // 17)
            begun = time.process_time()
            printed(record_of(said))
            spent.append(time.process_time() - begun)
        return min(spent)

    took(700)
    assert took(70_000) < 40 * max(took(7_000), 0.005)


def test_what_stands_beneath_a_long_run_is_inside_the_page() -> None:
    """An address without a blank is broken instead of running off the paper."""
    found = pages(printed(record_of("https://example.com/" + "a" * 20_000)))
    assert "".join(found).count("a") >= 20_000
    assert len(found) > 2


def test_the_shapes_of_characters_follow_the_language() -> None:
    def shapes_of(character: str, language: str) -> set[bytes]:
        frame = Frame(company="A", site="B", title="C", language=language)
        paper = Record(frame=frame, facts=[Fact(label="D", value=character)], sections=[])
        return set(fonts(printed(paper)).values())

    assert shapes_of("骨", "zh-hans") != shapes_of("骨", "zh-hant")
    assert shapes_of("口", "zh-hans") == shapes_of("口", "zh-hant")
