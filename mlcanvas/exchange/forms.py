from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.reading import LIMIT
from mlcanvas.web.fields import LineField, refuse


class ImportForm(forms.Form):
    """A project file, chosen or pasted. What it says is checked by `actions`, with line numbers."""

    file = forms.FileField(label=_("Project file"), required=False, allow_empty_file=True)
    # Not our TextField: a project file has its own limit, and its first spaces matter.
    text = forms.CharField(
        label=_("Or its text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 14})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A NUL gets a sentence with its line later.
        self.fields["text"].validators = []

    def clean(self) -> dict[str, Any]:
        """`content`: the bytes of the file, or the text. Raises ValidationError without either."""
        found: dict[str, Any] = super().clean() or {}
        file = found.get("file")
        # One byte more than is allowed says that it is too much.
        found["content"] = file.read(LIMIT + 1) if file else found.get("text", "")
        if not file and not str(found["content"]).strip():
            raise refuse(Refused("exchange_file_or_text"))
        return found


class StarterForm(forms.Form):
    """What the copy of an example is called."""

    name = LineField(
        label=_("Name of your project"), max_length=200, error_messages={"required": _("Give the project a name.")}
    )
