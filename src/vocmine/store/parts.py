"""Messages in parts by the values of a column: by channel, by city, by any column of the export."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vocmine.errors import UsageError
from vocmine.readers.aliases import ALIASES, plain
from vocmine.readers.dates import parse_date
from vocmine.store.filters import Filter
from vocmine.store.reading import count_messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocmine.store.database import Store

TOP = 10
"""Values with a part of their own; the others share one."""
OTHER, NONE = "(other)", "(none)"
"""Value of the part of rarer values, and of the one of messages without a value."""

_FIELDS = {
    "channel": "m.channel",
    "country": "m.country",
    "lang": "m.lang",
    "source": "s.name",
    "score": "CAST(round(m.score) AS INTEGER)",
    "month": "substr(m.created_at, 1, 7)",
}
_ALSO = {
    "canal": "channel",
    "pais": "country",
    "idioma": "lang",
    "language": "lang",
    "archivo": "source",
    "arquivo": "source",
    "file": "source",
    "calificacion": "score",
    "rating": "score",
    "nota": "score",
    "mes": "month",
}
_OF_EXTRA = (
    "(SELECT j.value FROM json_each(m.extra) AS j "
    "WHERE j.key IN (SELECT value FROM json_each(?)) LIMIT 1)"
)
_ADDRESS = re.compile(r"[^\s@]@[^\s@.]{1,64}\.")
_NUMBER = re.compile(r"\d(?:[ ().-]{0,3}\d){6}")
_NAMES_OF_PERSONS = frozenset(ALIASES["author"]) | frozenset(
    "to|cc|bcc|from|sender|reply to|forwarded by|para|de|remitente|destinatario".split("|")
)
# `Nombre contacto` has no other words and is of persons; `Tipo de cliente` is not.
_PERSONS = frozenset(
    """
    nombre nombres apellido apellidos contacto cliente clientes usuario usuarios persona personas
    peticionario solicitante autor remitente afiliado paciente suscriptor titular quejoso reclamante
    denunciante ciudadano cedula identificacion correo telefono celular
    nome nomes sobrenome contato pessoa requerente email mail telefone cpf
    name names surname contact customer client user person requester reporter author patient
    subscriber complainant phone mobile
""".split()
)
_BESIDE_PERSONS = frozenset(
    """
    de del la el do da of the id numero number no completo completa full first last e electronico
    display
