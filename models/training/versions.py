"""Version of the next artefact of each model; a released one is never overwritten."""

from __future__ import annotations

VERSIONS = {"voc": "2.4.0", "voc-fast": "1.3.0"}
