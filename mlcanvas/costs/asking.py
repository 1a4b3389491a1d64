"""What the form of one question sends: the answer, and what its writer saw before."""

import json
from collections.abc import Mapping

from mlcanvas.costs.actions import NOT_SAID, NotSaid
from mlcanvas.costs.forms import AnswerForm, points_in
from mlcanvas.domain.canonical import canonical_json
from mlcanvas.domain.estimate import UNKNOWN, Stored
from mlcanvas.domain.estimate.definition import Question

# The longest answer, 50 points of a pilot, is a third of this.
_LONGEST = 10_000


def seen_text(stored: Stored | None) -> str:
    """An answer as the hidden field of its form holds it; empty for none."""
    return "" if stored is None else canonical_json(stored)


def seen_in(posted: Mapping[str, str]) -> Stored | NotSaid | None:
    """The answer that the writer saw, None for none, NOT_SAID where the form does not say.

    What cannot be read is something that no answer is: nobody has seen what stands, so it is shown first.
    """
    text = posted.get("seen")
    if text is None:
        return NOT_SAID
    if not text:
        return None
    try:
        found: Stored | None = json.loads(text[:_LONGEST])
    except (ValueError, RecursionError):
        return text
    return text if found is None else found


def given(asked: Question, posted: Mapping[str, str]) -> AnswerForm | str:
    """The filled form, or UNKNOWN where the button for it was pressed."""
    if "unknown" in posted and asked.kind != "pilot":
        return UNKNOWN
    return AnswerForm(asked, posted, points=points_in(asked, posted))


def first_field(asked: Question) -> str:
    """The field at which a sentence about the whole answer stands."""
    return {"range": "likely", "pilot": "labelled_0"}.get(asked.kind, "value")
