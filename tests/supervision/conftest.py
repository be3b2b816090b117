"""The company these tests speak of."""

from tests.world import world

__all__ = ["world"]
