"""Which messages are copies of one another: the same words but for slips, and long enough to tell.

See docs/decisions/0012-duplicates.md. Candidates come from MinHash signatures cut into bands, in
linear time; every candidate is then compared with the first message of its group, so that chance
never makes two messages one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vocmine.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST_WORDS, LEAST_CHARACTERS = 12, 60
"""A text from which on two people would not choose nearly the same words."""
ALIKE = 0.75
"""Jaccard similarity of runs of five characters from which on two texts are nearly the same."""
BANDS, ROWS = 16, 5
"""Two texts with a similarity of 0.75 share one of 16 bands of 5 with a probability of 0.987."""
_RUN = 5
_HEAD = 4000
"""Characters that signatures are made of; comparing takes the whole text."""
_ROOTS = 4
"""First messages remembered for one band: bounds the work on a band that many texts share."""

_Words = npt.NDArray[np.uint64]
Bands = npt.NDArray[np.uint32]

_GAPS = re.compile(r"[\W_]+")
# What people put before and after what they say; a copy may have it or not.
_GREETING = re.compile(
    r"(?:(?:hola|ola|oi|hello|hi|hey|senor(?:es|as?)?|buen(?:os|as)? (?:dias?|tardes?|noches?)"
    r"|bom dia|boa (?:tarde|noite)|good (?:morning|afternoon|evening|day)|cordial saludo|saludos"
    r"|(?:estimad|apreciad|respetad|prezad)[oa]s?(?: senhor(?:es|as?)?| senor(?:es|as?)?)?"
    r"|dear (?:sirs?|madam|team|all)|a quien corresponda|to whom it may concern)(?: |$))+"
)
_FORMAL = (
    r"(?:(?:muy )?(?:atentamente|cordialmente)|atenciosamente|sincerely|(?:kind |best )?regards"
    r"|saludos(?: cordiales)?|cordial saludo)"
)
# Behind a formal closing there is a name; behind thanks people go on complaining.
_CLOSING = re.compile(
    r"(?:(?: |^)(?:(?:muchas |mil )?gracias(?: de antemano| por su (?:atencion|ayuda))?"
    r"|(?:muito )?obrigad[oa]|(?:many )?thanks|thank you(?: very much| so much)?"
    r"|quedo atent[oa](?: a su(?: pronta)? respuesta)?|aguardo retorno"
    r"|enviado (?:desde mi|do meu) iphone|sent from my iphone"
    rf"|{_FORMAL}(?P<name>(?: [^\W\d_]{{3,}}){{1,3}}$)?))+$"
)
_PLACES_SIGN = frozenset(
    """
    barrio vereda conjunto edificio sede tienda sucursal oficina ciudad localidad municipio bairro
    loja agencia cidade store branch office city vecinos usuarios clientes residentes moradores
    desde para por con sin que from for still not com nao nunca sigo espero
""".split()
)
# A letter apart, and yet not the same word.
_OTHER_WORDS = frozenset(
    "cuatro cuarto pedido perdido vendido vencido charged changed bought brought though through"
    " worked walked".split()
)
_ROWS_OF_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = frozenset(frozenset(pair) for row in _ROWS_OF_KEYS for pair in pairwise(row))
# Letters that sound alike, in order; what is left out of a word is silent.
_SOUNDS = tuple(
    (re.compile(written), sound)
    for written, sound in (
        (r"(?<!c)h", ""), ("ll", "y"), ("v", "b"), ("z|c(?=[ei])", "s"), ("g(?=[ei])", "j"),
        ("qu(?=[ei])|c(?!h)", "k"),
    )
)  # fmt: skip
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_LEAST_LETTERS, _LEAST_SOUNDS = 6, 5
"""Shorter words are others when a letter differs, or a sound: `junio`, `julio`; `casa`, `caza`."""
# Names under which many people write.
_NOBODY = frozenset(
    """
    anonimo|anonima|anonymous|anonymous user|usuario|usuario anonimo|usuario de google|a google user
    um usuario do google|cliente|cliente anonimo|sin nombre|no aplica|na|n a|ninguno|consumidor
    ciudadano|ciudadano anonimo|usuario amazon|cliente de amazon|amazon customer|guest|invitado
    cliente amazon|none|null|anonimo anonimo|user|customer
