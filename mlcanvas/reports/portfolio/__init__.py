"""The report of several projects: ranked, in two pictures, and a summary page each."""
