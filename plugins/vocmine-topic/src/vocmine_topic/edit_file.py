"""Edits of topics as a TOML file: to keep under version control, or to bring to another store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocmine.errors import UsageError
from vocmine.toml_files import read_toml
from vocmine_topic.edits import ACTIONS, Edit
from vocmine_topic.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine_topic.model import TopicModel

EXAMPLE = 'Write, for instance: [[edit]] action = "rename" topics = [3] names = ["cobro"] name = …'
HEAD = """\
# Edits of topics, in the order in which they were made. "names" are what the topics were called
# then: in another store a topic is found by that, in this one by its number too.
"""
_TYPES: dict[str, type | tuple[type, ...]] = {
    "action": str,
    "topics": list,
    "names": list,
    "name": str,
    "parts": int,
    "phrases": list,
}


def to_toml(edits: Sequence[Edit]) -> str:
    """The edits as the text of a TOML file, which `read_edits` reads."""
    return HEAD + "".join(f"\n[[edit]]\n{_fields(edit)}" for edit in edits)


def _fields(edit: Edit) -> str:
    # Strings and lists of JSON are such in TOML too, but for the escape of a lone surrogate.
    kept = {key: value for key, value in edit._asdict().items() if value}
    return "".join(f"{key} = {json.dumps(kept[key], ensure_ascii=False)}\n" for key in kept)


def read_edits(path: Path) -> list[Edit]:
    """The edits of a TOML file.

    Raises:
        UsageError: It cannot be read, or an edit has an unknown key, action or type; names it.
    """
    rows = read_toml(path, EXAMPLE).get("edit", [])
    if not isinstance(rows, list):
        raise UsageError(f"'{path}' has no list of edits.", EXAMPLE)
    return [_edit(path, number, row) for number, row in enumerate(rows, start=1)]


def _edit(path: Path, number: int, row: Any) -> Edit:
    place = f"'{path}', edit {number}"
    if not isinstance(row, dict) or row.get("action") not in ACTIONS:
        raise UsageError(f"{place} has no action that is known.", f"One of {', '.join(ACTIONS)}.")
    for key, value in row.items():
        if key not in _TYPES:
            raise UsageError(f"{place} has the unknown key '{key}'.", f"Keys: {', '.join(_TYPES)}.")
        of = int if key == "topics" else str
        whole = not isinstance(value, list) or all(type(each) is of for each in value)
        if not isinstance(value, _TYPES[key]) or isinstance(value, bool) or not whole:
            raise UsageError(f"{place} has a '{key}' of the wrong type.", EXAMPLE)
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    return Edit(**values)


def found_in(edit: Edit, model: TopicModel) -> Edit | None:
    """The edit with the numbers that its topics have in a model; None where one is not there.

    A topic is the one that has its number and name, or else the only one that has its name.
    """
    topics = [
        _found(edit.topics[at] if at < len(edit.topics) else 0, name, model)
        for at, name in enumerate(edit.names)
    ]
    if not edit.names:
        topics = [topic if topic in model.topics else None for topic in edit.topics]
    known = [topic for topic in topics if topic is not None]
    return edit._replace(topics=tuple(known)) if len(known) == len(topics) else None


def _found(number: int, name: str, model: TopicModel) -> int | None:
    if number in model.topics and fold(model.topics[number].name) == fold(name):
        return number
    named = [each.id for each in model.topics.values() if fold(each.name) == fold(name)]
    return named[0] if len(named) == 1 else None
