"""Two states of a project as people read them."""

import copy
import re
import time
from dataclasses import replace
from importlib.resources import files

import pytest
import yaml
from django.utils import translation

from mlcanvas.projects import actions, comparing, parts, selectors
from mlcanvas.projects.comparing import compare
from tests.fixtures_projects import FRAGMENT

BASE = "/p/churn-in-prepaid-mobile/history/compare/"


def case(name="parcel-arrival-times"):
    """The content of a worked case."""
    text = files("mlcanvas.ops").joinpath("cases", f"{name}.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def told(before, after):
    """(part, label, before, after or the changed runs)."""
    found = []
    for part in compare(before, after):
        for change in part.changes:
            if change.difference is None:
                found.append((part.key, change.label, change.before, change.after))
            else:
                runs = [run.text for line in change.difference.lines for run in line.runs if run.sort != "same"]
                found.append((part.key, change.label, *runs))
    return found


def test_the_same_is_no_change():
    assert compare(case(), case()) == ()


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("project", "language"), "pt-br", ("project", "Language", "English", "Português (Brasil)")),
        (("project", "iteration"), 3, ("project", "Iteration", "2", "3")),
        (("facts", "eu_reach"), "no", ("facts", "Used in the European Union", "Yes", "No")),
        (("scope", "metrics", 0, "target"), 7.5,
         ("scope", "Success metrics · Mean error of the arrival time on unseen routes · Target", "8", "7.5")),
        (("canvas", "blocks", "features", "state"), "draft", ("canvas", "Features · State", "agreed", "draft")),
        (("canvas", "designed_for"), "Somebody", ("canvas", "Designed for", "Nordvik Parcel, last mile", "Somebody")),
        (("risks", "matrix", "data_availability"), "little", ("risks", "Data availability", "abundant", "little")),
        (("risks", "register", 0, "likelihood"), 1,
         ("risks", "R05 A feature holds what is known only after the delivery · Likelihood, before",
          "3", "1")),
        (("costs", "answers", "D4_runs", "high"), 300,
         ("costs", "Training runs until launch · high", "250", "300")),
        (("costs", "answers", "D1_code"), "unknown",
         ("costs", "Is there code or a library to start from?", "Something similar", "not known")),
        (("tracker", "stage"), "deployment", ("tracker", "Stage", "Modelling", "Deployment")),
    ],
)  # fmt: skip
def test_one_change_is_one_sentence(path, value, expected):
    before, after = case(), case()
    inner = after
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert told(before, after) == [expected]


def test_a_text_is_compared_by_words():
    before, after = case(), case()
    after["scope"]["problem"] = before["scope"]["problem"].replace("Every morning", "Every evening", 1)
    after["canvas"]["blocks"]["features"]["text"] += "\nthe weather"
    assert told(before, after) == [
        ("scope", "The problem", "morning", "evening"),
        ("canvas", "Features", "the weather"),
    ]


def test_a_row_that_came_or_went_is_told_in_one_sentence():
    before, after = case(), case()
    gone = after["risks"]["register"].pop()
    found = told(before, after)
    assert len(found) == 1
    part, label, was, now = found[0]
    assert (part, label, now) == ("risks", f"{gone['key']} {gone['title']}", "")
    assert "Category: deployment" in was
    assert "Due: 4 Dec 2026" in was
    assert told(after, before) == [("risks", label, "", was)]


def test_only_another_order_is_said_honestly():
    before, after = case(), case()
    after["risks"]["register"].reverse()
    found = compare(before, after)
    assert [(part.key, part.changes) for part in found] == [("risks", ())]


def test_a_part_without_names_is_told_by_its_keys(monkeypatch):
    bare = tuple(replace(part, names=None, says=None) for part in parts.parts())
    monkeypatch.setattr(comparing, "parts", lambda: bare)
    before, after = case(), copy.deepcopy(case())
    after["facts"]["eu_reach"] = "no"
    after["scope"]["metrics"][0]["primary"] = False
    after["costs"]["answers"]["D4_runs"]["high"] = 300.5
    after["canvas"]["date"] = "2026-12-24"
    del after["project"]["currency"]
    assert told(before, after) == [
        ("project", "currency", "EUR", ""),
        ("facts", "eu reach", "yes", "no"),
        ("scope", "metrics · Mean error of the arrival time on unseen routes · primary", "yes", "no"),
        ("canvas", "date", "14 Sep 2026", "24 Dec 2026"),
        ("costs", "answers · D4 runs · high", "250", "300.5"),
    ]