""".split()
)
_MANY, _UNIQUE_SHARE = 10, 0.8
"""From so many values on, a column with another one in most messages tells persons apart."""
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Part:
    """The messages with one value of a column.

    Args:
        column: Name of the column, as the store has it.
        value: The value in its most frequent spelling, or `OTHER` or `NONE`.
        messages: How many of them figures count.
        chosen: Selects them.
    """

    column: str
    value: str
    messages: int
    chosen: Filter


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    sql: str
    values: tuple[str, ...] = ()


def _extra_names(store: Store) -> list[str]:
    rows = store.conn.execute(
        "SELECT j.key, count(*) AS n FROM messages AS m, json_each(m.extra) AS j "
        "WHERE m.skip_reason IS NULL GROUP BY j.key ORDER BY n DESC, j.key"
    )
    return [row[0] for row in rows]


@contextmanager
def parts(store: Store, chosen: Filter, by: str, *, top: int = TOP) -> Iterator[list[Part]]:
    """The parts of a selection, the largest first, then rarer values, then messages without one.

    Spellings that differ in case and accents only are one value. The filters of the parts hold
    inside the block. Of copies of a message the first counts, in its own part.

    Args:
        store: Where the messages are.
        chosen: Which of them.
        by: Name of a column; case and accents do not matter.
        top: Values with a part of their own.

    Raises:
        UsageError: No such column, or one that tells persons apart.
    """
    column, groups = grouped(store, chosen, by, top=top)
    store.conn.execute("CREATE TEMP TABLE parts (message_id INTEGER PRIMARY KEY, part INTEGER)")
    try:
        found = []
        for number, (value, members) in enumerate(groups):
            store.conn.executemany(
                "INSERT INTO temp.parts VALUES (?, ?)", [(member, number) for member in members]
            )
            if members:
                of_part = replace(chosen, part=number)
                count = count_messages(store, of_part)
                found.append(Part(column, value, count, of_part))
        store.conn.commit()
        yield found
    finally:
        store.conn.execute("DROP TABLE temp.parts")


def grouped(
    store: Store, chosen: Filter, by: str, *, top: int = TOP
) -> tuple[str, list[tuple[str, list[int]]]]:
    """The messages of a selection by the values of a column, as `parts` has them; copies included.

    Args:
        store: Where the messages are.
        chosen: Which of them.
        by: Name of a column; case and accents do not matter.
        top: Values with a group of their own.

    Returns:
        The name of the column as the store has it, and for each value its messages; the last two
        groups are `OTHER` and `NONE`, which may be empty.

    Raises:
        UsageError: No such column, or one that tells persons apart.
    """
    column = _find_column(store, by)
    where, values = chosen.message_where()
    rows = store.conn.execute(
        f"SELECT m.id, {column.sql} FROM messages AS m JOIN sources AS s ON s.id = m.source_id "
        f"WHERE {where}",
        [*column.values, *values],
    )
    ids: defaultdict[str, list[int]] = defaultdict(list)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, value in rows:
        text = "" if value is None else " ".join(str(value).split())
        group = plain(text) or text
        ids[group].append(key)
        spellings[group][text] += 1
    names = {group: found.most_common(1)[0][0] for group, found in spellings.items()}
    if column.values:
        filled = sum(len(members) for group, members in ids.items() if group)
        _refuse_personal(column.name, [name for name in names.values() if name], filled)
    ranked = sorted((g for g in ids if g), key=lambda group: (-len(ids[group]), group))
    own, rare = ranked[:top], ranked[top:]
    groups = [(names[group], ids[group]) for group in own]
    groups.append((OTHER, [key for group in rare for key in ids[group]]))
    groups.append((NONE, ids.get("", [])))
    return column.name, groups


def _find_column(store: Store, by: str) -> _Column:
    wanted = plain(by)
    if wanted in _FIELDS:
        return _Column(wanted, _FIELDS[wanted])
    extra = _extra_names(store)
    same = [name for name in extra if name == by] or [n for n in extra if plain(n) == wanted]
    if same:
        _refuse_named_persons(same[0])
        return _Column(same[0], _OF_EXTRA, (json.dumps(same),))
    field = _mapped_field(store, wanted) or _ALSO.get(wanted, wanted)
    if field in _FIELDS:
        return _Column(field, _FIELDS[field])
    if field == "author":
        raise UsageError(
            "Figures are not shown by author.", "They would be of single persons; see --by channel."
        )
    names = [*_FIELDS, *extra]
    listed = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    raise UsageError(f"No message has a column '{by}'.", f"There are: {listed}.")


def _mapped_field(store: Store, wanted: str) -> str:
    """The field of messages that an export's column of this name feeds, or nothing."""
    for (reading,) in store.conn.execute("SELECT reading FROM sources WHERE reading <> ''"):
        for field, column in json.loads(reading).get("mapping", {}).items():
            if plain(str(column)) == wanted:
                return str(field)
    return ""


def refuse_persons(column: str, values: list[str], filled: int) -> None:
    """Refuse a column of the export that tells persons apart.

    Args:
        column: Its name.
        values: The different values that are not empty.
        filled: How many messages have one.

    Raises:
        UsageError: By its name or by its values, it does.
    """
    _refuse_named_persons(column)
    _refuse_personal(column, values, filled)


def _refuse_named_persons(column: str) -> None:
    name = plain(column)
    words = set(name.split()) - _BESIDE_PERSONS
    if name in _NAMES_OF_PERSONS or (words and words <= _PERSONS):
        raise UsageError(
            f"The column '{column}' names persons.",
            "Figures are not shown of single persons; choose another column.",
        )


def _refuse_personal(column: str, values: list[str], filled: int) -> None:
    """Refuse a column by its values.

    Args:
        column: Its name.
        values: The different values that are not empty.
        filled: How many messages have one.
    """
    personal = sum(
        _ADDRESS.search(value) is not None
        or (_NUMBER.search(value) is not None and (value.isdigit() or parse_date(value) is None))
        for value in values
    )
    if len(values) > 1 and personal * 2 > len(values):
        raise UsageError(
            f"The column '{column}' holds e-mail addresses, or numbers such as telephones.",
            "Figures are not shown of single persons; choose another column.",
        )
    if len(values) >= _MANY and len(values) > _UNIQUE_SHARE * filled:
        raise UsageError(
            f"The column '{column}' has another value in nearly every message: {len(values)} in "
            f"{filled}.",
            "Figures are shown of groups of messages; choose another column.",
        )
