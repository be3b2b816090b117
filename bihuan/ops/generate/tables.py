"""Every number of the generator. None comes from a survey: they are plausible for a Chinese estate, and free to change.

Shares are parts of one, times whole seconds. A `Pace` aims at the limit of the clause beside it; the limits themselves
are the rulebook's, and the figures here only say how a site of people tends to keep them.
"""

from typing import NamedTuple

# Tables read best as tables:
# fmt: off

MINUTE, HOUR, DAY, WEEK, MONTH = 60, 3600, 86400, 7 * 86400, 30 * 86400


class Pace(NamedTuple):
    """How a duty is kept: the share done within `limit`, the share never done; the rest is late, with a long tail."""

    limit: int
    kept: float
    never: float = 0.0


Mood = bool | str  # what a visited customer says: satisfied (True), "basically", not (False)

# ---- how duties are kept: in this part of the limit, early more often than late; or late: just past it, half a limit
# more on the average, for some five times that
EARLIEST, SPAN = 0.04, 0.94
OVERDUE, LATE, TAIL, TAILED = 1.02, 0.5, 5, 0.08

# ---- the place
OCCUPIED = 0.92  # of a site's homes when the story begins
OFFICE = (8 * HOUR + 30 * MINUTE, 20 * HOUR)  # when people act, unless it burns
REST, HASTE = (12 * HOUR, 14 * HOUR), 4 * HOUR  # nobody is visited then (GC-1.2b), unless the limit is that short
CODES = ("CH", "LY", "JX", "TY", "HB", "WJ", "ZS", "QD", "BY", "NS", "XH", "YT", "DS", "FC", "GH", "KM")
STAFF = {"agent": 6, "cs_supervisor": 1, "quality_supervisor": 1, "site_manager": 1, "guard": 2}
TRADES, TECHNICIANS = ("water", "power", "fabric", "grounds", "order"), 3  # a supervisor and three people each
SITES_PER_BRANCH = 20

# ---- how much: per 1,000 occupied homes and month; per site and month
RATES = {
    "demand": 80.0, "complaint": 8.0, "enquiry": 25.0, "suggestion": 3.0, "praise": 4.0, "emergency": 0.6,
    "message": 20.0, "service": 6.0, "move_in": 7.0, "move_out": 7.0, "procedure": 9.0, "care_plan": 1.0,
    "reminder": 15.0, "patrol": 3.0,
}
PER_SITE = {"activity": 1.2, "notice": 3.0}