""".replace("\n", "|")
    .replace("    ", "")
    .split("|")
)


def normalised(text: str) -> str:
    """Words without case, accents and signs, a blank between them."""
    return _GAPS.sub(" ", without_accents(text.casefold())).strip()


def is_nobody(author: str) -> bool:
    """Whether a name tells nobody: none, or one that many share such as `A Google user`."""
    return normalised(author) in _NOBODY or not author.strip()


@dataclass(frozen=True, slots=True)
class TextKey:
    """What copies of a message share with it.

    Args:
        exact: The same for exact copies; None when the message is too short to have any.
        bands: uint32 (BANDS,), at least one of them the same for near copies; None for short texts.
    """

    exact: int | None
    bands: Bands | None


def text_key(text: str, author: str = "", day: str = "") -> TextKey:
    """The key of a message.

    Args:
        text: Its words.
        author: Who wrote it, a name or a pseudonym, or empty.
        day: `YYYY-MM-DD`, or empty.
    """
    plain = normalised(text)
    if is_long(plain):
        return TextKey(_hash(plain), _bands(_runs(plain[:_HEAD])))
    if not plain or not author:
        return TextKey(None, None)
    # Two people may well write the same few words; one person on one day sent them twice.
    return TextKey(_hash(f"{plain}\0{author}\0{day}"), None)


def is_long(plain: str) -> bool:
    """Whether normalised words are too many for two people to choose the same ones."""
    return len(plain) >= LEAST_CHARACTERS and plain.count(" ") + 1 >= LEAST_WORDS


def are_copies(one: str, other: str) -> bool:
    """Whether two normalised long texts are the same but for slips, greetings and closings.

    Any other word that differs, is added, left out or moved makes another message, however alike
    the rest is: a place, a product, a number or a `no` is what a complaint is about.
    """
    if one == other:
        return True
    one, other = _said(one), _said(other)
    shorter, longer = sorted((len(one), len(other)))
    if shorter < ALIKE * longer or not (is_long(one) and is_long(other)):
        return False
    return _same_words(one.split(), other.split()) and (
        _similarity(_runs(one), _runs(other)) >= ALIKE
    )


def _said(plain: str) -> str:
    """Normalised words without greetings before and closings after them."""
    if greeting := _GREETING.match(plain):
        plain = plain[greeting.end() :]
    # Closings are short; looking at the end only keeps long texts linear.
    start = max(0, len(plain) - 200)
    closing = _CLOSING.search(plain, start)
    if closing and _PLACES_SIGN.isdisjoint((closing["name"] or "").split()):
        plain = plain[: closing.start()]
    return plain.strip()


def _same_words(words: list[str], others: list[str]) -> bool:
    """Whether words are the same, one after another; two may be written as one."""
    at, of = 0, 0
    while at < len(words) and of < len(others):
        one, other = words[at], others[of]
        if one == other or _is_slip(one, other):
            at, of = at + 1, of + 1
        elif "".join(words[at : at + 2]) == other:
            at, of = at + 2, of + 1
        elif "".join(others[of : of + 2]) == one:
            at, of = at + 1, of + 2
        else:
            return False
    return (at, of) == (len(words), len(others))


def _is_slip(one: str, other: str) -> bool:
    """Whether two different words are one word, once mistyped or misspelt."""
    if not (one.isalpha() and other.isalpha()) or {one, other} <= _OTHER_WORDS:
        return False
    if _STRETCHED.search(one) or _STRETCHED.search(other):
        return _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other)
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _LEAST_SOUNDS and _sound(one) == _sound(other):
        return True
    if len(longer) < _LEAST_LETTERS or one[0] != other[0] or len(longer) > len(shorter) + 1:
        return False
    return _one_keystroke(shorter, longer)


def _sound(word: str) -> str:
    for written, sound in _SOUNDS:
        word = written.sub(sound, word)
    return word


def _one_keystroke(shorter: str, longer: str) -> bool:
    """Whether a letter was left out, two changed places, or a key was hit beside the right one."""
    at = next((n for n, letter in enumerate(shorter) if letter != longer[n]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    left, right = shorter[at:], longer[at:]
    if left[:2] == right[1::-1] and left[2:] == right[2:]:
        return True
    # The last letter tells who and when: `Andrea`, `Andrés`; `funciona`, `funcionó`.
    return left[1:] == right[1:] != "" and frozenset((left[0], right[0])) in _NEIGHBOURS


def _similarity(one: _Words, other: _Words) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _hash(text: str) -> int:
    return int.from_bytes(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


def _mixed(numbers: _Words) -> _Words:
    """splitmix64: spreads consecutive numbers over 64 bits."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


