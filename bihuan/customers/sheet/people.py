"""The people of a row: several in one cell, each with the phone and the identity number in the same place."""

from __future__ import annotations

import re

from bihuan.customers.sheet.cells import Unreadable, Value, code, is_nothing, lines
from bihuan.customers.sheet.columns import GENDERS, ROLES
from bihuan.customers.sheet.model import Person
from bihuan.customers.sheet.taking import Taker
from bihuan.kernel.phones import is_placeholder, is_placeholder_identity, read_identity, read_phone
from bihuan.kernel.text import normal

Shares = list[list[str]]  # what of a cell is each name's

_SIGN = "[、，,；;／/]"
_BETWEEN = re.compile(rf"{_SIGN}?[ \t]*(?:\r\n|\r|\n)|{_SIGN}")
_LONGEST_NAME = 80  # characters
_EXACT = 10**15  # beyond it spreadsheet programs store noughts for the last digits


def read_people(taker: Taker) -> tuple[Person, ...]:
    """Return the people of the row, telling of what cannot be read.

    Where a cell holds one phone or identity number for several names it is the first one's: given to all it would make
    them one customer. One gender for several names is nobody's.
    """
    names = taker.take("name", _names, default=None)
    count = len(names or "x")  # without a name its cells are read all the same, to tell what stands there
    phones = taker.take("phone", lambda cell: [_phones(share) for share in _shares(cell, count)], default=None)
    identities = taker.take("identity", lambda cell: _identities(cell, count), default=None)
    if names == [] and (any(phones or ()) or any(identities or ())):
        taker.tell("name", "name_missing")
    if not names:
        return ()
    genders = taker.take("gender", lambda cell: _genders(cell, count), default=None)
    role = taker.take("role", _role, default="")
    shares = zip(names, genders or [""] * count, phones or [()] * count, identities or [None] * count, strict=True)
    return tuple(Person(name, role, gender, own, identity) for name, gender, own, identity in shares)


def _pieces(cell: Value) -> list[str]:
    return [normal(piece) for piece in _BETWEEN.split(lines(cell))]


def _names(cell: Value) -> list[str]:
    names = [piece for piece in _pieces(cell) if not is_nothing(piece)]
    if any(len(name) > _LONGEST_NAME for name in names):
        raise Unreadable("text_too_long", limit=str(_LONGEST_NAME))
    return names


def _shares(cell: Value, count: int) -> Shares:
    """Return what is each name's: by place where there are as many, all where there is one name, else the first's."""
    pieces = _pieces(cell)
    filled = [piece for piece in pieces if not is_nothing(piece)]
    if count == 1:
        return [filled]
    if len(pieces) == count:
        return [[piece] for piece in pieces]
    if len(filled) == count:
        return [[piece] for piece in filled]
    if len(filled) > 1:
        raise Unreadable("counts_differ", count=str(len(filled)), names=str(count))
    return [filled, *([] for _ in range(count - 1))]


def _phones(share: list[str]) -> tuple[str, ...]:
    kept = [read_phone(piece) for piece in share if not is_nothing(piece) and not is_placeholder(piece)]
    found = tuple(dict.fromkeys(one for one in kept if one))
    if None in kept:
        raise Unreadable("phone_unreadable")
    return found


def _identities(cell: Value, count: int) -> list[str | None]:
    stored_as_number = isinstance(cell, int | float) and cell >= _EXACT
    shares = [[one for one in share if not _is_none(one)] for share in _shares(cell, count)]
    if stored_as_number and any(shares):
        raise Unreadable("identity_cut")
    if len(shares[0]) > 1:
        raise Unreadable("counts_differ", count=str(len(shares[0])), names=str(count))
    return [_identity(share[0]) if share else None for share in shares]


def _is_none(piece: str) -> bool:
    return is_nothing(piece) or is_placeholder_identity(piece)


def _identity(piece: str) -> str:
    found = read_identity(piece)
    if found is None:
        raise Unreadable("identity_unreadable")
    return found


def _genders(cell: Value, count: int) -> list[str]:
    found = [code(piece, codes=GENDERS) for piece in _pieces(cell) if not is_nothing(piece)]
    if len(found) > 1 and len(found) != count:
        raise Unreadable("counts_differ", count=str(len(found)), names=str(count))
    return found if len(found) == count else [""] * count


def _role(cell: Value) -> str:
    found = code(cell, codes=ROLES)
    if not found:
        raise Unreadable("cell_empty")
    return found
