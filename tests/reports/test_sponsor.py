"""What whoever decides looks for: what it brings, what was decided, amounts that promise no more than is known."""

import datetime
import re
from dataclasses import replace

import pytest
from django.conf import settings

from mlcanvas.domain.estimate import payback
from mlcanvas.reports import pdf, prose, selectors
from mlcanvas.reports.document import USUAL, Edition, build
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.voice import words
from mlcanvas.reviews import actions as reviews
from mlcanvas.risks import actions as risks
from tests.reports import form_readers as read
from tests.reports import snapshots
from tests.reports.printing import ours, text
from tests.reports.test_document import DAY, block, report, section
from tests.reports.test_document import words as said_in

ANSWERS = {
    "A2_decisions": {"low": 50, "likely": 100, "high": 150},
    "A2_gain": {"low": 10, "likely": 25, "high": 40},
    "A2_false_positive": {"low": 1, "likely": 2, "high": 3},
    "A2_false_negative": "unknown",
}
WORTH = {"low": 6000.0, "likely": 30000.0, "high": 72000.0, "net": 20000.0, "payback_years": 0.67}
DECIDED = Edition(DAY, number=3, decision=(DAY, "Erin decided on a pilot first, on revision 3. Twelve weeks."))


def worth(answers=ANSWERS, **more):
    """The rich project with what it brings, and what that follows from."""
    made = snapshots.full()
    made["content"]["costs"]["answers"] = answers
    made["results"]["costs"]["worth"] = WORTH | more
    return made


def plain(texts):
    return " ".join(texts).replace("\u00a0", " ")


def brings(found):
    """What the costs say of it, or nothing."""
    costs = section(found, "costs").blocks
    return plain(next((one.items for one in costs if getattr(one, "title", "") == "What it brings"), ()))


def in_short(found):
    return next(
        (one for one in section(found, "summary").blocks if getattr(one, "label", "") == "What it brings"), None
    )


class TestBenefit:
    def test_the_costs_say_the_range_the_years_and_the_payback(self):
        said = brings(report(worth()))
        assert "It brings € 6,000 to € 72,000 a year, likely € 30,000." in said
        assert "In 2.5 years of operation it brings € 15,000 to € 180,000." in said
        assert "At the likely values it pays back within 9 months of operation." in said

    def test_the_summary_says_it_rounded_and_where_it_comes_from(self):
        found = report(worth(low=6123.4, high=72_987.0))
        answer = in_short(found)
        said = plain([answer.nodes[0].spans[0].text])
        assert said == (
            "It brings € 6,120 to € 73,000 a year, likely € 30,000. "
            "At the likely values it pays back within 9 months of operation. "
            "Computed from the project's own answers."
        )

    @pytest.mark.parametrize(
        ("years", "said"),
        [
            (2.42, "in 2.4 years of operation"),
            (1.0, "within 12 months of operation"),
            (0.02, "within the first month of operation"),
            (None, "it never pays back"),
        ],
    )
    def test_the_payback_is_spoken(self, years, said):
        assert said in brings(report(worth(payback_years=years)))

    def test_it_names_the_answers_that_it_follows_from(self):
        """A false alarm has a price here, but no error counts: a hundred times 25 a month are all of it."""
        said = brings(report(worth()))
        assert "answers to “Decisions per month that use a prediction” and “Work saved by one automatic" in said
        assert "false alarm" not in said

    def test_errors_are_named_where_they_count(self):
        said = brings(report(worth(likely=31_000.0)))
        assert "“Cost of a false alarm”" in said
        assert "“Cost of a missed case”" not in said
        assert "the errors that the target saves against the best baseline" in said

    @pytest.mark.parametrize("kept", [None, {}, {"low": 1.0}, {"low": "x", "likely": 2.0, "high": 3.0}])
    def test_without_it_nothing_is_said(self, kept):
        made = worth()
        made["results"]["costs"]["worth"] = kept
        found = report(made)
        assert (brings(found), in_short(found)) == ("", None)
        del made["results"]["costs"]["worth"]
        assert (brings(report(made)), in_short(report(made))) == ("", None)

    def test_a_revision_that_kept_less_says_less(self):
        made = worth()
        del made["results"]["costs"]["worth"]["payback_years"], made["results"]["costs"]["years"]
        said = brings(report(made))
        assert "a year, likely" in said
        assert "pays back" not in said
        assert "years of operation" not in said

    def test_it_is_on_the_slide_of_the_costs(self):
        made = worth()
        deck = read.slides(FORMS["pptx"].make(report(made), made, ours))
        assert "It brings € 6,000 to € 72,000 a year, likely € 30,000." in deck[4][1]

    @pytest.mark.parametrize(
        ("years", "months"), [(0.0, 1), (0.05, 1), (0.66, 8), (1.0, 12), (1.5, 18), (1.51, None), (2.42, None)]
    )
    def test_months_are_counted_up_to_a_year_and_a_half(self, years, months):
        assert payback.months(years) == months


