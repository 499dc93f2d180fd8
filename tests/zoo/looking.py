"""Reading an animal with the real plugins, and telling how what comes differs from the expected."""

from __future__ import annotations

import difflib
import fnmatch
import logging
import operator
import re
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vocmine.errors import VocmineError
from vocmine.inputs import Inputs
from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import Detection
from vocmine.plugins import Plugins

from .animals import ANY, Animal, Aside, AsideOrLost, Expected, Lost, Said


@dataclass
class Seen:
    """What came of opening a file: records of all exports in it, and what was said of it."""

    sources: list[str] = field(default_factory=list)
    detections: list[Detection] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """Sentences about what could not be read, hints included."""
    left_aside: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def described(self) -> str:
        """Everything the detections say about what the file is."""
        return " ".join(
            " ".join([found.format, found.reason, *map(str, found.details.values())])
            for found in self.detections
        )


class _Log(logging.Handler):
    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(record.getMessage())


def look(plugins: Plugins, animal: Animal, path: Path) -> Seen:
    """Open an animal as `vocmine analyze` does and read all of it."""
    seen = Seen()
    log = logging.getLogger("vocmine")
    handler = _Log(seen.warnings)
    log.addHandler(handler)
    try:
        with Inputs(plugins, animal.options) as inputs:
            for found in inputs.open([str(path)]):
                seen.sources.append(found.plugin)
                seen.detections.append(found.detection)
                seen.warnings += found.detection.warnings
                try:
                    seen.records += _mended(list(found.records()))
                except VocmineError as error:
                    seen.errors.append(str(error))
            seen.errors += [str(failure.error) for failure in inputs.failures]
            seen.left_aside += [str(failure.error) for failure in inputs.ignored]
    finally:
        log.removeHandler(handler)
    return seen


def _mended(records: list[Record]) -> list[Record]:
    """Records as a run takes them in: HTML made text, words of forms taken out."""
    if not find_spec("vocmine.cleaning"):
        return records
    from vocmine.cleaning import LOOKED_AT, Cleaner

    cleaner = Cleaner()
    first = records[:LOOKED_AT]
    cleaner.learn([record for record in first if isinstance(record, Message)])
    return [cleaner.clean(record) if isinstance(record, Message) else record for record in records]


def differences(animal: Animal, seen: Seen) -> list[str]:
    """How what was seen differs from the expectation, a sentence each; empty when right."""
    found: list[str] = []
    if animal.refused is not None:
        if seen.records:
            found.append(f"refused expected, got {len(seen.records)} records: {seen.records[0]!r}")
        if not seen.errors:
            found.append("refused expected, but nothing says why it cannot be read")
        said = "\n".join(seen.errors)
        return found + [
            f"'{word}' is not in the error: {said}"
            for word in animal.refused.words
            if not holds(said, word)
        ]
    found += _of_detection(animal, seen)
    if not animal.ends_broken:
        if not animal.may_complain:
            found += [f"not expected: {error}" for error in seen.errors]
        return found + _of_records(animal.records, seen.records)
    records = list(seen.records)
    if not seen.errors and not (records and isinstance(records[-1], Unreadable)):
        found.append("its end is broken, and nothing says so")
    if len(records) != len(animal.records):
        found += [f"said of it: {error}" for error in seen.errors]
    while records and isinstance(records[-1], Unreadable):
        records.pop()
    return found + _of_records(animal.records, records)


def _of_detection(animal: Animal, seen: Seen) -> list[str]:
    found = [
        f"source: expected {animal.source}, got {source}"
        for source in seen.sources or ["none"]
        if source not in animal.source.split("|")
    ]
    found += [
        f"'{word}' is not in the detection: {seen.described}"
        for word in animal.named
        if not holds(seen.described, word)
    ]
    if animal.encoding and not holds(bare(seen.described), bare(animal.encoding)):
        found.append(f"encoding: expected {animal.encoding}, got {seen.described}")
    for name, column in animal.mapping.items():
        got = seen.detections[0].mapping.get(name) if seen.detections else None
        if got != column:
            found.append(f"mapping: expected {name} from '{column}', got '{got}'")
    said = "\n".join(seen.warnings)
    return found + [
        f"no warning says '{word}'; warnings: {said or 'none'}"
        for word in animal.warned
        if not holds(said, word)
    ]


def bare(name: str) -> str:
    """A name without case and marks, so that `UTF-16LE` and `utf-16-le` are the same."""
    return re.sub(r"[^a-z0-9|]", "", name.lower())


def holds(said: str, word: str) -> bool:
    """Whether a word, or one of its alternatives (`a|b`), stands in what is said."""
    return any(part.casefold() in said.casefold() for part in word.split("|"))


