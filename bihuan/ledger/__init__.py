"""What happened: append-only events in hash chains, and the one lock of all that happens to a subject."""
