"""What a report says, before anybody lays it out."""

import dataclasses
import datetime
import json
from copy import deepcopy

import pytest

from mlcanvas import catalog
from mlcanvas.domain.canonical import digest
from mlcanvas.reports import pdf
from mlcanvas.reports.document import BODY, Edition, build
from tests.reports import snapshots

DAY = datetime.date(2026, 11, 23)
EDITION = Edition(DAY)


def report(snapshot, language=None, edition=EDITION):
    return build(snapshot, edition, language=language)


def section(found, key):
    return next(section for section in found.sections if section.key == key)


def block(found, key, kind, title=""):
    return next(
        block
        for block in section(found, key).blocks
        if block.kind == kind and getattr(block, "title", "").startswith(title)
    )


def words(value):
    """Every string of a value, in order, on one line."""
    if isinstance(value, str):
        return value.replace("\u00a0", " ")
    if isinstance(value, dict):
        return " ".join(words(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return " ".join(words(item) for item in value)
    return ""


@pytest.fixture(scope="module")
def full():
    return report(snapshots.full())


class TestWhole:
    def test_sections_stand_in_order_and_are_numbered(self, full):
        # Before the first decision there is nothing that anything could have changed since.
        keys = [chapter.key for chapter in BODY if chapter.key != "changes"]
        assert [found.key for found in full.sections] == ["summary", *keys]
        assert [found.number for found in full.sections] == list(range(1, len(keys) + 2))

    def test_it_is_a_value(self, full):
        assert full == report(snapshots.full())
        assert dataclasses.is_dataclass(full)
        json.dumps(pdf.data(full), allow_nan=False)

    def test_the_cover_names_state_date_people_iteration_and_digest(self, full):
        cover = dict(full.cover)
        assert full.title == "Churn in prepaid mobile"
        assert cover["State"] == "Working copy"
        assert cover["Date"] == "23\u00a0Nov\u00a02026"
        assert cover["Written by"] == "Marta Ruiz, João Oliveira"
        assert cover["Iteration"] == "2"
        assert cover["Digest"].replace(" ", "") == digest(snapshots.full()["content"])
        assert full.warning == "Not a signed revision"

    def test_a_revision_says_its_number_and_warns_of_nothing(self):
        found = report(snapshots.full(), edition=Edition(DAY, number=7))
        assert (found.revision, found.warning) == ("Revision 7", "")

    def test_an_example_warns_that_its_text_is_invented(self):
        found = report(snapshots.full(), edition=Edition(DAY, number=7, example=True))
        assert found.warning == "Text from an example: people, figures and dates are invented"
        found = report(snapshots.full(), "pt-br", edition=Edition(DAY, example=True))
        assert found.warning.startswith("Texto de um exemplo: ")
        assert found.warning.endswith(" · Não é uma revisão assinada")

    def test_authors_of_the_edition_stand_in_for_a_canvas_without_any(self):
        found = report(snapshots.empty(), edition=Edition(DAY, authors=("Alice",)))
        assert found.authors == ("Alice",)

    def test_its_language_is_the_project_s_unless_asked(self):
        assert report(snapshots.cheia()).kind == "Relatório de escopo"
        assert report(snapshots.cheia(), "en").kind == "Scoping report"
        assert report(snapshots.full(), "pt-br").sections[1].title == "Escopo"

    def test_numbers_are_spelt_in_its_language(self):
        said = words(pdf.data(report(snapshots.cheia())))
        assert "R$ 73.090" in said
        assert "412.000" in said
        assert "0,238 a 0,262" in said
        assert "R$ 73,090" not in said

    def test_what_was_typed_is_in_it(self, full):
        said = words(pdf.data(full))
        for typed in (
            "who would have stayed anyway",
            "Top-up ledger (Billing, daily)",
            "Two experienced agents",
            "2,130.5",
        ):
            assert typed in said


class TestRows:
    def test_each_list_is_a_table_after_the_canvas(self, full):
        section = next(found for found in full.sections if found.key == "rows")
        assert [found.key for found in full.sections].index("rows") == 3
        assert [table.title for table in section.blocks] == [
            "Listed data sources",
            "Listed features",
            "Gains and costs of outcomes",
            "Listed metrics to watch",
        ]

    def test_a_column_that_no_row_fills_is_left_out_and_an_empty_cell_is_a_dash(self, full):
        table = block(full, "rows", "table", "Listed data sources")
        assert [column.label for column in table.columns] == [
            "Name",
            "Kind",
            "Refresh",
            "Personal data",
            "Basis",
        ]
        first, second = table.rows
        assert (first[0].text, first[0].note, first[2].text) == ("Top-up ledger", "Billing", "1 d")
        assert [cell.text for cell in second] == ["Network events", "–", "1 h", "–", "–"]

    def test_values_are_said_and_sources_named(self, full):
        features = block(full, "rows", "table", "Listed features")
        assert [row[1].text for row in features.rows] == ["Top-up ledger", "S09"]
        assert features.rows[1][2].text == "Not sure"
        outcomes = block(full, "rows", "table", "Gains and costs of outcomes")
        assert (outcomes.rows[0][2].text, outcomes.rows[0][2].note) == ("€\u00a011.25", "8–14")
        assert outcomes.rows[1][2].text == "€\u00a01.5"
        assert outcomes.rows[0][3].text == "30 days"

    def test_it_speaks_portuguese(self):
        found = report(snapshots.cheia())
        assert next(part for part in found.sections if part.key == "rows").title == "O que o canvas lista"
        outcomes = block(found, "rows", "table", "Ganhos e custos dos desfechos")
        assert outcomes.rows[0][2].text == "R$\u00a011,25"

    @pytest.mark.parametrize("wrong", [3, "x", [3], [{}], [{"name": 3, "amount": "x", "refresh_hours": "y"}]])
    def test_rows_of_another_shape_are_no_error(self, wrong):
        snapshot = snapshots.full()
        snapshot["content"]["rows"] = dict.fromkeys(("sources", "features", "outcomes", "monitoring"), wrong)
        report(snapshot)


class TestEmpty:
    def test_a_part_that_is_not_there_is_named_and_left_out(self):
        found = report(snapshots.empty())
        assert [part.key for part in found.sections] == ["summary", "sources", "decision"]
        assert len(found.missing) == 9
        assert block(found, "summary", "callout", "What is missing").items == found.missing

    def test_it_recommends_nothing(self):
        said = block(report(snapshots.empty()), "summary", "callout", "Recommendation").items
        assert said == ("No recommendation yet: value, feasibility and tier have to be scored first.",)

    @pytest.mark.parametrize(
        "part", ["scope", "canvas", "risks", "costs", "baselines", "tracker", "facts", "project", "rows"]
    )
    def test_any_part_may_be_absent(self, part):
        snapshot = snapshots.full()
        snapshot["content"].pop(part)
        snapshot["results"].pop(part, None)
        report(snapshot)

    @pytest.mark.parametrize("part", ["risks", "costs", "tracker"])
    def test_results_may_be_absent(self, part):
        snapshot = snapshots.full()
        snapshot["results"].pop(part)
        report(snapshot)

    @pytest.mark.parametrize("wrong", [None, [], "x", 3])
    def test_results_of_another_shape_are_no_error(self, wrong):
        snapshot = snapshots.full()
        snapshot["results"] = {"risks": wrong, "costs": {"lines": wrong, "flags": None}, "tracker": {"stages": wrong}}
        report(snapshot)


class TestMissing:
    def change(self, path, value=None):
        snapshot = snapshots.full()
        *way, last = path
        place = snapshot["content"]
        for key in way:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
        return report(snapshot).missing

    def test_a_full_project_lacks_little(self, full):
        assert full.missing == (
            "Risks: no owner for R10.",
            "Lifecycle: 2 gates are open in the stage “Scope”: SC-08 and SC-14.",
        )

    def test_an_open_question(self):
        assert "Scope: Why machine learning not answered." in self.change(["scope", "why_ml"])

    def test_a_metric_without_target(self):
        assert "Scope: no target for Weekly churn." in self.change(["scope", "metrics", 1, "target"])

    def test_an_empty_block(self):
        assert "Canvas: Features empty." in self.change(["canvas", "blocks", "features"])

    def test_an_unanswered_factor(self):
        assert any("so there is no tier" in said for said in self.change(["risks", "matrix", "feature_kind"]))

    def test_answers_that_nobody_knows(self):
        said = self.change(["costs", "answers"], {"C2_needed": "unknown", "T1_rate": 400})
        assert "Costs: 1 answer is “not known” and rests on an assumption." in said

    def test_a_baseline_without_value(self):
        assert "Baselines: no value for Rule of 2025." in self.change(["baselines", "entries", 1, "value"])


class TestSummary:
    def test_the_figures(self, full):
        tiles = {tile.label: tile for tile in block(full, "summary", "tiles").items}
        assert tiles["Risk tier"].value == "4 of 5: High"
        assert tiles["Risk tier"].tone == 4
        assert tiles["Priority"].note == "value 72, feasibility 41 of 100"
        assert tiles["Cost, even chance"].value == "about €\u00a073,100"
        assert tiles["Cost, even chance"].note == "8 in 10 chances between €\u00a055,400 and €\u00a093,400"
        assert tiles["Stage"].note == "5 of 7 gates met"

    def test_a_long_problem_is_cut_and_says_where_the_rest_is(self):
        found = report(snapshots.long_blocks())
        answer = block(found, "summary", "answer")
        assert answer.more == "The full text is in section 2."

    def test_no_more_is_listed_as_missing_than_fits_the_page(self):
        snapshot = snapshots.full()
        snapshot["content"] = {"project": snapshot["content"]["project"], "scope": {"problem": "x"}}
        found = report(snapshot)
        assert len(block(found, "summary", "callout", "What is missing").items) <= 10


class TestCanvas:
    def test_the_credit_names_all_that_the_licence_asks_for(self, full):
        credit = block(full, "canvas", "canvas").credit.parts
        assert credit == (
            ("Machine Learning Canvas v1.1", ""),
            ("Louis Dorard, Ph.D.", ""),
            ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
            ("ownml.co", "https://ownml.co"),
            ("modified", ""),
        )

    def test_a_canvas_without_a_licence_is_credited_and_claims_none(self):
        found = report(snapshots.on(catalog.canvas_templates()["prediction_task"]))
        assert block(found, "canvas", "canvas").credit.parts == (
            ("Prediction Task Canvas", ""),
            ("Louis Dorard", ""),
            ("ownml.co", "https://ownml.co/blog/introducing-the-prediction-task-canvas"),
            ("structure only; questions and examples by mlcanvas", ""),
        )
        source = next(row for row in block(found, "sources", "table").rows if row[0].text == "Canvas template")
        assert (source[1].text, source[1].href) == (
            "Prediction Task Canvas, Louis Dorard, ownml.co",
            "https://ownml.co/blog/introducing-the-prediction-task-canvas",
        )
        assert (source[2].text, source[2].href) == ("structure only; questions and examples by mlcanvas", "")

    def test_the_sources_name_the_licence_where_there_is_one(self):
        found = report(snapshots.on(catalog.canvas_templates()["mlops_stack"]), language="pt-br")
        source = next(row for row in block(found, "sources", "table").rows if row[0].text == "Modelo do canvas")
        assert source[1].text == "Canvas da stack de MLOps, INNOQ, ml-ops.org"
        assert (source[2].text, source[2].href) == (
            "CC BY-SA 4.0, modificado",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        )

    def test_blocks_stand_where_the_template_puts_them(self, full):
        places = {
            box.key: (box.column, box.row, box.columns, box.rows) for box in block(full, "canvas", "canvas").blocks
        }
        assert places["value_proposition"] == (2, 0, 1, 2)
        assert places["monitoring"] == (1, 2, 3, 1)
        assert places["features"] == (4, 1, 1, 2)
        assert len(places) == 10

    def test_an_empty_block_says_so(self):
        snapshot = snapshots.full()
        del snapshot["content"]["canvas"]["blocks"]["features"]
        box = next(box for box in block(report(snapshot), "canvas", "canvas").blocks if box.key == "features")
        assert (box.state, box.empty) == ("empty", "No answer yet.")


class TestRisks:
    def test_one_cell_of_the_table_is_this_project_s(self, full):
        grid = block(full, "tier", "grid")
        chosen = [(y, x) for y, row in enumerate(grid.cells) for x, cell in enumerate(row) if cell.chosen]
        assert chosen == [(1, 2)]
        assert [cell.tone for cell in grid.cells[0]] == [3, 4, 5]

    def test_the_answers_stand_beside_the_result_with_the_rule(self, full):
        table = block(full, "tier", "table", "Answers")
        assert [row[2].text for row in table.rows] == [
            "little",
            "similar solution available",
            "partly satisfied",
            "function",
        ]
        assert table.note == "Rule for mixed answers: the worse answer on each axis (rule version 1)."

    def test_open_risks_stand_in_the_map_where_they_are_today(self, full):
        grid = block(full, "register", "grid")
        assert grid.cells[1][3].items == ("R01",)
        assert not any("R12" in cell.items for row in grid.cells for cell in row)
        assert "11 open risks" in grid.note

    def test_the_worst_come_first_and_the_closed_last(self, full):
        rows = block(full, "register", "table").rows
        assert [row[0].text for row in rows][:2] == ["R01", "R04"]
        assert rows[-1][1].text == "Team leaves before hand-over (closed)"

    def test_a_colour_never_stands_alone(self, full):
        marks = [mark for row in block(full, "register", "table").rows for cell in row for mark in cell.marks]
        assert any(mark.tone for mark in marks)
        assert all(any(letter.isalpha() for letter in mark.text) for mark in marks if mark.tone)

    @pytest.mark.parametrize(
        ("until", "said", "missing"),
        [
            ("2026-11-22", "Acceptance ended on 22\u00a0Nov\u00a02026 (Ana: The pilot ends then)", True),
            ("2026-11-23", "Accepted by Ana until 23\u00a0Nov\u00a02026: The pilot ends then", False),
        ],
    )
    def test_an_acceptance_says_until_when_and_when_it_is_over(self, until, said, missing):
        snapshot = snapshots.full()
        snapshot["content"]["risks"]["register"][0] |= {
            "accepted_until": until,
            "accepted_on": "2026-10-01",
            "accepted_by": "Ana",
            "accepted_why": "The pilot ends then",
        }
        found = build(snapshot, Edition(datetime.date(2026, 11, 23)))
        assert block(found, "register", "table").rows[0][3].detail == said
        assert ("Risks: accepted until a day that is past: R01." in found.missing) == missing

    def test_the_map_stands_on_the_scale_of_the_snapshot(self):
        """Also when the workspace has another one today, or the catalogue."""
        snapshot = snapshots.full()
        words = {"en": "x", "pt_BR": "y"}
        snapshot["results"]["risks"]["scale"] = {
            "version": 0,
            "likelihood": [words] * 6,
            "severity": [{"en": f"hurts {n}", "pt_BR": f"dói {n}"} for n in range(5)],
            "bands": [
                {"key": "band_1", "first": 1, "last": 10, "tone": 2, "label": {"en": "mild", "pt_BR": "leve"}},
                {"key": "band_2", "first": 11, "last": 30, "tone": 5, "label": {"en": "grave", "pt_BR": "grave"}},
            ],
        }
        found = report(snapshot)
        grid = block(found, "register", "grid")
        assert len(grid.cells) == 6
        assert grid.column_labels == tuple(f"{n + 1} hurts {n}" for n in range(5))
        assert grid.cells[2][3].items == ("R01",)
        assert grid.cells[0][0].tone == 2
        assert "grave" in grid.note
        assert any("mild" in mark.text for row in block(found, "register", "table").rows for mark in row[2].marks)

    def test_a_risk_is_read_from_cause_to_effect(self):
        snapshot = snapshots.full()
        snapshot["content"]["risks"]["register"][0] |= {
            "cause": "It rains.",
            "event": "Roofs leak.",
            "effect": "Mould.",
        }
        rows = block(report(snapshot), "register", "table").rows
        assert rows[0][1].detail == "It rains → Roofs leak → Mould."
        assert [mark.label for mark in rows[0][2].marks] == ["Inherent", "Today", "Target"]


class TestCosts:
    def test_ranges_are_drawn_from_the_figures(self, full):
        chart = block(full, "costs", "ranges", "Total")
        inside, outside = chart.bars
        assert (inside.start, inside.middle, inside.end) == (277, 365, 467)
        assert outside.muted
        assert "€\u00a073,090" in chart.alt

    def test_the_likely_values_are_never_added_up(self, full):
        total = block(full, "costs", "table", "Cost lines").rows[-1]
        assert [cell.text for cell in total[1:4]] == ["", "", ""]
        assert total[5].value == 73090

    def test_each_assumption_names_its_origin(self, full):
        rows = block(full, "costs", "table", "Assumptions").rows
        assert [row[2].text for row in rows] == ["answer", "cited default", "assumption"]
        assert [row[3].text for row in rows] == ["", "1", ""]
        assert block(full, "costs", "table", "Assumptions").note.startswith(
            "1  aimultiple.com, Cloud GPU prices, 1\u00a0Jun"
        )

    def test_flags_are_sentences(self):
        snapshot = snapshots.full()
        snapshot["results"]["costs"]["flags"] = [{"code": "no such code", "values": {}}, "as it is", {"en": "both"}]
        assert block(report(snapshot), "costs", "callout", "Mind these").items == ("no such code", "as it is", "both")


class TestBaselines:
    def test_the_target_is_a_line_across(self, full):
        chart = block(full, "baselines", "ranges")
        assert [line.label for line in chart.lines] == ["target 0.45"]
        assert [bar.muted for bar in chart.bars] == [False, True, False, False]

    def test_only_comparable_ones_are_measured_against_it(self, full):
        gaps = {row[0].text: row[2].text for row in block(full, "baselines", "table").rows}
        assert gaps["Logistic regression, 12 features"] == "short by 0.09"
        assert gaps["Two experienced agents"] == "–"
        assert gaps["Published churn benchmark"] == "no target"

    def test_a_value_that_meets_the_target_says_so(self):
        snapshot = snapshots.full()
        snapshot["content"]["baselines"]["entries"][2]["value"] = 0.5
        gaps = [row[2].text for row in block(report(snapshot), "baselines", "table").rows]
        assert "meets it" in gaps

    def test_lower_is_better_where_it_is(self):
        snapshot = snapshots.full()
        for entry in snapshot["content"]["baselines"]["entries"]:
            entry["direction"] = "lower"
        chart = block(report(snapshot), "baselines", "ranges")
        assert [bar.text for bar in chart.bars] == ["0.12", "0.25", "0.31", "0.36"]


class TestLifecycle:
    def test_the_present_stage_is_marked(self, full):
        steps = block(full, "lifecycle", "steps").items
        assert [step.current for step in steps] == [True, False, False, False, False]
        assert steps[0].note == "5 of 7 gates"

    def test_an_open_gate_says_what_is_missing(self, full):
        rows = {row[0].text: row for row in block(full, "lifecycle", "table", "Gates").rows}
        assert rows["SC-14"][2].text == "open"
        assert rows["SC-14"][3].text == "No decision is recorded."
        assert rows["SC-01"][3].text == "the project's own answers"

    def test_gates_of_later_stages_wait_until_they_are_met(self):
        snapshot = snapshots.full()
        snapshot["results"]["tracker"]["stages"][2]["gates"][0]["met"] = True
        shown = [row[0].text for row in block(report(snapshot), "lifecycle", "table", "Gates").rows]
        assert shown[-2:] == ["SC-14", "MT-01"]

    def test_gates_that_turned_by_themselves_are_enough(self):
        snapshot = snapshots.full()
        del snapshot["content"]["tracker"]
        assert [block.kind for block in section(report(snapshot), "lifecycle").blocks] == ["steps", "table"]

    def test_evidence_links_where_it_is_one(self, full):
        rows = {row[0].text: row for row in block(full, "lifecycle", "table", "Checkpoints").rows}
        assert rows["SC-06"][4].href == "https://example.org/map"
        assert rows["SC-13"][2].text == "waived"

    def test_evidence_never_links_to_a_script(self):
        snapshot = snapshots.full()
        snapshot["content"]["tracker"]["checkpoints"]["SC-06"]["evidence"][0]["url"] = "javascript:alert(1)"
        rows = block(report(snapshot), "lifecycle", "table", "Checkpoints").rows
        assert all(cell.href == "" for row in rows for cell in row)


class TestHostile:
    @pytest.mark.parametrize("text", snapshots.HOSTILE, ids=lambda text: ascii(text)[:24])
    def test_every_field_may_hold_anything(self, text):
        report(snapshots.poisoned(text))

    def test_a_snapshot_is_not_changed(self):
        snapshot = snapshots.full()
        before = deepcopy(snapshot)
        report(snapshot)
        assert snapshot == before


class TestLegal:
    def test_it_says_tier_reasons_dates_duties_and_that_it_is_no_advice(self, full):
        said = words([dataclasses.asdict(block) for block in section(full, "legal").blocks])
        for wanted in (
            "EU AI Act: High risk",
            "This is not legal advice.",
            "Essential services",
            "counts as yes until somebody knows",
            "2 Dec 2027",
            "Art. 9",
            "Fines up to EUR 15 million.",
            "because it is used in Brazil",
            "Data version 1, as of 5 Aug 2026.",
            "Questions still open: Role of the prediction.",
        ):
            assert wanted in said

    def test_without_answers_it_is_left_out_and_named_as_missing(self):
        made = snapshots.full()
        del made["content"]["risks"]["legal"]
        found = report(made)
        assert "legal" not in [section.key for section in found.sections]
        assert "Legal tier: the questions are not answered." in found.missing

    def test_a_project_outside_the_eu_needs_no_more_answers(self):
        made = snapshots.full()
        del made["content"]["risks"]["legal"]
        made["results"]["risks"]["legal"] |= {"tier": "outside", "tier_name": {"en": "Outside", "pt_BR": "Fora"}}
        found = report(made)
        assert "EU AI Act: Outside" in words([dataclasses.asdict(block) for block in section(found, "legal").blocks])
        assert not any(sentence.startswith("Legal tier") for sentence in found.missing)

    def test_an_undecided_tier_is_named_as_missing_with_what_it_is_at_least(self):
        made = snapshots.full()
        made["results"]["risks"]["legal"] |= {"tier": None}
        found = report(made)
        said = words([dataclasses.asdict(block) for block in section(found, "legal").blocks])
        assert "At least: High risk, if it is used in the EU." in said
        assert "Legal tier: not decided; open: Role of the prediction." in found.missing

    def test_it_is_spoken_in_portuguese(self):
        said = words(pdf.data(report(snapshots.cheia())))
        assert "Regulamento de IA da UE: Alto risco" in said
        assert "Isto não é aconselhamento jurídico." in said
