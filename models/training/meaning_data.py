"""Messages made of the wordings in `models/wordings`, with the problem of each of their segments.

A segment gets its vector inside its message, beside greetings and other problems; what is learnt
from wordings alone would not know that. So every text is put into several messages.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vocmine.segmentation import segment

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from vocmine.segmentation import Segments

COPIES = 3
"""Messages that each text is in."""
MIN_OVERLAP = 0.3
"""Share of a segment that must lie in a text for the segment to be of its problem."""
_LANGS = ("es", "pt", "en")
_PROBLEMS = (1, 2, 3, 4)
_WEIGHTS = (5, 3, 2, 1)
_JOINTS = (". ", ". ", ". ", "\n", "; ")
_BUT = {
    "es": (", pero ", ". Además, "),
    "pt": (", mas ", ". Além disso, "),
    "en": (", but ", ". Also, "),
}
_OPENINGS = {
    "es": (
        "Buenos días",
        "Buenas tardes",
        "Cordial saludo",
        "Hola",
        "Señores",
        "Quiero poner una queja",
        "Escribo porque tengo un problema",
        "Hola, necesito ayuda",
    ),
    "pt": ("Bom dia", "Olá", "Boa tarde", "Quero registrar uma reclamação"),
    "en": ("Hello", "Hi", "Good morning", "I want to make a complaint"),
}
_CLOSINGS = {
    "es": (
        "Gracias",
        "Quedo atento a su respuesta",
        "Espero una solución",
        "Qué mal servicio",
        "Por favor ayúdenme",
        "Saludos",
        "No vuelvo más",
    ),
    "pt": ("Obrigado", "Aguardo retorno", "Péssimo atendimento"),
    "en": ("Thanks", "Please help", "Terrible service"),
}


class Wording(NamedTuple):
    """One text of one problem."""

    problem: str
    lang: str
    text: str


class Composed(NamedTuple):
    """Messages and their segments.

    Args:
        texts: Messages.
        langs: Of each.
        segments: Of all messages.
        problem: Of each segment, empty for what opens and closes a message.
        wording: The text that a segment is of, empty as above.
    """

    texts: list[str]
    langs: list[str]
    segments: Segments
    problem: NDArray[np.str_]
    wording: NDArray[np.str_]


class _Message(NamedTuple):
    text: str
    lang: str
    spans: list[tuple[int, int, Wording]]


def read_wordings(folder: Path) -> list[Wording]:
    """Every text of the files, in order.

    Raises:
        ValueError: A line is not a problem, a language and texts, or a text stands there twice.
    """
    found: dict[str, Wording] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").strip().split("\n"), start=1):
            try:
                row = json.loads(line)
                problem, lang, texts = row["problem"], row["lang"], row["texts"]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path.name}, line {number}: no problem ({error})") from error
            for text in (text.rstrip(". ") for text in texts):
                if lang not in _LANGS or text in found:
                    raise ValueError(
                        f"{path.name}, line {number}: an unknown language or one text twice: {text}"
                    )
                found[text] = Wording(problem, lang, text)
    return list(found.values())


def compose(wordings: list[Wording], *, seed: int, copies: int = COPIES) -> Composed:
    """Messages of one to four different wordings, each wording in `copies` of them."""
    rng = random.Random(seed)
    messages: list[_Message] = []
    for _ in range(copies):
        for lang in _LANGS:
            left = [wording for wording in wordings if wording.lang == lang]
            rng.shuffle(left)
            while left:
                count = rng.choices(_PROBLEMS, _WEIGHTS)[0]
                messages.append(_message(left[-count:], lang, rng))
                del left[-count:]
    texts, langs = [m.text for m in messages], [m.lang for m in messages]
    segments = segment(texts, langs)
    places = zip(*(column.tolist() for column in segments), strict=True)
    owners = [_owner(messages[m], s, e) for m, s, e in places]
    return Composed(
        texts,
        langs,
        segments,
        np.array([owner.problem if owner else "" for owner in owners], dtype=np.str_),
        np.array([owner.text if owner else "" for owner in owners], dtype=np.str_),
    )


def _message(wordings: list[Wording], lang: str, rng: random.Random) -> _Message:
    text, spans = "", []
    if rng.random() < 0.7:
        text = rng.choice(_OPENINGS[lang])
    for wording in wordings:
        text += rng.choice(_JOINTS + _BUT[lang]) if text else ""
        spans.append((len(text), len(text) + len(wording.text), wording))
        text += wording.text
    if rng.random() < 0.6:
        text += rng.choice(_JOINTS) + rng.choice(_CLOSINGS[lang])
    return _Message(text, lang, spans)


def _owner(message: _Message, start: int, end: int) -> Wording | None:
    """The wording that most of a segment lies in."""
    overlaps = [(min(end, e) - max(start, s), wording) for s, e, wording in message.spans]
    overlap, wording = max(overlaps, key=lambda pair: pair[0])
    return wording if overlap > MIN_OVERLAP * (end - start) else None
