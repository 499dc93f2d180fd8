"""JSON exports: JSON lines, an array of records, or a document that holds one; all streamed."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from vocmine.errors import SourceError
from vocmine.message import Unreadable
from vocmine.readers.aliases import ALIASES, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[\s\ufeff]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ARRAY_OF_OBJECTS = re.compile(r"\[\s*(?:null\s*,\s*)*(\S)")
_RECORD_NAMES = frozenset(ALIASES["text"]) | {"subject", "source"}
_SHARED = frozenset({"conversations"})
"""Lists of records, or what was said in one: after the subject of a ticket they are part of it."""
_CONTAINERS = frozenset({
    "data", "results", "result", "reviews", "tickets", "records", "items", "rows", "entries",
    "entry", "messages", "issues", "cases", "conversations", "responses", "values", "value",
    "hits", "docs", "documents", "comments_list", "quejas", "pqrs", "pqrsd", "reclamos",
    "opiniones", "resenas", "comentarios", "solicitudes",
})  # fmt: skip
_OF_A_CONVERSATION = frozenset(
    {"conversation_parts", "contacts", "teammates", "linked_objects", "topics"}
)
"""Objects of a conversation that hold lists of their own."""
_MAX_DEPTH = 3
_RAW_CHARACTERS = 200


def flatten(record: dict[str, Any]) -> dict[str, str]:
    """A record as text cells: nested names joined with dots, lists of plain values with `; `.

    A list of ids with values (`custom_fields` of a ticket) becomes a cell for each id, another
    list of objects (its comments) stays as JSON text; null is an empty cell.
    """
    cells: dict[str, str] = {}
    for key, value in record.items():
        if value.__class__ is str and value.isprintable():
            cells[key] = value  # nearly all of them: nothing in it needs mending
        elif isinstance(value, dict):
            for inner, cell in flatten(value).items():
                cells[f"{key}.{inner}"] = cell
        elif isinstance(value, list) and value and all(map(_is_pair, value)):
            for pair in value:
                cells[f"{key}.{pair['id']}"] = _text(pair["value"])
        else:
            cells[key] = _text(value)
    return cells


def _is_pair(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and item.keys() == {"id", "value"}
        and isinstance(item["id"], str | int)
        and not isinstance(item["value"], dict)
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        # Half a character (a cut emoji) cannot be stored or printed in any encoding.
        return _LONE_SURROGATE.sub("\ufffd", value.replace("\0", ""))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if any(isinstance(item, dict | list) for item in value):
            return json.dumps(value, ensure_ascii=False)
        return "; ".join(_text(item) for item in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def read_json_lines(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, str]] | Unreadable]:
    """Locator (`line 3`) and cells of each line; a line that is not an object is `Unreadable`."""
    for number, line in enumerate(lines, start=1):
        line = line.strip(" \t\r\n\ufeff")
        if not line:
            continue
        locator = f"line {number}"
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Unreadable(
                f"The line is not valid JSON ({_reason(error)}).",
                locator,
                raw=line[:_RAW_CHARACTERS],
            )
            continue
        yield _record(value, locator)


def _record(value: Any, locator: str) -> tuple[str, dict[str, str]] | Unreadable:
    if isinstance(value, dict):
        return locator, flatten(value)
    kind = {list: "a list", str: "a text", type(None): "null"}.get(type(value), "a number")
    return Unreadable(
        f"The record is {kind}, not a JSON object.", locator, raw=str(value)[:_RAW_CHARACTERS]
    )


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return "nested too deeply"


def read_json_document(
    blocks: Iterator[str], name: str
) -> Iterator[tuple[str, dict[str, str]] | Unreadable]:
    """Locator (`record 3`) and cells of each record of a JSON document.

    The records are the elements of the top array, or of the first array of objects found under
    any key up to three levels down (`results`, `data`, `reviews`, `feed.entry`). An object
    without one is a record itself, and so is each one that follows it.

    Args:
        blocks: The document's text, in pieces of any size.
        name: File name, for errors.

    Raises:
        SourceError: Not valid JSON before the first record.
    """
    cursor = _Cursor(blocks)
    count = 0
    try:
        while cursor.peek():
            for value in _values(cursor):
                count += 1
                yield _record(value, f"record {count}")
    except (ValueError, RecursionError) as error:
        if not count:
            raise SourceError(
                f"{name} is not valid JSON: {_reason(error)}.",
                "Export it again, or check that the file is complete.",
            ) from None
        yield Unreadable(
            f"The JSON is broken after record {count}; the rest cannot be read ({_reason(error)}).",
            f"record {count + 1}",
            raw=cursor.rest(_RAW_CHARACTERS),
        )


def _values(cursor: _Cursor) -> Iterator[Any]:
    if cursor.peek() == "[":
        yield from cursor.array()
        return
    if cursor.peek() != "{":
        yield cursor.value()
        return
    found = _Found()
    members = dict(_walk_object(cursor, 1, found))
    if found.array:
        yield from cursor.array()
        _finish(cursor, found.depth)
    else:
        yield members


class _Found:
    """Where the array of records was found: `depth` objects are open around it."""

    array = False
    depth = 0


def _walk_object(cursor: _Cursor, depth: int, found: _Found) -> Iterator[tuple[str, Any]]:
    """Members of an object; stops, with `found` set, in front of an array of objects.

    Members of inner objects are read whole unless such an array lies inside.
    """
    is_record = False
    for key in cursor.members():
        part = is_record if key.lower() in _SHARED else _is_part_of_record(key)
        part = part or (is_record and key.lower() not in _CONTAINERS)
        is_record = is_record or plain(key) in _RECORD_NAMES
        if cursor.peek() == "[" and not part and cursor.holds_objects():
            found.array, found.depth = True, depth
            return
        whole = depth == _MAX_DEPTH or key.lower() in _OF_A_CONVERSATION
        if cursor.peek() == "{" and not whole:
            inner = dict(_walk_object(cursor, depth + 1, found))
            if found.array:
                return
            yield key, inner
        else:
            yield key, cursor.value()


def _is_part_of_record(key: str) -> bool:
    """Lists of objects that belong to one ticket, not lists of tickets."""
    return key.lower() in {
        "comments", "custom_fields", "attachments", "fields", "links", "link", "author", "tags",
        "history", "events", "events_log", "metadata", "warnings", "errors", "columns",
        *_OF_A_CONVERSATION,
    }  # fmt: skip


def _finish(cursor: _Cursor, depth: int) -> None:
    """Read past what follows the records, up to the end of the document."""
    for _ in range(depth):
        cursor.skip_members()


class _Cursor:
    """A position in JSON text that arrives in pieces; keeps only what is being read."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def rest(self, size: int) -> str:
        """The next characters, for an error."""
        return self._buffer[self._at : self._at + size]

    def _more(self, blocks: int = 1) -> bool:
        """Read more text, forgetting what was read; False at the end."""
        added = "" if self._ended else "".join(islice(self._blocks, blocks))
        self._ended = not added
        self._buffer = self._buffer[self._at :] + added
        self._at = 0
        return not self._ended

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            match = _SPACE.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def _take(self, allowed: str) -> str:
        character = self.peek()
        if not character or character not in allowed:
            raise json.JSONDecodeError(f"Expecting one of {allowed}", self._buffer, self._at)
        self._at += 1
        return character

    def value(self) -> Any:
        """Read one whole value."""
        self.peek()
        blocks = 1
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                # An error far from the end of the buffer is an error, not a lack of text.
                if self._near_end(error) and self._more(blocks):
                    blocks *= 2  # a value of many pieces is then read in linear time
                    continue
                raise
            if end == len(self._buffer) and self._more():
                continue  # a number may go on in the next piece
            self._at = end
            return value

    def _near_end(self, error: json.JSONDecodeError) -> bool:
        return error.pos >= len(self._buffer) - 16 or error.msg.startswith("Unterminated string")

    def array(self) -> Iterator[Any]:
        """Elements of the array here, one at a time."""
        self._take("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield self.value()
            if self._take(",]") == "]":
                return

    def members(self) -> Iterator[str]:
        """Keys of the object here; the caller reads the value of each before asking for more."""
        self._take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise json.JSONDecodeError("Expecting a key", self._buffer, self._at)
            self._take(":")
            yield key
            if self._take(",}") == "}":
                return

    def skip_members(self) -> None:
        """Read past the members that are left of the object we are in."""
        while self._take(",}") == ",":
            self.value()
            self._take(":")
            self.value()

    def holds_objects(self) -> bool:
        """Whether the array here starts with an object (nulls before it aside)."""
        while True:
            match = _ARRAY_OF_OBJECTS.match(self._buffer, self._at)
            if match and match[1] != "n":
                return match[1] == "{"
            if not self._more():
                return False
