"""A slow reading of the rules that is plain enough to be believed: it walks minute by minute.

It shares nothing with the product. A minute of UTC is open when it lies between the first minute at which the wall
clock shows a slot's start or later, and the first at which it shows its end or later. It knows only the days around
one date, and raises LostError when a walk leaves them.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

REACH = timedelta(days=12)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class LostError(Exception):
    """The walk left the known days."""


@lru_cache
def walls(zone: str, around: date) -> list[datetime]:
    """Return what the wall clock shows at each minute of the known days."""
    first = datetime.combine(around, time(), UTC) - REACH
    minutes = (first + minute * MINUTE for minute in range(2 * REACH // MINUTE))
    return [minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for minute in minutes]


@lru_cache
def highest_so_far(zone: str, around: date) -> list[datetime]:
    return list(accumulate(walls(zone, around), max))


class Reference:
    def __init__(self, zone, weekly, holidays, overrides, *, around):
        self.zone, self.weekly, self.holidays, self.overrides = ZoneInfo(zone), weekly, holidays, overrides
        self.first = datetime.combine(around, time(), UTC) - REACH
        self.walls, self.highest = walls(zone, around), highest_so_far(zone, around)
        self.open = [False] * len(self.walls)
        for days in range(-14, 15):
            for start, end in self.slots(around + timedelta(days=days)):
                for minute in range(bisect_left(self.highest, start), bisect_left(self.highest, end)):
                    self.open[minute] = True

    def slots(self, day):
        for start, end in self.given(day):
            hour, minute = map(int, start.split(":"))
            begins = datetime.combine(day, time(hour, minute))
            if end in ("23:59", "24:00"):
                yield begins, datetime.combine(day + DAY, time())
            else:
                hour, minute = map(int, end.split(":"))
                ends = datetime.combine(day, time(hour, minute))
                yield begins, ends if ends > begins else ends + DAY

    def given(self, day):
        if day in self.overrides:
            return self.overrides[day]
        return [] if day in self.holidays else self.weekly.get(NAMES[day.weekday()], [])

    def is_open(self, at):
        return self.open[self.minute(at)]

    def next_open(self, at):
        while not self.is_open(at):
            at = self.begin(at) + MINUTE
        return self.local(at)

    def add(self, start, budget):
        at, left = start.astimezone(UTC), abs(budget)
        if not left:
            return self.next_open(at)
        while True:
            if budget > timedelta(0):
                edge = self.begin(at) + MINUTE
                is_open = self.is_open(at)
            else:
                edge = self.begin(at - timedelta(microseconds=1))
                is_open = self.is_open(edge)
            if is_open:
                if left <= abs(edge - at):
                    return self.local(at + left if budget > timedelta(0) else at - left)
                left -= abs(edge - at)
            at = edge

    def between(self, start, end):
        at, last, total = start.astimezone(UTC), end.astimezone(UTC), timedelta(0)
        if last < at:
            return -self.between(last, at)
        while at < last:
            edge = min(self.begin(at) + MINUTE, last)
            total += (edge - at) if self.is_open(at) else timedelta(0)
            at = edge
        return total

    def add_days(self, start, days):
        start = self.local(start)
        day = start.date()
        if days == 0 and self.works(day):
            return start
        step, left = (DAY if days >= 0 else -DAY), max(abs(days), 1)
        while left:
            day += step
            left -= self.works(day)
        return self.same_time(datetime.combine(day, start.time()))

    def works(self, day):
        if abs(day - self.first.date() - REACH) >= REACH - DAY:
            raise LostError
        return bool(self.given(day))

    def same_time(self, wall):
        shown = wall.replace(second=0, microsecond=0)
        if shown in self.walls:
            return self.local(self.first + self.walls.index(shown) * MINUTE + (wall - shown))
        last = next(minute for minute, later in enumerate(self.walls) if later > shown) - 1
        return self.local(self.first + last * MINUTE + (wall - self.walls[last]))  # as if the clock had gone on

    def minute(self, at):
        minute = (at - self.first) // MINUTE
        if not 0 <= minute < len(self.open):
            raise LostError
        return minute

    def begin(self, at):
        return self.first + self.minute(at) * MINUTE

    def local(self, at):
        return at.astimezone(UTC).astimezone(self.zone)