# ---- when: by month (January first), by weekday (Monday first), by hour of the day
SEASON: dict[str, tuple[float, ...]] = {
    "demand": (1.1, 0.9, 0.9, 0.9, 1.0, 1.2, 1.3, 1.25, 1.0, 0.85, 1.0, 1.15),  # cold, then rain, then heat
    "complaint": (1.0, 0.8, 0.9, 0.95, 1.0, 1.15, 1.25, 1.2, 1.0, 0.9, 1.0, 1.05),
    "emergency": (1.2, 1.0, 0.8, 0.8, 0.9, 1.3, 1.5, 1.4, 1.0, 0.7, 0.8, 1.1),
}
WEEKDAYS = (1.1, 1.0, 1.0, 1.0, 1.05, 1.05, 0.8)
HOLIDAY = {"emergency": 1.2, "complaint": 0.7}  # of an ordinary day; the others 0.55
HOLIDAY_ELSE = 0.55
HOLIDAYS = ("01-01", "05-01", "05-02", "05-03", "10-01", "10-02", "10-03", "10-04", "10-05", "10-06", "10-07")
SPRING_FESTIVAL = {2024: "02-10", 2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26"}
SPRING_FESTIVAL_DAYS = 7
HOURS = (2, 1, 1, 1, 1, 2, 6, 18, 45, 80, 75, 50, 28, 30, 42, 45, 42, 40, 48, 72, 70, 35, 12, 5)
SUNDAY_HOURS = (2, 1, 1, 1, 1, 1, 4, 12, 38, 75, 78, 55, 30, 32, 42, 45, 40, 36, 38, 40, 32, 14, 5, 2)
ANY_HOURS = (3, 3, 2, 2, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 7, 7, 7, 6, 5, 4)  # emergencies

# ---- who and how
CHANNELS = {
    "phone": 52, "walk_in": 20, "chat": 9, "portal": 7, "social": 3, "website": 2.5, "email": 2.5, "sms": 1.5,
    "letter": 1.2, "drop_box": 0.8, "fax": 0.2, "patrol": 0.3,
}
EMERGENCY_CHANNELS = {"phone": 85, "walk_in": 7, "patrol": 8}
MESSAGE_CHANNELS = {"email": 35, "chat": 35, "sms": 15, "social": 15}
WRITTEN = frozenset({"email", "website", "letter", "drop_box", "fax", "portal", "sms", "chat", "social"})
OPENED_LATER = frozenset({"letter", "drop_box"})  # at weekends they lie until Monday
KINDS = {"resident": 88, "merchant": 8, "organisation": 2, "enterprise": 2}
KEY_CUSTOMERS, ANONYMOUS, UNREACHABLE, SENSITIVE, AGITATED, URGENT = 0.05, 0.04, 0.02, 0.01, 0.06, 0.08
SEVERITIES = {"A": 5, "B": 35, "C": 60}

# ---- what about: code, trade, weight among demands, weight among complaints, months in which it is `MORE` as common
MORE = 2.2
SUMMER, WINTER, RAIN = (6, 7, 8, 9), (12, 1, 2, 3), (5, 6, 7, 8)
PROBLEMS: tuple[tuple[str, str, float, float, tuple[int, ...]], ...] = (
    ("01", "water", 14, 8, RAIN),  # leaks 漏水渗水
    ("02", "water", 8, 4, ()),  # water supply 供水
    ("03", "power", 13, 4, SUMMER),  # power 供电
    ("04", "power", 3, 8, ()),  # lifts 电梯
    ("05", "power", 7, 4, ()),  # doors and intercom 门禁对讲
    ("06", "power", 6, 2, ()),  # common lights 公共照明
    ("07", "water", 6, 5, WINTER),  # heating 供暖
    ("08", "water", 12, 4, RAIN),  # drains 排水堵塞
    ("09", "fabric", 4, 3, RAIN),  # walls and roofs 墙面屋面
    ("10", "power", 1, 2, ()),  # fire equipment 消防设施
    ("11", "grounds", 5, 8, ()),  # cleaning 保洁
    ("12", "grounds", 4, 4, SUMMER),  # refuse 垃圾清运
    ("13", "grounds", 2, 2, ()),  # greenery 绿化
    ("14", "grounds", 2, 2, SUMMER),  # pests 虫害
    ("15", "order", 2, 12, ()),  # parking 停车
    ("16", "order", 1, 8, SUMMER),  # noise 噪声
    ("17", "fabric", 2, 6, ()),  # renovation next door 装修扰民
    ("18", "order", 1, 3, ()),  # security 治安
    ("19", "order", 2, 1, ()),  # visitors, parcels 访客快递
    ("20", "order", 1, 5, ()),  # fees 收费
    ("21", "order", 0, 4, ()),  # attitude 服务态度
    ("22", "order", 0, 3, ()),  # slow answers 响应不及时
    ("23", "order", 1, 3, ()),  # pets, things thrown 宠物、高空抛物
    ("24", "fabric", 3, 2, ()),  # other 其他
)

# ---- complaints: how often what
SETTLED, RESTATED, REQUESTED_BY, RECLASSIFIED, JOINT, ACT_SOON = 0.14, 0.6, 0.1, 0.05, 0.03, 0.95
VALID, PROMISED, TRANSFERRED, RETURNED, WITHDRAWN, MERGED, LINKED = 0.7, 0.06, 0.03, 0.4, 0.02, 0.01, 0.015
DELAYED, DELAY_TOLD, OVERRUN_ASKED, OVERRUN_APPROVED, REPEATED, SETTLED_REOPENED = 0.2, 0.85, 0.5, 0.85, 0.04, 0.04
PROGRESS_TOLD, PROGRESS = 0.3, Pace(DAY, 0.9)  # TS-5.2
SIGNERS = (2, 2, 3, 3, 4, 5, 6, 8, 12, 20)
ON_THE_WAY = (0.1, 0.35, 0.5)  # of the way from being assigned to being handled: reviewed, investigated, found
TENTATIVE = 60 * DAY  # how long one that is never handled is still spoken of
HAND_UP_CALMED, MORE_VISIT, ROUNDS = 0.35, 0.15, 4  # at most so many rounds; then the manager's finding
HAND_UP, ACT = Pace(5 * MINUTE, 0.92, 0.03), Pace(HOUR, 0.92, 0.02)  # TS-1b, XQ-C7.3
AGREE, CLASSIFY = Pace(HOUR, 0.95, 0.02), Pace(45 * MINUTE, 0.92)  # XQ-K2.2.2b, XQ-C5.1
ACKNOWLEDGE, ANSWER = Pace(2 * DAY, 0.94, 0.02), Pace(DAY, 0.95, 0.02)  # XQ-C6.3, TS-5.1
HAND_OVER = {"A": Pace(15 * MINUTE, 0.9, 0.01), "B": Pace(HOUR, 0.94, 0.01), "C": Pace(HOUR, 0.94, 0.01)}  # XQ-C7.4
RESOLVE = {"A": Pace(10 * DAY, 0.9, 0.02), "B": Pace(3 * DAY, 0.88, 0.01), "C": Pace(2 * DAY, 0.9, 0.01)}  # XQ-C7.4
RESOLVE_ELSEWHERE = Pace(40 * DAY, 0.8, 0.05)
TELL, REPORT = Pace(DAY, 0.93, 0.02), Pace(6 * HOUR, 0.95, 0.02)  # TS-9.1, XQ-C7.5
VISIT_COMPLAINT, REOPEN, CLOSE = Pace(3 * DAY, 0.93, 0.02), Pace(DAY, 0.95), Pace(2 * DAY, 0.9)  # GC-6.1.1

# ---- visits
PLANNED, NO_ANSWER, DECLINED, FOUND_PROBLEMS = 0.15, 0.1, 0.03, 0.02
TAKE_UP = Pace(DAY, 0.9, 0.05)  # HF-4.3c
MOODS: dict[Mood, float] = {True: 80, "basically": 13, False: 7}
COMPLAINT_MOODS: dict[Mood, float] = {True: 66, "basically": 21, False: 13}
STARS: dict[Mood, tuple[int, ...]] = {True: (4, 5, 5, 5), "basically": (3, 3, 4, 4), False: (1, 1, 2, 2)}
NPS: dict[Mood, tuple[int, ...]] = {True: (7, 8, 9, 9, 10, 10), "basically": (5, 6, 7, 8), False: (0, 1, 2, 3, 4, 5)}

# ---- demands and work orders
AGREED_AT, PROJECT, IMPORTANT, CANCELLED, BACKDATED = 0.5, 0.06, 0.08, 0.03, 0.02
AGREED_AHEAD, ARRIVE_AFTER = (2 * HOUR, 3 * DAY), Pace(5 * HOUR, 0.9)
ASSIGN, ARRIVE_AGREED = Pace(30 * MINUTE, 0.94, 0.005), 0.93  # XQ-K2.1.3a; XQ-D2.1b
MINOR_WORK, PROJECT_WORK, OFFLINE = (15 * MINUTE, 3 * HOUR), (DAY, 9 * DAY), (HOUR, 9 * HOUR)
VISIT_WORK, VISIT_IMPORTANT = Pace(DAY, 0.92, 0.03), Pace(25 * DAY, 0.9, 0.05)  # XQ-D2.4a, XQ-D2.4c
ANY_TRADE = ("water", "water", "power", "order")  # who is called in an emergency
DISPATCH, ARRIVE_NOW = Pace(5 * MINUTE, 0.92), Pace(15 * MINUTE, 0.93)  # GC-2.6
EMERGENCY_WORK = (20 * MINUTE, 5 * HOUR)

# ---- the lesser stories
ENQUIRY, TO_DEVELOPER, DEVELOPER, MESSAGE = Pace(DAY, 0.94, 0.01), 0.05, Pace(5 * DAY, 0.8, 0.05), Pace(DAY, 0.93, 0.02)
AT_ONCE, DECIDE, PASS_ON = 0.6, Pace(20 * DAY, 0.9, 0.05), Pace(5 * DAY, 0.95, 0.02)
SERVICE_LENGTH, MIDWAY, AFTER_SERVICE = (2 * HOUR, 45 * DAY), (0.2, 0.49), Pace(3 * DAY, 0.92, 0.03)  # GC-6.1.3
VISIT_PROCEDURE, VISIT_ACTIVITY = Pace(WEEK, 0.93, 0.03), Pace(MONTH, 0.95, 0.02)  # GC-6.1.5, GC-6.1.4
FIRST_VISIT, TENANTS, DEFECTS, REFUSED = Pace(WEEK, 0.93, 0.03), 0.5, 0.25, 0.1  # HF-4.2.1a
CYCLE, KEY_CYCLE = 84, 28  # days: a little less than the quarter and the month of HF-2.5a
VISIT_CYCLE, VISIT_KEY = Pace(5 * DAY, 0.92, 0.02), Pace(2 * DAY, 0.92, 0.02)
CHECKS = {  # XQ-C8.4, XQ-C8.3, TS-11.2
    "daily": Pace(21 * HOUR, 0.96, 0.02),
    "weekly": Pace(6 * DAY, 0.94, 0.02),
    "daily_record": Pace(22 * HOUR, 0.97, 0.01),
}
MONTH_CLOSED = Pace(8 * DAY, 0.97, 0.01)  # TS-11.2
SHIFTS = (8 * HOUR, 20 * HOUR)  # when the desk changes hands
