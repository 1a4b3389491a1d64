"""Who may write, asked of every write of a part by one list."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.fixtures_projects import FRAGMENT

EITHER = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])

WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\W?(?!django_session)", re.IGNORECASE)


def written(queries: CaptureQueriesContext) -> list[str]:
    """The statements that changed a row of ours; a session is none."""
    return [query["sql"] for query in queries.captured_queries if WRITES.match(query["sql"])]


class WritersOnly:
    """Nobody but writers changes anything: readers are told why, strangers see nothing, others sign in.

    A class of tests inherits this, names its `writes` (address and what is sent, by the name of the view) and is
    parametrised by their names. `readable` are those that answer to GET as well.
    """

    writes: ClassVar[Mapping[str, tuple[str, Mapping[str, Any]]]]
    readable: ClassVar[frozenset[str]] = frozenset()

    @pytest.mark.parametrize("who", ["vic", "rita"])
    @EITHER
    def test_readers_are_refused_with_the_reason(
        self,
        client_for: Callable[..., Client],
        request: pytest.FixtureRequest,
        name: str,
        who: str,
        headers: dict[str, str],
    ) -> None:
        address, values = self.writes[name]
        client = client_for(request.getfixturevalue(who))
        with CaptureQueriesContext(connection) as queries:
            response = client.post(address, values, **headers)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()
        assert written(queries) == []

    @EITHER
    def test_strangers_see_404(
        self,
        client_for: Callable[..., Client],
        request: pytest.FixtureRequest,
        name: str,
        headers: dict[str, str],
    ) -> None:
        address, values = self.writes[name]
        client = client_for(request.getfixturevalue("sam"))
        with CaptureQueriesContext(connection) as queries:
            assert client.post(address, values, **headers).status_code == 404
        assert written(queries) == []

    def test_anonymous_people_go_to_sign_in(self, client: Client, name: str) -> None:
        address, values = self.writes[name]
        with CaptureQueriesContext(connection) as queries:
            assert client.post(address, values).headers["Location"].startswith("/account/login/")
            assert client.post(address, values, **FRAGMENT).status_code == 401
        assert written(queries) == []

    def test_other_methods_are_not_allowed(
        self, client_for: Callable[..., Client], request: pytest.FixtureRequest, name: str
    ) -> None:
        address, _values = self.writes[name]
        client = client_for(request.getfixturevalue("erin"))
        assert client.put(address).status_code == 405
        if name not in self.readable:
            assert client.get(address).status_code == 405