def test_everything_that_differs_between_two_projects_has_a_name():
    """No label is a bare key: each step of it is a sentence or a name that somebody gave."""
    bare = re.compile(r"(?:^| · )[a-z0-9]+(?:_[a-z0-9]+)+(?: · |$)|(?:^| · )[A-Z]\d_[a-z_]+")
    for language in ("en", "pt-br"):
        with translation.override(language):
            for part in compare(case(), case("ferrugem-da-soja")):
                assert [change.label for change in part.changes if bare.search(change.label)] == []
                assert all(change.label for change in part.changes)


def test_two_large_projects_in_a_fifth_of_a_second():
    """Ten blocks and 200 risks."""
    before = case()
    risk = before["risks"]["register"][0]
    before["risks"]["register"] = [{**risk, "key": f"P{number:03}"} for number in range(1, 201)]
    after = copy.deepcopy(before)
    for row in after["risks"]["register"][::2]:
        row["likelihood"], row["mitigation"] = 1, f"Another plan than before: {row.get('mitigation', '')}"
    for block in after["canvas"]["blocks"].values():
        block["text"] = block["text"].replace(" the ", " this ")
    begun = time.process_time()
    found = compare(before, after)
    assert time.process_time() - begun < 0.2
    assert sum(len(part.changes) for part in found) >= 200


class TestRevisionsCompare:
    @pytest.fixture
    def two(self, project, alice):
        """Two revisions: another text, another fact."""
        actions.save_text(project=project, key="scope/problem", text="Agents call the wrong people.", base=0, by=alice)
        actions.revise(project=project, by=alice)
        actions.save_text(project=project, key="scope/problem", text="Agents call too many people.", base=1, by=alice)
        actions.set_fact(project=project, key="task_type", value="ranking", by=alice)
        actions.revise(project=project, by=alice)
        return project

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_any_two_and_now(self, two, vic, client_for, headers):
        client = client_for(vic)
        page = client.get(BASE, {"from": "1", "to": "2"}, **headers).content.decode()
        assert "Ranking or recommendation" in page
        assert "wrong" in page
        assert "too many" in page
        assert "Both say the same" in client.get(BASE, {"from": "2", "to": "now"}, **headers).content.decode()
        assert "Ranking or recommendation" in client.get(BASE, {"from": "1"}, **headers).content.decode()

    def test_without_a_revision_now_is_compared_with_itself(self, project, vic, client_for):
        assert "Both say the same" in client_for(vic).get(BASE).content.decode()

    def test_it_is_read_in_portuguese(self, two, vic, client_for):
        page = client_for(vic).get(BASE, {"from": "1", "to": "2"}, headers={"accept-language": "pt-br"})
        assert "Ordenação ou recomendação" in page.content.decode()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("wrong", ["0", "3", "x", "²", "9" * 300, "-1", "\x00"])
    def test_a_revision_that_never_was_is_422(self, two, vic, client_for, wrong, headers):
        response = client_for(vic).get(BASE, {"from": wrong, "to": "2"}, **headers)
        assert response.status_code == 422
        assert "There is no such revision" in response.content.decode()

    def test_queries_do_not_grow(self, two, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(BASE, {"from": "1", "to": "2"}))
        for number in range(10):
            version = selectors.texts(two, "scope")["problem"].version
            actions.save_text(project=two, key="scope/problem", text=f"{number}", base=version, by=alice)
            actions.revise(project=two, by=alice)
        assert count_queries(lambda: client.get(BASE, {"from": "1", "to": "2"})) == few

    def test_markup_is_text(self, project, alice, client_for):
        actions.revise(project=project, by=alice)
        text = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
        actions.save_text(project=project, key="scope/problem", text=text, base=0, by=alice)
        actions.edit(project=project, by=alice, name="<b>bold</b>", language="en", currency="EUR")
        page = client_for(alice).get(BASE).content.decode().partition("<main")[2]
        assert "<script>" not in page
        assert "<img" not in page
        assert "<b>bold" not in page
        assert "&lt;script&gt;" in page

    def test_who_may_not(self, project, sam, alice, client, client_for):
        assert client_for(sam).get(BASE).status_code == 404
        assert client.get(BASE).status_code == 302
        assert client_for(alice).post(BASE).status_code == 405
