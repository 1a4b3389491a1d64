"""How SQLite is opened, so that an acknowledged edit is a durable one."""

Version = tuple[int, int, int]


def may_use_wal(version: Version) -> bool:
    """Whether this SQLite is free of the WAL-reset bug.

    Two connections in WAL mode can corrupt the file in 3.7.0 to 3.51.2. The fix is in 3.51.3, with back-ports in
    3.50.7 and 3.44.6; 3.52.0 was withdrawn. Source: sqlite.org/wal.html#walresetbug.
    """
    if version == (3, 52, 0):
        return False
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def pragmas(version: Version) -> str:
    """The statements to run on each new connection, for Django's `init_command`."""
    if may_use_wal(version):
        journal = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA journal_size_limit=67108864;"
    else:
        # Slower for readers in a storm of writes, but correct.
        journal = "PRAGMA journal_mode=TRUNCATE;PRAGMA synchronous=EXTRA;"
    return journal + "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;"
