"""The page on time says what the calendar does."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "time.md"


def test_every_example_on_the_page_is_true():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 0) == (0, True)
