"""What cases are about: a problem code, drawn by kind of case and month, and the trade that mends it."""

from bihuan.ops.generate.chance import Chance, mix
from bihuan.ops.generate.clock import day_date
from bihuan.ops.generate.tables import DAY, MORE, PROBLEMS

Problem = tuple[str, str]  # code, trade
_DEMAND, _COMPLAINT = 2, 3  # columns of the table


def _of_month(column: int, month: int) -> tuple[Problem, ...]:
    weights: dict[Problem, float] = {}
    for row in PROBLEMS:
        weight = row[2] if column == _DEMAND else row[3]
        weights[row[0], row[1]] = weight * (MORE if month in row[4] else 1)
    return mix(weights)


_DEMANDS = tuple(_of_month(_DEMAND, month) for month in range(1, 13))
_COMPLAINTS = tuple(_of_month(_COMPLAINT, month) for month in range(1, 13))


def demand_problem(chance: Chance, at: int) -> Problem:
    """Draw what a demand is about."""
    return chance.pick(_DEMANDS[day_date(at // DAY).month - 1])


def complaint_problem(chance: Chance, at: int) -> Problem:
    """Draw what a complaint is about."""
    return chance.pick(_COMPLAINTS[day_date(at // DAY).month - 1])
