"""One module a section: `blocks(reading)` says what it holds, empty when the project does not have it, and
`missing(reading)` says in sentences what it still lacks."""
