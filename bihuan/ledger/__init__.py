"""What happened: append-only events, chained by their hashes, and the one lock of everything that happens to a subject."""
