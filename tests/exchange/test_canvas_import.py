"""Text into a canvas: shown first, chosen block by block, never over what somebody else wrote."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mlcanvas.canvas import actions as canvas
from mlcanvas.canvas import selectors
from mlcanvas.canvas.actions import Taken
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.canvas import reading
from mlcanvas.exchange.canvas.writing import canvas_markdown, canvas_yaml
from mlcanvas.exchange.selectors import project_file
from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Event, PassageEdit, Revision
from tests import made_up
from tests.fixtures_projects import FRAGMENT

SHOW = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/import/"
APPLY = f"{SHOW}apply/"
AFTER = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/"
TEXT = "Lead.\n\n## Decisions\nCall the first five.\n\n## Atributos\n- tariff\n\n## Stakeholders\n\nAna and Rui."


def save(project, by, text, block="decisions", base=0):
    return projects.save_text(project=project, key=f"canvas/ml_canvas_v1_1/{block}", text=text, base=base, by=by)


def texts(project, template="ml_canvas_v1_1"):
    return {row.block.key: row.text for row in selectors.canvas(project, template).blocks if row.text}


def upload(text, name="canvas.md"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/plain")


def rows(response):
    return {row.block.key: row for row, _refused in response.context_data["rows"]}


def chosen(**blocks):
    """What the page of the preview sends: a choice and the version that was shown, for each block."""
    sent = {"text": TEXT}
    for key, (choice, version) in blocks.items():
        sent |= {f"choice-{key}": choice, f"version-{key}": str(version)}
    return sent


class TestShow:
    def test_the_page_asks_for_a_text(self, project, erin, client_for):
        page = client_for(erin).get(SHOW).content.decode()
        assert '<textarea id="id_text"' in page
        assert 'type="file"' in page

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("sent", ["file", "text"])
    def test_it_shows_what_would_change_and_changes_nothing(self, project, erin, client_for, headers, sent):
        save(project, erin, "Call everybody.")
        before = (texts(project), Event.objects.count(), Revision.objects.count())
        data = {"file": upload(TEXT)} if sent == "file" else {"text": TEXT}
        response = client_for(erin).post(SHOW, data, **headers)
        assert response.status_code == 200
        page = response.content.decode()
        assert page.strip().startswith("<div" if headers else "<!doctype html>")
        found = rows(response)
        assert {key: (row.change, row.choice) for key, row in found.items()} == {
            "decisions": ("changed", "replace"),
            "features": ("new", "replace"),
        }
        assert "<del>Call everybody.</del>" in page
        assert "<ins>Call the first five.</ins>" in page
        assert "2 pieces name no block" in page
        assert "## Stakeholders\n\nAna and Rui." in page
        assert (texts(project), Event.objects.count(), Revision.objects.count()) == before

    def test_a_piece_is_put_into_a_block_with_its_heading(self, project, erin, client_for):
        response = client_for(erin).post(SHOW, {"text": TEXT, "place-1": "value_proposition", "place-0": "decisions"})
        found = rows(response)
        assert found["value_proposition"].text == "## Stakeholders\n\nAna and Rui."
        assert found["decisions"].text == "Call the first five.\n\nLead."
        assert '<option value="value_proposition" selected>' in response.content.decode()

    def test_lines_that_stand_in_both_are_not_marked(self, project, erin, client_for):
        save(project, erin, "one\ntwo\nthree")
        page = client_for(erin).post(SHOW, {"text": "## Decisions\none\n2\nthree"}).content.decode()
        assert "<span>one</span><del>two</del><span>three</span>" in page
        assert "<span>one</span><ins>2</ins><span>three</span>" in page

    def test_what_is_there_already_and_what_is_not_said_is_told(self, project, erin, client_for):
        save(project, erin, "\nCall the first five.  \n\n")
        response = client_for(erin).post(SHOW, {"text": "## Decisions\n\nCall the first five.  \n"})
        assert rows(response) == {}
        page = response.content.decode()
        assert "Nothing would change" in page
        assert "The same already: Decisions" in page
        assert "Not in your text, stays as it is: Value proposition" in page
        assert ">Import</button>" not in page

    def test_an_empty_heading_leaves_the_block_unless_one_says_otherwise(self, project, erin, client_for):
        save(project, erin, "Call everybody.")
        row = rows(client_for(erin).post(SHOW, {"text": "## Decisions\n\n## Features\n"}))["decisions"]
        assert (row.change, row.choice, row.choices) == ("emptied", "skip", ("replace", "skip"))

    def test_another_header_is_told(self, project, erin, client_for):
        canvas.head(project=project, template="ml_canvas_v1_1", by=erin, designed_for="them", designed_by="", date=None)
        text = canvas_markdown(project, "ml_canvas_v1_1").replace("- Designed for: them", "- Designed for: us")
        page = client_for(erin).post(SHOW, {"text": text}).content.decode()
        assert "Designed for us" in page
        assert "pieces name no block" not in page

    def test_a_text_that_is_too_long_for_its_block_says_so(self, project, erin, client_for):
        response = client_for(erin).post(SHOW, {"text": "## Decisions\n" + "x" * 20_001})
        page = response.content.decode()
        assert "This text has 20,001 characters and the limit is 20,000." in page
        fits = client_for(erin).post(SHOW, {"text": "## Decisions\n" + "x" * 20_000}).content.decode()
        assert "and the limit is" not in fits

    def test_as_many_queries_for_ten_blocks_as_for_one(self, project, erin, client_for, count_queries):
        client = client_for(erin)
        once = count_queries(lambda: client.post(SHOW, {"text": "## Decisions\nx"}))
        for block in selectors.template(project).blocks:
            save(project, erin, "y", block)
        every = "\n\n".join(f"## {block.title.en}\nx" for block in selectors.template(project).blocks.values())
        assert count_queries(lambda: client.post(SHOW, {"text": every})) == once

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({}, "Choose a file with some text in it"),
            ({"text": " \n"}, "Choose a file with some text in it"),
            ({"file": "no file"}, "Choose a file with some text in it"),
            ({"text": "a\x00b"}, "a character that cannot be stored"),
            ({"text": "format: mlcanvas-canvas\nversion: 1\ntemplate: ml_canvas_v1_1\nblocks: [x]"}, "What is wrong"),
            ({"text": "format: something\n"}, "This is no canvas"),
            ({"text": "{"}, "What is wrong"),
            ({"text": "x", "place-0": "nowhere"}, "This canvas has no such block"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence(self, project, erin, client_for, headers, data, sentence):
        response = client_for(erin).post(SHOW, data, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        if kept := data.get("text", "").strip().replace("\x00", "\ufffd"):
            assert kept in page

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"\x89PNG\r\n\x1a\n\x00\xff", "not text in UTF-8"),
            ("## Decisões\nx".encode("latin-1"), "not text in UTF-8"),
            ("## Decisions\nx".encode("utf-16"), "not text in UTF-8"),
            (b"", "Choose a file with some text in it"),
            (b"x\n" * 1_100_000, "larger than 2 MB"),
            (b"a\x00b", "a character that cannot be stored"),
        ],
    )
    def test_a_file_that_is_no_text_is_422(self, project, erin, client_for, content, sentence):
        response = client_for(erin).post(SHOW, {"file": upload(content), "text": "## Decisions\nkept"})
        assert response.status_code == 422
        assert sentence in response.content.decode()

    def test_problems_of_yaml_have_their_line(self, project, erin, client_for):
        text = "format: mlcanvas-canvas\nversion: 1\ntemplate: ml_canvas_v1_1\nblocks:\n  decisons:\n    text: x\n"
        page = client_for(erin).post(SHOW, {"text": text}).content.decode()
        assert "<code>blocks.decisons</code>" in page
        assert '<td class="num">5</td>' in page
        assert "Did you mean “decisions”?" in page

    def test_markup_is_text(self, project, erin, client_for):
        hostile = "</pre></textarea><script>alert(1)</script> <div hx-get=/ hx-trigger=load>"
        save(project, erin, hostile)
        page = client_for(erin).post(SHOW, {"text": f"{hostile}\n## Decisions\n{hostile} x"}).content.decode()
        assert "<script>alert" not in page
        assert "<div hx-get=/" not in page

    def test_it_speaks_portuguese(self, project, erin, client_for):
        response = client_for(erin).post(SHOW, {"text": TEXT}, headers={"accept-language": "pt-br"})
        assert "2 trechos não dão nome a nenhum bloco" in response.content.decode()


FILE = """# mine
---
blocks:
  decisions: {text: Call.}
  prediction_task: {text: Churn.}
