"""Keeps the translation catalogue equal to what Python files and templates say, without gettext installed."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.template import templatize

LANGUAGE = "pt_BR"
LAZY = ("gettext", "ngettext", "pgettext", "npgettext")
KEYWORDS = DEFAULT_KEYWORDS | {f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in LAZY}
HEADING = "# What mlcanvas says, in Brazilian Portuguese. `./run manage messages` keeps this file current."
BRACES = re.compile(r"\{(\w*)[^{}]*\}")


class Translations(Catalog):
    """A catalogue whose header holds no dates, which would make every run a change."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header without its dates and without names of people."""
        kept = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Language", "Plural-Forms"}
        return [(name, value) for name, value in super()._get_mime_headers() if name in kept]


def sources(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file with sentences for people, as Python source: templates become calls of gettext."""
    package = root / "mlcanvas"
    for path in sorted(package.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_bytes()
    for folder in (package, root / "templates"):
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
            if "templates" in path.parts:
                calls = templatize(path.read_text("utf-8"), origin=str(path))
                # What is not a call has become X's; their indentation would not make sense as Python.
                yield path, "\n".join(line.lstrip() for line in calls.splitlines()).encode()


def extracted(root: Path) -> Catalog:
    """What the sources say today, without translations."""
    catalog = Catalog()
    for path, source in sources(root):
        place = path.relative_to(root).as_posix()
        for _line, message, comments, context in extract(
            "python", io.BytesIO(source), keywords=KEYWORDS, comment_tags=["Translators"]
        ):
            catalog.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return catalog


def stored(path: Path) -> Translations:
    """The catalogue in the repository; an empty one when there is none yet."""
    catalog = Translations(locale=LANGUAGE, header_comment=HEADING, fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale=LANGUAGE):
                if message.id:
                    catalog[message.id] = message
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the .mo file."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _known(catalog: Catalog) -> dict[tuple[Any, str | None], Message]:
    return {(message.id, message.context): message for message in catalog if message.id}


def _strings(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value or ""] if isinstance(value, str | None) else list(value)


def faults(said: Catalog, catalog: Catalog) -> list[str]:
    """One line for each sentence that is not translated, not settled, not said any more, or lost a placeholder."""
    ours, theirs = _known(said), _known(catalog)
    found = [f"obsolete: {key[0]!r}" for key in theirs if key not in ours]
    for key, message in ours.items():
        place = f"{key[0]!r} ({message.locations[0][0]})"
        translation = theirs.get(key)
        if translation is None or not all(_strings(translation.string)):
            found.append(f"untranslated: {place}")
        elif translation.fuzzy:
            found.append(f"fuzzy: {place}")
        else:
            found += [f"{error}: {place}" for error in translation.check(catalog)]
            names = {name for text in _strings(message.id) for name in BRACES.findall(text)}
            if any(set(BRACES.findall(text)) - names for text in _strings(translation.string)):
                found.append(f"unknown placeholder: {place}")
    return sorted(found)


class Command(BaseCommand):
    """Writes the catalogue, or with `--check` only says what is wrong with it."""

    help = "Extract what pages say into locale/, keep the translations that are there, and compile them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds `--check`."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail when anything is missing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError with one line for each fault when checking."""
        folder = Path(settings.BASE_DIR) / "locale" / LANGUAGE / "LC_MESSAGES"
        po, mo = folder / "django.po", folder / "django.mo"
        said, catalog = extracted(settings.BASE_DIR), stored(po)
        if options["check"]:
            found = faults(said, catalog)
            if not mo.exists() or mo.read_bytes() != compiled(catalog):
                found.append(f"stale: {mo.name} does not match {po.name}")
            if found:
                raise CommandError("\n".join([*found, "`./run manage messages` writes both files anew."]))
            return
        catalog.update(said, no_fuzzy_matching=True, update_header_comment=False)
        folder.mkdir(parents=True, exist_ok=True)
        with po.open("wb") as file:
            write_po(file, catalog, width=120, include_lineno=False, ignore_obsolete=True, sort_output=True)
        mo.write_bytes(compiled(stored(po)))
        left = faults(said, stored(po))
        self.stdout.write(f"{len(_known(said))} messages, {len(left)} to do.")
        for line in left:
            self.stdout.write(line)
