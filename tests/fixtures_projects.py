"""People with each role, a project, and clients signed in as them."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mlcanvas.accounts.models import User
from mlcanvas.projects import actions
from mlcanvas.projects.models import Project
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
"""Headers of a request that htmx makes, for `client.post(address, data, **FRAGMENT)`."""


def person(name: str) -> User:
    """A user without a password."""
    return User.objects.create_user(f"{name}@example.org", name=name.title())


def member(workspace: Workspace, name: str, role: Role) -> User:
    """A new user with `role` in `workspace`."""
    user = person(name)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


@pytest.fixture
def workspace(db: None) -> Workspace:
    return Workspace.objects.create(name="Retail analytics", slug="retail-analytics")


@pytest.fixture
def alice(workspace: Workspace) -> User:
    """The owner."""
    return member(workspace, "alice", Role.OWNER)


@pytest.fixture
def erin(workspace: Workspace) -> User:
    """An editor."""
    return member(workspace, "erin", Role.EDITOR)


@pytest.fixture
def rita(workspace: Workspace) -> User:
    """A reviewer."""
    return member(workspace, "rita", Role.REVIEWER)


@pytest.fixture
def vic(workspace: Workspace) -> User:
    """A viewer."""
    return member(workspace, "vic", Role.VIEWER)


@pytest.fixture
def sam(db: None) -> User:
    """A stranger: owner of another workspace."""
    return member(Workspace.objects.create(name="Elsewhere", slug="elsewhere"), "sam", Role.OWNER)


@pytest.fixture
def project(workspace: Workspace, alice: User) -> Project:
    return actions.create(workspace=workspace, name="Churn in prepaid mobile", by=alice)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A client that is signed in as the given user."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def count_queries(db: None) -> Callable[[Callable[[], object]], int]:
    """How many queries something makes."""

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            work()
        return len(queries)

    return count


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English: a request leaves its language behind in the thread."""
    with translation.override("en"):
        yield
