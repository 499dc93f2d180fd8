"""The zoo: exports as the world writes them, each with what reading it has to give.

Written by the project, the same bytes every time; `python -m tests.zoo --to FOLDER` writes them
all out for people who want to look.
"""

from __future__ import annotations

from . import (
    broken,
    dates,
    dialects,
    mail,
    regulators,
    reviews,
    surveys,
    tickets,
    tickets_more,
    workbooks,
)
from .animals import Animal

ANIMALS: tuple[Animal, ...] = (
    *dialects.ANIMALS,
    *workbooks.ANIMALS,
    *tickets.ANIMALS,
    *tickets_more.ANIMALS,
    *regulators.ANIMALS,
    *reviews.ANIMALS,
    *surveys.ANIMALS,
    *mail.ANIMALS,
    *dates.ANIMALS,
    *broken.ANIMALS,
)
