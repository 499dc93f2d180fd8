"""Which labels a file may hold: those of the model, and a team's own categories."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vocmine.catalogue import every_name, label_set
from vocmine.errors import UsageError
from vocmine.evaluation.gold import Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.evaluation.gold import GoldMessage
    from vocmine.heads import Code, Heads
    from vocmine.taxonomy import Taxonomy

FRICTION = "friction"
CATEGORY = "category"
LEAST_MESSAGES = 30
LEAST_OF_CATEGORY = 2


def trainable_tasks(heads: Heads, taxonomy: Taxonomy | None) -> list[Task]:
    """Tasks that a team can label; own categories are labels of `category` and of `friction`."""
    made = []
    for name in heads.tasks:
        head = heads.head(name)
        if name == FRICTION and taxonomy is not None:
            labels = (*taxonomy.codes, *label_set(FRICTION).codes)
            names: dict[str, Code] = {**every_name(FRICTION), **taxonomy.names}
            made += [Task(n, head.per, head.many, labels, names) for n in (FRICTION, CATEGORY)]
        elif name != "insight":
            made.append(Task(name, head.per, head.many, head.codes))
    return made


def with_categories(messages: Sequence[GoldMessage]) -> None:
    """Let an own category stand as the friction of its point: it says more."""
    from vocmine.evaluation.points import Point

    for message in messages:
        if message.points is not None:
            message.points = [
                Point(p.start, p.end, {**p.labels, FRICTION: p.labels[CATEGORY]})
                if CATEGORY in p.labels
                else p
                for p in message.points
            ]


def is_labelled(message: GoldMessage) -> bool:
    """Whether a message holds a label of its own or of some point; "no emotion" is one."""
    points = any(point.labels for point in message.points or ())
    return bool(message.labels or message.sets or points)


def check_enough(
    messages: Sequence[GoldMessage], taxonomy: Taxonomy | None, about: str
) -> Mapping[str, int]:
    """Refuse too few labels; returns the number of points of each own category.

    Raises:
        UsageError: Fewer than 30 labelled messages, or a category with fewer than 2.
    """
    usable = sum(is_labelled(message) for message in messages)
    if usable < LEAST_MESSAGES:
        raise UsageError(
            f"{about} holds {usable} labelled messages, and at least {LEAST_MESSAGES} are needed.",
            "Label more of them; some hundreds are better.",
        )
    counts = Counter(str(point.labels.get(FRICTION)) for m in messages for point in m.points or ())
    for category in taxonomy.categories if taxonomy else ():
        if counts[category.code] < LEAST_OF_CATEGORY:
            raise UsageError(
                f"{about} holds {counts[category.code]} quotes of the category "
                f"'{category.code}', and at least {LEAST_OF_CATEGORY} are needed.",
                "Label more of them, or take the category out of the taxonomy.",
            )
    return {code: counts[code] for code in taxonomy.codes} if taxonomy else {}
