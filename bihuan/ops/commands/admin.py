"""Makes somebody administrator of the whole company; of who has an account, renews the password.

The password is printed once and cannot be shown again. An administrator adds people and gives them their posts.
"""

from __future__ import annotations

import argparse
import sys

from bihuan.ops.application import application
from bihuan.ops.passwords import generated

GROUPS = 4  # of a password: one of 5 × 10¹⁵


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("user", metavar="USER", help="the name this person signs in with")
    parser.add_argument("--name", default="", help="what a new person is called (default: USER)")
    parser.add_argument("--company", default="", metavar="NAME", help="the company's name, where there is none yet")
    parser.add_argument(
        "--site", nargs=2, action="append", default=[], metavar=("CODE", "NAME"), help="add this site; may be repeated"
    )


def run(options: argparse.Namespace) -> int:
    """Prints the password alone on standard output, so that it can be piped."""
    with application():
        from django.db import transaction

        from bihuan.accounts.access import actor_of
        from bihuan.accounts.actions import add_site, appoint_admin
        from bihuan.accounts.models import Unit
        from bihuan.ops.prepare import migrate, seed

        migrate()  # it may well be typed before the first start
        seed()
        password = generated(GROUPS)
        with transaction.atomic():
            staff = appoint_admin(options.user, password=password, name=options.name, company=options.company)
            for code, name in options.site:
                top = Unit.objects.filter(parent=None).order_by("pk")[0]
                add_site(code, name=name, unit=top.pk, by=actor_of(staff))
        print(f"bihuan: {staff.username} signs in with this password from now on:", file=sys.stderr)
        print(password)
    return 0
