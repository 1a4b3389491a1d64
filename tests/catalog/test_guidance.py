"""Each block of the canvas has help of its own for each kind of task."""

import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files

import pytest

from mlcanvas import catalog
from mlcanvas.catalog.guidance import TEMPLATE, check, check_complete
from mlcanvas.catalog.reading import Mistake, parse, read
from mlcanvas.domain.guidance import BlockGuidance, Guidance
from mlcanvas.domain.text import Text

BLOCKS = catalog.canvas_templates()[TEMPLATE].fill_order
TASKS = tuple(option.key for option in catalog.facts()["task_type"].options)
FOLDER = files("mlcanvas.catalog").joinpath("guidance")
# In characters: what fits beside a block without a scroll bar of its own.
LONGEST = {"good": 350, "ask": 170, "mistakes": 170, "example": 280}

SAID = '{ en = "Yes", pt_BR = "Sim" }'
ENTRY = f"""
[[task]]
task = "ranking"
good = {SAID}
ask = [{SAID}, {SAID}, {SAID}]
mistakes = [{SAID}, {SAID}]
example = {SAID}
"""


def written() -> list[tuple[str, Guidance]]:
    """Every entry with the file it stands in."""
    names = sorted(f"guidance/{file.name}" for file in FOLDER.iterdir() if file.name.endswith(".toml"))
    return [(name, entry) for name in names for entry in read(name, BlockGuidance).task]


def texts(entry: Guidance) -> tuple[Text, ...]:
    """Every text of an entry, in the order of reading."""
    return (entry.good, *entry.ask, *entry.mistakes, entry.example)


# The files


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_has_guidance_for_each_kind_of_task(block: str) -> None:
    name = f"guidance/{block}.toml"
    assert FOLDER.joinpath(f"{block}.toml").is_file(), f"{name} is missing"
    check(read(name, BlockGuidance), name, BLOCKS, TASKS)


def test_guidance_is_found_by_block_and_task_in_the_order_of_the_page() -> None:
    found = catalog.guidance()
    assert tuple(found) == BLOCKS
    for block, by_task in found.items():
        assert tuple(by_task) == TASKS, block
        assert all(entry.task == task for task, entry in by_task.items())


def test_the_system_check_reads_guidance() -> None:
    assert "guidance" in catalog.DEFINITIONS


def test_texts_fit_beside_a_block() -> None:
    for name, entry in written():
        for part, longest in LONGEST.items():
            said = getattr(entry, part)
            for text in said if isinstance(said, tuple) else (said,):
                assert max(len(text.en), len(text.pt_BR)) <= longest, f"{name}: {entry.task}: {part}: {text.en}"


def test_what_to_ask_is_a_question_in_both_languages() -> None:
    for name, entry in written():
        for text in entry.ask:
            assert text.en.endswith("?"), f"{name}: {entry.task}: {text.en}"
            assert text.pt_BR.endswith("?"), f"{name}: {entry.task}: {text.pt_BR}"


def test_no_text_serves_two_kinds_of_task_or_repeats_the_block() -> None:
    on_the_canvas = [
        text for block in catalog.canvas_templates()[TEMPLATE].block for text in (block.question, block.example)
    ]
    every = [*on_the_canvas, *(text for _, entry in written() for text in texts(entry))]
    for language in ("en", "pt_BR"):
        counted = Counter(getattr(text, language) for text in every)
        assert [text for text, times in counted.items() if times > 1] == []


def test_both_languages_are_written_out() -> None:
    for name, entry in written():
        for text in texts(entry):
            assert text.en != text.pt_BR, f"{name}: {entry.task}"
            assert not re.search(r"R\$|[ãõçáéíóú]", text.en), f"{name}: {entry.task}: {text.en}"
            assert "€" not in text.pt_BR, f"{name}: {entry.task}: {text.pt_BR}"
            # 1,900 and 0.75 there; 1.900 and 0,75 here.
            assert not re.search(r"[1-9]\.\d{3}\b", text.en), f"{name}: {entry.task}: {text.en}"
            assert not re.search(r"[1-9],\d{3}\b|\d\.\d{1,2}\b", text.pt_BR), f"{name}: {entry.task}: {text.pt_BR}"


# The checks


def content(**changes: object) -> BlockGuidance:
    """A made-up file for the block `features` with each kind of task, its first entry changed."""
    entry = parse(f'block = "features"\n{ENTRY}', "x", BlockGuidance).task[0]
    first, *others = (replace(entry, task=task) for task in TASKS)
    return BlockGuidance("features", (replace(first, **changes), *others))  # type: ignore[arg-type]


def test_a_whole_file_passes() -> None:
    check(content(), "guidance/features.toml", BLOCKS, TASKS)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (replace(content(), block="fetures"), "block: names unknown block 'fetures'"),
        (replace(content(), block="decisions"), "block: 'decisions' belongs in guidance/decisions.toml"),
        (content(task="clustering"), "task: names unknown task 'clustering'"),
        (content(task="ranking"), "task ranking: is there twice"),
        (replace(content(), task=content().task[2:]), "task: has none for classification, regression"),
        (replace(content(), task=()), f"task: has none for {', '.join(TASKS)}"),
        (content(ask=content().task[0].ask[:2]), "task classification: ask: needs 3 or 4 questions, has 2"),
        (content(ask=content().task[0].ask[:1] * 5), "task classification: ask: needs 3 or 4 questions, has 5"),
        (content(mistakes=content().task[0].ask[:1]), "task classification: mistakes: needs 2 or 3, has 1"),
        (content(mistakes=content().task[0].ask[:1] * 4), "task classification: mistakes: needs 2 or 3, has 4"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(wrong: BlockGuidance, reason: str) -> None:
    with pytest.raises(Mistake) as mistake:
        check(wrong, "guidance/features.toml", BLOCKS, TASKS)
    assert str(mistake.value) == f"guidance/features.toml: {reason}"


@pytest.mark.parametrize(
    ("right", "wrong", "place", "reason"),
    [
        ("block =", "blok =", "$", "required key 'block' is missing"),
        ("example =", "sample =", "$.task[0]", "sample"),
        (SAID, '{ en = "Yes" }', "$.task[0].good", "required key 'pt_BR' is missing"),
        ("Sim", " ", "$.task[0].good", "the text in pt_BR is empty"),
        ('"ranking"', "3", "$.task[0].task", "expected str, found int 3"),
        ("[[task]]", "[[task]", "guidance/features.toml: ", "line 3"),
    ],
)
def test_a_mistake_in_the_text_is_named_with_its_place(right: str, wrong: str, place: str, reason: str) -> None:
    toml = f'block = "features"\n{ENTRY}'
    with pytest.raises(Mistake) as mistake:
        parse(toml.replace(right, wrong, 1), "guidance/features.toml", BlockGuidance)
    assert str(mistake.value).startswith("guidance/features.toml: ")
    assert place in str(mistake.value)
    assert reason in str(mistake.value)


def test_every_missing_file_is_named() -> None:
    check_complete(BLOCKS, BLOCKS)
    with pytest.raises(Mistake) as mistake:
        check_complete(set(BLOCKS) - {"features", "decisions"}, BLOCKS)
    assert str(mistake.value).splitlines() == [
        "guidance/decisions.toml: this file is missing",
        "guidance/features.toml: this file is missing",
    ]
