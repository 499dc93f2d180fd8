"""Ratings of any scale, normalised to 1 to 5, the best always at 5.

Scales from 0 (NPS and other marks to 10, percentages) keep their proportions: an NPS of 0, 5 and
10 is 1, 3 and 5. Scales of effort in which more is worse are turned round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocmine.readers.aliases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TOPS = (5.0, 7.0, 10.0, 100.0)
"""Highest values that scales usually have."""
_FIT = 0.98
"""Share of the marks that a scale has to hold: those beyond are slips and codes."""
_NO_ANSWER = frozenset({"88", "98", "99", "999", "-1"})
_WORDS = {
    word: value
    for value, words in (
        (1.0, "one|uno|una|um|uma|pesimo|pesima|terrible|muy malo|muy mala|muito ruim|pessimo"
              "|very bad|very dissatisfied|muy insatisfecho|muy insatisfecha|muito insatisfeito"
              "|muito insatisfeita|bad|muy dificil|muito dificil|very difficult"
              "|totalmente insatisfecho|totalmente en desacuerdo|discordo totalmente"
              "|strongly disagree"),
        (2.0, "two|dos|dois|duas|malo|mala|ruim|poor|dissatisfied|insatisfecho|insatisfeito"
              "|insatisfecha|insatisfeita|dificil|difficult|en desacuerdo|discordo|disagree"),
        (3.0, "three|tres|regular|neutral|neutro|average|ok|indiferente|aceptable"
              "|ni satisfecho ni insatisfecho|ni satisfecha ni insatisfecha"
              "|nem satisfeito nem insatisfeito|neither satisfied nor dissatisfied"
              "|ni facil ni dificil|nem facil nem dificil|neither easy nor difficult"
              "|ni de acuerdo ni en desacuerdo|neither agree nor disagree"),
        (4.0, "four|cuatro|quatro|bueno|buena|bom|boa|satisfied|satisfecho|satisfeito"
              "|satisfecha|satisfeita|facil|easy|de acuerdo|concordo|agree"),
        (5.0, "five|cinco|excelente|excellent|muy bueno|muy buena|muito bom|otimo|great|good"
              "|very satisfied|muy satisfecho|muy satisfecha|muito satisfeito|muito satisfeita"
              "|muy facil|muito facil|very easy|totalmente satisfecho|totalmente de acuerdo"
              "|concordo totalmente|strongly agree"),
    )
    for word in words.split("|")
}  # fmt: skip
_OF_SEVEN = re.compile(r"\b(?:ces|csat)\b|satisf|esfuerzo|esforco|effort|facil|\beas[iey]|dificil")
"""What is asked on a scale to 7 when no answer is above 7, and never on one to 10."""
_UNITS = re.compile(r"(estrellas?|estrelas?|stars?|puntos?|points?|rating|de calificacion)", re.I)
_NUMBER = re.compile(r"(\d{1,3}(?:[.,]\d+)?)")
_OUT_OF = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*(?:/|out of|de un total de|sobre|de|of)\s*(\d{1,3})\b", re.IGNORECASE
)
_RANGE = re.compile(r"\b([01]) (?:(?:a|al|to|hasta|ate|y) )?(5|7|10|100)\b")
_STARRED = re.compile(r"\b(?:estrellas?|estrelas?|stars?)\b")
_END = re.compile(r"\b(\d{1,3}) ((?:[a-z]+ ?)+)")
_FILLING = frozenset(
    "es e is significa being siendo sendo donde onde where y and o lo la el".split()
)
_ENDS = {"mejor": 5.0, "melhor": 5.0, "best": 5.0, "peor": 1.0, "pior": 1.0, "worst": 1.0}
_EFFORT = re.compile(r"esfuerzo|esforco|effort|dificil|dificultad|dificuldade|difficult|\bhard\b")
_EASE = re.compile(r"facil|\beas[iey]")
_LOW_END = re.compile(r"\b[01]\b(\D{3,60})")
_GOOD_END = re.compile(
    r"\b(?:facil|easy|poco|pouco|bajo|baixo|nada|ningun|nenhum|minimo|little|low|no effort)\b"
)
_STARS = "★⭐"
_LEADING = re.compile(r"(\d{1,3}(?:[.,]\d+)?)(?:\s*%|\s*-\s*\D+|\s*\(.*\))?")


@dataclass(slots=True)
class ScoreReader:
    """Reads the ratings of one column.

    Args:
        top: The scale's highest value: 5, 7, 10 or 100.
        low: Its lowest value: 0 or 1.
        worse: Whether more is worse, as on a scale of effort.
    """

    top: float = 5.0
    low: float = 0.0
    worse: bool = False
    failed: int = field(default=0, init=False)
    first_failure: str = field(default="", init=False)

    @classmethod
    def for_column(cls, header: str, sample: Iterable[str]) -> ScoreReader:
        """A reader for the scale that the header (`NPS`, `de 1 a 10`) or the values show."""
        name = plain(header)
        worse = more_is_worse(header)
        cells = list(sample)
        if "nps" in name.split():
            return cls(10.0)
        told = _told(name)
        # A scale that is told is believed against slips and codes, not against what is the rule.
        answered = marks_of(cell for cell in cells if not is_no_answer(cell))
        if told and sum(mark > told[1] for mark in answered) <= len(answered) * told[2]:
            return cls(told[1], told[0], worse)
        marks = marks_of(cells)
        top = _usual_top(marks, of_seven=bool(_OF_SEVEN.search(name)))
        return cls(top, 1.0 if top == 7 else 0.0, worse)

    @property
    def scale(self) -> str:
        """The scale for people: `1 to 5`, `0 to 10`, `1 to 7, 1 is the best`."""
        low = 1.0 if self.top <= 5 else self.low
        best = f", {low:g} is the best" if self.worse else ""
        return f"{low:g} to {self.top:g}{best}"

    def read(self, cell: str) -> float | None:
        """The rating as 1.0 to 5.0, or None when the cell is blank or not a rating (counted)."""
        cell = cell.strip()
        if not cell:
            return None
        found = self.value(cell)
        if found is None:
            self.failed += 1
            self.first_failure = self.first_failure or cell[:40]
        return found

    def value(self, cell: str) -> float | None:
        """As `read`, without counting what is not a rating."""
        number = plain_number(cell)
        if number is not None:
            found = _scaled(number, self.top, self.low)
        elif out_of := _OUT_OF.search(_UNITS.sub(" ", cell)):
            top = float(out_of[2])
            found = _scaled(_float(out_of[1]), top, 0.0) if top > 0 else None
        elif stars := sum(map(cell.count, _STARS)):
            return float(min(stars, 5))
        else:
            word = plain(_UNITS.sub(" ", plain(cell)))
            # "Muy fácil" is good whatever the numbers mean; "mucho esfuerzo" is not read.
            return _WORDS.get(word)
        return 6 - found if self.worse and found is not None else found


def more_is_worse(header: str) -> bool:
    """Whether a question asks for effort or difficulty, so that the highest answer is the worst.

    `¿Cuánto esfuerzo…?` does and `¿Qué tan fácil…?` does not, unless the header says what its
    lowest value means: `1 = muy fácil, 5 = muy difícil`, `1 mucho esfuerzo a 7 ningún esfuerzo`.
    Whatever it asks, `1 = excelente, 5 = pésimo` turns the scale round.
    """
    # What is called Customer Effort Score today asks how easy it was.
    name = plain(header).replace("customer effort score", "")
    ends = _ends(name)
    if ends:
        return ends[0][1] > ends[-1][1]
    if not (_EFFORT.search(name) or _EASE.search(name)):
        return False
    low_end = _LOW_END.search(name)
    if low_end and (_EFFORT.search(low_end[1]) or _EASE.search(low_end[1])):
        return bool(_GOOD_END.search(low_end[1]))
    return not _EASE.search(name)


def tells_ends(header: str) -> bool:
    """Whether a header says what its lowest and highest numbers mean: `1 = malo, 5 = bueno`."""
    return bool(_ends(plain(header)))


def plain_number(cell: str) -> float | None:
    """The number of a cell that is one, alone or with its unit: `4`, `4,5 estrellas`, `80 %`."""
    match = _LEADING.fullmatch(_UNITS.sub("", cell).strip(f" {_STARS}"))
    return _float(match[1]) if match else None


def marks_of(cells: Iterable[str]) -> Sequence[float]:
    """The numbers of the cells, without the codes of those who did not answer (`99`, `-1`)."""
    given = [cell.strip() for cell in cells]
    answered = [cell for cell in given if not is_no_answer(cell)]
    found = [mark for cell in answered if (mark := plain_number(cell)) is not None]
    # Where nothing else is written, 99 is a mark.
    return found or [mark for cell in given if (mark := plain_number(cell)) is not None]


def is_no_answer(cell: str) -> bool:
    """Whether a cell is what surveys write for `no sabe / no responde`: `99`, `-1`."""
    return cell.strip() in _NO_ANSWER


def _usual_top(marks: Sequence[float], *, of_seven: bool) -> float:
    """The smallest usual scale that holds nearly all the marks."""
    for top in _TOPS:
        if top == 7 and not of_seven:
            continue
        if sum(mark <= top for mark in marks) >= len(marks) * _FIT:
            return top
    return _TOPS[-1]


def _told(name: str) -> tuple[float, float, float] | None:
    """Lowest and highest mark that a plain header tells, and which share may lie beyond them."""
    if told := _RANGE.search(name):
        return float(told[1]), float(told[2]), 1 / 2
    ends = _ends(name)
    if ends and ends[0][0] <= 1 and ends[-1][0] in _TOPS:
        return ends[0][0], ends[-1][0], 1 / 2
    return (0.0, 5.0, 1 / 3) if _STARRED.search(name) else None


def _ends(name: str) -> list[tuple[float, float]]:
    """What a plain header says that numbers mean, in order: `1 excelente 5 pesimo`.

    Nothing unless both ends have a meaning and these are opposite.
    """
    found: list[tuple[float, float]] = []
    for number, said in _END.findall(name):
        words = " ".join(word for word in said.split() if word not in _FILLING)
        meaning = _WORDS.get(words) or _ENDS.get(words)
        if meaning:
            found.append((float(number), meaning))
    found.sort()
    opposite = len(found) > 1 and {found[0][1] > 3, found[-1][1] > 3} == {True, False}
    return found if opposite and 3.0 not in (found[0][1], found[-1][1]) else []


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _scaled(value: float, top: float, low: float) -> float | None:
    if not 0 <= value <= top:
        return None
    if top <= 5:
        return max(1.0, value * 5 / top)
    return round(1 + 4 * max(0.0, value - low) / (top - low), 4)
