"""What is read once in one look at a project."""

import threading

import pytest

from mlcanvas.projects import actions, selectors
from mlcanvas.projects.memo import remembered, remembering
from mlcanvas.projects.models import Project


class TestRemembered:
    @pytest.fixture
    def asked(self):
        return []

    @pytest.fixture
    def read(self, asked):
        @remembered
        def read(thing, more=0):
            asked.append((thing, more))
            return {"thing": thing}

        return read

    def test_outside_each_question_is_asked(self, read, asked):
        assert read("a") == read("a") == {"thing": "a"}
        assert len(asked) == 2

    def test_within_the_same_question_is_asked_once(self, read, asked):
        with remembering():
            assert read("a") == read("a") == {"thing": "a"}
            read("a", more=1)
            read("b")
        read("a")
        assert asked == [("a", 0), ("a", 1), ("b", 0), ("a", 0)]

    def test_a_look_within_a_look_shares_what_is_known(self, read, asked):
        with remembering():
            read("a")
            with remembering():
                read("a")
            read("a")
        assert len(asked) == 1

    def test_what_a_reader_adds_is_its_own(self, read):
        with remembering():
            read("a")["more"] = True
            assert read("a") == {"thing": "a"}

    def test_an_error_ends_it_too(self, read, asked):
        def fail():
            with remembering():
                read("a")
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        read("a")
        assert len(asked) == 2

    def test_another_thread_knows_nothing_of_it(self, read, asked):
        with remembering():
            read("a")
            other = threading.Thread(target=read, args=("a",))
            other.start()
            other.join()
        assert len(asked) == 2


class TestSnapshot:
    def test_it_asks_for_little_twice(self, project, count_queries):
        assert count_queries(lambda: selectors.snapshot(project)) <= 40

    def test_two_snapshots_see_what_was_written_between_them(self, project, alice):
        before = selectors.snapshot(project)
        actions.set_fact(project=project, key="personal_data", value="yes", by=alice)
        after = selectors.snapshot(project)
        assert before["content"] != after["content"]

    def test_two_projects_in_one_look_are_told_apart(self, workspace, project, alice):
        other = actions.create(workspace=workspace, name="Another one", by=alice)
        actions.set_fact(project=other, key="personal_data", value="yes", by=alice)
        with remembering():
            found = [selectors.snapshot(each) for each in (project, other)]
        assert found == [selectors.snapshot(Project.objects.get(pk=each.pk)) for each in (project, other)]
