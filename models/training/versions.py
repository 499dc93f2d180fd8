"""Version of the next artefact of each model; a released one is never overwritten."""

from __future__ import annotations

VERSIONS = {"voc": "2.3.0", "voc-fast": "1.2.0"}
