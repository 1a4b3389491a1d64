"""Rules and values of the field: no Django, no rows, no clocks, no languages."""
