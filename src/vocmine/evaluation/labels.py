"""Labels as people write them: `claim`, `Reclamo`, `RECLAMAÇÃO` and `complaint` are one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vocmine.accents import without_accents
from vocmine.catalogue import INTERFACE_LANGS
from vocmine.display import FLAGS, name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.heads import Code

NO_LABEL = frozenset(("", "-", "none", "ninguna", "ninguno", "nenhuma", "nenhum"))
"""What people write, folded, where a task of several labels has none."""
_SPACES = re.compile(r"[\s_]+")
_WHOLE = re.compile(r"([+-]?\d+)(?:[.,]0+)?")


def fold(text: str) -> str:
    """A label without case, accents and underscores; signs stay, as -1 is not 1."""
    return _SPACES.sub(" ", without_accents(text)).strip().casefold()


class LabelNames:
    """What the labels of one task are called: their codes, and their names in es, pt and en.

    Args:
        task: A task of the model.
        codes: Its labels.
        also: Other names of them.
    """

    def __init__(
        self, task: str, codes: Sequence[Code], also: Mapping[str, Code] | None = None
    ) -> None:
        self.codes = tuple(codes)
        self._numbers = all(isinstance(code, int) for code in codes)
        self._known: dict[str, Code] = {
            fold(str(name_of(task, code, lang))): code for lang in INTERFACE_LANGS for code in codes
        }
        self._known |= {fold(name): code for name, code in (also or {}).items()}
        if task in FLAGS:
            self._known |= {"false": 0, "true": 1}
        # A code is what it is, whatever another label may be called.
        self._known |= {fold(str(code)): code for code in codes}

    def code(self, text: str) -> Code | None:
        """The label a person means, None when it is none of them."""
        if self._numbers and (number := _WHOLE.fullmatch(text.strip())):
            text = str(int(number[1]))
        return self._known.get(fold(text))