class TestDecision:
    def test_it_stands_before_the_recommendation(self):
        found = report(snapshots.full(), edition=DECIDED)
        titles = [getattr(one, "title", "") for one in section(found, "summary").blocks]
        assert titles.index("Decision") == titles.index("Recommendation") - 1
        (said,) = block(found, "summary", "callout", "Decision").items
        assert said.replace("\u00a0", " ") == (
            "23 Nov 2026: Erin decided on a pilot first, on revision 3. Twelve weeks."
        )

    def test_without_one_there_is_no_such_line(self):
        found = report(snapshots.full(), edition=Edition(DAY, number=3))
        assert "Decision" not in [getattr(one, "title", "") for one in section(found, "summary").blocks]

    def test_a_long_reason_is_cut_and_says_where_the_rest_is(self):
        found = report(snapshots.full(), edition=Edition(DAY, number=3, decision=(DAY, "Because. " * 200)))
        (said,) = block(found, "summary", "callout", "Decision").items
        assert len(said) < 310
        assert said.endswith(f"… The full text is in section {section(found, 'decision').number}.")

    def test_the_texts_of_the_scope_make_room_for_it(self):
        made = snapshots.long_blocks()
        alone, beside = (
            block(report(made, edition=one), "summary", "answer") for one in (Edition(DAY, number=3), DECIDED)
        )
        assert len(prose.plain(beside.nodes)) < 0.8 * len(prose.plain(alone.nodes))
        assert beside.more == alone.more != ""

    def test_the_slide_of_the_decision_shows_it(self):
        found = report(snapshots.full(), edition=DECIDED)
        said = read.slides(FORMS["pptx"].make(found, snapshots.full(), ours))[5][1]
        assert said.index("Twelve weeks.") < said.index("Recommendation")

    def test_it_is_the_one_that_was_recorded_last(self, project, alice, erin):
        for by, outcome, note in ((alice, "go", "Go on."), (erin, "pilot", "Twelve weeks, two lines.")):
            before = selectors.report(project).digest
            reviews.decide(project=project, outcome=outcome, note=note, read=before, by=by)
        (said,) = block(selectors.report(project), "summary", "callout", "Decision").items
        today = datetime.datetime.now(tz=datetime.UTC).year
        assert str(today) in said
        assert said.endswith(f"{erin} decided on a pilot first, on revision 1. Twelve weeks, two lines.")
        assert "decidiu fazer um piloto antes" in said_in(
            [block(selectors.report(project, "pt-br"), "summary", "callout", "Decisão").items]
        )

    def test_what_has_changed_since_is_not_decided(self, project, alice):
        reviews.decide(project=project, outcome="go", note="Go.", read=selectors.report(project).digest, by=alice)
        risks.risk_add(project=project, by=alice, title="Late", category="data", likelihood=3, severity=3)
        titles = [getattr(one, "title", "") for one in section(selectors.report(project), "summary").blocks]
        assert "Decision" not in titles

    def test_the_report_of_the_portfolio_has_it_too(self, project, alice, client_for):
        reviews.decide(
            project=project, outcome="stop", note="Too dear.", read=selectors.report(project).digest, by=alice
        )
        page = client_for(alice).get("/portfolio/report/").content.decode()
        assert "decided to stop, on revision 1. Too dear." in page


class TestMissing:
    def lifecycle(self, made):
        return [one for one in report(made).missing if one.startswith("Lifecycle")]

    def test_gates_that_turn_by_themselves_count(self):
        made = snapshots.full()
        made["content"]["tracker"]["checkpoints"] = {}
        assert self.lifecycle(made) == ["Lifecycle: 2 gates are open in the stage “Scope”: SC-08 and SC-14."]

    def test_nothing_met_and_nothing_recorded_is_said(self):
        assert self.lifecycle(snapshots.empty()) == ["Lifecycle: no gate is met and no checkpoint recorded."]


