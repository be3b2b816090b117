"""Sites, units, hours, days off, and the roster."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from bihuan.accounts import actions, queries
from bihuan.accounts.access import NotAllowed, NotFound, actor_of
from bihuan.accounts.calendars import revision, site_times
from bihuan.accounts.models import Holiday, Shift, Site, Staff, Unit
from bihuan.kernel.errors import Refused
from tests.accounts.conftest import MORNING, person

HOUR = timedelta(hours=1)
NINE_TO_TEN = {"mon": [("09:00", "10:00")]}


def is_open(site: str, at: datetime) -> bool:
    return site_times()[site].calendar.is_open(at)


def test_a_new_site_is_there_for_who_administrates_its_unit(zhao: Staff, south: Unit) -> None:
    before = revision()
    actions.add_site("ES", name="East", unit=south.pk, by=actor_of(zhao), weekly=NINE_TO_TEN)
    assert actor_of(zhao).sites == ["CH", "ES", "NS"]
    assert is_open("ES", MORNING)
    assert revision() > before


def test_a_new_unit_stands_under_another(zhao: Staff, company: Unit) -> None:
    unit = actions.add_unit("North", parent=company.pk, by=actor_of(zhao))
    actions.add_site("ES", name="East", unit=unit.pk, by=actor_of(zhao))
    assert "ES" in actor_of(zhao).sites


@pytest.mark.parametrize("code", ["", "C", "ch", "1A", "C-H", "ABCDEFGHIJKLM", "CH\n", "翠湖"])
def test_a_code_that_numbers_cannot_carry_is_refused(zhao: Staff, company: Unit, code: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_site(code, name="East", unit=company.pk, by=actor_of(zhao))
    assert refused.value.code == "bad_site"


def test_no_code_and_no_name_is_given_twice(zhao: Staff, company: Unit) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_site("CH", name="East", unit=company.pk, by=actor_of(zhao))
    assert refused.value.code == "code_taken"
    with pytest.raises(Refused) as refused:
        actions.add_unit("South", parent=company.pk, by=actor_of(zhao))
    assert refused.value.code == "name_taken"


@pytest.mark.parametrize(
    "given",
    [
        {"zone": "Asia/Nowhere"},
        {"weekly": {"mon": [("09:00", "09:00")]}},
        {"weekly": {"someday": [("09:00", "10:00")]}},
    ],
)
def test_hours_and_zones_that_cannot_be_are_refused(zhao: Staff, company: Unit, given: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_site("ES", name="East", unit=company.pk, by=actor_of(zhao), **given)
    assert refused.value.code == "bad_hours"


def test_the_administrator_of_a_site_adds_none(wang: Staff, south: Unit) -> None:
    with pytest.raises(NotAllowed):
        actions.add_site("ES", name="East", unit=south.pk, by=actor_of(wang))
    with pytest.raises(NotAllowed):
        actions.add_unit("North", parent=south.pk, by=actor_of(wang))


def test_nor_does_a_token_that_reads_only_even_under_a_unit_that_is_still_empty(zhao: Staff, company: Unit) -> None:
    empty = Unit.objects.create(name="North", parent=company)
    with pytest.raises(NotAllowed):
        actions.add_site("ES", name="East", unit=empty.pk, by=actor_of(zhao, reads_only=True))
    assert actions.add_site("ES", name="East", unit=empty.pk, by=actor_of(zhao))


def test_new_hours_hold_at_once_and_every_process_hears_of_them(wang: Staff) -> None:
    before = revision()
    at = MORNING + 90 * timedelta(minutes=1)  # half past ten
    assert is_open("CH", at)
    actions.edit_site_hours("CH", weekly=NINE_TO_TEN, by=actor_of(wang))
    assert not is_open("CH", at)
    assert revision() > before


def test_hours_of_another_site_are_not_found(wang: Staff) -> None:
    with pytest.raises(NotFound):
        actions.edit_site_hours("NS", weekly=NINE_TO_TEN, by=actor_of(wang))
    assert Site.objects.get(pk="NS").weekly == {}


def test_hours_that_cannot_be_leave_the_old_ones(wang: Staff) -> None:
    with pytest.raises(Refused):
        actions.edit_site_hours("CH", weekly={"mon": [("25:00", "26:00")]}, by=actor_of(wang))
    assert Site.objects.get(pk="CH").weekly == {}


def test_a_day_off_closes_every_site_until_it_is_cleared(zhao: Staff) -> None:
    day = MORNING.date()
    actions.set_holiday(day, worked=False, by=actor_of(zhao))
    assert [is_open(site, MORNING) for site in ("CH", "NS")] == [False, False]
    actions.clear_holiday(day, by=actor_of(zhao))
    assert is_open("CH", MORNING)


def test_a_weekend_day_may_be_worked(zhao: Staff) -> None:
    sunday = MORNING - timedelta(days=1)
    assert not is_open("CH", sunday)
    actions.set_holiday(sunday.date(), worked=True, by=actor_of(zhao))
    assert is_open("CH", sunday)


def test_setting_a_day_again_changes_it(zhao: Staff) -> None:
    before = revision()
    for worked in (True, False):
        actions.set_holiday(date(2026, 11, 22), worked=worked, by=actor_of(zhao))
    assert Holiday.objects.get().worked is False
    assert revision() > before


def test_the_companys_days_are_not_one_sites_to_set(wang: Staff) -> None:
    with pytest.raises(NotAllowed):
        actions.set_holiday(MORNING.date(), worked=False, by=actor_of(wang))
    with pytest.raises(NotAllowed):
        actions.clear_holiday(MORNING.date(), by=actor_of(wang))


class TestRoster:
    """Who is on duty when."""

    @pytest.fixture(autouse=True)
    def _at_nine(self, morning: time_machine.Traveller) -> None:
        """The clock stands."""

    @pytest.fixture
    def shift(self, chen: Staff, wang: Staff) -> Shift:
        """From ten to six, in an hour."""
        return add(chen, wang, MORNING + HOUR, MORNING + 9 * HOUR)

    def test_on_duty_is_who_has_a_shift_from_its_first_instant_to_before_its_last(
        self, shift: Shift, chen: Staff
    ) -> None:
        second = timedelta(seconds=1)
        at = [shift.starts_at - second, shift.starts_at, shift.ends_at - second, shift.ends_at]
        assert [chen in queries.on_duty("CH", "agent", one) for one in at] == [False, True, True, False]

    def test_on_duty_is_nobody_of_another_post_or_site_nor_who_is_gone(self, shift: Shift, chen: Staff) -> None:
        assert not queries.on_duty("CH", "technician", shift.starts_at)
        assert not queries.on_duty("NS", "agent", shift.starts_at)
        Staff.objects.filter(pk=chen.pk).update(is_active=False)
        assert not queries.on_duty("CH", "agent", shift.starts_at)

    def test_the_roster_of_a_day_is_what_touches_it_by_the_sites_own_clocks(self, chen: Staff, wang: Staff) -> None:
        midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 25 November begins in Shanghai
        night = add(chen, wang, midnight - 2 * HOUR, midnight + 6 * HOUR)
        evening = add(chen, wang, midnight - 4 * HOUR, midnight - 2 * HOUR)
        assert list(queries.roster("CH", date(2026, 11, 24))) == [evening, night]
        assert list(queries.roster("CH", date(2026, 11, 25))) == [night]
        assert list(queries.roster("CH", date(2026, 11, 26))) == []

    def test_a_shift_that_ends_at_midnight_is_not_of_the_next_day(self, chen: Staff, wang: Staff) -> None:
        midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
        add(chen, wang, midnight - HOUR, midnight)
        assert not queries.roster("CH", date(2026, 11, 25))

    def test_nobody_is_on_two_shifts_at_once_but_on_one_after_the_other(
        self, shift: Shift, chen: Staff, wang: Staff
    ) -> None:
        with pytest.raises(Refused) as refused:
            add(chen, wang, shift.ends_at - timedelta(seconds=1), shift.ends_at + HOUR)
        assert refused.value.code == "on_another_shift"
        assert add(chen, wang, shift.ends_at, shift.ends_at + HOUR)

    def test_only_who_holds_the_post_that_day_is_put_on_the_roster(self, chen: Staff, li: Staff, wang: Staff) -> None:
        chen.posts.update(until=date(2026, 11, 24))
        last = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)  # the last minute of the 24th
        assert add(chen, wang, last, last + HOUR)
        for staff, at in ((chen, last + 2 * HOUR), (li, MORNING + HOUR)):
            with pytest.raises(Refused) as refused:
                add(staff, wang, at, at + HOUR)
            assert refused.value.code == "post_not_held"

    def test_a_shift_that_ends_as_it_begins_is_refused(self, chen: Staff, wang: Staff) -> None:
        with pytest.raises(Refused) as refused:
            add(chen, wang, MORNING + HOUR, MORNING + HOUR)
        assert refused.value.code == "bad_shift"

    def test_a_shift_is_removed_until_it_begins(
        self, shift: Shift, wang: Staff, morning: time_machine.Traveller
    ) -> None:
        morning.move_to(shift.starts_at)
        with pytest.raises(Refused) as refused:
            actions.remove_shift(shift, by=actor_of(wang))
        assert refused.value.code == "shift_begun"
        morning.shift(-1)
        actions.remove_shift(shift, by=actor_of(wang))
        assert not Shift.objects.exists()

    def test_only_the_sites_administrators_make_its_roster(self, shift: Shift, chen: Staff, company: Unit) -> None:
        stranger = person("sun", ("admin", "NS"))
        for by, error in ((chen, NotAllowed), (stranger, NotFound)):
            with pytest.raises(error):
                add(chen, by, shift.ends_at, shift.ends_at + HOUR)
            with pytest.raises(error):
                actions.remove_shift(shift, by=actor_of(by))


def add(staff: Staff, by: Staff, starts_at: datetime, ends_at: datetime) -> Shift:
    return actions.add_shift(staff, site="CH", post="agent", starts_at=starts_at, ends_at=ends_at, by=actor_of(by))


def test_staff_of_sites_are_those_who_hold_a_post_there_or_above_today(
    chen: Staff, li: Staff, zhao: Staff, south: Unit
) -> None:
    branch = person("qian", ("branch_office", south))
    gone, ended = person("gone", ("agent", "CH")), person("ended", ("agent", "CH"))
    Staff.objects.filter(pk=gone.pk).update(is_active=False)
    ended.posts.update(until=date(2021, 1, 1))
    found = queries.staff_of_sites(["CH"])
    assert {staff: [post.post for post in staff.held] for staff in found} == {
        chen: ["agent"],
        branch: ["branch_office"],
        zhao: ["admin"],
    }
    assert set(queries.staff_of_sites(["NS"])) == {li, zhao}
    assert not queries.staff_of_sites([])


def test_staff_of_sites_costs_the_same_for_many(
    company: Unit,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    for number in range(9):
        person(f"agent{number}", ("agent", "CH"))
    with django_assert_num_queries(3):
        assert len([post.site for staff in queries.staff_of_sites(["CH"]) for post in staff.held]) == 9
