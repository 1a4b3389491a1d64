"""Tags of the report page."""
