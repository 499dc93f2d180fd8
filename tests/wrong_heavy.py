"""A plugin's module that imports something heavy at once."""

import scipy.sparse  # noqa: F401


class Heavy:
    """Never made: importing it is wrong already."""