class TestAmounts:
    def test_the_picture_of_the_summary_is_rounded_and_that_of_the_costs_is_exact(self):
        found = report(snapshots.full())
        short, exact = (block(found, key, "ranges") for key in ("summary", "costs"))
        assert "P50 €\u00a073,100" in short.bars[0].text
        assert "P50 €\u00a073,090" in exact.bars[0].text
        assert short.note.endswith(f"section {section(found, 'costs').number} has the exact ones.")
        assert [(bar.start, bar.middle, bar.end) for bar in short.bars] == [
            (bar.start, bar.middle, bar.end) for bar in exact.bars
        ]

    def test_a_summary_alone_leads_nowhere(self):
        found = build(snapshots.full(), Edition(DAY), options=replace(USUAL, brief=True))
        assert block(found, "summary", "ranges").note.endswith("Rounded to three figures.")

    def test_the_summary_holds_no_exact_amount(self):
        found = said_in([pdf._block(one) for one in section(report(snapshots.full()), "summary").blocks])
        for amount in re.findall(r"€ ([\d,]+)", found):
            assert len(amount.replace(",", "").rstrip("0")) <= 3, amount

    def test_the_slide_of_the_costs_is_rounded(self):
        said = read.slides(FORMS["pptx"].make(report(snapshots.full()), snapshots.full(), ours))[4][1]
        assert "€ 73,100" in said
        assert "€ 73,090" not in said


class TestNames:
    def test_the_views_are_called_as_on_the_page_of_the_costs(self):
        page = (settings.BASE_DIR / "templates/costs/range.html").read_text(encoding="utf-8")
        kept = (settings.BASE_DIR / "locale/pt_BR/LC_MESSAGES/django.po").read_text(encoding="utf-8")
        for key in ("summary.inside", "summary.outside"):
            text_ = words()[key]
            assert f'{{% translate "{text_.en}" %}}' in page
            assert f'msgid "{text_.en}"\nmsgstr "{text_.pt_BR}"' in kept

    @pytest.mark.parametrize("made", [snapshots.full, snapshots.cheia])
    def test_the_tabs_of_the_workbook_end_with_a_word(self, made):
        found = read.sheets(FORMS["xlsx"].make(report(made()), made(), ours))
        titles = said_in([pdf._block(one) for part in report(made()).sections for one in part.blocks]) + " Sobre About"
        whole = set(re.findall(r"\w+", titles)) | {word for key in words() for word in _spelt(key)}
        for name in list(found)[1:]:
            assert len(name) <= 31
            assert set(re.findall(r"\w+", name)) <= whole, name
        assert {"Chance to stay below", "Chance de ficar abaixo"} & set(found)

    def test_no_word_of_the_title_is_broken_that_fits_a_line(self):
        made = snapshots.full()
        made["content"]["project"]["name"] = 'Lift breakdowns: "predict & prevent" before they happen in Lisbon'
        first = text(pdf.render(report(made), ours()).pdf, "-f", "1", "-l", "1")
        assert all(word in first for word in ("breakdowns:", "prevent", "happen"))

    def test_a_word_that_is_longer_than_a_line_is_broken(self):
        made = snapshots.full()
        made["content"]["project"]["name"] = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter"
        first = text(pdf.render(report(made), ours()).pdf, "-f", "1", "-l", "1")
        assert made["content"]["project"]["name"] not in first


def _spelt(key):
    return re.findall(r"\w+", words()[key].en + " " + words()[key].pt_BR)


class TestPage:
    def test_the_target_is_named_at_its_line(self):
        page = FORMS["html"].make(report(snapshots.full()), snapshots.full(), ours).decode()
        target = block(report(snapshots.full()), "baselines", "ranges").lines[0]
        named = re.search(r'<text class="report-mark[^"]*" x="([\d.]+)%" y="14">target 0.45</text>', page)
        assert float(named[1]) == target.at / 10
        assert f'<line class="mark" x1="{target.at}"' in page

    def test_tables_of_few_columns_need_no_room(self):
        found = report(snapshots.full())
        assert block(found, "costs", "table", "").narrow
        assert not block(found, "scope", "table").narrow
        page = FORMS["html"].make(found, snapshots.full(), ours).decode()
        assert re.search(r'<table class="report-table is-narrow">\s*<thead><tr><th scope="col">Chance to stay', page)
        style = (settings.BASE_DIR / "static/css/report.css").read_text(encoding="utf-8")
        assert ".report-table:not(.is-narrow) { min-width" in style
