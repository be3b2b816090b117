"""Random calendars around the days on which clocks and years turn, with what a test may ask of them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bihuan.worktime import Calendar

from .offices import ALL_DAYS
from .reference import Reference

PLACES = [
    ("Asia/Shanghai", date(2026, 1, 1)),
    ("Asia/Shanghai", date(2028, 2, 29)),
    ("Asia/Shanghai", date(1986, 5, 4)),
    ("Asia/Shanghai", date(1991, 9, 15)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("America/Santiago", date(2026, 9, 6)),  # midnight itself is skipped
    ("Pacific/Apia", date(2011, 12, 30)),  # the whole day is skipped
    ("Pacific/Auckland", date(2104, 1, 1)),
]

_times = st.one_of(
    st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}"),
    st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}"),
)
_slot = st.tuples(_times, st.one_of(_times, st.sampled_from(["23:59", "24:00"]))).filter(lambda s: s[0] != s[1])
_slots = st.lists(_slot, max_size=3)
_weekly = st.dictionaries(st.sampled_from(ALL_DAYS), _slots, min_size=3).filter(lambda week: any(week.values()))


def _days_around(around: date):
    return st.integers(-8, 8).map(lambda days: around + timedelta(days=days))


@st.composite
def offices(draw):
    """Return a calendar, its reference, and the strategy of instants near what is special about it."""
    zone, around = draw(st.sampled_from(PLACES))
    days, weekly = _days_around(around), draw(_weekly)
    holidays = draw(st.sets(days, max_size=3))
    overrides = draw(st.dictionaries(days, _slots, max_size=3))
    content = (zone, weekly, holidays, overrides)
    return Calendar(*content), Reference(*content, around=around), instants(zone, around, weekly)


def instants(zone, around, weekly):
    """Instants within four days of the date: on boundaries, on half hours, anywhere."""
    midnight = datetime.combine(around, time(), UTC)
    texts = sorted({text for slots in weekly.values() for slot in slots for text in slot} - {"24:00"})
    on_boundary = st.builds(
        lambda day, text, fold: datetime.combine(day, time.fromisoformat(text), ZoneInfo(zone)).replace(fold=fold),
        st.integers(-4, 4).map(lambda days: around + timedelta(days=days)), st.sampled_from(texts), st.integers(0, 1),
    )  # fmt: skip
    on_half_hour = st.integers(-200, 200).map(lambda halves: midnight + halves * timedelta(minutes=30))
    return st.one_of(on_boundary, on_half_hour, st.timedeltas(-DAYS, DAYS).map(lambda since: midnight + since))


DAYS = timedelta(days=4)
budgets = st.one_of(
    st.integers(-60, 60).map(lambda halves: halves * timedelta(minutes=30)),
    st.timedeltas(timedelta(hours=-30), timedelta(hours=30)),
)
