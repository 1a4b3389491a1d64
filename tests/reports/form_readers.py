"""What a reader finds in each form of a report: its headings, and its words section by section."""

import io
import re
import subprocess
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from tests.plumbing.programs import PDFINFO

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Heading = tuple[int, str]


def plain(text):
    """The text on one line, without the marks that only break words."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\u00ad", "").split())


def numbers(text):
    """How often each number stands in a text, as it is written there."""
    return Counter(found.rstrip(".,") for found in re.findall(r"\d[\d.,]*", plain(text)))


def sections(parts):
    """The text of each section by its title, from (level, text) in order; level 0 is words, "" what comes first."""
    found, current = {"": []}, ""
    for level, text in parts:
        if level == 1:
            current = text
            found[current] = []
        found[current].append(text)
    return {title: " ".join(texts) for title, texts in found.items()}


def headings(parts):
    return [(level, text) for level, text in parts if level in {1, 2}]


def _titled(text):
    """A title without the number of its section."""
    return re.sub(r"^\d+\s*", "", plain(text))


# Markdown


def of_markdown(content):
    """The parts of a Markdown file; only what our own parser calls a heading is one."""
    parts, level = [], 0
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(content.decode()):
        if token.type == "heading_open":
            level = int(token.tag[1]) - 1
        elif token.type == "inline":
            words = plain("".join(_words(token.children)))
            parts.append((level, _titled(words) if level == 1 else words))
            level = 0
        elif token.type in {"fence", "code_block"}:
            parts.append((0, plain(token.content)))
    return parts


def _words(tokens):
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"} or token.content.startswith("<br"):
            yield " "
        elif token.type in {"text", "code_inline"}:
            yield token.content


def html_in_markdown(content):
    """Each piece of HTML that a Markdown program would hand on."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(content.decode())
    inline = [child for token in tokens for child in token.children or ()]
    return {token.content.strip() for token in [*tokens, *inline] if token.type.startswith("html")}


# HTML


class _Page(HTMLParser):
    SILENT = frozenset({"style", "script", "head", "svg", "progress", "nav"})
    VOID = frozenset({"br", "hr", "meta", "link", "img", "line", "rect"})

    def __init__(self):
        super().__init__()
        self.parts, self.tags, self.events, self.links = [], Counter(), [], []
        self._open, self._text, self._aside, self._level = [], "", "", 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags[tag] += 1
        self.events += [name for name in values if name.startswith("on") or name == "style"]
        self.links += [values[name] for name in ("href", "src", "action") if name in values]
        if tag in {"h2", "h3"}:
            self._flush()
            self._level = int(tag[1]) - 1
        if tag not in self.VOID:
            classes = (values.get("class") or "").split()
            quiet = tag in self.SILENT or "visually-hidden" in classes or "aria-hidden" in values
            # The line across a chart is named in its axis, which is hidden from people who hear the list beside it.
            self._open.append((tag, quiet or (False if "report-mark" in classes else None), "report-state" in classes))
        self._text += " "

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if tag in {"h2", "h3"}:
            words = self._text.replace("\u00a0", " ")
            self.parts.append((self._level, _titled(words) if self._level == 1 else plain(words)))
            self._text, self._aside, self._level = self._aside, "", 0
        while self._open and self._open.pop()[0] != tag:
            pass
        self._text += "" if tag in {"strong", "em", "a", "code", "s"} else " "

    def handle_data(self, data):
        if any(aside for *_, aside in self._open):
            self._aside += f" {data}"
        elif not next((quiet for _tag, quiet, _aside in reversed(self._open) if quiet is not None), False):
            self._text += data

    def _flush(self):
        if self._text.strip():
            self.parts.append((0, plain(self._text)))
        self._text = ""


def of_html(content):
    page = _Page()
    page.feed(content.decode())
    page._flush()
    return page.parts


def page(content):
    """The parsed page, for its tags, links and events."""
    found = _Page()
    found.feed(content.decode())
    return found


# Office files


def member(content, name):
    return ET.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(name))


def of_docx(content):
    body = member(content, "word/document.xml").find(f"{W}body")
    levels = {"Heading1": 1, "Heading2": 2, "ReportBoxHeading": 2}
    parts = []
    for paragraph in body.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        level = levels.get(style.get(f"{W}val") if style is not None else "", 0)
        words = "".join(_said(node) for run in paragraph.iter(f"{W}r") for node in run)
        parts.append((level, _titled(words) if level == 1 else plain(re.sub(r"^\d+\.\t", "", words))))
    return parts


def _said(node):
    return (
        (node.text or "")
        if node.tag == f"{W}t"
        else "\t"
        if node.tag == f"{W}tab"
        else " "
        if node.tag == f"{W}br"
        else ""
    )


def slides(content):
    """The title, the words and the notes of each slide."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    count = sum(name.startswith("ppt/slides/slide") for name in archive.namelist())
    found = []
    for number in range(1, count + 1):
        slide = ET.fromstring(archive.read(f"ppt/slides/slide{number}.xml"))
        title, words = "", []
        for shape in slide.iter():
            if shape.tag not in {f"{P}sp", f"{P}graphicFrame"}:
                continue
            kind = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
            kind = kind.get("type") if kind is not None else ""
            said = " ".join("".join(run.text or "" for run in p.iter(f"{A}t")) for p in shape.iter(f"{A}p"))
            if kind in {"title", "ctrTitle"}:
                title = plain(said)
            if kind != "sldNum":
                words.append(said)
        notes = ET.fromstring(archive.read(f"ppt/notesSlides/notesSlide{number}.xml"))
        body = [
            shape
            for shape in notes.iter(f"{P}sp")
            if (ph := shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")) is not None and ph.get("type") == "body"
        ]
        found.append(
            (title, plain(" ".join(words)), plain(" ".join(t.text or "" for s in body for t in s.iter(f"{A}t"))))
        )
    return found


def sheets(content):
    """The cells of each sheet by its name: rows of texts and numbers."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    shared = [
        "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
        for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))
    ]
    names = [sheet.get("name") for sheet in ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
    found = {}
    for number, name in enumerate(names, 1):
        root = ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
        assert root.find(f".//{SHEET}f") is None
        found[name] = [[_value(cell, shared) for cell in row.iter(f"{SHEET}c")] for row in root.iter(f"{SHEET}row")]
    return found


def _value(cell, shared):
    value = cell.find(f"{SHEET}v")
    if value is None:
        return ""
    return shared[int(value.text)] if cell.get("t") == "s" else float(value.text)


# PDF


def pdf_headings(pdf):
    """The tagged headings of a PDF, section titles and the titles in them."""
    path = PDFINFO.path()
    if path is None:
        pytest.skip(PDFINFO.missing)
    done = subprocess.run([path, "-struct-text", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    found, level = [], 0
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        words = line.strip()
        if opened := re.match(r"H([1-6]) ", words):
            level = int(opened[1])
            found.append((level, ""))
        elif level and words.startswith('"') and words.endswith('"'):
            found[-1] = (level, found[-1][1] + words[1:-1])
        else:
            level = 0
    return [(level, _titled(said) if level == 1 else plain(said)) for level, said in found if level in {1, 2}]
