"""Working calendars: when an office is open, and how much of that time lies between two instants.

Pure and without a clock: every instant is an argument. The rules, to the boundary, stand in docs/time.md.
"""

from bihuan.worktime.calendar import Calendar
from bihuan.worktime.chinese import ChineseHolidays, chinese_holidays

__all__ = ["Calendar", "ChineseHolidays", "chinese_holidays"]
