"""The demo company: three sites with their people, and a year of what happened there."""
