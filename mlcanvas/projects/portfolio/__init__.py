"""The first page: many projects as a list, as cards and as pictures."""
