"""A thread as Markdown, to be put into a mail, a ticket or a minute."""

import re
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mlcanvas.projects.comments.selectors import Said, Thread
from mlcanvas.projects.models import Project
from mlcanvas.web.sentences import here

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(project: Project, thread: Thread, address: str) -> str:
    """The thread in the reader's language: what it is about, the quoted words, each comment with name and time."""
    about = here(thread.target.label) if thread.target else thread.root.target
    parts = [f"**{_escaped(about)}** · {_escaped(project.name)}  \n<{address}>"]
    if thread.root.quote:
        parts.append(f"> {_escaped(thread.root.quote)}")
    parts += [_one(said) for said in (thread.first, *thread.answers)]
    if thread.root.resolved_at:
        resolved = _("Resolved by %(name)s, %(time)s") % {
            "name": _escaped(str(thread.root.resolved_by or "–")),
            "time": _time(thread.root.resolved_at),
        }
        parts.append(f"*{resolved}*")
    return "\n\n".join(parts) + "\n"


def _one(said: Said) -> str:
    head = f"**{_escaped(str(said.row.by or '–'))}**, {_time(said.row.at)}"
    if said.row.edited_at:
        head += f" ({_('edited')})"
    return f"{head}\n\n{said.plain if said.row.deleted_at is None else '*' + _('Deleted') + '*'}"


def _time(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


def _escaped(words: str) -> str:
    """Words that are not Markdown, such as a name."""
    return _SIGNS.sub(r"\\\1", words)
