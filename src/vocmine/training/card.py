"""The card of an own model, in Spanish, generated from its `meta.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.catalogue import display_names
from vocmine.display import decimal, heading

if TYPE_CHECKING:
    from collections.abc import Mapping

_INTRO = """# {name}

Modelo propio: las cabezas de `{base}` {version}, adaptadas a las etiquetas de un equipo. Lee los
mensajes en este equipo de cómputo, sin conexión:

    vocmine analyze quejas.xlsx --model {name}

| | |
|---|---|
| base | {base} {version} |
| codificador | {encoder}, huella `{fingerprint}` |
| licencia de la base | {licence} |
| entrenado | {date}, semilla {seed} |
| mensajes etiquetados | {messages} |

Para volver a entrenarlo (por ejemplo, cuando cambie la base):

    {command} --force
"""
_SCORES = """
## Qué mejoró

Cada cifra es de mensajes que el modelo no había visto (validación cruzada por mensaje, las mismas
filas para la base y para la propia). F1 es el promedio sobre las etiquetas. Cuando lo propio no
mejora a la base, se queda la base.

| tarea | filas | exactitud: base | propia | F1: base | propia | queda |
|---|--:|--:|--:|--:|--:|---|
"""
_REASONS = {
    "few_rows": "la base (muy pocas filas)",
    "one_label": "la base (una sola etiqueta)",
}
_LIMITS = """
## Límites

- Vale para mensajes como los etiquetados: otro canal, producto o país puede leerse peor.
- Con menos de cien filas las cifras se mueven varios puntos: mida con `vocmine evaluate` sobre
  mensajes etiquetados aparte.
- No guarda textos: solo pesos, y las palabras como sumas de control.
"""


def card(meta: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    training, base = meta["training"], meta["base"]
    text = _INTRO.format(
        name=meta["name"],
        base=base["name"],
        version=base["version"],
        encoder=meta["encoder"].get("name", ""),
        fingerprint=meta["encoder"]["fingerprint"][:16],
        licence=meta["licence"],
        date=training["date"],
        seed=training["seed"],
        messages=training["messages"],
        command=training["command"],
    )
    text += "\n## Datos\n\n| archivo | sha256 |\n|---|---|\n"
    text += "".join(f"| {_cell(d['name'])} | `{d['sha256'][:16]}` |\n" for d in training["data"])
    text += _SCORES
    text += "".join(_row(task, entry) for task, entry in meta["metrics"]["held_out"].items())
    if meta["taxonomy"]:
        text += (
            "\n## Categorías propias\n\n| código | nombre | fricción | citas |\n|---|---|---|--:|\n"
        )
        frictions = display_names("friction")
        text += "".join(
            f"| `{c['code']}` | {_cell(c['es'])} | {frictions[c['friction']]} "
            f"| {training['categories'].get(c['code'], 0)} |\n"
            for c in meta["taxonomy"]
        )
    return text + _LIMITS


def _row(task: str, entry: Mapping[str, Any]) -> str:
    before, after = entry["base"] or {}, entry["own"] or {}
    figures = [
        decimal(scores[name], "es") if scores else "–"
        for name in ("accuracy", "macro_f1")
        for scores in (before, after)
    ]
    kept = "la propia" if entry["kept"] == "own" else _REASONS.get(entry["reason"], "la base")
    return f"| {heading(task, 'es')} | {entry['rows']} | {' | '.join(figures)} | {kept} |\n"


def _cell(text: str) -> str:
    """Text that cannot break a table."""
    return " ".join(text.replace("|", "\\|").split())
