"""YAML with its places: every mapping and list remembers the line each of its items stands on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bihuan.kernel.errors import Refused

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_scalars = yaml.SafeLoader("")  # reads one scalar at a time: only its constructors are used


class Map(dict[Any, Any]):
    """A mapping that knows its file and the line of each key."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line = file, line
        self.lines: dict[Any, int] = {}

    def where(self, key: object = None) -> str:
        """`file:line` of a key, or of the mapping itself."""
        return f"{self.file}:{self.lines.get(key, self.line)}"


def read(path: Path, *, name: str = "") -> Any:
    """The content of a YAML file. Refuses text that is no YAML and keys given twice, with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Refused(
            f"cannot read this file: {reason}.",
            where=name or str(path),
            remedy="Check the path and that it may be read.",
            code="unreadable",
        ) from None
    return parse(text, name=name or str(path))


def parse(text: str, *, name: str) -> Any:
    """The content of YAML text; `name` is what errors call it."""
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise _not_yaml(error, name) from None
    try:
        return None if node is None else _value(node, name)
    except RecursionError:
        remedy = "Write it out instead of referring to it."
        raise Refused("something here contains itself.", where=f"{name}:1", remedy=remedy, code="recursion") from None


def _not_yaml(error: yaml.YAMLError, name: str) -> Refused:
    mark = getattr(error, "problem_mark", None)
    line = f":{mark.line + 1}" if mark else ""
    problem = getattr(error, "problem", None) or "cannot be read"
    return Refused(
        f"this is not YAML: {problem}.",
        where=f"{name}{line}",
        remedy="Mend the indentation, brackets or quotes there.",
        code="not_yaml",
    )


def _value(node: Any, name: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _map(node, name)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, name) for item in node.value]
    return _scalar(node, name)


def _map(node: Any, name: str) -> Map:
    result = Map(name, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            where, remedy = f"{name}:{key_node.start_mark.line + 1}", "Write a word before the colon."
            raise Refused("a key is a list or a map here.", where=where, remedy=remedy, code="tag")
        key = _scalar(key_node, name)
        line = key_node.start_mark.line + 1
        if key in result:
            raise Refused(
                f"the key {key} is given twice.",
                where=f"{name}:{line}",
                remedy="Keep one of the two.",
                code="key_twice",
            )
        result[key], result.lines[key] = _value(value_node, name), line
    return result


def _scalar(node: Any, name: str) -> Any:
    tag = node.tag.rpartition(":")[2]
    if tag == "str" or (tag == "bool" and node.value.lower() not in ("true", "false")):
        return node.value  # yes, no, on and off are words here
    if tag == "timestamp":
        return _date(node, name)
    what = f"{node.value!r} is written with the tag {node.tag}."
    if tag in ("int", "float", "bool", "null"):
        try:
            return _scalars.construct_object(node)
        except ValueError:
            what = f"{node.value!r} is no number."
    raise Refused(
        what,
        where=f"{name}:{node.start_mark.line + 1}",
        remedy="Write plain text, numbers, true, false or dates.",
        code="tag",
    )


def _date(node: Any, name: str) -> date | str:
    """A day becomes a date; an instant stays text, since only its reader knows the zone."""
    if len(node.value) > len("2018-06-04"):
        return str(node.value)
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        raise Refused(
            f"{node.value} is no day of the calendar.",
            where=f"{name}:{node.start_mark.line + 1}",
            remedy="Write it as YYYY-MM-DD.",
            code="date",
        ) from None
