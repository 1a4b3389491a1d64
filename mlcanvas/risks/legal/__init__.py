"""The legal tier of a project: its questions, and what follows from the answers."""
