"""What a vendor's layout says about the columns of one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocmine.readers.aliases import plain
from vocmine.readers.conversations import ConversationReader

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from vocmine.readers.layouts import Layout

_ANSWERS = {
    "nps": ("nps", "nps score", "calificacion nps", "puntaje nps", "nota nps"),
    "csat": ("csat", "csat score", "calificacion csat", "puntaje csat", "nota csat"),
}
"""Common names of answers to the columns that any export may have them in, best first."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Columns of one table by what they hold.

    Args:
        fields: Field to column; an empty column leaves the field unmapped.
        taken: Columns that nothing else may use.
        context: Columns with the company's words.
        substitutes: Field to the columns that stand in for it where it is blank.
        metrics: Common name to its columns, best first.
        conversation: Whether the customer's turns are the text.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    context: frozenset[str] = frozenset()
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    metrics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conversation: bool = False


def declare(
    layout: Layout, columns: Sequence[str], filled: Collection[str], chosen: Mapping[str, str]
) -> Declared:
    """Find the layout's columns in a table.

    Of several columns for a field the first one with a cell in the sample is taken.

    Args:
        layout: The vendor's.
        columns: Names of the table's columns.
        filled: Those with something in the sample.
        chosen: What the user said, field to column. It goes first, and with a text of the user's
            the conversation is left alone.
    """
    spelt: dict[str, str] = {}
    for column in columns:
        spelt.setdefault(plain(column), column)
    # A record may spell a key with an accent that another leaves out: both are the same column.
    twins: dict[str, list[str]] = {}
    for column in columns:
        twins.setdefault(plain(column), []).append(column)
    used = {column for column in chosen.values() if column}
    fields: dict[str, str] = {}
    substitutes: dict[str, tuple[str, ...]] = {}
    for name, wanted in layout.fields.items():
        if name in chosen:
            continue
        found = [c for plain_name in wanted for c in twins.get(plain_name, ()) if c not in used]
        best = next((column for column in found if column in filled), found[0] if found else "")
        if best or not wanted:
            fields[name] = best
            used.add(best)
        if len(found) > 1:
            substitutes[name] = tuple(column for column in found if column != best)
    conversation, turned = _conversation(layout, columns, chosen)
    if conversation and not fields.get("text"):
        fields["text"] = next(column for column in columns if column in turned)
    metrics = {
        name: known
        for name, wanted in layout.metrics.items()
        if (known := tuple(spelt[column] for column in wanted if column in spelt))
    }
    context = {spelt[name] for name in layout.context if name in spelt} - used - turned
    return Declared(
        fields, frozenset(used | turned), frozenset(context), substitutes, metrics, conversation
    )


def answers(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Common names of answers to their columns, in a table of whatever vendor.

    Only bare names count: what a longer header asks is for the source of surveys to tell.
    """
    spelt = {plain(column): column for column in reversed(columns)}
    return {
        name: known
        for name, wanted in _ANSWERS.items()
        if (known := tuple(spelt[column] for column in wanted if column in spelt))
    }


def _conversation(
    layout: Layout, columns: Sequence[str], chosen: Mapping[str, str]
) -> tuple[bool, set[str]]:
    """Whether the table has a conversation to read, and the columns with its turns."""
    if layout.turns is None:
        return False, set()
    reader = ConversationReader(layout.turns, columns)
    turned = set(reader.columns | reader.opening_columns)
    return bool(turned) and "text" not in chosen, turned - set(chosen.values())
