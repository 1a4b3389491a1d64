"""What a project file must be, and how it is told what it is not."""

import json
import time

import pytest
import yaml
from django.utils import translation

from mlcanvas import catalog
from mlcanvas.exchange import mistakes, reading
from mlcanvas.exchange.problems import MOST, Unreadable
from mlcanvas.exchange.reading import LIMIT, read
from mlcanvas.exchange.writing import write

HEAD = "format: mlcanvas-project\nversion: 1\nproject:\n  name: A\n"
PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def problems(text):
    with pytest.raises(Unreadable) as caught:
        read(text)
    return [(problem.line, problem.path, problem.code) for problem in caught.value.problems]


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def parser(request, monkeypatch):
    monkeypatch.setattr(reading, "_Loader", request.param)


def test_the_least_file():
    assert read(HEAD) == {"format": "mlcanvas-project", "version": 1, "project": {"name": "A"}}


def test_json_is_read_too():
    content = {"format": "mlcanvas-project", "version": 1, "project": {"name": "A"}, "scope": {"problem": "a\nb"}}
    assert read(json.dumps(content, indent=2)) == content


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    text = HEAD + "scope:\n  problem: |-\n    one\n    two\n"
    assert read(("\ufeff" + text.replace("\n", "\r\n")).encode())["scope"]["problem"] == "one\ntwo"


def test_words_and_dates_stay_text():
    scope = "scope:\n  metrics:\n    - {key: a, name: yes, kind: model, direction: higher, deadline: 2027-03-31}\n"
    assert read(HEAD + scope)["scope"]["metrics"][0] == {
        "key": "a", "name": "yes", "kind": "model", "direction": "higher", "deadline": "2027-03-31"
    }  # fmt: skip


SYNTAX = {
    "colon": ("a: b: c\n", 1, "exchange_syntax_colon"),
    "tab": ("a:\n\tb: c\n", 2, "exchange_syntax_character"),
    "at": ("a: @b\n", 1, "exchange_syntax_character"),
    "quote": ('a: "b\nc: d\n', None, "exchange_syntax_quote"),
    "no colon": ("a: b\nc\nd: e\n", None, "exchange_syntax_no_colon"),
    "indent": ("a:\n  b: c\n d: e\n", 3, "exchange_syntax_indent"),
    "escape": ('a: "\\z"\n', 1, "exchange_syntax_escape"),
    "flow": ("a: [b\nc: d\n", None, None),
    "second document": (HEAD + "---\n" + HEAD, 6, "exchange_second_document"),
    "alias": ("a: &x b\nc: *x\n", 1, "exchange_alias"),
    "unknown alias": ("a: *x\n", 1, "exchange_alias"),
    "merge key": ("a:\n  <<: *x\n", 2, "exchange_alias"),
    "key that is a list": ("? [a, b]\n: c\n", 1, "exchange_key"),
    "empty": ("", 1, "exchange_empty"),
    "comment only": ("# nothing\n", 1, "exchange_empty"),
    "list": ("- a\n", 1, "exchange_not_a_project"),
    "text": ("hello\n", 1, "exchange_not_a_project"),
    "deep": ("a: " + "[" * 60, 1, "exchange_too_deep"),
    "nul": ("a: b\nc: \x00\n", 2, "exchange_character"),
    "surrogate": ("a: \ud800\n", 1, "exchange_character"),
    "control": ("a: \x07\n", 1, "exchange_character"),
    "not utf-8": (b"a: b\nc: \xff\n", 2, "exchange_not_utf8"),
    "utf-16": ("a: b\n".encode("utf-16"), 1, "exchange_not_utf8"),
}


@pytest.mark.parametrize(("text", "line", "code"), SYNTAX.values(), ids=SYNTAX)
def test_what_is_not_yaml_of_ours(parser, text, line, code):
    found = problems(text)
    assert len(found) == 1
    assert line in (None, found[0][0])
    if code:
        assert found[0][2] == code


def test_tags_run_nothing(parser, tmp_path):
    mark = tmp_path / "ran"
    for tag in (
        f"!!python/object/apply:os.system ['touch {mark}']",
        "!!binary aGk=",
        "!x b",
        "!!python/name:os.system",
        "! b",
    ):
        assert (5, "scope", "exchange_tag") in problems(f"{HEAD}scope: {tag}\n")
    assert not mark.exists()


