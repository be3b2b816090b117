"""Takes over a company's resident sheet (.xlsx): shows what it would change, and changes it with --apply.

The sheet may be applied as often as one likes: what is there already is recognised. With a problem in any row nothing
is changed. Exit code 0 where the sheet can be or was applied, 1 where rows have problems.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bihuan.kernel import clock
from bihuan.kernel.errors import Refused
from bihuan.ops.application import application
from bihuan.ops.table import table

if TYPE_CHECKING:
    from bihuan.accounts.access import Actor
    from bihuan.customers.imports import Told
    from bihuan.customers.models import Import


def arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="the sheet: one home and its people a row")
    parser.add_argument("--site", metavar="CODE", help="whose homes they are (default: the only site there is)")
    parser.add_argument("--apply", action="store_true", help="change what the preview shows")


def run(options: argparse.Namespace) -> int:
    """Prints the preview with every problem, and applies the sheet where that was asked and can be done."""
    with application():
        from django.utils.translation import gettext as _

        from bihuan.customers.imports import apply, discard, doubts_of, preview, problems_of

        site = _site(options.site)
        with options.file.open("rb") as stream:
            made = preview(site, stream, filename=options.file.name, by=_operator(site), at=clock.now())
        print(_counts(made))
        for one in [*problems_of(made), *doubts_of(made)]:
            print(_line(one))
        if made.problems:
            print(_("Nothing was changed."))
            return 1
        if not options.apply:
            discard(made, by=_operator(site), at=clock.now())
            print(_("Nothing was changed yet; add --apply to do so."))
            return 0
        apply(made, by=_operator(site), at=clock.now())
        print(_("Done."))
    return 0


def _site(asked: str | None) -> str:
    from bihuan.accounts.models import Site

    codes = list(Site.objects.values_list("code", flat=True))
    if asked is None and len(codes) == 1:
        return codes[0]
    if asked not in codes:
        what = f'there is no site "{asked}".' if asked else "it is not said for which site."
        remedy = f"Write --site and one of: {', '.join(codes)}." if codes else "Set up a site first."
        raise Refused(what, where="--site", remedy=remedy, code="no_such_site")
    return asked


def _operator(site: str) -> Actor:
    """Whoever may type commands here may import; the ledger names the command, for it does not know the person."""
    from bihuan.accounts.access import Actor
    from bihuan.accounts.models import Staff

    class Operator(Actor):
        __slots__ = ()

        @property
        def subject(self) -> str:
            return "command:import"

    held = frozenset({"admin"})
    return Operator(Staff(pk=0, username="import"), {site: held}, held)


def _counts(made: Import) -> str:
    from django.utils.translation import gettext as _

    names = {"buildings": _("buildings"), "homes": _("homes"), "people": _("people"), "stays": _("who is where")}
    rows = [[names[name], *(str(made.summary[name][one]) for one in ("new", "changed", "same"))] for name in names]
    heads = [_("rows: %(rows)s") % {"rows": made.rows}, _("new"), _("changed"), _("the same")]
    return table(heads, rows, right=(1, 2, 3))


def _line(one: Told) -> str:
    from django.utils.translation import gettext as _

    return _("row %(row)s: %(what)s %(remedy)s") % {"row": one.row, "what": one.what, "remedy": one.remedy}
