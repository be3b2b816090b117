"""PLACEHOLDER."""
def load_once() -> None:
    return None
