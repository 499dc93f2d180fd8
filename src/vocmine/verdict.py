"""The pyramid in one sentence: it is built from the bottom, so the lowest gap comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.catalogue import display_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ENOUGH = 5
"""Opinions about a level, positive or negative, below which it gets no verdict."""

MET = 0.5
"""A level is met when more opinions are positive than negative."""

_SENTENCES = {
    "es": {
        "none": "Hay muy pocas opiniones sobre la pirámide para dar un veredicto (mínimo {enough} "
        "por nivel).",
        "gap": "Lo primero, {level}: {missed} de {all} opiniones ({share} %) dicen que falla",
        "base": ", y es la base: lo que se mejore más arriba se nota poco mientras falle.",
        "above": "; lo de más abajo sí se cumple ({below}).",
        "thin": "; de lo de más abajo hay pocas opiniones.",
        "fine": "La pirámide se sostiene desde la base: {below}.",
        "met": "{level} {share} %",
    },
    "pt": {
        "none": "Há opiniões de menos sobre a pirâmide para um veredito (mínimo de {enough} por "
        "nível).",
        "gap": "Primeiro, {level}: {missed} de {all} opiniões ({share}%) dizem que falta",
        "base": ", e é a base: o que se melhorar acima pouco aparece enquanto ela falhar.",
        "above": "; o que está abaixo se cumpre ({below}).",
        "thin": "; sobre o que está abaixo há poucas opiniões.",
        "fine": "A pirâmide se sustenta desde a base: {below}.",
        "met": "{level} {share}%",
    },
    "en": {
        "none": "There are too few opinions about the pyramid for a verdict (at least {enough} per "
        "level).",
        "gap": "First, {level}: {missed} of {all} opinions ({share}%) say that it is not met",
        "base": ", and it is the base: what is improved above hardly shows while it fails.",
        "above": "; what is below is met ({below}).",
        "thin": "; there are few opinions about what is below.",
        "fine": "The pyramid stands from its base up: {below}.",
        "met": "{level} {share}%",
    },
}


def pyramid_verdict(rows: Sequence[Mapping[str, Any]], lang: str = "es") -> str:
    """What to mend first, with figures, in `es`, `pt` or `en`.

    Args:
        rows: Levels from the base to the top, each with `level`, `met` and `missed` (counts).
    """
    words, names = _SENTENCES[lang], display_names("pyramid", lang)
    met: list[str] = []
    for position, row in enumerate(rows):
        total = row["met"] + row["missed"]
        if total < ENOUGH:
            continue
        level = names[row["level"]]
        if row["met"] <= total * MET:
            end = "base" if position == 0 else "above" if met else "thin"
            share = round(100 * row["missed"] / total)
            gap = words["gap"].format(level=level, missed=row["missed"], all=total, share=share)
            return gap + words[end].format(below=", ".join(met))
        met.append(words["met"].format(level=level, share=round(100 * row["met"] / total)))
    if not met:
        return words["none"].format(enough=ENOUGH)
    return words["fine"].format(below=", ".join(met))