format: mlcanvas-canvas
version: 1
template: ml_canvas_v1_1
"""


class TestKinds:
    """What is taken for what."""

    def blocks(self, client, text, name=""):
        data = {"file": upload(text, name)} if name else {"text": text}
        response = client.post(SHOW, data)
        assert response.status_code == 200, response.content.decode()
        return {key: row.text for key, row in rows(response).items()}

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Decisions: Call.\nML task: Churn.\n", ""),
            (FILE, ""),
            ('{"Decisões": "Call.", "prediction_task": {"text": "Churn."}}', ""),
            ("\ufeff## Decisions\r\nCall.\r\n## ML Task\r\nChurn.\r\n", "a.md"),
            ("Decisions\n\nCall.\n\nPrediction task\n\nChurn.", "a.txt"),
            ("Decisions: Call.\nML task: Churn.\n", "a.YML"),
        ],
    )  # fmt: skip
    def test_the_same_blocks_in_six_ways(self, project, erin, client_for, text, name):
        assert self.blocks(client_for(erin), text, name) == {"decisions": "Call.", "prediction_task": "Churn."}

    def test_prose_with_a_colon_is_markdown(self, project, erin, client_for):
        text = "Decisions: these: two\n\n## Features\n\nx"
        assert self.blocks(client_for(erin), text) == {"features": "x"}

    def test_a_whole_project_file_gives_its_canvas(self, project, erin, client_for):
        save(project, erin, "Call.")
        text = project_file(project).replace("Call.", "Do not call.")
        assert self.blocks(client_for(erin), text) == {"decisions": "Do not call."}

    def test_a_file_of_another_template_is_placed_by_names(self, project, erin, client_for, monkeypatch):
        made_up.use(monkeypatch)
        canvas.add(project=project, template=made_up.KEY, by=erin)
        projects.save_text(project=project, key=f"canvas/{made_up.KEY}/sails", text="Reefed.", base=0, by=erin)
        reading._validator.cache_clear()
        response = client_for(erin).post(SHOW, {"text": canvas_yaml(project, made_up.KEY)})
        reading._validator.cache_clear()
        assert [loose.piece.source for loose in response.context_data["preview"].loose] == ["## Sails\n\nReefed."]


class TestApply:
    @pytest.mark.parametrize(("headers", "status"), [({}, 302), (FRAGMENT, 204)])
    def test_works(self, project, erin, alice, client_for, headers, status):
        save(project, alice, "Call everybody.")
        save(project, alice, "age", "features")
        data = chosen(decisions=("replace", 1), features=("append", 1))
        response = client_for(erin).post(APPLY, data, **headers)
        assert response.status_code == status
        assert response.headers["HX-Redirect" if headers else "Location"] == AFTER
        assert texts(project) == {"decisions": "Call the first five.", "features": "age\n\n- tariff"}
        edits = PassageEdit.objects.filter(kind=PassageEdit.Kind.IMPORT).order_by("pk")
        assert [(edit.version, edit.base, edit.by) for edit in edits] == [(2, 1, erin), (2, 1, erin)]
        (event,) = Event.objects.filter(what="canvas.imported")
        assert event.by == erin
        assert event.values == {"template": "ml_canvas_v1_1", "blocks": ["decisions", "features"], "count": 2}
        (revision,) = Revision.objects.all()
        assert revision.reason == Revision.Reason.IMPORT
        assert "Call everybody." in revision.snapshot
        project.summary.refresh_from_db()
        assert project.summary.readiness_canvas == 10

    def test_what_is_skipped_stays(self, project, erin, client_for):
        save(project, erin, "Call everybody.")
        client_for(erin).post(APPLY, chosen(decisions=("skip", 1), features=("replace", 0)))
        assert texts(project) == {"decisions": "Call everybody.", "features": "- tariff"}

    def test_an_agreed_block_is_a_draft_again(self, project, erin, client_for):
        save(project, erin, "Call everybody.")
        canvas.agree(project=project, template="ml_canvas_v1_1", block="decisions", version=1, by=erin)
        client_for(erin).post(APPLY, chosen(decisions=("replace", 1), features=("skip", 0)))
        assert selectors.canvas(project).find("decisions").state == "draft"

    def test_a_placed_piece_is_stored_where_it_was_shown(self, project, erin, client_for):
        data = chosen(decisions=("replace", 0), features=("skip", 0), monitoring=("replace", 0))
        data |= {"place-0": "", "place-1": "monitoring", "placed": "0:,1:monitoring"}
        assert client_for(erin).post(APPLY, data).status_code == 302
        assert texts(project) == {
            "decisions": "Call the first five.",
            "monitoring": "## Stakeholders\n\nAna and Rui.",
        }

    def test_a_piece_that_was_put_elsewhere_is_shown_before_it_is_stored(self, project, erin, client_for):
        data = chosen(decisions=("replace", 0)) | {"place-1": "monitoring", "placed": "0:,1:"}
        response = client_for(erin).post(APPLY, data)
        assert response.status_code == 200
        assert "Look at what changes now" in response.content.decode()
        assert texts(project) == {}

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_what_somebody_wrote_meanwhile_stays_and_the_rest_is_stored(
        self, project, erin, alice, client_for, headers
    ):
        save(project, alice, "Call nobody.")
        save(project, alice, "Call nobody, ever.", base=1)
        response = client_for(erin).post(APPLY, chosen(decisions=("replace", 1), features=("replace", 0)), **headers)
        assert response.status_code == 409
        assert texts(project) == {"decisions": "Call nobody, ever.", "features": "- tariff"}
        page = response.content.decode()
        assert "Not imported: Alice changed this block after you saw it" in page
        assert "<del>Call nobody, ever.</del>" in page
        assert "<ins>Call the first five.</ins>" in page
        row = rows(response)["decisions"]
        assert (row.version, row.choice) == (2, "skip")
        assert Event.objects.get(what="canvas.imported").values["blocks"] == ["features"]
        # Chosen again over what is shown now, it is stored.
        assert client_for(erin).post(APPLY, chosen(decisions=("append", 2))).status_code == 302
        assert texts(project)["decisions"] == "Call nobody, ever.\n\nCall the first five."

    def test_where_everything_was_changed_nothing_is_stored_or_recorded(self, project, erin, alice, client_for):
        save(project, alice, "Call nobody.")
        data = chosen(decisions=("replace", 0), features=("skip", 0))
        assert client_for(erin).post(APPLY, data).status_code == 409
        assert not Event.objects.filter(what="canvas.imported").exists()
        assert not Revision.objects.exists()

    def test_a_second_click_changes_nothing(self, project, erin, client_for):
        data = chosen(decisions=("replace", 0), features=("replace", 0))
        client = client_for(erin)
        client.post(APPLY, data)
        before = texts(project)
        assert client.post(APPLY, data).status_code in (302, 422)
        assert texts(project) == before
        assert PassageEdit.objects.count() == 2

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"choice-decisions": "skip", "choice-features": "skip"}, "there is nothing to import"),
            ({"choice-decisions": "burn"}, "Choose what to do with this block."),
            ({"choice-features": "append"}, "Choose what to do with this block."),
            ({"version-decisions": "99"}, "a version that does not exist"),
            ({"version-decisions": "-1"}, "a version that does not exist"),
            ({"version-decisions": ""}, "a version that does not exist"),
            ({"version-decisions": "１"}, "a version that does not exist"),
            ({"place-0": "nowhere"}, "This canvas has no such block"),
            ({"text": ""}, "Choose a file with some text in it"),
            ({"text": "format: x"}, "This is no canvas"),
            ({"text": "## Decisions\n" + "x" * 20_001}, "the limit is 20,000"),
        ],
    )
    def test_bad_input_is_422_and_nothing_is_stored(self, project, erin, client_for, headers, changes, sentence):
        data = chosen(decisions=("replace", 0), features=("replace", 0)) | changes
        response = client_for(erin).post(APPLY, data, **headers)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert texts(project) == {}
        assert not Revision.objects.exists()

    def test_appending_too_much_is_said_beside_the_block(self, project, erin, client_for):
        save(project, erin, "y" * 19_990)
        response = client_for(erin).post(APPLY, chosen(decisions=("append", 1), features=("replace", 0)))
        assert response.status_code == 422
        assert rows(response)["decisions"].refused.code == "text_too_long"
        assert texts(project) == {"decisions": "y" * 19_990}

    def test_the_action_refuses_what_the_page_would_not_send(self, project, erin):
        long = [Taken("features", "x", 0), Taken("decisions", "x" * 20_001, 0)]
        with pytest.raises(Refused, match="text_too_long"):
            canvas.take(project=project, template="ml_canvas_v1_1", texts=long, by=erin)
        assert texts(project) == {}


class TestAccess:
    @pytest.mark.parametrize("address", [SHOW, APPLY])
    def test_a_reader_is_refused_with_the_reason(self, project, vic, rita, client_for, address):
        for user in (vic, rita):
            response = client_for(user).post(address, chosen(decisions=("replace", 0)))
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()
        assert texts(project) == {}

    def test_a_reader_is_not_asked_for_a_text(self, project, vic, client_for):
        assert client_for(vic).get(SHOW).status_code == 403

    @pytest.mark.parametrize("address", [SHOW, APPLY])
    def test_a_stranger_sees_404_and_anonymous_the_sign_in(self, project, sam, client, client_for, address):
        assert client_for(sam).post(address, chosen(decisions=("replace", 0))).status_code == 404
        response = client.post(address, chosen(decisions=("replace", 0)))
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")
        assert texts(project) == {}

    def test_wrong_methods(self, project, erin, client_for):
        client = client_for(erin)
        assert client.get(APPLY).status_code == 405
        assert client.put(SHOW).status_code == 405

    @pytest.mark.parametrize("address", [SHOW, APPLY])
    def test_a_canvas_that_the_project_does_not_fill_is_404(self, project, erin, client_for, address):
        address = address.replace("ml_canvas_v1_1", "another")
        assert client_for(erin).post(address, {"text": TEXT}).status_code == 404


class TestAnotherGrid:
    def test_import_into_a_canvas_of_another_template(self, project, erin, client_for, monkeypatch):
        made_up.use(monkeypatch)
        canvas.add(project=project, template=made_up.KEY, by=erin)
        address = f"/p/{project.slug}/canvas/{made_up.KEY}/import/"
        text = "## Sails\nReefed.\n## Decisions\nNone."
        response = client_for(erin).post(address, {"text": text})
        assert list(rows(response)) == ["sails"]
        assert [loose.piece.heading for loose in response.context_data["preview"].loose] == ["Decisions"]
        data = {"text": text, "choice-sails": "replace", "version-sails": "0"}
        assert client_for(erin).post(f"{address}apply/", data).status_code == 302
        assert texts(project, made_up.KEY) == {"sails": "Reefed."}
