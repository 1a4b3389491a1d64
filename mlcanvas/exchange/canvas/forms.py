from typing import Any

from django import forms

from mlcanvas.domain.refusal import Refused
from mlcanvas.domain.writing import clean
from mlcanvas.exchange.reading import LIMIT
from mlcanvas.web.fields import refuse


class CanvasImportForm(forms.Form):
    """A text for a canvas, chosen as a file or pasted. `ending` is the one of the file's name."""

    file = forms.FileField(required=False, allow_empty_file=True)
    # Not our TextField: the text of a whole canvas has its own limit, and its first spaces matter.
    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    ending = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A NUL gets a sentence of ours.
        self.fields["text"].validators = []

    def clean(self) -> dict[str, Any]:
        """`content`: the text, with one kind of line end. Raises ValidationError for what is none, or too much."""
        found: dict[str, Any] = super().clean() or {}
        file = found.get("file")
        if file:
            # Its size is known before a byte of it is read.
            if file.size > LIMIT:
                raise refuse(Refused("exchange_too_large", megabytes=LIMIT // 1_000_000))
            try:
                text = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise refuse(Refused("canvas_file_not_utf8")) from error
            found["ending"] = str(file.name).rpartition(".")[2].lower()[:10] if "." in str(file.name) else ""
        else:
            text = str(found.get("text", ""))
            if len(text.encode(errors="surrogatepass")) > LIMIT:
                raise refuse(Refused("exchange_too_large", megabytes=LIMIT // 1_000_000))
        try:
            found["content"] = clean(text, limit=LIMIT)
        except Refused as refused:
            raise refuse(refused) from refused
        if not found["content"].strip():
            raise refuse(Refused("canvas_file_or_text"))
        return found
