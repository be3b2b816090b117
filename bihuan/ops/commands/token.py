"""Issues a token with which a program acts as a member of staff: at their sites, with their posts, until it ends.

The token is printed once and cannot be shown again. Send it as: Authorization: Bearer TOKEN
"""

from __future__ import annotations

import argparse
import sys

from bihuan.kernel.errors import Refused
from bihuan.ops.application import application


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("user", metavar="USER", help="the name this person signs in with")
    parser.add_argument("--days", type=int, default=90, metavar="N", help="how long it lives (default 90, at most 366)")
    parser.add_argument(
        "--site", action="append", metavar="CODE", help="keep to this site; may be repeated (default: all of theirs)"
    )
    parser.add_argument("--read-only", action="store_true", help="it may look at everything and change nothing")
    parser.add_argument("--revoke", action="store_true", help="issue none, but end all tokens of this person at once")


def run(options: argparse.Namespace) -> int:
    """Prints the token alone on standard output, so that it can be piped."""
    with application():
        from bihuan.accounts import tokens
        from bihuan.accounts.models import Staff

        staff = Staff.objects.filter(username__iexact=options.user).first()
        if staff is None:
            raise Refused(f'nobody signs in as "{options.user}".', where="USER", code="no_such_user")
        if options.revoke:
            print(f"bihuan: {tokens.revoke(staff)} tokens of {staff.username} have ended.", file=sys.stderr)
        else:
            print(tokens.issue(staff, days=options.days, sites=options.site, reads_only=options.read_only))
    return 0
