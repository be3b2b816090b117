"""All writes of this room: people and their posts, the company's sites and days, the roster."""

from bihuan.accounts.actions.company import (
    add_site,
    add_unit,
    clear_holiday,
    edit_site_hours,
    set_holiday,
)
from bihuan.accounts.actions.first import appoint_admin
from bihuan.accounts.actions.people import add_staff, deactivate, set_language, set_password
from bihuan.accounts.actions.posts import assign_post, end_post
from bihuan.accounts.actions.roster import add_shift, remove_shift

__all__ = [
    "add_shift",
    "add_site",
    "add_staff",
    "add_unit",
    "appoint_admin",
    "assign_post",
    "clear_holiday",
    "deactivate",
    "edit_site_hours",
    "end_post",
    "remove_shift",
    "set_holiday",
    "set_language",
    "set_password",
]
