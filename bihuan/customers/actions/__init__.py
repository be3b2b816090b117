"""Writing: homes, parties with their numbers and care, who lives where, and erasing."""

from bihuan.customers.actions.emails import add_email, remove_email
from bihuan.customers.actions.erasing import EraseReason, erase
from bihuan.customers.actions.homes import NewHome, add_building, add_home
from bihuan.customers.actions.occupancies import move_in, move_out, occupy
from bihuan.customers.actions.parties import Changes, NewParty, add_party, correct, set_care
from bihuan.customers.actions.phones import RevealReason, add_phone, remove_phone, reveal_phone

__all__ = [
    "Changes",
    "EraseReason",
    "NewHome",
    "NewParty",
    "RevealReason",
    "add_building",
    "add_email",
    "add_home",
    "add_party",
    "add_phone",
    "correct",
    "erase",
    "move_in",
    "move_out",
    "occupy",
    "remove_email",
    "remove_phone",
    "reveal_phone",
    "set_care",
]