def _of_records(expected: tuple[Expected, ...], records: list[Record]) -> list[str]:
    found = []
    if len(expected) != len(records):
        found.append(f"expected {len(expected)} records, got {len(records)}")
    for number, (wanted, record) in enumerate(zip(expected, records, strict=False), start=1):
        found += [f"record {number}: {difference}" for difference in _of_record(wanted, record)]
    for number, extra in enumerate(records[len(expected) :], start=len(expected) + 1):
        found.append(f"record {number} is too many: {extra!r:.300}")
    for number, missing in enumerate(expected[len(records) :], start=len(records) + 1):
        found.append(f"record {number} is missing: {_short(missing)}")
    return found


def _short(wanted: Expected) -> str:
    return repr(wanted.text)[:80] if isinstance(wanted, Said) else repr(wanted)


def _of_record(wanted: Expected, record: Record) -> list[str]:
    if isinstance(wanted, Said):
        if not isinstance(record, Message):
            return [f"a message expected, got {record!r:.300}"]
        return _of_message(wanted, record)
    if isinstance(wanted, AsideOrLost):
        return [] if isinstance(record, Skipped | Unreadable) else [f"no message, got {record!r}"]
    if isinstance(wanted, Lost):
        if not isinstance(record, Unreadable):
            return [f"unreadable expected, got {record!r:.300}"]
        return [] if holds(record.error, wanted.word) else [f"'{wanted.word}' not in {record!r}"]
    return _of_skipped(wanted, record)


def _of_skipped(wanted: Aside, record: Record) -> list[str]:
    if not isinstance(record, Skipped):
        return [f"skipped ({wanted.reason}) expected, got {record!r:.300}"]
    found = []
    if wanted.reason and record.reason not in wanted.reason.split("|"):
        found.append(f"reason: expected {wanted.reason}, got {record.reason}")
    if wanted.id is not ANY and not _matches(wanted.id, record.external_id):
        found.append(f"id: expected {wanted.id}, got {record.external_id}")
    return found


def _of_message(wanted: Said, got: Message) -> list[str]:
    found = _of_text(wanted, got)
    checks = (
        ("id", wanted.id, got.external_id, _matches),
        ("date", wanted.at, got.created_at, _same_moment),
        ("score", wanted.score, got.score, operator.eq),
        ("channel", wanted.channel, got.channel, _is_channel),
        ("country", wanted.country, got.country, operator.eq),
        ("title", wanted.title, got.title, operator.eq),
    )
    for name, expected, value, agrees in checks:
        if expected is not ANY and not agrees(expected, value):
            found.append(f"{name}: expected {expected or 'none'}, got {value or 'none'}")
    missing = [word for word in wanted.context if not holds(got.context, word)]
    found += [f"'{word}' is not in the context: {got.context!r:.300}" for word in missing]
    everywhere = "\n".join([got.context, got.title, *got.extra.values()])
    found += [f"'{word}' is kept nowhere" for word in wanted.kept if not holds(everywhere, word)]
    for name, cell in wanted.extra.items():
        if not _equal(cell, got.extra.get(name)):
            found.append(f"extra {name}: expected '{cell}', got {got.extra.get(name)!r}")
    return found


def _of_text(wanted: Said, got: Message) -> list[str]:
    expected, text = _tidy(wanted.text, wanted.flow), _tidy(got.text, wanted.flow)
    found = [f"'{word}' stands in the text" for word in wanted.absent if holds(text, word)]
    if expected != text:
        lines = difflib.ndiff(expected.split("\n"), text.split("\n"))
        shown = "\n    ".join(line for line in lines if not line.startswith("? "))
        found.append(f"text (- expected, + got):\n    {shown}")
    return found


def _tidy(text: str, flow: bool) -> str:
    return " ".join(text.split()) if flow else text.replace("\r\n", "\n").strip()


def _matches(wanted: str, got: str) -> bool:
    return any(fnmatch.fnmatchcase(got, part) for part in wanted.split("|"))


def _is_channel(wanted: str, got: str) -> bool:
    return holds(got, wanted) if wanted else not got


def _same_moment(wanted: str, got: datetime | None) -> bool:
    return any(_same(moment, got) for moment in wanted.split("|"))


def _same(wanted: str, got: datetime | None) -> bool:
    if not wanted or got is None:
        return not wanted and got is None
    local, _, offset = wanted.partition("~")
    if offset and got.tzinfo is not None:
        local += offset
    expected = datetime.fromisoformat(local)
    return (expected.tzinfo is None) == (got.tzinfo is None) and expected == got


def _equal(wanted: str, got: Any) -> bool:
    try:
        return float(wanted) == float(got)
    except (TypeError, ValueError):
        return bool(wanted == got)
