"""Priority cues: what makes a person look at a case first. They flag, they decide nothing.

A cue is a pattern over the text without capitals and accents, with what it must not be taken for:
"mi hijo menor de tres años" is a child, "el menor precio" is not; "Vigilado Supersalud" below a
signature is no complaint to the regulator.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from vocmine.clock.columns import is_named, is_yes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.store.database import Store

WINDOW = 1000
"""Texts in memory at a time."""

_NAME = re.compile(r"<([A-Z]+)>")
_OF_COLUMNS = {"tutela": is_yes, "reply": is_yes, "life": is_yes, "regulator": is_named}
"""Columns that are a cue when they say yes, or name an entity."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What tells a cue in bare text.

    Args:
        stems: A text that holds none of these has no match.
        pattern: A match is the cue.
        unless: A match that begins inside one of these is not.
    """

    stems: tuple[str, ...]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def is_in(self, text: str) -> bool:
        """Whether a text without capitals and accents has the cue."""
        for stem in self.stems:
            if stem in text:
                break
        else:
            return False
        first = self.pattern.search(text)
        if first is None or self.unless is None:
            return first is not None
        covered = [match.span() for match in self.unless.finditer(text)]
        return any(
            not any(start <= match.start() < end for start, end in covered)
            for match in self.pattern.finditer(text)
        )


@cache
def cues() -> dict[str, Cue]:
    """Code of a cue to what tells it, from `cues.toml`, in the order in which they are shown."""
    given = tomllib.loads(files("vocmine.clock").joinpath("cues.toml").read_text("utf-8"))
    words: dict[str, str] = given.pop("words")

    def compiled(patterns: Sequence[str]) -> re.Pattern[str]:
        text = rf"\b(?:{'|'.join(patterns)})\b"
        while _NAME.search(text):
            text = _NAME.sub(lambda name: words[name[1]], text)
        return re.compile(text)

    return {
        code: Cue(
            tuple(cue["stems"]),
            compiled(cue["is"]),
            compiled(cue["unless"]) if "unless" in cue else None,
        )
        for code, cue in given.items()
    }


def bare(text: str) -> str:
    """A text without capitals, accents and signs of other alphabets, with single spaces."""
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return " ".join(letters.split())


def cues_of(text: str) -> tuple[str, ...]:
    """Codes of the cues in a text, in the order of `cues`."""
    plain = bare(text)
    return tuple(code for code, cue in cues().items() if cue.is_in(plain))


def read_cues(
    store: Store, keys: Sequence[int], columns: Mapping[str, list[str]], rows: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """Cues of some messages, from their texts and from columns such as `tutela` and `RIESGO_VIDA`.

    Args:
        store: Where the texts are.
        keys: Keys of the messages whose columns were read.
        columns: As `read_columns` gives them, in the order of `keys`.
        rows: Places in `keys` of the messages that are asked about.

    Returns:
        Place to its codes, in the order of `cues`; messages without a cue are left out.
    """
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(rows), WINDOW):
        window = rows[start : start + WINDOW]
        texts = store.conn.execute(
            "SELECT m.title, m.text FROM json_each(?) AS k JOIN messages AS m ON m.id = k.value "
            "ORDER BY k.key",
            [json.dumps([keys[row] for row in window])],
        )
        for row, (title, text) in zip(window, texts, strict=True):
            # A subject says it as often as the text; a title made of the first words adds nothing.
            said = set(cues_of(text if text.startswith(title) else f"{title}. {text}"))
            said |= {code for code, is_set in _OF_COLUMNS.items() if is_set(columns[code][row])}
            if said:
                found[row] = tuple(code for code in cues() if code in said)
    return found
