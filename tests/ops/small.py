"""A small company with one case, made beside a running server or without one; prints a token. A program of its own."""

from __future__ import annotations

from datetime import date

from bihuan.ops.application import application


def main() -> None:
    """Makes it."""
    with application():
        from django.db import transaction

        from bihuan.accounts import tokens
        from bihuan.accounts.access import actor_of
        from bihuan.accounts.models import Post, Site, Staff, Unit
        from bihuan.cases.actions import Receipt, receive
        from bihuan.cases.models import Problem
        from bihuan.kernel import clock

        with transaction.atomic():
            unit = Unit.objects.create(name="公司")
            Site.objects.create(code="CH", name="翠湖花园", unit=unit)
            Problem.objects.create(code="04", name="电梯")
            staff = Staff.objects.create_user("agent", "not-for-use-7", name="陈雨桐")
            Post.objects.create(staff=staff, post="agent", site_id="CH", since=date(2020, 1, 1))
            receipt = Receipt(
                kind="complaint", channel="phone", site="CH", summary="电梯异响", severity="B", problem="04"
            )
            receive(receipt, by=actor_of(staff), at=clock.now())
        print(tokens.issue(staff, days=1, sites=None, reads_only=False))


if __name__ == "__main__":
    main()
