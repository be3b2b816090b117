"""The resident sheet of property companies: homes and their people in one Excel file, read without a database.

`read_sheet` gathers every problem with its row and column instead of stopping at the first, so that one upload tells
all that is to be mended; only what cannot be read at all is refused. `write_example` makes the file to start from.
"""

from bihuan.customers.sheet.example import write_example
from bihuan.customers.sheet.model import HomeKey, HomeRow, Limits, Person, Problem, Sheet, SheetRefused
from bihuan.customers.sheet.reading import read_sheet

__all__ = [
    "HomeKey",
    "HomeRow",
    "Limits",
    "Person",
    "Problem",
    "Sheet",
    "SheetRefused",
    "read_sheet",
    "write_example",
]
