"""From stable codes to what people read: column headings and label names in es, pt and en."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vocmine.catalogue import display_names

if TYPE_CHECKING:
    from collections.abc import Mapping

LABELS = {
    "effort": "effort",
    "emotions": "emotion",
    "friction": "friction",
    "lang": "lang",
    "level": "pyramid",
    "phase": "phase",
    "polarity": "polarity",
    "pqrs": "pqrs",
    "pyramid": "pyramid",
    "recommend": "recommend",
    "sentiment": "sentiment",
    "stage": "stage",
    "touchpoint": "touchpoint",
}
"""Column to the label set of the catalogue that its codes come from."""

SHARES = frozenset({"high", "load", "low", "share", "share_broken", "share_met", "share_negative"})
FLAGS = frozenset({"churn", "given", "urgent"})

_STATUSES = {
    "failed": ("con errores", "com erros", "failed"),
    "interrupted": ("interrumpido", "interrompido", "interrupted"),
    "ok": ("completo", "completo", "ok"),
    "outdated": ("desactualizado", "desatualizado", "outdated"),
    "running": ("en curso", "em andamento", "running"),
}
"""Of runs and of analyses."""

_STATES = {
    "applied": ("aplicada", "aplicada", "applied"),
    "replaced": ("reemplazada", "substituída", "replaced"),
    "undone": ("deshecha", "desfeita", "undone"),
    "waiting": ("en espera", "em espera", "waiting"),
}
"""Of corrections."""

_CODES = {
    "control": {
        "brand": ("la marca", "a marca", "the brand"),
        "partner": ("un aliado", "um parceiro", "a partner"),
        "customer": ("el cliente", "o cliente", "the customer"),
        "social": ("las redes", "as redes", "social networks"),
        "": ("–", "–", "–"),
    },
    "part": {
        "analyzer": ("analizador", "analisador", "analyzer"),
        "encoder": ("codificador", "codificador", "encoder"),
        "source": ("lector", "leitor", "source"),
    },
    "moment": {
        "peak": ("mejor momento", "melhor momento", "best moment"),
        "pit": ("peor momento", "pior momento", "worst moment"),
        "": ("–", "–", "–"),
    },
    "verdict": {
        "met": ("se cumple", "se cumpre", "met"),
        "missed": ("no se cumple", "não se cumpre", "missed"),
        "unclear": ("no es claro", "não está claro", "unclear"),
        "few": ("pocas opiniones", "poucas opiniões", "few opinions"),
    },
}
"""Column to the names of its codes: of the journey, of the pyramid and of plugins."""

_YES_NO = {"es": ("no", "sí"), "pt": ("não", "sim"), "en": ("no", "yes")}

_HEADINGS = {
    "action": ("Acción", "Ação", "Action"),
    "analysed": ("Analizados", "Analisados", "Analysed"),
    "author": ("Autor", "Autor", "Author"),
    "bar": ("Volumen", "Volume", "Volume"),
    "base_accuracy": ("Exactitud base", "Exatidão base", "Base accuracy"),
    "base_f1": ("F1 base", "F1 base", "Base F1"),
    "before": ("Antes", "Antes", "Before"),
    "broken": ("Incumplida", "Descumprida", "Broken"),
    "category": ("Categoría", "Categoria", "Category"),
    "category_name": ("Categoría propia", "Categoria própria", "Own category"),
    "changed": ("Cambiados", "Alterados", "Changed"),
    "channel": ("Canal", "Canal", "Channel"),
    "churn": ("Intención de retiro", "Intenção de sair", "About to leave"),
    "claims": ("Reclamos", "Reclamações", "Claims"),
    "confidence": ("Confianza", "Confiança", "Confidence"),
    "context": ("Contexto", "Contexto", "Context"),
    "control": ("Quién lo controla", "Quem controla", "Who controls it"),
    "copies": ("Copias", "Cópias", "Copies"),
    "copy_of": ("Copia de", "Cópia de", "Copy of"),
    "corrected": ("Corregido", "Corrigido", "Corrected"),
    "cost": ("Costo", "Custo", "Cost"),
    "costs": ("Tiempo y memoria", "Tempo e memória", "Time and memory"),
    "country": ("País", "País", "Country"),
    "created_at": ("Fecha", "Data", "Date"),
    "csat": ("en CSAT", "no CSAT", "on CSAT"),
    "effort": ("Esfuerzo", "Esforço", "Effort"),
    "emotions": ("Emociones", "Emoções", "Emotions"),
    "end": ("Fin", "Fim", "End"),
    "error": ("Error", "Erro", "Error"),
    "example": ("Ejemplo", "Exemplo", "Example"),
    "external_id": ("Mensaje", "Mensagem", "Message"),
    "failed": ("Fallidos", "Com falha", "Failed"),
    "field": ("Campo", "Campo", "Field"),
    "files": ("Archivos", "Arquivos", "Files"),
    "first_seen": ("Primera vez", "Primeira vez", "First seen"),
    "friction": ("Fricción", "Atrito", "Friction"),
    "from_area": ("De", "De", "From"),
    "generation": ("Vez", "Vez", "Time"),
    "given": ("Dada por el equipo", "Dada pela equipe", "Given by the team"),
    "grievances": ("Quejas", "Queixas", "Grievances"),
    "handoffs": ("Traslados", "Transferências", "Hand-offs"),
    "high": ("Hasta", "Até", "To"),
    "high_effort": ("Esfuerzo alto", "Esforço alto", "High effort"),
    "id": ("N.º", "N.º", "No."),
    "impact": ("Impacto", "Impacto", "Impact"),
    "in_reply_to": ("En respuesta a", "Em resposta a", "In reply to"),
    "insight": ("Insight", "Insight", "Insight"),
    "insight_count": ("Insights", "Insights", "Insights"),
    "insights": ("Insights", "Insights", "Insights"),
    "kept": ("Queda", "Fica", "Kept"),
    "kind": ("Tipo", "Tipo", "Kind"),
    "label": ("Tema", "Tema", "Topic"),
    "lang": ("Idioma", "Idioma", "Language"),
    "last_seen": ("Última vez", "Última vez", "Last seen"),
    "level": ("Nivel", "Nível", "Level"),
    "licence": ("Licencia", "Licença", "Licence"),
    "load": ("Con emoción", "Com emoção", "With emotion"),
    "locator": ("Lugar", "Lugar", "Where"),
    "low": ("Desde", "Desde", "From"),
    "made_at": ("Fecha", "Data", "Date"),
    "mean_polarity": ("Polaridad media", "Polaridade média", "Mean polarity"),
    "memory_mb": ("MB de memoria", "MB de memória", "MB of memory"),
    "messages": ("Mensajes", "Mensagens", "Messages"),
    "met": ("Se cumple", "Cumpre-se", "Met"),
    "metrics": ("Métricas", "Métricas", "Metrics"),
    "missed": ("No se cumple", "Não se cumpre", "Missed"),
    "model": ("Modelo", "Modelo", "Model"),
    "moment": ("Momento que importa", "Momento que importa", "Moment that matters"),
    "name": ("Nombre", "Nome", "Name"),
    "negative": ("Negativos", "Negativos", "Negative"),
    "neutral": ("Neutros", "Neutros", "Neutral"),
    "new": ("Nuevos", "Novos", "New"),
    "note": ("Nota", "Nota", "Note"),
    "nps": ("en NPS", "no NPS", "on NPS"),
    "options": ("Opciones", "Opções", "Options"),
    "own_accuracy": ("Exactitud propia", "Exatidão própria", "Own accuracy"),
    "own_f1": ("F1 propia", "F1 própria", "Own F1"),
    "owner": ("Responsable", "Responsável", "Owner"),
    "part": ("Parte", "Parte", "Part"),
    "phase": ("Momento", "Momento", "Phase"),
    "place": ("Momento y etapa", "Momento e etapa", "Phase and stage"),
    "plugin": ("Plugin", "Plugin", "Plugin"),
    "polarity": ("Polaridad", "Polaridade", "Polarity"),
    "positive": ("Positivos", "Positivos", "Positive"),
    "pqrs": ("PQRS", "Manifestação", "PQRS"),
    "promise": ("Promesa", "Promessa", "Promise"),
    "promise_kept": ("Cumplida", "Cumprida", "Kept"),
    "pyramid": ("Pirámide", "Pirâmide", "Pyramid"),
    "quote": ("Cita", "Citação", "Quote"),
    "quotes": ("Citas", "Citações", "Quotes"),
    "rank": ("N.º", "N.º", "No."),
    "read": ("Leídos", "Lidos", "Read"),
    "reason": ("Motivo", "Motivo", "Reason"),
    "recent": ("Últimos días", "Últimos dias", "Lately"),
    "recommend": ("Recomienda", "Recomenda", "Recommends"),
    "records": ("Registros", "Registros", "Records"),
    "related": ("Con", "Com", "With"),
    "rows": ("Filas", "Linhas", "Rows"),
    "score": ("Calificación", "Nota", "Score"),
    "seconds": ("Segundos", "Segundos", "Seconds"),
    "segments": ("Fragmentos", "Trechos", "Segments"),
    "sentiment": ("Sentimiento", "Sentimento", "Sentiment"),
    "severity": ("Gravedad", "Gravidade", "Severity"),
    "share": ("% de los mensajes", "% das mensagens", "% of messages"),
    "share_before": ("% antes", "% antes", "% before"),
    "share_broken": ("% incumplida", "% descumprida", "% broken"),
    "share_met": ("% que se cumple", "% que se cumpre", "% met"),
    "share_negative": ("% negativos", "% negativas", "% negative"),
    "share_recent": ("% reciente", "% recente", "% lately"),
    "size_mb": ("MB", "MB", "MB"),
    "skipped": ("Sin analizar", "Não analisados", "Not analysed"),
    "snippet": ("Texto", "Texto", "Text"),
    "source": ("Archivo", "Arquivo", "File"),
    "stage": ("Etapa", "Etapa", "Stage"),
    "stars": ("en estrellas", "em estrelas", "on stars"),
    "start": ("Inicio", "Início", "Start"),
    "started_at": ("Empezó", "Começou", "Started"),
    "state": ("Estado", "Estado", "State"),
    "status": ("Estado", "Estado", "Status"),
    "task": ("Tarea", "Tarefa", "Task"),
    "terms": ("Términos", "Termos", "Terms"),
    "text": ("Texto", "Texto", "Text"),
    "title": ("Título", "Título", "Title"),
    "to": ("Para", "Para", "To"),
    "to_area": ("A", "Para", "To"),
    "topic": ("N.º", "N.º", "No."),
    "touchpoint": ("Punto de contacto", "Ponto de contato", "Touchpoint"),
    "trend": ("Tendencia", "Tendência", "Trend"),
    "unchanged": ("Sin cambios", "Sem alteração", "Unchanged"),
    "urgent": ("Urgente", "Urgente", "Urgent"),
    "value": ("Corrección", "Correção", "Correction"),
    "verdict": ("Veredicto", "Veredito", "Verdict"),
    "version": ("Versión", "Versão", "Version"),
    "weight": ("Peso", "Peso", "Weight"),
    "where": ("Dónde", "Onde", "Where"),
    "why": ("Por qué", "Por quê", "Why"),
}
_FROM_FILE = ("{} (del archivo)", "{} (do arquivo)", "{} (from the file)")
"""Heading of a column of the original export, which must not pass for one of vocmine's."""

