from django import forms
from django.utils.translation import gettext_lazy as _

from mlcanvas.projects.comments.actions import LIMIT, QUOTE_LIMIT
from mlcanvas.web.fields import LineField, TextField

EMPTY = {"required": _("Write something first.")}


class CommentForm(forms.Form):
    """A comment, an answer or a changed comment. `once` names the form, so that what is sent twice is stored once."""

    text = TextField(max_length=LIMIT, error_messages=EMPTY)
    quote = LineField(max_length=QUOTE_LIMIT, required=False)
    once = LineField(max_length=64, required=False)
