"""Names of files that are sent."""

from urllib.parse import unquote

import pytest

from mlcanvas.web.http import attachment


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("A b", "C"), 'attachment; filename="A b - C.pdf"'),
        (("../../etc/passwd",), 'attachment; filename="etc passwd.pdf"'),
        (('a";b\r\nSet-Cookie: x',), 'attachment; filename="a ;b Set-Cookie x.pdf"'),
        (("C:\\x", ""), 'attachment; filename="C x.pdf"'),
        (("\u202egpj", "\ud800"), 'attachment; filename="gpj.pdf"'),
        (("...",), 'attachment; filename="mlcanvas.pdf"'),
        (("Ação",), "attachment; filename*=utf-8''A%C3%A7%C3%A3o.pdf"),
    ],
)
def test_a_name_is_safe_in_a_header_and_in_a_folder(parts, said):
    assert attachment(*parts, ending="pdf") == said


@pytest.mark.parametrize("letter", ["x", "ã", "你", "🚀"])
def test_a_long_name_is_cut_and_keeps_its_end(letter):
    said = attachment(letter * 300, "Canvas", ending="pdf")
    name = unquote(said.partition("=")[2].removeprefix("utf-8''").strip('"'))
    assert name.endswith(f"{letter} - Canvas.pdf")
    assert len(name.encode()) <= 190
