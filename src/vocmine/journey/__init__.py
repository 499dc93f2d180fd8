"""The journey map, the experience pyramid as a verdict, and promises against what was lived."""
