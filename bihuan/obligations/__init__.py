"""Promises: events in, obligations written beside them, and whoever must be told told in time."""
