"""Speed of voc-encoder on messages of about 25 words.

python benchmarks/encoder.py --output benchmarks/results/encoder.json

One warm-up, then ``--runs`` timed runs over the same distinct texts. The JSON result has the
median, the smallest and largest run, the machine and the settings.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import statistics
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from vocmine.encoder import OnnxEncoder
from vocmine.models import load_encoder

OPENINGS = (
    "Llevo tres semanas esperando que me instalen el internet",
    "Hice fila más de dos horas en la sucursal del centro",
    "La aplicación se cierra cada vez que intento pagar la factura",
    "Compré una lavadora el mes pasado y llegó con la puerta rota",
    "Estou há dez dias tentando cancelar o plano e ninguém resolve",
    "The agent was polite but could not find my booking at all",
    "Me cobraron dos veces el mismo seguro en la tarjeta de crédito",
    "El vuelo salió con cuatro horas de retraso",
)
MIDDLES = (
    "y cada asesor me dice una cosa distinta por teléfono",
    "nadie me da razón de cuándo van a solucionarlo",
    "pero la señora que me atendió al final fue muy amable",
    "e o aplicativo só mostra uma mensagem de erro sem explicação",
    "and the chat just keeps sending me back to the same menu",
    "ya puse la queja por escrito con el número de radicado 48213",
    "y tuve que volver a llevar los mismos papeles",
    "aunque el producto en sí funciona bien",
)
CLOSINGS = (
    ", por favor necesito una respuesta hoy mismo.",
    ". Así no se trata a un cliente de diez años 😡",
    ". Quero meu dinheiro de volta o quanto antes!",
    ". I will not be recommending you to anyone.",
    ", gracias de todas formas por intentarlo.",
)


def main() -> None:
    """Time the encoder and print the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0, help="0 means one per core")
    parser.add_argument("--folder", type=Path, help="model folder; default: the installed one")
    parser.add_argument("--output", type=Path, help="file for the JSON result")
    options = parser.parse_args()
    encoder = (
        OnnxEncoder(options.folder, threads=options.threads)
        if options.folder
        else load_encoder(threads=options.threads)
    )
    texts = messages()
    none = np.zeros(0, dtype=np.int32)
    speeds = []
    for run in range(options.runs + 1):
        start = time.perf_counter()
        encoder.encode(texts, none, none, none)
        if run:  # the first run warms up
            speeds.append(len(texts) / (time.perf_counter() - start))
    result = json.dumps(report(encoder.fingerprint, texts, speeds, options.threads), indent=2)
    print(result)
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(result + "\n", encoding="utf-8")


def messages() -> list[str]:
    """Return 320 distinct messages of about 25 words."""
    return [f"{a} {b}{c}" for a, b, c in itertools.product(OPENINGS, MIDDLES, CLOSINGS)]


def report(fingerprint: str, texts: list[str], speeds: list[float], threads: int) -> dict[str, Any]:
    """Return the figures with what is needed to compare them."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "benchmark": "encoder",
        "unit": "messages per second",
        "median": round(statistics.median(speeds), 1),
        "smallest": round(min(speeds), 1),
        "largest": round(max(speeds), 1),
        "runs": len(speeds),
        "messages": len(texts),
        "words": round(statistics.mean(len(t.split()) for t in texts), 1),
        "characters": round(statistics.mean(len(t) for t in texts), 1),
        "peak_memory_mb": round(peak / 1024, 1),
        "encoder": fingerprint,
        "threads": threads or os.cpu_count(),
        "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
        "onnxruntime": version("onnxruntime"),
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


if __name__ == "__main__":
    main()