def test_keys_twice_are_found_where_they_are(parser):
    text = HEAD + "scope:\n  problem: a\n  why_ml: b\n  problem: c\nfacts: {}\nscope: {}\n"
    assert problems(text) == [(8, "scope", "exchange_key_twice"), (10, "", "exchange_key_twice")]


def test_half_characters_in_an_escape_are_refused(parser):
    for escape in ("\\0", "\\ud800"):
        [(line, _path, code)] = problems(f'{HEAD}scope:\n  problem: "a{escape}b"\n')
        assert line == 6
        assert code in ("exchange_text_unstorable", "exchange_syntax_escape", "exchange_syntax")


@pytest.mark.parametrize("number", [".inf", "-.INF", ".nan", "1e999", "9" * 400])
def test_numbers_have_an_end(parser, number):
    assert problems(f"{HEAD}facts:\n  latency_budget_ms: {number}\n")[0][:2] == (6, "facts.latency_budget_ms")


SCHEMA = {
    "format": ("format: other\nversion: 1\nproject: {name: A}\n", 1, "format", "exchange_not_a_project"),
    "version": ("format: mlcanvas-project\nversion: 2\nproject: {name: A}\n", 2, "version", "exchange_version"),
    "project missing": ("format: mlcanvas-project\nversion: 1\n", 1, "project", "exchange_key_missing"),
    "near key": (HEAD + "scope:\n  problm: a\n", 6, "scope.problm", "exchange_key_near"),
    "unknown key": (HEAD + "xyz: a\n", 5, "xyz", "exchange_key_unknown"),
    "derived fact": (HEAD + "facts:\n  risk_ratio: 0\n", 6, "facts.risk_ratio", "exchange_key_unknown"),
    "near choice": (HEAD + "facts:\n  task_type: rankin\n", 6, "facts.task_type", "exchange_choice_near"),
    "choice": (HEAD + "facts:\n  task_type: 7\n", 6, "facts.task_type", "exchange_choice"),
    "no value": (HEAD + "facts:\n  task_type:\n", 6, "facts.task_type", "exchange_no_value"),
    "text": (HEAD + "scope:\n  problem: 3\n", 6, "scope.problem", "exchange_wants_text"),
    "number": (HEAD + 'facts:\n  label_delay_days: "3"\n', 6, "facts.label_delay_days", "exchange_wants_number"),
    "below": (HEAD + "facts:\n  label_delay_days: -3\n", 6, "facts.label_delay_days", "exchange_too_small"),
    "above": (HEAD + "facts:\n  label_delay_days: 1e9\n", 6, "facts.label_delay_days", "exchange_too_big"),
    "list": (HEAD + "scope:\n  metrics: a\n", 6, "scope.metrics", "exchange_wants_list"),
    "keys": (HEAD + "scope: a\n", 5, "scope", "exchange_wants_keys"),
    "whole": (HEAD + "  iteration: 1.5\n", 5, "project.iteration", "exchange_wants_whole"),
    "too long": (HEAD + f"scope:\n  problem: {'x' * 20_001}\n", 6, "scope.problem", "exchange_too_long"),
    "empty name": (HEAD.replace("A", '""'), 4, "project.name", "exchange_nothing_in_it"),
    "range": (HEAD + "costs:\n  answers:\n    C1_access: some\n", 7, "costs.answers.C1_access", "exchange_keys_or"),
    "range end": (
        HEAD + "costs:\n  answers:\n    C1_access: {low: 1, likely: 2}\n",
        7,
        "costs.answers.C1_access.high",
        "exchange_key_missing",
    ),
    "number or": (
        HEAD + "costs:\n  answers:\n    C1_sources: some\n",
        7,
        "costs.answers.C1_sources",
        "exchange_number_or",
    ),
    "zero": (HEAD + "costs:\n  answers:\n    C2_available: 0\n", 7, "costs.answers.C2_available", "exchange_not_above"),
    "address": (
        HEAD
        + "tracker:\n  checkpoints:\n    SC-06:\n      evidence:\n        - {label: a, url: 'javascript:alert(1)'}\n",
        9,
        "tracker.checkpoints.SC-06.evidence[0].url",
        "exchange_wants_address",
    ),
    "date": (
        HEAD + "risks:\n  register:\n    - {key: P01, title: a, category: data, likelihood: 1, severity: 1,\n"
        "       due: 2027-02-30}\n",
        8,
        "risks.register[0].due",
        "exchange_date",
    ),
    "pattern": (
        HEAD + "risks:\n  register:\n    - {key: x, title: a, category: data, likelihood: 1, severity: 1}\n",
        7,
        "risks.register[0].key",
        "exchange_pattern",
    ),
    "boolean": (
        HEAD + "scope:\n  metrics:\n    - {key: a, name: a, kind: model, direction: higher, primary: yes}\n",
        7,
        "scope.metrics[0].primary",
        "exchange_wants_boolean",
    ),
}