_POSITION = {"es": 0, "pt": 1, "en": 2}


def heading(column: str, lang: str) -> str:
    """Heading of a column in `es`, `pt` or `en`; a column it does not know keeps its name."""
    names = _HEADINGS.get(column)
    return names[_POSITION[lang]] if names else column


def heading_of_extra(column: str, lang: str) -> str:
    """Heading of a column of the original export; the fields of e-mails are vocmine's own names."""
    known = column in ("to", "in_reply_to")
    return _FROM_FILE[_POSITION[lang]].format(heading(column, lang) if known else column)


def headings(columns: tuple[str, ...], lang: str) -> list[tuple[str, str]]:
    """Pairs of column and heading, as `print_table` takes them."""
    return [(column, heading(column, lang)) for column in columns]


def name_of(column: str, code: Any, lang: str) -> Any:
    """Display name of a code in a column; anything that is no code comes back as it is."""
    if code is None:
        return None
    if column in FLAGS:
        return _YES_NO[lang][bool(code)]
    if column == "state":
        return _STATES[code][_POSITION[lang]] if code in _STATES else code
    if column == "status":
        return _STATUSES[code][_POSITION[lang]] if code in _STATUSES else code
    if column == "skipped":
        from vocmine.cli.words import words

        return words(lang).get(f"skip_{code}", code)
    if column in _CODES and isinstance(code, str):
        names_of_code = _CODES[column].get(code)
        return names_of_code[_POSITION[lang]] if names_of_code else code
    if column not in LABELS:
        return code
    names = display_names(LABELS[column], lang)
    if isinstance(code, dict):
        return [
            f"{names.get(key, key)} {percent(share, lang).strip()}" for key, share in code.items()
        ]
    if isinstance(code, list):
        return [names.get(str(item), item) for item in code]
    return names.get(str(code), code)


def readable(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A row with display names, dates without time and shares as percentages."""
    shown: dict[str, Any] = {}
    for column, value in row.items():
        if value is not None and column in SHARES:
            shown[column] = percent(value, lang)
        elif isinstance(value, str) and column in ("created_at", "first_seen", "last_seen"):
            shown[column] = value[:10]
        else:
            shown[column] = name_of(column, value, lang)
    return shown


def percent(share: float, lang: str = "es") -> str:
    """`0.257` as `26 %` (`26%` in `pt` and `en`), padded so that a column of them lines up."""
    return f"{share * 100:3.0f}{' ' if lang == 'es' else ''}%"


def whole(value: int, lang: str) -> str:
    """A count with its thousands apart: `12.345` in `es` and `pt`, `12,345` in `en`."""
    text = f"{value:,}"
    return text if lang == "en" else text.replace(",", ".")


def decimal(value: float, lang: str) -> str:
    """A figure with two decimals: `-1,53` in `es` and `pt`, `-1.53` in `en`."""
    text = f"{value:.2f}"
    return text if lang == "en" else text.replace(".", ",")
