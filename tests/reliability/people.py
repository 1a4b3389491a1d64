"""People who write at the same time, each with a field as `static/js/passage.js` keeps it."""

import http.client
import random
import re
import secrets
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

from django.test import Client

from mlcanvas.accounts.models import User
from mlcanvas.projects.models import Passage, PassageEdit, Project
from tests.reliability.checker import Answer, Edit, Operation, breaches

BLOCKS = (
    "value_proposition",
    "prediction_task",
    "decisions",
    "impact_simulation",
    "making_predictions",
    "data_collection",
    "data_sources",
    "features",
    "building_models",
    "monitoring",
)
TEMPLATE = "ml_canvas_v1_1"

# Sends one text and gives the answer, or None when the answer was lost on its way.
Send = Callable[["Field", str, bool], Answer | None]


class Field:
    """One person's field of one block: what it shows, what that descends from, and all that was sent from it."""

    def __init__(self, who: str, block: str, send: Send, dice: random.Random) -> None:
        self.who, self.block, self.send, self.dice = who, block, send, dice
        self.text, self.base, self.own = "", 0, False
        self.count = 0
        self.log: list[Operation] = []

    def type(self) -> None:
        """Add a line, change one or remove one. No two lines are ever alike."""
        lines = self.text.split("\n") if self.text else []
        self.count += 1
        line = f"{self.who} {self.count} {self.dice.randrange(10**6)}"
        at = self.dice.randrange(len(lines) + 1)
        what = self.dice.random()
        if len(lines) > 40:
            del lines[at : at + 30]  # long texts say no more than short ones here, and 20 000 characters are the limit
        elif not lines or (what < 0.6 and len(lines) < 30):
            lines.insert(at, line)
        elif what < 0.8:
            lines[at % len(lines)] = line
        else:
            del lines[at % len(lines)]
        self.text = "\n".join(lines)

    def save(self, *, cut: float = 0.0) -> Answer:
        """Send the text until an answer comes; a share `cut` of the answers is lost. Returns the answer."""
        request = secrets.token_hex(16)
        base, own, text = self.base, self.own, self.text
        answer = None
        while answer is None:
            answer = self.send(self, request, self.dice.random() < cut)
        self.log.append(Operation(request, self.who, base, own, text, answer))
        if answer.kind == "clash":
            self.resolve(answer)
        else:
            self.base, self.own = answer.version, answer.own
        return answer

    def resolve(self, answer: Answer) -> None:
        """One click: keep mine, keep theirs, or both below each other."""
        self.base, self.own = answer.version, False
        both = f"{answer.text}\n{answer.mine}"
        self.text = self.dice.choice([answer.mine, answer.text, both if len(both) < 2000 else answer.text])

    def show(self, text: str, version: int) -> None:
        """Nobody types here now: the field takes what stands."""
        self.text, self.base, self.own = text, version, False


class Connection:
    """A signed-in person who talks to server processes over HTTP."""

    def __init__(self, user: User, ports: list[int]) -> None:
        self.ports = ports
        client = Client()
        client.force_login(user)
        token = secrets.token_hex(16)
        self.headers = {
            "Cookie": f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}",
            "X-CSRFToken": token,
            "HX-Request": "true",
        }
        self.turn = 0
        self.lines: dict[int, http.client.HTTPConnection] = {}

    def ask(
        self, method: str, path: str, values: dict[str, object] | None = None, *, cut: bool = False
    ) -> tuple[int, str] | None:
        """Status and text, from one server after the other. None when the line is cut before an answer came."""
        self.turn += 1
        port = self.ports[self.turn % len(self.ports)]
        line = self.lines.pop(port, None) or http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
            line.request(method, path, urlencode(values) if values else None, headers)
            if cut:
                line.close()
                return None
            response = line.getresponse()
            found = response.status, response.read().decode()
        except (OSError, http.client.HTTPException):
            line.close()
            return None
        self.lines[port] = line
        return found

    def close(self) -> None:
        """Hang up."""
        for line in self.lines.values():
            line.close()


def block_path(project: Project, block: str) -> str:
    """The page of a block."""
    return f"/p/{project.slug}/canvas/{TEMPLATE}/{block}/"


def over_http(connection: Connection, project: Project, statuses: list[int]) -> Send:
    """Sends to real servers, and notes every status."""

    def send(field: Field, request: str, cut: bool) -> Answer | None:
        values: dict[str, object] = {"text": field.text, "base": field.base, "request": request}
        if field.own:
            values["own"] = "1"
        found = connection.ask("POST", f"{block_path(project, field.block)}save/", values, cut=cut)
        if found is None:
            return None
        status, html = found
        statuses.append(status)
        # Busy is an answer that a browser asks again after.
        return None if status == 503 else read(html)

    return send


def read(html: str) -> Answer:
    """The answer that a fragment tells."""
    tag = re.search(r'data-outcome="(\w+)"[^>]*', html)
    assert tag, html
    version = re.search(r'data-version="(\d+)"', tag[0])
    assert version, html
    if tag[1] != "clash":
        return Answer(tag[1], int(version[1]), 'data-own="1"' in tag[0])
    mine, theirs = (area(html, f'data-side="{side}"') for side in ("mine", "theirs"))
    return Answer("clash", int(version[1]), text=theirs, mine=mine)


def area(html: str, mark: str) -> str:
    """What the textarea with this attribute holds."""
    found = re.search(rf"<textarea[^>]*{mark}[^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert found, html
    return unescape(found[1]).removeprefix("\n")


def refresh(connection: Connection, project: Project, field: Field) -> None:
    """Leave the field: it takes what the server has."""
    found = connection.ask("GET", block_path(project, field.block))
    if found is not None and found[0] == 200:
        version = re.search(r'data-version="(\d+)"', found[1])
        assert version
        field.show(area(found[1], "data-passage="), int(version[1]))


def history(project: Project, block: str) -> tuple[list[Edit], str, int]:
    """The rows of a block, what stands, and its version."""
    key = f"canvas/{TEMPLATE}/{block}"
    passage = Passage.objects.filter(project=project, key=key).first()
    if passage is None:
        return [], "", 0
    rows = PassageEdit.objects.filter(passage=passage).select_related("by").order_by("version")
    edits = []
    for row in rows:
        sent = row.text if row.sent is None else row.sent
        edits.append(Edit(row.version, row.base, row.kind, row.text, sent, str(row.by), row.request))
    return edits, passage.text, passage.version


def check(project: Project, fields: list[Field]) -> int:
    """Check every block; returns how many edits were accepted. Raises AssertionError with the shortest proof."""
    accepted = 0
    for block in {field.block for field in fields}:
        operations = [operation for field in fields if field.block == block for operation in field.log]
        edits, text, version = history(project, block)
        found = breaches(operations, edits, text, version)
        assert not found, f"{len(found)} breaches in {block}; the shortest:\n{found[0]}"
        accepted += len(edits)
    return accepted
