"""Forms, split by subject."""
