"""Dates as our pages write them; numbers are Django's."""
