"""The first page: the same projects as list, cards and pictures, narrowed by the address."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from mlcanvas.projects import actions
from mlcanvas.projects.models import Project, Summary, Tag
from mlcanvas.projects.portfolio.filters import Filters, read
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT

BOTH = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
SHAPES = pytest.mark.parametrize("shape", ["list", "cards", "chart"])
COLUMNS = ("value", "feasibility", "tier", "severity", "p50", "stage", "currency")


def scored(workspace, name, by=None, *, owner=None, tags=(), **columns):
    """A project with these columns in its summary."""
    project = actions.create(workspace=workspace, name=name, by=by, owner=owner, tags=tags)
    Summary.objects.filter(project=project).update(**columns)
    return project


@pytest.fixture
def four(workspace, alice, erin):
    scored(workspace, "Alpha", alice, owner=alice, tags=["NLP", "retail"], value=80, feasibility=70, tier=2, severity=1,
           p50=9e4, stage="data")  # fmt: skip
    scored(workspace, "Beta", alice, owner=erin, tags=["retail"], value=60, feasibility=20, tier=5, severity=3,
           p50=4e4, p10=1e4, p90=8e4)  # fmt: skip
    scored(
        workspace, "Gamma", alice, tags=["nlp"], value=50, feasibility=50, tier=3, severity=2, p50=1e6, currency="BRL"
    )
    scored(workspace, "Delta", alice)
    return workspace


def names(client, address, **headers):
    """The projects on the page, in their order."""
    response = client.get(address, **headers)
    assert response.status_code == 200
    return [str(project) for project in response.context_data["projects"]]


class TestFilters:
    @BOTH
    @SHAPES
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"Alpha", "Beta", "Gamma", "Delta"}),
            ("q=alp", {"Alpha"}),
            ("stage=data", {"Alpha"}),
            ("stage=scope", {"Beta", "Gamma", "Delta"}),
            ("tier=5", {"Beta"}),
            ("tier=none", {"Delta"}),
            ("tag=nlp", {"Alpha", "Gamma"}),
            ("tag=RETAIL", {"Alpha", "Beta"}),
            ("tag=unknown", set()),
            ("owner=none", {"Gamma", "Delta"}),
            ("owner=99999999", set()),
            ("owner=%3DSomebody", set()),
            ("workspace=retail-analytics", {"Alpha", "Beta", "Gamma", "Delta"}),
            ("workspace=elsewhere", set()),
            ("quadrant=do_first", {"Alpha", "Gamma"}),
            ("quadrant=de_risk", {"Beta"}),
            ("quadrant=none", {"Delta"}),
            ("cell=2x1", {"Alpha"}),
            ("cell=3x3", {"Beta"}),
            ("cell=none", {"Delta"}),
            ("value=55-85", {"Alpha", "Beta"}),
            ("value=55-85&feasibility=0-20", {"Beta"}),
            ("tag=retail&stage=data&tier=2", {"Alpha"}),
        ],
    )
    def test_each_narrows_each_shape(self, four, vic, client_for, shape, query, found, headers):
        assert set(names(client_for(vic), f"/?as={shape}&{query}", **headers)) == found

    def test_by_owner(self, four, alice, vic, client_for):
        assert names(client_for(vic), f"/?owner={alice.pk}") == ["Alpha"]

    def test_by_an_owner_who_is_only_a_name(self, four, vic, client_for):
        Project.objects.filter(name="Delta").update(owner_name="Zoë Q. & Co")
        page = client_for(vic).get("/").content.decode()
        assert '<option value="=Zoë Q. &amp; Co">Zoë Q. &amp; Co</option>' in page
        assert names(client_for(vic), "/?owner=%3DZo%C3%AB+Q.+%26+Co") == ["Delta"]

    @SHAPES
    @pytest.mark.parametrize(
        "odd",
        ["as=table", "q=\x00", "q=' OR 1=1--", "stage=x", "tier=9", "owner=-1", "owner=1e9",
         "owner=99999999999999999999", "quadrant=x", "cell=4x4", "cell=3x", "value=9-1", "value=-5-400",
         "value=a-b", "value=²-³", "feasibility=NaN",
         "page=no", "page=-1", "page=99", "tag=%00", "workspace=%27", "tag=" + "x" * 5000, "q=%ED%A0%80", "tier="],
    )  # fmt: skip
    def test_anything_is_survived(self, four, vic, client_for, odd, shape):
        assert client_for(vic).get(f"/?as={shape}&{odd}").status_code == 200

    def test_the_address_holds_them_all_and_comes_back(self):
        wanted = read({"as": "chart", "q": "a&b", "stage": "data", "owner": "=Zoë, B", "tag": "#1", "tier": "none",
                       "quadrant": "do_first", "cell": "3x2", "value": "10-20", "feasibility": "0-5",
                       "workspace": "w"})  # fmt: skip
        given = {name: words[0] for name, words in parse_qs(urlsplit(wanted.address()).query).items()}
        assert read(given) == wanted
        assert wanted.narrow
        assert Filters().address() == "/"
        assert not read({"as": "cards"}).narrow

    def test_the_fields_show_what_the_address_says(self, four, alice, vic, client_for):
        page = (
            client_for(vic).get(f"/?as=chart&tag=nlp&stage=data&tier=3&owner={alice.pk}&q=al&cell=3x3").content.decode()
        )
        for option in (
            'value="data" selected',
            'value="3" selected',
            f'value="{alice.pk}" selected',
            'value="NLP" selected',
        ):
            assert option in page
        assert 'name="q" value="al"' in page
        assert '<input type="hidden" name="as" value="chart">' in page
        assert '<input type="hidden" name="cell" value="3x3">' in page

    def test_what_the_address_says_is_offered_even_if_it_is_nobodys(self, four, vic, client_for):
        page = client_for(vic).get("/?tag=%3Cb%3E&owner=9999").content.decode()
        assert '<option value="&lt;b&gt;" selected>&lt;b&gt;</option>' in page
        assert '<option value="9999" selected>not in the list</option>' in page

    def test_a_fragment_brings_the_short_address(self, four, vic, client_for):
        client = client_for(vic)
        response = client.get("/?q=&stage=data&tier=&owner=&tag=&as=chart", **FRAGMENT)
        assert response.headers["HX-Push-Url"] == "/?as=chart&stage=data"
        assert response.content.decode().strip().startswith('<div id="projects">')
        assert client.get("/?q=&as=list", **FRAGMENT).headers["HX-Push-Url"] == "/"
        assert "HX-Push-Url" not in client.get("/?q=").headers

    def test_a_filter_without_a_field_can_be_removed(self, four, vic, client_for):
        page = html.unescape(client_for(vic).get("/?quadrant=do_first&value=0-90&tag=nlp").content.decode())
        assert 'href="/?tag=nlp&value=0-90">Do first' in page
        assert 'href="/?tag=nlp&quadrant=do_first">value 0 to 90' in page
        assert '<a class="projects-all" href="/">' in page

    def test_the_workspace_is_asked_only_where_there_are_several(self, four, vic, client_for):
        assert 'name="workspace"' not in client_for(vic).get("/").content.decode()
        other = Workspace.objects.create(name="Other", slug="other")
        Membership.objects.create(workspace=other, user=vic, role=Role.VIEWER)
        scored(other, "Elsewhere")
        assert 'name="workspace"' in client_for(vic).get("/").content.decode()
        assert names(client_for(vic), "/?workspace=other") == ["Elsewhere"]


class TestPages:
    @BOTH
    @SHAPES
    def test_the_next_page_is_narrowed_too(self, workspace, alice, client_for, shape, headers):
        rows = [Project(workspace=workspace, name=f"P {n}", slug=f"p-{n}") for n in range(51)]
        Project.objects.bulk_create(rows)
        Summary.objects.bulk_create(Summary(project=row, tier=2) for row in rows)
        client = client_for(alice)
        page = html.unescape(client.get(f"/?as={shape}&tier=2&tag=&q=", **headers).content.decode())
        kept = "" if shape == "list" else f"as={shape}&"
        (following,) = re.findall(r'href="([^"]+)">Older', page)
        assert following == f"/?{kept}tier=2&page=2{'#table' if shape == 'chart' else ''}"
        assert len(names(client, following.partition("#")[0])) == 1


class TestStrangers:
    @SHAPES
    def test_strangers_see_nothing_of_it(self, four, sam, client_for, shape):
        for query in ("", "tag=nlp", "workspace=retail-analytics"):
            page = client_for(sam).get(f"/?as={shape}&{query}").content.decode()
            for word in ("Alpha", "NLP", "Alice", "Erin"):
                assert word not in page

    def test_anonymous_and_wrong_method(self, client, vic, client_for):
        assert client.get("/?as=chart").headers["Location"].startswith("/account/login/")
        assert client_for(vic).post("/?as=chart").status_code == 405


class TestPictures:
    def page(self, client, query=""):
        return html.unescape(client.get(f"/?as=chart&{query}").content.decode())

    def test_each_project_is_a_named_link(self, four, vic, client_for):
        page = self.page(client_for(vic))
        name = "Beta; value 60; feasibility 20; tier 5, Critical; cost P50 €\xa040\xa0k"
        assert f'<a href="/p/beta/" aria-label="{name}"><title>{name}</title>' in page
        assert 'href="/p/delta/" aria-label' not in page

    def test_those_without_scores_are_counted_and_one_click_away(self, four, vic, client_for):
        page = self.page(client_for(vic))
        assert "3 of 4 projects are in the picture, most of them (2) under “Do first”." in page
        assert '<a href="/?quadrant=none">1 without a score: show it</a>' in page
        assert "3 of 4 projects are in the table, 1 of them in tier 4 or 5." in page
        assert '<a href="/?cell=none">1 without a tier: show it</a>' in page

    def test_the_two_axes_are_told_apart_and_currencies_too(self, four, vic, client_for):
        page = self.page(client_for(vic))
        assert "value is the benefit when a project works, severity is the harm when it fails" in page
        assert "Sizes are compared within one currency, never across: BRL, EUR." in page
        assert "never across" not in self.page(client_for(vic), "tag=retail")

    def test_each_square_leads_to_its_projects(self, four, vic, client_for):
        page = self.page(client_for(vic), "tag=retail")
        assert '<a class="square-count" href="/?tag=retail&cell=3x3">1 project' in page
        assert '<li><a href="/p/beta/">Beta</a></li>' in page

    def test_a_group_leads_closer_and_in_the_end_to_the_list(self, workspace, alice, vic, client_for):
        for number, value in enumerate((70, 70.5, 71)):
            scored(workspace, f"Near {number}", alice, value=value, feasibility=40, tier=2, severity=1)
        page = self.page(client_for(vic))
        (group,) = re.findall(r'<a href="([^"]+)" aria-label="(3 projects;[^"]+)">', page)
        assert group == (
            "/?as=chart&value=70-71&feasibility=40-40",
            "3 projects; value 70 to 71; feasibility 40 to 40; 3 × tier 2, Medium-low",
        )
        closer = self.page(client_for(vic), "value=70-71&feasibility=40-40")
        assert closer.count('<circle class="bubble') == 3
        assert '<a class="btn btn-sm" href="/?as=chart">Back to the whole picture</a>' in closer
        Summary.objects.update(value=70)
        assert '<a href="/?value=70-70&feasibility=40-40" aria-label="3 projects' in self.page(client_for(vic))

    def test_the_same_projects_stand_in_the_table_below(self, four, vic, client_for):
        page = self.page(client_for(vic))
        table = page[page.index('id="table"') :]
        for name in ("Alpha", "Beta", "Gamma", "Delta"):
            assert f">{name}</a>" in table

    def test_numbers_are_places_in_portuguese_too(self, four, vic, client_for):
        page = client_for(vic).get("/?as=chart", headers={"accept-language": "pt-br"}).content.decode()
        assert not re.search(r' (?:x|y|r|cx|cy|d|stroke-dasharray)="[^"]*\d,\d', page)
        assert "Valor e viabilidade" in page

    def test_nobody_is_there_yet(self, alice, client_for):
        assert "Nothing scoped yet" in client_for(alice).get("/?as=chart").content.decode()
        assert "No project is among these." in client_for(alice).get("/?as=chart&tier=5").content.decode()

    def test_only_projects_without_scores(self, project, vic, client_for):
        page = self.page(client_for(vic))
        assert "No project here has both a value and a feasibility yet." in page
        assert "No project here has a risk tier yet." in page


class TestQueries:
    @SHAPES
    def test_they_do_not_grow_with_projects(self, workspace, alice, client_for, count_queries, shape):
        client = client_for(alice)
        self.add(workspace, alice, 10)
        few = count_queries(lambda: client.get(f"/?as={shape}"))
        self.add(workspace, alice, 290)
        assert count_queries(lambda: client.get(f"/?as={shape}")) == few
        assert few <= (12 if shape == "chart" else 11)

    def test_a_fragment_asks_for_no_more_than_its_projects(self, workspace, alice, client_for, count_queries):
        self.add(workspace, alice, 10)
        client = client_for(alice)
        assert count_queries(lambda: client.get("/?q=p", **FRAGMENT)) <= 6

    def add(self, workspace, alice, count):
        rows = [
            Project(workspace=workspace, name=f"P {count} {n}", slug=f"p-{count}-{n}", owner=alice, owner_name="Alice")
            for n in range(count)
        ]
        Project.objects.bulk_create(rows)
        Summary.objects.bulk_create(
            Summary(project=row, value=n % 100, feasibility=n * 7 % 100, tier=n % 3 + 1, severity=1, p50=n)
            for n, row in enumerate(rows)
        )
        Tag.objects.bulk_create(
            Tag(project=row, workspace_id=row.workspace_id, name=f"t{n % 9}", folded=f"t{n % 9}")
            for n, row in enumerate(rows)
        )