_STEP = np.uint64(0x9E3779B97F4A7C15)
# Keys are kept in stores: other constants need a migration that empties the table text_keys.
_FACTORS = _mixed(np.arange(1, BANDS * ROWS + 1, dtype=np.uint64) * _STEP) | np.uint64(1)
_OFFSETS = _mixed(np.arange(1001, BANDS * ROWS + 1001, dtype=np.uint64) * _STEP)
_PLACES = _mixed(np.arange(2001, _RUN + 2001, dtype=np.uint64) * _STEP) | np.uint64(1)


def _runs(plain: str) -> _Words:
    """Distinct hashes, in order, of the runs of five characters of a text."""
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if len(codes) < _RUN:
        return np.unique(codes)
    last = len(codes) - _RUN + 1
    total = codes[:last] * _PLACES[0]
    for place in range(1, _RUN):
        total += codes[place : place + last] * _PLACES[place]
    return np.unique(_mixed(total))


def _bands(runs: _Words) -> Bands:
    smallest = (runs[:, None] * _FACTORS + _OFFSETS).min(axis=0).reshape(BANDS, ROWS)
    total = smallest[:, 0].copy()
    for row in range(1, ROWS):
        total = _mixed(total * _STEP + smallest[:, row])
    bands: Bands = (total >> np.uint64(32)).astype(np.uint32)
    return bands


@dataclass(slots=True)
class Groups:
    """Copies found: position of each copy to that of the first of its group."""

    exact: dict[int, int] = field(default_factory=dict)
    near: dict[int, int] = field(default_factory=dict)


def find_copies(
    exact: npt.NDArray[np.int64],
    has_exact: npt.NDArray[np.bool_],
    bands: Bands,
    has_bands: npt.NDArray[np.bool_],
    text_of: Callable[[int], str],
) -> Groups:
    """Group messages, given in the order in which they were read.

    Args:
        exact: int64 (messages,): `TextKey.exact`.
        has_exact: bool (messages,): whether there is one.
        bands: uint32 (messages, BANDS): `TextKey.bands`.
        has_bands: bool (messages,): whether there are some.
        text_of: The words of the message at a position; asked for candidates only.
    """
    found = Groups()
    positions = np.flatnonzero(has_exact)
    _, first, group = np.unique(exact[positions], return_index=True, return_inverse=True)
    firsts = positions[first[group]]
    found.exact = {
        int(copy): int(of) for copy, of in zip(positions, firsts, strict=True) if copy != of
    }
    own = has_bands.copy()
    own[list(found.exact)] = False
    _find_near(found, np.flatnonzero(own), bands, text_of)
    for copy, of in found.exact.items():
        if of in found.near:
            found.near[copy] = found.near[of]
    for copy in found.near:
        found.exact.pop(copy, None)
    return found


def _find_near(
    found: Groups, positions: npt.NDArray[np.int64], bands: Bands, text_of: Callable[[int], str]
) -> None:
    shared = np.zeros(len(positions), dtype=np.bool_)
    for band in range(BANDS):
        keys = bands[positions, band]
        _, group, sizes = np.unique(keys, return_inverse=True, return_counts=True)
        shared |= sizes[group] > 1
    words = lru_cache(maxsize=2000)(lambda position: normalised(text_of(position)))
    roots: dict[tuple[int, int], list[int]] = {}
    for position in positions[shared].tolist():
        places = list(enumerate(bands[position].tolist()))
        # The earliest first, so that a group does not depend on chance.
        near = sorted({root for place in places for root in roots.get(place, ())})
        plain = words(position)
        for root in near:
            # With the first of the group and not with its last: copies of copies would drift.
            if are_copies(words(root), plain):
                found.near[position] = root
                break
        else:
            for place in places:
                known = roots.setdefault(place, [])
                if len(known) < _ROOTS:
                    known.append(position)
