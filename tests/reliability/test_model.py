"""A6: three people do whatever they like to one text, as Hypothesis chooses; the checker looks on."""

import random
import secrets

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mlcanvas.accounts.models import User
from mlcanvas.projects import actions
from mlcanvas.projects.actions import Clash, Merged
from mlcanvas.projects.models import Passage, Project
from tests.reliability.checker import Answer, Operation, breaches
from tests.reliability.people import BLOCKS, TEMPLATE, Field, history

STEPS = 50
people = st.integers(0, 2)


def answer_of(outcome, text) -> Answer:
    if isinstance(outcome, Clash):
        return Answer("clash", outcome.version, text=outcome.text, mine=outcome.mine)
    if isinstance(outcome, Merged):
        return Answer("merged", outcome.base, outcome.own)
    return Answer("saved", outcome.version)


class Team(RuleBasedStateMachine):
    """Fields as browsers keep them, over the real action."""

    project: Project
    team: list[User]

    def __init__(self):
        super().__init__()
        Passage.objects.filter(project=self.project).delete()
        self.users = {str(user): user for user in self.team}
        self.fields = [Field(str(user), BLOCKS[0], self.send, random.Random(0)) for user in self.team]
        self.late = []

    def send(self, field, request, cut):
        sent = {"text": field.text, "base": field.base, "own": field.own, "request": request}
        self.late.append((field.who, sent))
        outcome = self.save(field.who, sent)
        return None if cut else answer_of(outcome, field.text)

    def save(self, who, sent):
        key = f"canvas/{TEMPLATE}/{BLOCKS[0]}"
        return actions.save_text(project=self.project, key=key, by=self.users[who], **sent)

    @rule(who=people, what=st.sampled_from(["add", "change", "remove", "blank"]), at=st.integers(0, 9))
    def type(self, who, what, at):
        """Somebody types a line, or the same word as somebody else, or takes a line out."""
        field = self.fields[who]
        lines = field.text.split("\n") if field.text else []
        at = min(at, len(lines))
        field.count += 1
        if what == "add" or not lines:
            lines.insert(at, f"{field.who} {field.count}")
        elif what == "blank":
            lines.insert(at, "")
        elif what == "change":
            lines[at % len(lines)] = f"{field.who} {field.count}"
        else:
            del lines[at % len(lines)]
        field.text = "\n".join(lines)

    @rule(who=people, lost=st.booleans())
    def save_now(self, who, lost):
        """The text is sent; where the first answer is lost, it is sent again under the same name."""
        field = self.fields[who]
        if lost:
            self.send(field, name := secrets.token_hex(16), True)
            answer = self.send(field, name, False)
            field.log.append(Operation(name, field.who, field.base, field.own, field.text, answer))
            if answer.kind == "clash":
                field.resolve(answer)
            else:
                field.base, field.own = answer.version, answer.own
        else:
            field.save()

    @rule(who=people)
    def leave(self, who):
        """The field has nothing unsent and shows what stands."""
        field = self.fields[who]
        field.save()
        _edits, text, version = history(self.project, BLOCKS[0])
        field.show(text, version)

    @rule(which=st.integers(0, 30))
    def come_late(self, which):
        """A retry that was on its way for long: whatever it was answered before, it changes nothing."""
        if which >= len(self.late):
            return
        who, sent = self.late[-1 - which]
        before = history(self.project, BLOCKS[0])
        known = next((edit for edit in before[0] if edit.request == sent["request"]), None)
        outcome = self.save(who, sent)
        if known is not None:
            assert outcome.version == known.version
        assert history(self.project, BLOCKS[0]) == before

    @rule(who=people)
    def take_the_same_from_another(self, who):
        """Two people type the same."""
        self.fields[who].text = self.fields[(who + 1) % 3].text

    @invariant()
    def nothing_is_lost(self):
        operations = [operation for field in self.fields for operation in field.log]
        found = breaches(operations, *history(self.project, BLOCKS[0]))
        assert not found, f"{len(found)} breaches; the shortest:\n{found[0]}"


@pytest.mark.django_db
@pytest.mark.any_database
def test_three_people_and_whatever_they_do(request, project, alice, erin, rita):
    runs = 500 if request.config.getoption("--full") else 50
    run_state_machine_as_test(
        type("Three", (Team,), {"project": project, "team": [alice, erin, rita]}),
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
