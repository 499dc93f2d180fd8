"""The builders that all tests share, found wherever this package is imported from."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]
from made_frames import frame_with  # noqa: E402
from made_stores import build_store, record  # noqa: E402

__all__ = ["build_store", "frame_with", "record"]
