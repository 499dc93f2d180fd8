"""vocmine inside other tools; nothing here is imported before it is asked for."""
