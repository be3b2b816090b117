"""Taking over a company's resident sheet: a preview first, then all of it or nothing, as often as one likes."""

from bihuan.customers.imports.applying import apply, discard, sweep
from bihuan.customers.imports.previewing import preview
from bihuan.customers.imports.telling import Told, doubts_of, problems_of

__all__ = ["Told", "apply", "discard", "doubts_of", "preview", "problems_of", "sweep"]
