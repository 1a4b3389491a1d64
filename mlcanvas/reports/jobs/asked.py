"""What a job is asked for, as its row keeps it: plain values, looked at again whenever they are read.

A row outlives the release that wrote it, so what is read from it may be anything.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.http import QueryDict

from mlcanvas.domain.canonical import canonical_json
from mlcanvas.reports.portfolio.selectors import ENDINGS

PORTFOLIO_FORMS = ("pdf", *ENDINGS)
"""The endings that the report of several projects can be asked for with."""

LONGEST = 50_000
"""Letters of an address at most: 300 projects by their names are half of it."""

_SITE = re.compile(r"https?://[^/\\\s?#@]{1,260}")


class Unreadable(ValueError):
    """A row says what no request of ours says."""


@dataclass(frozen=True, slots=True)
class OneProject:
    """All forms of the report of a project (its primary key), as the address of its page asks for it."""

    project: int
    query: str

    def __post_init__(self) -> None:
        if type(self.project) is not int or self.project < 1:
            raise Unreadable("project")
        _check_query(self.query)

    @property
    def given(self) -> QueryDict:
        """The words of the address."""
        return QueryDict(self.query[1:])


@dataclass(frozen=True, slots=True)
class SeveralProjects:
    """The report of the projects that an address of the portfolio report asks for, in one form.

    `form` is the ending of its file. `site` is where this server answers, for the links in the file.
    """

    form: str
    query: str
    site: str

    def __post_init__(self) -> None:
        if self.form not in PORTFOLIO_FORMS:
            raise Unreadable("form")
        _check_query(self.query)
        if not _SITE.fullmatch(self.site):
            raise Unreadable("site")

    @property
    def given(self) -> QueryDict:
        """The words of the address."""
        return QueryDict(self.query[1:])


Asked = OneProject | SeveralProjects


def _check_query(query: Any) -> None:
    if not isinstance(query, str) or not query.startswith("?") or len(query) > LONGEST:
        raise Unreadable("query")


def kept(asked: Asked | None) -> dict[str, Any]:
    """The plain values that a row keeps; nothing where the kind of job says it all."""
    return asdict(asked) if asked else {}


def mark(asked: Asked | None) -> str:
    """The SHA-256 of what is asked: equal requests have the same. Nothing where nothing is asked."""
    return hashlib.sha256(canonical_json(kept(asked)).encode()).hexdigest() if asked else ""


def one_project(row: Any) -> OneProject:
    """What a row keeps of it. Raises Unreadable."""
    return OneProject(**_fields(row, "project", "query"))


def several_projects(row: Any) -> SeveralProjects:
    """What a row keeps of it. Raises Unreadable."""
    found = _fields(row, "form", "query", "site")
    if not all(isinstance(value, str) for value in found.values()):
        raise Unreadable("words")
    return SeveralProjects(**found)


def _fields(row: Any, *names: str) -> dict[str, Any]:
    if not isinstance(row, Mapping) or set(row) != set(names):
        raise Unreadable("fields")
    return dict(row)
