"""Model artefacts that ship with vocmine: data only, read through importlib.resources."""
