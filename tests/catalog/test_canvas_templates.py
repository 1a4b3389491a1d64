import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from mlcanvas import catalog
from mlcanvas.canvas.models import DEFAULT_TEMPLATE, Agreement, Canvas
from mlcanvas.canvas.urls import urlpatterns
from mlcanvas.catalog.canvas import KEY, TAKEN, check
from mlcanvas.catalog.reading import Mistake, parse
from mlcanvas.domain.canvas import Template
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Passage

TEMPLATES = catalog.canvas_templates()
TEMPLATE = TEMPLATES["ml_canvas_v1_1"]
OLDER = TEMPLATES["ml_canvas_v0_4"]
STACK = TEMPLATES["mlops_stack"]
TASK = TEMPLATES["prediction_task"]

by_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def titles(template: Template, language: str) -> list[str]:
    return [block.title.say(language) for block in template.blocks.values()]


def facts_of(template: Template) -> dict[str, tuple[str, ...]]:
    return {block.key: block.facts for block in template.block}


# What the templates say


def test_there_are_four_templates_and_the_machine_learning_canvas_is_the_default() -> None:
    assert list(TEMPLATES) == ["ml_canvas_v0_4", "ml_canvas_v1_1", "mlops_stack", "prediction_task"]
    assert DEFAULT_TEMPLATE == "ml_canvas_v1_1"


def test_the_machine_learning_canvas_is_the_official_grid() -> None:
    assert TEMPLATE.rows == (
        ("task", "decisions", "value", "collection", "sources"),
        ("impact", "making", "value", "building", "features"),
        ("impact", "monitor", "monitor", "monitor", "features"),
    )
    assert titles(TEMPLATE, "pt-br") == [
        "Proposta de valor", "Tarefa de predição", "Decisões", "Realização de predições", "Simulação de impacto",
        "Fontes de dados", "Coleta de dados", "Atributos (features)", "Construção de modelos", "Monitoramento",
    ]  # fmt: skip


def test_the_older_edition_has_its_own_names_and_places() -> None:
    places = [[next(b.title.en for b in OLDER.block if b.area == area) for area in row] for row in OLDER.rows]
    assert places == [
        ["Decisions", "ML task", "Value propositions", "Data sources", "Collecting data"],
        ["Making predictions", "Offline evaluation", "Value propositions", "Features", "Building models"],
        ["Making predictions", *["Live evaluation and monitoring"] * 3, "Building models"],
    ]
    assert (OLDER.name.en, OLDER.name.pt_BR) == (
        "Machine Learning Canvas (older edition) v0.4",
        "Canvas de Machine Learning (edição antiga) v0.4",
    )


def test_both_editions_share_keys_tones_and_facts() -> None:
    assert OLDER.fill_order == TEMPLATE.fill_order
    assert facts_of(OLDER) == facts_of(TEMPLATE)
    assert {b.key: b.group for b in OLDER.block} == {b.key: b.group for b in TEMPLATE.block}


def test_the_mlops_stack_canvas_has_the_eleven_blocks_of_its_authors() -> None:
    assert titles(STACK, "en") == [
        "Value proposition", "Data sources and data versioning", "Data analysis and experiment management",
        "Feature store and workflows", "Foundations (reflecting DevOps)",
        "ML pipeline orchestration (CI, CT, CD)", "Model registry and model versioning", "Model deployment",
        "Prediction serving", "ML model, data and system monitoring", "Metadata store",
    ]  # fmt: skip


def test_a_prediction_task_has_four_parts() -> None:
    assert titles(TASK, "en") == ["Entity", "Wait", "Outcomes", "Heuristic"]
    assert facts_of(TASK) == {"entity": (), "wait": ("label_delay_days",), "outcomes": ("task_type",), "heuristic": ()}


@pytest.mark.parametrize("template", [TEMPLATE, OLDER, STACK], ids=lambda template: template.key)
def test_a_canvas_of_the_whole_system_asks_every_fact_exactly_once(template: Template) -> None:
    shown = [fact for block in template.block for fact in block.facts]
    assert Counter(shown) == Counter(key for key, fact in catalog.facts().items() if fact.home == "canvas")


def test_blocks_that_share_a_key_share_their_facts() -> None:
    found: dict[str, tuple[str, ...]] = {}
    for template in TEMPLATES.values():
        for key, facts in facts_of(template).items():
            assert found.setdefault(key, facts) == facts, key


@pytest.mark.parametrize(
    ("template", "author", "site"),
    [
        (TEMPLATE, "Louis Dorard, Ph.D.", "ownml.co"),
        (OLDER, "Louis Dorard, Ph.D.", "machinelearningcanvas.com"),
        (STACK, "INNOQ", "ml-ops.org"),
    ],
    ids=lambda value: getattr(value, "key", None),
)
def test_a_licensed_canvas_credits_its_author_and_licence(template: Template, author: str, site: str) -> None:
    credit = template.credit
    assert (credit.author, credit.licence, credit.site) == (author, "CC BY-SA 4.0", site)
    assert credit.licence_url == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert credit.modified == Text("modified", "modificado")


