"""Where the system keeps the data and the settings of a user's programs."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def data_folder() -> Path:
    """The user's own folder for vocmine's data, which need not exist."""
    return platformdirs.user_data_path("vocmine", appauthor=False)


def config_folder() -> Path:
    """The user's own folder for vocmine's settings, which need not exist."""
    return platformdirs.user_config_path("vocmine", appauthor=False)
