"""Visits: what is owed to a customer afterwards, each attempt, and how it came out."""