def test_a_canvas_without_a_known_licence_credits_its_author_and_claims_none() -> None:
    credit = TASK.credit
    assert (credit.author, credit.site) == ("Louis Dorard", "ownml.co")
    assert (credit.licence, credit.licence_url) == ("", "")
    assert credit.modified.en.startswith("structure only")


def test_a_template_without_a_version_is_called_by_its_title() -> None:
    assert TEMPLATE.name == Text("Machine Learning Canvas v1.1", "Canvas de Machine Learning v1.1")
    assert STACK.name == STACK.title


@by_template
def test_one_sentence_says_when_to_use_it(template: Template) -> None:
    assert template.purpose is not None
    for said in (template.purpose.en, template.purpose.pt_BR):
        assert len(said) <= 140
        assert said.endswith(".")
        assert said.count(".") == 1


@by_template
def test_words_fit_an_empty_block_and_titles_a_phone(template: Template) -> None:
    for block in template.block:
        for language in ("en", "pt-br"):
            assert len(block.title.say(language)) <= 40, block.key
            assert len(block.question.say(language)) <= 180, block.key
            assert len(block.example.say(language)) <= 180, block.key
            assert block.question.say(language).endswith("?"), block.key


@by_template
def test_portuguese_is_not_english(template: Template) -> None:
    said = [template.title, *(group.title for group in template.group)]
    for block in template.block:
        said += [block.title, block.question, block.example]
    assert [text.en for text in said if text.en == text.pt_BR] == []


def test_no_two_blocks_ask_the_same() -> None:
    said = [text.en for template in TEMPLATES.values() for b in template.block for text in (b.question, b.example)]
    assert [text for text, times in Counter(said).items() if times > 1] == []


@by_template
def test_keys_fit_their_columns(template: Template) -> None:
    longest = "x" * 40
    assert KEY.fullmatch(longest)
    assert not KEY.fullmatch(f"{longest}x")
    lengths = [Canvas._meta.get_field("template"), Agreement._meta.get_field("block")]
    assert min(field.max_length or 0 for field in lengths) >= len(longest)
    assert (Passage._meta.get_field("key").max_length or 0) >= len(f"canvas/{longest}/{longest}")
    assert KEY.fullmatch(template.key)


def test_no_key_hides_an_address_of_ours() -> None:
    routes = [str(pattern.pattern).strip("/").split("/") for pattern in urlpatterns]
    steps = [(tuple(route[:place]), part) for route in routes for place, part in enumerate(route)]
    where_keys_stand = {before for before, part in steps if part.startswith("<slug:")}
    words = {part for before, part in steps if before in where_keys_stand and part and part[0] != "<"}
    assert "head" in words
    assert sorted(words - TAKEN) == []


# What is refused


def first(**changes: object) -> Callable[[Template], Template]:
    """A change to the first block."""

    def changed(template: Template) -> Template:
        head, *others = template.block
        return replace(template, block=(replace(head, **changes), *others))  # type: ignore[arg-type]

    return changed


def whole(**changes: object) -> Callable[[Template], Template]:
    """A change to the template."""
    return lambda template: replace(template, **changes)  # type: ignore[arg-type]


def renamed(key: str) -> Callable[[Template], Template]:
    """Another key for the first block, in the order too."""

    def changed(template: Template) -> Template:
        head, *others = template.block
        order = tuple(key if each == head.key else each for each in template.fill_order)
        return replace(template, block=(replace(head, key=key), *others), fill_order=order)

    return changed


def credited(**changes: object) -> Callable[[Template], Template]:
    """A change to the credit."""
    return lambda template: replace(template, credit=replace(template.credit, **changes))  # type: ignore[arg-type]


def placed(area: str) -> Callable[[Template], Template]:
    """Another name for the area of the first block."""

    def changed(template: Template) -> Template:
        head, *others = template.block
        rows = tuple(tuple(area if each == head.area else each for each in row) for row in template.rows)
        return replace(template, block=(replace(head, area=area), *others), rows=rows)

    return changed


