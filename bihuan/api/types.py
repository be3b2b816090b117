"""The forms of values in requests: each is strict, bounded, and described in the OpenAPI document as it is checked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from bihuan.calls.models import MOST_RINGS
from bihuan.cases.actions.granting import LARGEST
from bihuan.cases.steps import STEPS
from bihuan.files.drawings import LONGEST

NO_NUL = r"^[^\x00]*$"
LARGEST_ID = 2**63 - 1
# Of this century, so that no sum of times leaves what calendars know.
INSTANT = (
    r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_INSTANT = re.compile(INSTANT)
USERNAME = 40


def read_instant(given: Any) -> datetime:
    """A time with its offset, in whole seconds. As UTC: ISO has offsets of which PostgreSQL knows nothing."""
    if isinstance(given, str) and _INSTANT.match(given) and "\n" not in given:
        try:
            return datetime.fromisoformat(given).astimezone(UTC).replace(microsecond=0)
        except ValueError:
            pass
    raise PydanticCustomError("bad_time", "this is no time.")


def whole(given: Any) -> Any:
    """2.0 is a whole number in JSON, as 2 is."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def read_staff(given: Any) -> int | str:
    """A member of staff, by id or user name."""
    number = whole(given)
    if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= LARGEST_ID:
        return number
    if isinstance(given, str) and 1 <= len(given) <= USERNAME and "\0" not in given:
        return given
    raise PydanticCustomError("bad_value", "this is neither the id of a member of staff nor a user name.")


def a_verb(given: str) -> str:
    """The verb of a step."""
    if given not in STEPS:
        raise PydanticCustomError("not_a_choice", "there is no such event.", {"expected": ", ".join(STEPS)})
    return given


Id = Annotated[int, Strict(), Field(ge=1, le=LARGEST_ID), BeforeValidator(whole)]
Count = Annotated[int, Strict(), Field(ge=1, le=9999), BeforeValidator(whole)]
Rings = Annotated[int, Strict(), Field(ge=0, le=MOST_RINGS), BeforeValidator(whole)]
Yuan = Annotated[int, Strict(), Field(ge=0, le=LARGEST), BeforeValidator(whole)]
Star = Annotated[int, Strict(), Field(ge=1, le=5), BeforeValidator(whole)]
Flag = Annotated[bool, Strict()]
SiteCode = Annotated[str, Strict(), Field(pattern=r"^[A-Z][A-Z0-9]{1,11}$", examples=["CH"])]
CaseKey = Annotated[str, Strict(), Field(pattern=r"^[0-9A-Za-z-]{1,40}$", examples=["CH-B-03-0147"])]
CallKey = Annotated[str, Strict(), Field(pattern=r"^[!-~]{1,64}$", examples=["sip-20261123-0042"])]
ProblemCode = Annotated[str, Strict(), Field(min_length=1, max_length=4, pattern=NO_NUL, examples=["03"])]
Short = Annotated[str, Strict(), Field(max_length=80, pattern=NO_NUL)]
Summary = Annotated[str, Strict(), Field(min_length=1, max_length=80, pattern=NO_NUL)]
PhoneText = Annotated[str, Strict(), Field(max_length=30, pattern=NO_NUL)]
Note = Annotated[str, Strict(), Field(max_length=200, pattern=NO_NUL)]
Drawing = Annotated[str, Strict(), Field(max_length=LONGEST, pattern=NO_NUL)]
Words = Annotated[str, Strict(), Field(max_length=4000, pattern=NO_NUL)]
Cursor = Annotated[str, Strict(), Field(min_length=1, max_length=80, pattern=r"^[0-9A-Za-z.~-]+$")]
Asked = Annotated[str, Strict(), Field(min_length=1, max_length=80, pattern=NO_NUL)]
Month = Annotated[str, Strict(), Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"])]
Verb = Annotated[str, Strict(), AfterValidator(a_verb), WithJsonSchema({"type": "string", "enum": list(STEPS)})]
Instant = Annotated[
    datetime,
    BeforeValidator(read_instant),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": INSTANT, "examples": ["2026-11-23T09:30:00+08:00"]}
    ),
]
StaffKey = Annotated[
    int | str,
    BeforeValidator(read_staff),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
                {"type": "string", "minLength": 1, "maxLength": USERNAME, "pattern": NO_NUL},
            ]
        }
    ),
]
