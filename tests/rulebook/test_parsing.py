"""Reading events: what a line means, and what is said of one that means nothing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bihuan.kernel.errors import Refused
from bihuan.rulebook import Event, Reader, load
from bihuan.rulebook.parsing import Instants
from bihuan.rulebook.vocabulary import read_instant

WORDS = load().vocabulary
NINE = 1772413200  # 2026-03-02T09:00:00+08:00
RECEIVED = {"at": "2026-03-02T09:00:00+08:00", "kind": "complaint.received", "subject": "case:1"}
A_TIME = "Write it like 2026-03-02T09:00:00+08:00, with its offset."
AN_OBJECT = 'One event a line, as a JSON object: {"at": …, "kind": …, "subject": …}.'
THE_KEYS = "Give at, kind and subject; facts is an object, refs a list."


def line(**changes: Any) -> bytes:
    """A good line with changes; None takes a key out."""
    event = {key: value for key, value in {**RECEIVED, **changes}.items() if value is not None}
    return json.dumps(event, ensure_ascii=False).encode()


def facts(**values: Any) -> bytes:
    return line(facts=values)


def read(text: bytes | str) -> Event:
    return Reader(WORDS).line(text, 1)


# ---- good lines


def test_a_line_becomes_an_event() -> None:
    text = line(site="CH", actor="staff:7", refs=["case:2"], facts={"channel": "phone", "signers": 2, "urgent": True})
    event = read(text)
    assert (event.at, event.kind, event.subject, event.site, event.actor) == (
        NINE,
        "complaint.received",
        "case:1",
        "CH",
        "staff:7",
    )
    assert event.facts == {"channel": "phone", "signers": 2, "urgent": True}
    assert event.refs == ["case:2"]
    assert event.order == (NINE, 1)


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-02T09:00:00+08:00", "2026-03-02T01:00:00Z", "2026-03-02T01:00:00+00:00", "2026-03-01T20:00:00-05:00",
        "2026-03-02 09:00:00+08:00", "2026-03-02T09:00+08:00", "2026-03-02T09:00:00.75+08:00", "20260302T090000+0800",
        "2026-03-02T09:00:00.999999+08:00", "2026-W10-1T09:00:00+08:00",
    ],
)  # fmt: skip
def test_one_instant_may_be_written_in_several_ways(at: str) -> None:
    assert read(line(at=at)).at == NINE


def test_fractions_are_cut_off_before_1970_too() -> None:
    assert read(line(at="1969-12-31T23:59:58.5Z")).at == -2


@pytest.mark.parametrize("text", [line() + b"\r\n", line() + b"\n", b"  " + line(), line().decode()])
def test_the_end_of_the_line_and_space_around_it_do_not_matter(text: bytes | str) -> None:
    assert read(text).at == NINE


def test_empty_lines_are_passed_over_and_counted() -> None:
    reader = Reader(WORDS, name="events.jsonl")
    assert [event.seq for event in reader.lines([b"\n", line(), b"", b" \r\n", line()])] == [2, 5]
    with pytest.raises(Refused, match=r"events\.jsonl:3: this is not JSON"):
        list(reader.lines(["\n", "\n", "{", "\n"]))


def test_null_takes_a_fact_back() -> None:
    assert read(facts(severity=None)).facts == {"severity": None}
    assert read(line(facts=None)).facts == {}


def test_times_among_the_facts_become_instants() -> None:
    assert read(facts(agreed_at="2026-03-02T01:00:00Z")).facts == {"agreed_at": NINE}


def test_facts_nobody_knows_are_counted_and_left_out() -> None:
    reader = Reader(WORDS)
    events = list(reader.lines([facts(colour="red", channel="phone"), facts(colour="blue", declined=True)]))
    assert [event.facts for event in events] == [{"channel": "phone"}, {}]
    assert reader.unknown == {"colour": 2, "declined": 1}, "what the engine keeps itself cannot be told"


def test_keys_nobody_knows_are_left_out() -> None:
    assert read(line(weather="fine")).kind == "complaint.received"


# ---- lines that are refused: what is wrong, and how to mend it

REFUSED = [
    ("{", "this is not JSON: Input data was truncated.", AN_OBJECT),
    ("at noon", "this is not JSON: JSON is malformed", AN_OBJECT),
    (b"\xef\xbb\xbf" + line(), "this is not JSON: JSON is malformed: invalid character (byte 0).", AN_OBJECT),
    (b"\xff\xfe{\x00}\x00", "this is not JSON:", AN_OBJECT),
    (line(actor="张三").decode().encode("gbk"), "this is not UTF-8 text.", "Save the file as UTF-8."),
    (line() + line(), "this is not JSON: JSON is malformed: trailing characters", AN_OBJECT),
    ("[]", "the event is incomplete: Expected `object`, got `array`.", THE_KEYS),
    ("null", "the event is incomplete: Expected `object`, got `null`.", THE_KEYS),
    ("{}", "the event is incomplete: Object missing required field `at`.", THE_KEYS),
    (line(at=None), "the event is incomplete: Object missing required field `at`.", THE_KEYS),
    (line(kind=None), "the event is incomplete: Object missing required field `kind`.", THE_KEYS),
    (line(subject=None), "the event is incomplete: Object missing required field `subject`.", THE_KEYS),
    (line(subject=1), "the event is incomplete: Expected `str`, got `int` - at `$.subject`.", THE_KEYS),
    (line(subject=""), '"subject" is empty.', "Name what it happened to, such as case:1."),
    (line(facts=[1]), "the event is incomplete: Expected `object | null`, got `array` - at `$.facts`.", THE_KEYS),
    (line(refs="case:2"), "the event is incomplete: Expected `array`, got `str` - at `$.refs`.", THE_KEYS),
    (line(refs=[2]), "the event is incomplete: Expected `str`, got `int` - at `$.refs[0]`.", THE_KEYS),
    (line(recorded_at=5), "the event is incomplete: Expected `str | null`, got `int` - at `$.recorded_at`.", THE_KEYS),
    (line(v="two"), "the event is incomplete: Expected `int`, got `str` - at `$.v`.", THE_KEYS),
    (line(kind="complaint.recieved"), 'there is no event "complaint.recieved".', 'Did you mean "complaint.received"?'),
    (line(kind="xyz"), 'there is no event "xyz".', "See docs/words.md for the words that may be used."),
    (line(kind=""), 'there is no event "".', "See docs/words.md for the words that may be used."),
    (line(at="2026-03-02T09:00:00"), "\"at\" cannot be '2026-03-02T09:00:00'.", A_TIME),
    (line(at="2026-03-02"), "\"at\" cannot be '2026-03-02'.", A_TIME),
    (line(at="2026-02-30T09:00:00+08:00"), "\"at\" cannot be '2026-02-30T09:00:00+08:00'.", A_TIME),
    (line(at="2026-03-02T09:00:60+08:00"), "\"at\" cannot be '2026-03-02T09:00:60+08:00'.", A_TIME),
    (line(at="2026-03-02T09:00:00z"), "\"at\" cannot be '2026-03-02T09:00:00z'.", A_TIME),
    (line(recorded_at="yesterday"), "\"recorded_at\" cannot be 'yesterday'.", A_TIME),
    (line(at="yesterday"), "\"at\" cannot be 'yesterday'.", A_TIME),
    (line(at=""), "\"at\" cannot be ''.", A_TIME),
    (facts(severity="D"), "the fact \"severity\" cannot be 'D'.", "Write one of A, B, C."),
    (facts(severity=["A"]), "the fact \"severity\" cannot be ['A'].", "Write one of A, B, C."),
    (facts(severity=1), 'the fact "severity" cannot be 1.', "Write one of A, B, C."),
    (facts(urgent=1), 'the fact "urgent" cannot be 1.', "Write true or false."),
    (facts(urgent="true"), "the fact \"urgent\" cannot be 'true'.", "Write true or false."),
    (facts(signers=-1), 'the fact "signers" cannot be -1.', "Write a whole number."),
    (facts(signers=2.5), 'the fact "signers" cannot be 2.5.', "Write a whole number."),
    (facts(signers=True), 'the fact "signers" cannot be True.', "Write a whole number."),
    (facts(problem=3), 'the fact "problem" cannot be 3.', "Write text."),
    (facts(agreed_at="noon"), "the fact \"agreed_at\" cannot be 'noon'.", "Write a time such as 2026-03-02T09:00:00"),
    (facts(agreed_at="2026-03-02T15:00:00"), "cannot be '2026-03-02T15:00:00'.", "Write a time such as"),
    (facts(agreed_at=NINE), f'the fact "agreed_at" cannot be {NINE}.', "Write a time such as"),
    (
        line(kind="complaint.settled_on_the_spot"),
        'complaint.settled_on_the_spot needs the fact "settled_on_the_spot".',
        'Give "settled_on_the_spot": true.',
    ),
    (
        line(kind="complaint.settled_on_the_spot", facts={"settled_on_the_spot": False}),
        'needs the fact "settled_on_the_spot".',
        'Give "settled_on_the_spot": true.',
    ),
    (line(kind="complaint.found_valid"), 'needs the fact "valid".', 'Give "valid": true or false.'),
    (line(kind="complaint.found_invalid", facts={"valid": None}), 'needs the fact "valid".', 'Give "valid": true or'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "what", "remedy"), REFUSED)
def test_a_malformed_line_is_refused_with_its_number_and_a_remedy(text: bytes | str, what: str, remedy: str) -> None:
    with pytest.raises(Refused) as caught:
        list(Reader(WORDS, name="events.jsonl").lines([line(), "", text, line()]))
    assert caught.value.where == "events.jsonl:3"
    assert caught.value.code == "malformed_line"
    assert what in caught.value.what
    assert remedy in caught.value.remedy


def test_events_given_as_dicts_are_refused_alike() -> None:
    with pytest.raises(Refused, match=r"events:2: .*required field `kind`\. Give at, kind and subject"):
        list(Reader(WORDS).dicts([RECEIVED, {"at": "2026-03-02T09:00:00+08:00", "subject": "case:1"}]))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(line(at="9999-12-31T23:00:00+00:00"), id="a time at the end of the calendar"),
        pytest.param(b'{"facts":{"a":' + b"[" * 5000, id="lists within lists"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_a_line_no_less_malformed_is_refused_as_well(text: bytes | str) -> None:
    with pytest.raises(Refused):
        read(text)


# ---- any line at all

some_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(RECEIVED["at"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=4,
)
some_facts = st.dictionaries(st.sampled_from([*WORDS.facts, "nobody"]) | st.text(max_size=4), some_values, max_size=4)
some_lines = st.fixed_dictionaries(
    {
        "at": st.datetimes().map(datetime.isoformat).map(lambda text: text + "+08:00") | some_values,
        "kind": st.sampled_from(WORDS.kinds) | some_values,
        "subject": st.just("case:1") | some_values,
    },
    optional={
        "facts": some_facts | some_values,
        "refs": st.lists(st.text(max_size=4)) | some_values,
        "recorded_at": some_values,
        "site": some_values,
    },
)


def is_event_or_refused(text: bytes | str) -> bool:
    try:
        return isinstance(read(text), Event)
    except Refused as error:
        return bool(error.what and error.where and error.remedy)


@given(st.binary())
@example(b"\x00")
@example(b"\xef\xbb\xbf{}")
def test_any_bytes_are_an_event_or_refused(text: bytes) -> None:
    assert is_event_or_refused(text)


@given(some_lines)
def test_any_object_is_an_event_or_refused(event: dict[str, Any]) -> None:
    assert is_event_or_refused(json.dumps(event))
    assert is_event_or_refused(json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@given(st.lists(st.integers(-3, 200), min_size=4, max_size=4))
def test_a_spoilt_byte_is_an_event_or_refused(places: list[int]) -> None:
    text = bytearray(facts(channel="phone", agreed_at="2026-03-02T15:00:00+08:00"))
    for place in places:
        text[place % len(text)] = (text[place % len(text)] + place) % 256
    assert is_event_or_refused(bytes(text))


# ---- times are read once and remembered: that must not show

zones = st.sampled_from(["+08:00", "Z", "-05:00", "+05:30", "+00:00"])
times = st.builds(lambda at, zone: at.isoformat(timespec="seconds") + zone, st.datetimes(), zones)


@given(st.lists(times, max_size=6))
def test_a_remembered_time_is_the_time_read(texts: list[str]) -> None:
    instants = Instants()
    for _ in range(2):
        assert [instants(text) for text in texts] == [read_instant(text) for text in texts]


def test_a_remembered_time_is_the_time_read_where_the_offset_has_seconds() -> None:
    texts = ["2026-03-02T09:00+08:00:00", "2026-03-02T09:00+09:00:00"] * 2
    instants = Instants()
    assert [instants(text) for text in texts] == [read_instant(text) for text in texts]
