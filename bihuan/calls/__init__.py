"""Telephone calls: how often it rang before somebody answered, who called, and what became of it."""
