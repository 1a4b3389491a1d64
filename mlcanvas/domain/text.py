"""A text that exists in every language of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages. An empty translation is refused, so that no page shows a hole."""

    en: str
    pt_BR: str  # noqa: N815 - the name of the locale

    def __post_init__(self) -> None:
        for language in ("en", "pt_BR"):
            if not getattr(self, language).strip():
                raise ValueError(f"the text in {language} is empty")

    def say(self, language: str) -> str:
        """The text in `language`: any spelling of Portuguese gives Portuguese, everything else English."""
        return self.pt_BR if language.lower().startswith("pt") else self.en
