"""`./run admin`, as it is typed: the first who can sign in, and a new password for whoever lost theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Post, Site, Staff, Unit
from bihuan.kernel.errors import Refused
from bihuan.ledger.models import Event
from bihuan.ops.cli import run
from tests.accounts.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)  # the command closes its connections when it is done

Admin = Callable[..., str]


@pytest.fixture
def admin(capsys: pytest.CaptureFixture[str]) -> Admin:
    """Runs the command; gives the line on standard output, the only one."""

    def ran(*arguments: str) -> str:
        assert run(["admin", *arguments]) == 0
        (password,) = capsys.readouterr().out.splitlines()
        return password

    return ran


def signs_in(username: str, password: str) -> bool:
    return Staff.objects.get(username=username).check_password(password)


def test_in_an_empty_installation_it_makes_company_site_and_who_administrates_them(admin: Admin) -> None:
    password = admin(
        "ren", "--name", "任淑敏", "--company", "翠湖物业", "--site", "CH", "翠湖花园", "--site", "NS", "北山"
    )
    staff = Staff.objects.get()
    assert (staff.username, staff.name, signs_in("ren", password)) == ("ren", "任淑敏", True)
    assert Unit.objects.get().name == "翠湖物业"
    assert [(one.code, one.name) for one in Site.objects.order_by("code")] == [("CH", "翠湖花园"), ("NS", "北山")]
    assert actor_of(staff).sites_for("staff.edit") == ["CH", "NS"]
    told = Event.objects.get(kind="staff.post_changed")
    assert (told.subject, told.facts["change"], told.facts["post"]) == (staff.subject, "assigned", "admin")


def test_it_stands_above_all_sites_there_are(admin: Admin, company: Unit) -> None:
    admin("ren")
    post = Post.objects.get()
    assert (post.post, post.unit, post.until) == ("admin", company, None)
    assert actor_of(post.staff).sites == ["CH", "NS"]


def test_each_password_is_another_and_hard_to_guess(admin: Admin, company: Unit) -> None:
    made = {admin("ren") for _ in range(5)}
    assert len(made) == 5
    assert all(len(one) == 19 for one in made)


def test_a_second_time_it_renews_the_password_and_nothing_else(admin: Admin, company: Unit) -> None:
    first, second = admin("ren", "--name", "任淑敏"), admin("REN")
    assert (signs_in("ren", first), signs_in("ren", second)) == (False, True)
    assert Staff.objects.get().name == "任淑敏"
    assert (Post.objects.count(), Unit.objects.count(), Event.objects.count()) == (1, 2, 1)


def test_somebody_with_another_post_becomes_administrator_too(admin: Admin, company: Unit) -> None:
    chen = person("chen", ("agent", "CH"))
    admin("chen")
    assert actor_of(chen).posts == {"CH": {"agent", "admin"}, "NS": {"admin"}}


@pytest.mark.parametrize(
    "line", [["a"], ["two words"], ["ren", "--site", "ch", "Lake"], ["ren", "--site", "CH", "Lake"]]
)
def test_what_cannot_be_is_refused_and_leaves_nothing(company: Unit, line: list[str]) -> None:
    with pytest.raises(Refused):
        run(["admin", *line])
    assert not Staff.objects.exists()


def test_who_has_left_stays_out(company: Unit) -> None:
    chen = person("chen", ("agent", "CH"))
    Staff.objects.update(is_active=False)
    with pytest.raises(Refused) as refused:
        run(["admin", "chen"])
    assert refused.value.code == "inactive"
    assert chen.password == Staff.objects.get().password
