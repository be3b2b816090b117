"""The invented words of the demo company, as the tests read them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

import bihuan.ops

WORDS = Path(bihuan.ops.__path__[0]) / "demo" / "words"
FILES = sorted(WORDS.glob("*.yaml"))
KINDS = ("residence", "shop", "office", "plant")
Entry = dict[str, Any]


def read(name: str) -> Any:
    return yaml.safe_load((WORDS / f"{name}.yaml").read_text(encoding="utf-8"))


def by_code(prefix: str) -> dict[str, list[Entry]]:
    """Return the entries of all files of that name, which no two files may share a code of."""
    found: dict[str, list[Entry]] = {}
    for path in sorted(WORDS.glob(f"{prefix}_*.yaml")):
        for code, entries in read(path.stem).items():
            assert code not in found
            found[code] = entries
    return found


def fits(entry: Entry, kind: str, month: int) -> bool:
    homes = entry.get("homes", ["residence"])
    return (kind in homes or "any" in homes) and month in entry.get("months", range(1, 13))


def texts(node: Any) -> Iterator[str]:
    """Yield every string anywhere in it."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


COMPLAINTS, DEMANDS = by_code("complaints"), by_code("demands")
COMPANY, STAFF = read("company"), read("staff")["staff"]
