"""Reading: the search box, a party's archive, the homes of a site."""

from bihuan.customers.queries.archives import Archive, Dwelling, Number, archive
from bihuan.customers.queries.finding import FINDERS, Found, find
from bihuan.customers.queries.homes import Dweller, HomeLine, HomesPage, home_called, homes_page

__all__ = [
    "FINDERS",
    "Archive",
    "Dweller",
    "Dwelling",
    "Found",
    "HomeLine",
    "HomesPage",
    "Number",
    "archive",
    "find",
    "home_called",
    "homes_page",
]
