"""Training heads on a team's own labels: rows, fit, choice, and the folder it is saved in."""