REFUSED: list[tuple[Callable[[Template], Template], str]] = [
    (whole(fill_order=TEMPLATE.fill_order[1:]), "fill_order: names each block exactly once"),
    (whole(fill_order=(*TEMPLATE.fill_order[1:], "features")), "fill_order: names each block exactly once"),
    (whole(key="Canvas"), "key: 'Canvas' is not a key"),
    (whole(key="people"), "key: 'people' is an address of ours"),
    (renamed("two words"), "block two words: 'two words' is not a key"),
    (renamed("1st"), "block 1st: '1st' is not a key"),
    (renamed("with-dash"), "'with-dash' is not a key"),
    (renamed("x" * 41), "is not a key"),
    *((renamed(key), f"block {key}: '{key}' is an address of ours") for key in sorted(TAKEN)),
    (whole(rows=(), row_heights=()), "rows: a grid has at least one row and one column"),
    (whole(columns=0), "rows: a grid has at least one row and one column"),
    (whole(row_heights=(1, 2)), "row_heights: one height for each row"),
    (whole(row_heights=(41, 0, 17)), "row_heights: row 2 has no height: 0"),
    (whole(row_heights=(41, 42, -17)), "row_heights: row 3 has no height: -17"),
    (whole(columns=4), "rows: row 1 has 5 areas, not 4"),
    (placed("making predictions"), "rows: 'making predictions' cannot name an area"),
    (placed("2nd"), "rows: '2nd' cannot name an area"),
    (placed("."), "rows: '.' cannot name an area"),
    (placed("a;b"), "rows: 'a;b' cannot name an area"),
    (placed("span"), "rows: 'span' cannot name an area"),
    (placed("auto"), "rows: 'auto' cannot name an area"),
    (placed("inherit"), "rows: 'inherit' cannot name an area"),
    (
        whole(rows=(("task", "decisions", "value", "collection", "task"), *TEMPLATE.rows[1:])),
        "rows: the area 'task' is not a rectangle",
    ),
    (
        whole(rows=(TEMPLATE.rows[0], TEMPLATE.rows[1], ("impact", "monitor", "monitor", "features", "features"))),
        "rows: the area 'features' is not a rectangle",
    ),
    (whole(rows=(("task",) * 5,) * 3), "block: each area of the grid holds exactly one block"),
    (first(area="decisions"), "block: each area of the grid holds exactly one block"),
    (whole(group=TEMPLATE.group[1:]), "group: heads each tone of a block exactly once"),
    (whole(group=(*TEMPLATE.group, TEMPLATE.group[0])), "group: heads each tone of a block exactly once"),
    (first(group="learn"), "group: heads each tone of a block exactly once"),
    (credited(licence=""), "credit: licence and licence_url come together, or neither"),
    (credited(licence_url=""), "credit: licence and licence_url come together, or neither"),
    (credited(site_url="javascript:alert(1)"), "credit: site_url: 'javascript:alert(1)' is not an address"),
    (credited(licence_url="ownml.co"), "credit: licence_url: 'ownml.co' is not an address"),
    (credited(site_url=""), "credit: site_url: is empty"),
    (credited(author=" "), "credit: author: is empty"),
    (first(facts=("latncy",)), "block value_proposition: names unknown fact 'latncy'"),
    (first(facts=("risk_ratio",)), "block value_proposition: names unknown fact 'risk_ratio'"),
    (first(facts=("archetype",)), "block decisions: the fact 'archetype' is asked twice"),
]


@pytest.mark.parametrize(("change", "reason"), REFUSED, ids=lambda value: value[:50] if isinstance(value, str) else "")
def test_a_template_that_contradicts_itself_is_refused(change: Callable[[Template], Template], reason: str) -> None:
    with pytest.raises(Mistake, match=re.escape(reason)) as mistake:
        check(change(TEMPLATE), "canvas/x.toml", catalog.facts())
    assert str(mistake.value).startswith("canvas/x.toml: ")


@by_template
def test_what_we_ship_is_accepted(template: Template) -> None:
    check(template, "canvas/x.toml", catalog.facts())


def test_a_file_is_called_by_the_key_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    shipped = files("mlcanvas.catalog").joinpath("canvas/prediction_task.toml").read_text(encoding="utf-8")
    (tmp_path / "canvas").mkdir()
    (tmp_path / "canvas" / "my_task.toml").write_text(shipped, encoding="utf-8")
    for module in ("canvas", "reading"):
        monkeypatch.setattr(f"mlcanvas.catalog.{module}.files", lambda _package: tmp_path)
    with pytest.raises(Mistake, match=r"canvas/my_task\.toml: key: 'prediction_task' is not the name of the file"):
        catalog.canvas_templates.__wrapped__()


@pytest.mark.parametrize("change", [('group = "goal"', 'group = "blue"'), ('key = "goal"', 'key = "blue"')])
def test_a_tone_that_no_stylesheet_knows_is_refused(change: tuple[str, str]) -> None:
    shipped = files("mlcanvas.catalog").joinpath("canvas/ml_canvas_v1_1.toml").read_text(encoding="utf-8")
    with pytest.raises(Mistake, match="blue"):
        parse(shipped.replace(*change), "canvas/x.toml", Template)
