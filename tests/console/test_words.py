"""One word for one thing, whoever says it: the rulebook, a form, a button."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from bihuan.cases.models import CaseKind
from bihuan.console import words


@pytest.mark.parametrize(
    ("language", "hand_over", "demand"),
    [("zh-hans", "转交", "报事"), ("zh-hant", "轉交", "報事")],
)
def test_the_rulebook_speaks_as_the_buttons_do(language: str, hand_over: str, demand: str) -> None:
    with translation.override(language):
        assert {words.duty("hand_over"), words.verb("complaint.handed_over"), gettext("Hand over")} == {hand_over}
        assert words.kind("demand.closed").startswith(demand)
        assert str(CaseKind.DEMAND.label) == demand


def test_the_rail_reads_nothing_that_the_page_calls_by_the_same_name() -> None:
    alone = render_to_string("console/_rail_links.html", {"here": "visits"})
    page = {"key": "CH-B-03-0147", "count": 7, "overdue": 7, "look": "odd"}
    assert render_to_string("console/_rail_links.html", {"here": "visits"} | page) == alone
    assert 'aria-current="page"' in alone
