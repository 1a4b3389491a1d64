"""Which projects a report is wanted of, as the address says it: the filters of the portfolio, or projects by name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.utils import translation
from django.utils.translation import get_language

from mlcanvas.accounts.models import User
from mlcanvas.projects.models import Project, ProjectQuerySet
from mlcanvas.projects.portfolio import filters, showing
from mlcanvas.projects.portfolio import selectors as many
from mlcanvas.reports.portfolio.document import MOST
from mlcanvas.reports.selectors import LANGUAGES
from mlcanvas.reports.voice import Voice
from mlcanvas.workspaces.selectors import memberships, rosters

TICKED = "project"
"""The word of the address that names a project."""

_SLUG = re.compile(r"[-A-Za-z0-9_]{1,80}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters, the slugs that were ticked, whether the form that ticks was sent, and the language."""

    wanted: filters.Filters
    ticked: tuple[str, ...]
    sent: bool
    language: str

    @property
    def by_hand(self) -> bool:
        """Whether single projects are meant, whatever the filters leave."""
        return self.sent or bool(self.ticked)

    def query(self, language: str = "") -> str:
        """The address of just this report, from the question mark on."""
        words = [(name, word) for name, word in self.wanted.words() if name != "as"]
        words += [(TICKED, slug) for slug in self.ticked]
        words += [("chosen", "1")] if self.sent and not self.ticked else []
        return "?" + urlencode([*words, ("language", language or self.language)])

    @property
    def back(self) -> str:
        """The address of the list that these projects come from."""
        return self.wanted.address()


def read(given: QueryDict) -> Asked:
    """What an address asks for, in the reader's language unless it names another."""
    asked = given.get("language", "")
    language = asked if asked in LANGUAGES else get_language() or next(iter(LANGUAGES))
    ticked = tuple(dict.fromkeys(slug for slug in given.getlist(TICKED) if slug))
    return Asked(filters.read({name: given.get(name, "") for name in given}), ticked, "chosen" in given, language)


def rows(user: User, asked: Asked) -> ProjectQuerySet:
    """The projects that are meant. Raises Http404 where one was named that this person may not see."""
    visible = Project.objects.visible_to(user)
    if not asked.by_hand:
        return filters.narrowed(visible, asked.wanted)
    if not all(_SLUG.fullmatch(slug) for slug in asked.ticked):
        raise Http404
    found = visible.filter(slug__in=asked.ticked)
    if found.count() < len(asked.ticked):
        raise Http404
    return found


def workspace_of(user: User, asked: Asked) -> str:
    """The slug of the workspace that all these projects are of, nothing where they are of several."""
    slugs = rows(user, asked).order_by().values_list("workspace__slug", flat=True).distinct()[:2]
    return slugs[0] if len(slugs) == 1 else ""


def offered(user: User, asked: Asked) -> list[tuple[str, str, bool]]:
    """What can be ticked: slug, name, and whether the report has it. At most MOST beside those that it has."""
    visible = Project.objects.visible_to(user)
    listed = filters.narrowed(visible, asked.wanted).order_by("name", "slug").values_list("slug", "name")[:MOST]
    named = dict(listed)
    if asked.ticked:
        named |= dict(visible.filter(slug__in=asked.ticked[:MOST]).values_list("slug", "name"))
    chosen = set(asked.ticked)
    order = sorted(named.items(), key=lambda one: (one[1].casefold(), one[0]))
    return [(slug, name, slug in chosen or not asked.by_hand) for slug, name in order]


def said(user: User, asked: Asked) -> Sequence[tuple[str, str]]:
    """How the projects were chosen, for the cover, in the language of the report."""
    voice = Voice(asked.language, "EUR")
    if asked.by_hand:
        return [(voice("portfolio.chosen"), voice("portfolio.chosen_ticked"))]
    if not asked.wanted.narrow:
        return [(voice("portfolio.chosen"), voice("portfolio.chosen_all"))]
    people = {person.pk: person for found in rosters(user).values() for person in found}
    with translation.override(asked.language):
        fields = showing.fields(
            asked.wanted,
            workspaces=[(seat.workspace.slug, str(seat.workspace)) for seat in memberships(user)],
            owners=many.owners(user, people.values()) if asked.wanted.owner else [],
            words=[],
        )
        narrowed = (f"{name}: {word}" for name, word in showing.spoken(asked.wanted, fields))
        return [(voice("portfolio.chosen"), " · ".join(narrowed))]
