"""The pyramid in a few sentences: it is built from the bottom, so the lowest gap comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.catalogue import display_names
from vocmine.display import whole
from vocmine.journey.judging import ENOUGH, effort_at_the_top, judged
from vocmine.journey.judging import HALF as MET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vocmine.journey.rows import Effort, LevelFigures

_SENTENCES = {
    "es": {
        "none": "Hay muy pocas opiniones sobre la pirámide para dar un veredicto (mínimo {enough} "
        "por nivel).",
        "gap": "Lo primero, {level}: {missed} de {all} opiniones ({share} %) dicen que no se "
        "cumple",
        "base": ", y es la base: lo que se mejore más arriba se nota poco mientras falle.",
        "above": "; lo de más abajo sí se cumple ({below}).",
        "thin": "; de lo de más abajo hay pocas opiniones.",
        "fine": "La pirámide se sostiene desde la base: {below}.",
        "met": "{level} {share} %",
        "top": " Arriba sí se cumple: {level}, en {share} % de {all} opiniones y con {praise} % de "
        "los elogios; ese esfuerzo no compensa mientras falle {failing}.",
        "unsure": " Todavía no es claro (intervalo del 95 %): {levels}.",
        "interval": "{level}, entre {low} y {high} % de cumplimiento",
    },
    "pt": {
        "none": "Há opiniões de menos sobre a pirâmide para um veredito (mínimo de {enough} por "
        "nível).",
        "gap": "Primeiro, {level}: {missed} de {all} opiniões ({share}%) dizem que não se cumpre",
        "base": ", e é a base: o que se melhorar acima pouco aparece enquanto ela falhar.",
        "above": "; o que está abaixo se cumpre ({below}).",
        "thin": "; sobre o que está abaixo há poucas opiniões.",
        "fine": "A pirâmide se sustenta desde a base: {below}.",
        "met": "{level} {share}%",
        "top": " Em cima sim se cumpre: {level}, em {share}% de {all} opiniões e com {praise}% dos "
        "elogios; esse esforço não compensa enquanto falhar {failing}.",
        "unsure": " Ainda não está claro (intervalo de 95%): {levels}.",
        "interval": "{level}, entre {low} e {high}% de cumprimento",
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
        "top": " The top is met: {level}, in {share}% of {all} opinions and with {praise}% of the "
        "praise; that effort does not make up for {failing} while it fails.",
        "unsure": " Unclear yet (95% interval): {levels}.",
        "interval": "{level}, met between {low} and {high}%",
    },
}


def pyramid_verdict(rows: Sequence[Mapping[str, Any]], lang: str = "es") -> str:
    """What to mend first, whether effort is spent above it, and what is not certain.

    Args:
        rows: Levels from the base to the top, each with `level`, `met` and `missed` (counts).
        lang: `es`, `pt` or `en`.
    """
    words, names = _SENTENCES[lang], display_names("pyramid", lang)
    levels = [judged(row["level"], "", row["met"], row["missed"]) for row in rows]
    met: list[str] = []
    for position, level in enumerate(levels):
        if level.share_met is None or level.verdict == "few":
            continue
        name = names[level.level]
        if level.share_met <= MET:
            end = "base" if position == 0 else "above" if met else "thin"
            total = level.met + level.missed
            share = round(100 * level.missed / total)
            counts = {"missed": whole(level.missed, lang), "all": whole(total, lang)}
            gap = words["gap"].format(level=name, share=share, **counts)
            first = gap + words[end].format(below=", ".join(met))
            return (
                first
                + _top(effort_at_the_top(levels), words, names, lang)
                + _unsure(levels[: position + 1], words, names)
            )
        met.append(words["met"].format(level=name, share=round(100 * level.share_met)))
    if not met:
        return words["none"].format(enough=ENOUGH)
    return words["fine"].format(below=", ".join(met)) + _unsure(levels, words, names)


def _top(effort: Effort, words: Mapping[str, str], names: Mapping[str, str], lang: str) -> str:
    """The sentence that the top shines over a level that fails; empty when it does not."""
    if effort.failing is None or effort.shining is None or effort.praise is None:
        return ""
    shining = effort.shining
    return words["top"].format(
        level=names[shining.level],
        share=round(100 * (shining.share_met or 0)),
        all=whole(shining.met + shining.missed, lang),
        praise=round(100 * effort.praise),
        failing=names[effort.failing.level],
    )


def _unsure(
    levels: Sequence[LevelFigures], words: Mapping[str, str], names: Mapping[str, str]
) -> str:
    """The sentence that names the levels whose interval spans a half; empty without any."""
    spans = [
        words["interval"].format(
            level=names[row.level], low=round(100 * row.low), high=round(100 * row.high)
        )
        for row in levels
        if row.verdict == "unclear" and row.low is not None and row.high is not None
    ]
    return words["unsure"].format(levels="; ".join(spans)) if spans else ""