@pytest.mark.parametrize(("text", "line", "path", "code"), SCHEMA.values(), ids=SCHEMA)
def test_what_the_schema_does_not_have(parser, text, line, path, code):
    assert (line, path, code) in problems(text)


def test_all_problems_are_listed_by_line():
    text = HEAD + "facts:\n  task_type: x\nscope:\n  metrics:\n    - {key: A B, kind: dream}\n    - 3\n"
    assert [problem[:2] for problem in problems(text)] == [
        (6, "facts.task_type"),
        (9, "scope.metrics[0].direction"),
        (9, "scope.metrics[0].key"),
        (9, "scope.metrics[0].kind"),
        (9, "scope.metrics[0].name"),
        (10, "scope.metrics[1]"),
    ]


def test_fifty_problems_are_enough():
    with pytest.raises(Unreadable) as caught:
        read(HEAD + "facts:\n" + "".join(f"  key_{number}: 1\n" for number in range(80)))
    assert len(caught.value.problems) == MOST
    assert caught.value.more


def test_size_has_a_limit():
    assert problems(HEAD + "scope:\n  problem: " + "é" * (LIMIT // 2)) == [(1, "", "exchange_too_large")]


HOSTILE = {
    "billion laughs": "a: &a [x, x]\n"
    + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "flat list": "a:\n" + "- b\n" * 490_000,
    "brackets": "[" * 1_900_000,
    "braces": "{a: " * 480_000,
    "questions": "? " * 900_000,
    "dashes": "- " * 900_000,
    "long line": "a: " + "x " * 900_000,
    "quotes": '"' + "\\\\" * 900_000,
    "unknown keys": HEAD + "facts:\n" + "".join(f"  k{number}: 1\n" for number in range(90_000)),
    "wrong items": HEAD + "scope:\n  metrics:\n" + "  - {}\n" * 90_000,
    "long key": HEAD + '? "' + "k" * 1_000_000 + '"\n: 1\n',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(text):
    before = time.monotonic()
    found = problems(text)
    assert found
    assert all(len(path) < 200 for _line, path, _code in found)
    assert time.monotonic() - before < 10


def test_every_problem_has_a_sentence_in_both_languages():
    codes = {code for _text, _line, code in SYNTAX.values() if code} | {code for *_rest, code in SCHEMA.values()}
    codes |= {
        "exchange_tag",
        "exchange_key_twice",
        "exchange_text_unstorable",
        "exchange_not_finite",
        "exchange_too_many",
    }
    codes |= (
        {code for _words, code in mistakes._SYNTAX} | set(mistakes._TYPES.values()) | set(mistakes._LIMITS.values())
    )
    for code in codes:
        sentence = catalog.sentence(code)
        assert sentence.en != sentence.pt_BR


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize(("text", "code"), [(row[0], row[-1]) for row in (*SYNTAX.values(), *SCHEMA.values())])
def test_sentences_are_complete(text, code, language):
    with translation.override(language), pytest.raises(Unreadable) as caught:
        read(text)
    with translation.override(language):
        for problem in caught.value.problems:
            assert problem.sentence
            assert "{" not in problem.sentence.replace("{…}", "").replace("{2,5}", "").replace("{1,60}", "")


def test_what_was_read_is_written_the_same():
    text = HEAD + "scope:\n  problem: |-\n    a\n    b\n"
    assert write(read(text)) == text
