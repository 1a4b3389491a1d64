"""A page that looks otherwise than it did is shown to a person: `python -m tests.reports.golden --pictures` renews."""

import pytest
from PIL import Image, ImageDraw

from tests.reports import golden, page_pictures, worked

HOW = "Look at these (before, now, difference), then renew them: python -m tests.reports.golden --pictures"


class TestWorkedCases:
    @pytest.mark.any_database
    @pytest.mark.parametrize("case", worked.CASES)
    def test_every_page_looks_as_it_did_when_somebody_last_looked(self, workspace, case, tmp_path):
        made = page_pictures.pages(golden.printed(case, workspace))
        said = page_pictures.compare(case, made, tmp_path)
        assert not said, "\n".join([*said, HOW])

    def test_the_pictures_are_small(self):
        sizes = [file.stat().st_size for file in page_pictures.FOLDER.iterdir()]
        assert len(sizes) >= 20
        assert sum(sizes) <= 1_500_000


class TestDifferences:
    """What is seen, and what is not. The page is one of those that are kept."""

    @pytest.fixture
    def page(self):
        return page_pictures.kept(next(iter(worked.CASES)))[1]

    def test_the_same_page_is_the_same(self, page):
        assert page_pictures.changed(page, page.copy()) is None

    def test_dots_of_another_program_are_the_same(self, page):
        # Half a dot further, as another version of the program may set a letter.
        moved = page.transform(page.size, Image.Transform.AFFINE, (1, 0, 0.25, 0, 1, 0.25), Image.Resampling.BILINEAR)
        assert page_pictures.changed(page, moved) is None

    @pytest.mark.parametrize(
        "box", [(100, 200, 116, 208), (300, 60, 308, 76)], ids=["a word's width", "a bar's length"]
    )
    def test_what_stands_where_nothing_stood_is_seen(self, page, box):
        changed = page.copy()
        ImageDraw.Draw(changed).rectangle(box, fill="#2f5aa8")
        assert page_pictures.changed(page, changed) is not None

    def test_lines_that_moved_are_seen(self, page):
        moved = Image.new("RGB", page.size, "white")
        moved.paste(page, (0, 6))
        assert page_pictures.changed(page, moved) is not None

    def test_another_paper_is_seen(self, page):
        assert page_pictures.changed(page, page.crop((0, 0, page.width, page.height - 5))) is not None

    def test_a_page_more_or_less_is_said_and_the_difference_drawn(self, page, tmp_path):
        case = next(iter(worked.CASES))
        made = page_pictures.kept(case)[:-1]
        made[1] = Image.new("RGB", page.size, "white")
        said = page_pictures.compare(case, made, tmp_path)
        assert len(said) == 2
        assert "pages" in said[0]
        assert "page 2" in said[1]
        assert [file.name for file in tmp_path.iterdir()] == [f"{case}-02.png"]
