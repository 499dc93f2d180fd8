"""spaCy tokens of noisy text: positions are exact, memory is flat, threads do not meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from spacy.language import Language


class Token(NamedTuple):
    """A word, a mark or a run of white space: `text[start:end]` of the cleaned message."""

    text: str
    start: int
    end: int


Tokenize = Callable[[str, str], list[Token]]

LANGUAGES = ("es", "pt", "en")
_WORDS_PER_VOCABULARY = 50_000
_LONGEST_RUN = 96

# One blank for one character, so that offsets stay true: controls other than tab and line ends,
# zero-width and direction marks (not the joiner that emoji need), lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
_REPEATED_MARKS = re.compile(r"(?<=[.!?…,;:¡¿*_=~-]{3})[.!?…,;:¡¿*_=~-]+")
_LONG_RUN = re.compile(rf"\S{{{_LONGEST_RUN + 1},}}")

_LETTERS = r"[^\W\d_]"
# "mal.Muy", "acogedor.las", "más!!!Pésimo", "lento,no": marks without the blank after them.
_GLUED = re.compile(
    rf"(?<={_LETTERS}{_LETTERS})[.!?…,;:]+(?={_LETTERS}{{2}}|[¿¡-])|(?<=\d)\.$|^[.,;:]+(?={_LETTERS})"
)
_ADDRESS = re.compile(
    r"(?i)^(?:https?:|www\.|\S+@\S+\.|[\w.-]+\.(?:com|net|org|gob|gov|edu|info|app|io|ly|gl|tv|co|mx|ar|cl|pe|ec|"
    r"uy|br|bo|ve|py|cr|gt|hn|sv|ni|pa|do|cu|eu|us|uk)(?:[/:.?]\S*)?$)"
)
_SPANISH_HOST = re.compile(r"(?i)^[\w-]+\.es$")
_AFTER_ES = re.compile(r"(?i)\s+(?:una?|el|l[ao]s?|muy|que|m[aáií]s?|tan|bastante|demasiado)\b")


def clean(text: str) -> str:
    """The text with invisible and undecodable characters blanked; the same length."""
    text = _UNSEEN.sub(" ", text)
    # spaCy peels marks off one by one, which is quadratic in the length of their run.
    return _REPEATED_MARKS.sub(lambda run: " " * len(run.group()), text)


@contextmanager
def borrowed_tokenizer() -> Iterator[Tokenize]:
    """A function from text and language to tokens that no other thread uses meanwhile."""
    borrowed: dict[str, _Tokenizer] = {}

    def tokenize(text: str, lang: str) -> list[Token]:
        code = lang if lang in LANGUAGES else "es"
        if code not in borrowed:
            borrowed[code] = _borrow(code)
        return borrowed[code].tokens(text)

    try:
        yield tokenize
    finally:
        for code, tokenizer in borrowed.items():
            _give_back(code, tokenizer)


_idle: dict[str, list[_Tokenizer]] = {code: [] for code in LANGUAGES}
_idle_lock = Lock()


def _borrow(code: str) -> _Tokenizer:
    with _idle_lock:
        return _idle[code].pop() if _idle[code] else _Tokenizer.of(code)


def _give_back(code: str, tokenizer: _Tokenizer) -> None:
    # A vocabulary keeps every word it has seen, about 400 bytes each, and a new one takes 20 ms.
    if len(tokenizer.language.vocab.strings) < _WORDS_PER_VOCABULARY:
        with _idle_lock:
            _idle[code].append(tokenizer)


@dataclass(slots=True)
class _Tokenizer:
    """spaCy's rules of one language, for one thread at a time."""

    language: Language

    @classmethod
    def of(cls, code: str) -> _Tokenizer:
        from spacy import blank

        return cls(blank(code))

    def tokens(self, text: str) -> list[Token]:
        text = clean(text)
        if not _LONG_RUN.search(text):
            return self._words(text, 0)
        found: list[Token] = []
        for offset, piece in _pieces(text):
            found += self._words(piece, offset)
        return found

    def _words(self, text: str, offset: int) -> list[Token]:
        found: list[Token] = []
        for word in self.language.tokenizer(text):
            raw, start = word.text, word.idx + offset
            if raw.isalpha() or len(raw) == 1 or raw.isspace():
                found.append(Token(raw, start, start + len(raw)))
                continue
            # Some of spaCy's exceptions hold a blank at their edge.
            bare = raw.strip()
            start += raw.index(bare)
            last = start + len(bare)
            if (
                not _GLUED.search(bare)
                or is_address(bare)
                or _is_spanish_host(bare, text, last - offset)
            ):
                found.append(Token(bare, start, last))
            else:
                found += _unglued(bare, start)
        return found


def is_address(word: str) -> bool:
    """Whether the token is a link, a domain or an e-mail address."""
    return _ADDRESS.match(word) is not None


def _is_spanish_host(word: str, text: str, end: int) -> bool:
    """`amazon.es`, unless the text goes on as after the verb: `pésimo servicio.es una pena`."""
    return _SPANISH_HOST.match(word) is not None and not _AFTER_ES.match(text, end)


def _unglued(raw: str, start: int) -> list[Token]:
    """`mal.Muy` as three tokens."""
    edges = {0, len(raw), *(edge for mark in _GLUED.finditer(raw) for edge in mark.span())}
    return [
        Token(raw[first:last], start + first, start + last)
        for first, last in pairwise(sorted(edges))
    ]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text cut so that no run without blanks is long: spaCy's rules are quadratic in it."""
    done = 0
    for run in _LONG_RUN.finditer(text):
        yield done, text[done : run.start()]
        for start in range(run.start(), run.end(), _LONGEST_RUN):
            yield start, text[start : min(start + _LONGEST_RUN, run.end())]
        done = run.end()
    yield done, text[done:]
