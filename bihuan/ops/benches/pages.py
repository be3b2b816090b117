"""Every page of the console in a company of ten thousand cases, and in one of a million.

The small company has a few sites and a year behind it, the large one ten times the sites and ten times the years: what
happens at one site in a year is the same in both. The pages are those of one site, and of offices that see all sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import BytesIO

from django.test import Client

from bihuan.accounts.access import actor_of
from bihuan.accounts.models import Post
from bihuan.customers.imports import preview
from bihuan.customers.sheet import write_example
from bihuan.kernel import clock
from bihuan.ops.benches import reading
from bihuan.ops.benches.addresses import addresses
from bihuan.ops.benches.copies import SITE
from bihuan.ops.benches.growing import lay, live, tally
from bihuan.ops.benches.twins import LARGE, SMALL, Act, both, double, in_turn

HUNDREDTH = 100
DAYS, FEW_DAYS = 35, 2  # that are lived through; the few where only few cases are wanted
TIMES, FEW_TIMES = 25, 3  # that each page is read in each company
MANY = 100_000
PER_SITE = 2000  # cases of the small company; of the large one ten times as many
POSTS = {"site": "site_manager", "job": "technician", "all": "branch_office"}
Asked = tuple[Client, str]  # who asks, and for what


def bench_pages(cases: int, *, only: str = "") -> float:
    """What the page that suffers most takes in the small company, as a share of what it takes in the large one.

    1 or more: no page takes longer there. Of the pages of one site, for those of an office show ten times the sites.
    `cases` are those of the large company; the small one has a hundredth. `only` those pages whose name has that in it.
    """
    seed = live(DAYS if cases >= MANY else FEW_DAYS)
    readers = _readers()
    double()
    sites = max(1, round(cases / HUNDREDTH / PER_SITE))
    lay(SMALL, seed, cases=cases // HUNDREDTH, sites=sites)
    lay(LARGE, seed, cases=cases, sites=10 * sites)
    with both() as uses:
        pages: dict[str, dict[str, Asked]] = {}
        for database in (LARGE, SMALL):
            uses[database]()
            tally()
            for name, (reader, url) in addresses().items():
                pages.setdefault(name, {})[database] = readers[reader], url
        known = {name: asked for name, asked in pages.items() if len(asked) == len(uses) and only in name}
        return _measure(uses, known, times=TIMES if cases >= MANY else FEW_TIMES)


def _measure(uses: Mapping[str, Act], pages: dict[str, dict[str, Asked]], *, times: int) -> float:
    told: dict[str, dict[str, tuple[int, int]]] = {name: {} for name in pages}
    for database in (LARGE, SMALL):
        uses[database]()
        for name, asked in pages.items():
            client, url = asked[database]
            size = reading.page(client, url)
            told[name][database] = len(reading.queries(client, url)), size
    acts = {name: {one: partial(reading.page, *asked[one]) for one in uses} for name, asked in pages.items()}
    return _told(in_turn(uses, acts, times=times), told)


def _readers() -> dict[str, Client]:
    """Who reads: somebody at the site, a technician there, an office above; a sheet waits there to be applied."""
    staff = {}
    for name, post in POSTS.items():
        held = Post.objects.filter(post=post).select_related("staff").order_by("id")
        staff[name] = (held.filter(site=SITE).first() or held[0]).staff
    sheet = BytesIO()
    write_example(sheet)
    sheet.seek(0)
    preview(SITE, sheet, filename="example.xlsx", by=actor_of(staff["site"]), at=clock.now())
    return {name: reading.signed_in(one, site=SITE) for name, one in staff.items()}


def _told(taken: dict[str, dict[str, float]], counts: dict[str, dict[str, tuple[int, int]]]) -> float:
    """Prints the table; gives small to large of that page of one site which has the worst ratio."""
    print(f"{'':<44}{'queries':>9}{'kilobytes':>16}{'milliseconds':>18}   ratio")
    ratios, more = {name: by[LARGE] / by[SMALL] for name, by in taken.items()}, []
    for name, by in taken.items():
        (few, small), (many, large) = counts[name][SMALL], counts[name][LARGE]
        more += [name] if few != many else []
        queries = f"{few}" if few == many else f"{few} → {many}"
        sizes, times = _both(small / 1000, large / 1000), _both(by[SMALL] * 1000, by[LARGE] * 1000)
        print(f"{name:<44}{queries:>9}{sizes:>16}{times:>18}{ratios[name]:>8.2f}")
    offices = {name: ratio for name, ratio in ratios.items() if name.startswith("all ")}
    sites = {name: ratio for name, ratio in ratios.items() if name not in offices}
    for whose, those in (("worst of one site", sites), ("worst of ten times the sites", offices)):
        for name in sorted(those, key=lambda name: -those[name])[:1]:
            print(f"{whose:<30}{name}: {those[name]:.2f} times")
    print(f"{'other statements':<30}{', '.join(more) or 'on no page'}")
    return 1 / max((sites or offices).values())


def _both(small: float, large: float) -> str:
    return f"{small:.1f} → {large:.1f}"
