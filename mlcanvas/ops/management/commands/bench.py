"""Times of what people wait for, in the server: one JSON line each, over data that is made for it and thrown away."""

import json
import math
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count as count_from
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from mlcanvas import catalog
from mlcanvas.accounts.models import User
from mlcanvas.canvas import selectors as canvas
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.actions import project_import
from mlcanvas.ops.demonstration import cases
from mlcanvas.projects.models import Project, Summary, Tag
from mlcanvas.projects.selectors import texts
from mlcanvas.reports.actions import dress
from mlcanvas.risks import actions as risks
from mlcanvas.risks.models import Risk
from mlcanvas.web import press
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role

TEXT = "Deliveries are late in the north.\n\n- the carrier tells us on the day\n- nobody compares it with the promise\n"
WARM_UP = 3


@contextmanager
def own_database() -> Iterator[None]:
    """An empty, migrated database beside the real one, on the same server or in a temporary file; and no document kept
    from the time before."""
    caches = settings.CACHES
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        reports = {**caches["reports"], "LOCATION": str(Path(folder) / "reports")}
        stack.enter_context(override_settings(CACHES={**caches, "reports": reports}))
        sqlite = connection.vendor == "sqlite"
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3") if sqlite else "mlcanvas_bench"
        real = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(real, verbosity=0)


def seed(count: int) -> tuple[User, Project]:
    """The first worked case with 40 risks or more, and `count` projects for the list."""
    user = User.objects.create_user("bench@example.org", name="Bench")
    workspace = Workspace.objects.create(name="Bench", slug="bench")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    project = project_import(workspace=workspace, text=next(iter(cases().values())), by=user)
    for starter in catalog.risk_library().risks:
        with suppress(Refused):  # the case has it already
            risks.library_add(project=project, key=starter.key, by=user)
    rows = [
        Project(workspace=workspace, name=f"Project {n}", slug=f"project-{n}", created_by=user) for n in range(count)
    ]
    Summary.objects.bulk_create(scored(row, n) for n, row in enumerate(Project.objects.bulk_create(rows)))
    Tag.objects.bulk_create(
        Tag(project=row, workspace_id=row.workspace_id, name=f"tag {n % 40}", folded=f"tag {n % 40}")
        for n, row in enumerate(rows)
    )
    return user, project


def scored(project: Project, number: int) -> Summary:
    """A summary whose scores are all over the pictures, the same ones in every run; every tenth has none."""
    if number % 10 == 9:
        return Summary(project=project)
    draw = random.Random(number)  # noqa: S311 - a place in a picture is no secret
    severity, risk = draw.randint(1, 3), draw.randint(1, 3)
    value, feasibility = (round(draw.uniform(0, 100), 2) for _ in range(2))
    p50 = draw.lognormvariate(11, 1)
    return Summary(
        project=project,
        tier=risk + severity - 1,
        severity=severity,
        value=value,
        feasibility=feasibility,
        p10=p50 / 2,
        p50=p50,
        p80=p50 * 1.5,
        p90=p50 * 2,
    )


class Count:
    """Counts the statements that run while it wraps a connection."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], *call: Any) -> Any:
        self.queries += 1
        return execute(*call)


class Command(BaseCommand):
    """Prints name, database, p50_ms, p95_ms, queries and bytes of each piece of work."""

    help = "Measure the pages that people wait for, in this process, without a network."

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds the sizes."""
        parser.add_argument("--repeat", type=int, default=40, help="how often each piece of work is done")
        parser.add_argument("--projects", type=int, default=1000, help="how many projects the list holds")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError when an answer is not what a person would see."""
        settings.DEBUG = False
        press.start()
        with own_database():
            user, project = seed(options["projects"])
            client = Client()
            client.force_login(user)
            for name, work in self.work(client, project, user, options["projects"]):
                self.measure(name, work, options["repeat"])

    def work(self, client: Client, project: Project, user: User, count: int) -> Iterator[tuple[str, Callable[[], Any]]]:
        """What is measured, in this order."""
        template, block = canvas.template(project).key, "value_proposition"
        address = reverse("canvas:block_save", args=[project.slug, template, block])
        base = texts(project, f"canvas/{template}")[block].version

        def save() -> Any:
            nonlocal base
            text = f"{TEXT}- promised and delivered, row {base}\n"
            sent = {"text": text, "base": base, "request": f"{base:032x}"}
            answer = client.post(address, sent, headers={"HX-Request": "true"})
            base += 1
            return answer

        news, known = reverse("canvas:news", args=[project.slug, template]), ""

        def poll() -> Any:
            """What an idle page asks; a save since the last question is news once."""
            nonlocal known
            answer = client.get(news, headers={"If-None-Match": known})
            known = answer["ETag"]
            return answer

        def report() -> Any:
            save()
            return client.get(f"/p/{project.slug}/report.pdf")

        yield "canvas page", lambda: client.get(f"/p/{project.slug}/canvas/")
        yield "block save", save
        yield "canvas poll, nothing new", poll
        yield f"risk list, {Risk.objects.of(project).count()} rows", lambda: client.get(f"/p/{project.slug}/risks/")
        colours = (f"#20{number:04x}" for number in count_from(0x3000))

        def first_report() -> Any:
            """In a colour that was never there: nothing of it has been laid out before, as of another project."""
            dress(workspace=project.workspace, accent=next(colours), by=user)
            return client.get(f"/p/{project.slug}/report.pdf")

        yield "report PDF, nothing of it laid out before", first_report
        yield "save a block, report PDF", report
        yield "same report PDF again", lambda: client.get(f"/p/{project.slug}/report.pdf")
        yield f"list of {count} projects", lambda: client.get("/")
        yield f"cards of {count} projects", lambda: client.get("/", {"as": "cards"})
        yield f"pictures of {count} projects", lambda: client.get("/", {"as": "chart"})

    def measure(self, name: str, work: Callable[[], Any], repeat: int) -> None:
        """Does `work` a few times unmeasured, then `repeat` times, and prints its line."""
        for _ in range(WARM_UP):
            work()
        count = Count()
        with connection.execute_wrapper(count):
            answer = work()
        body = b"".join(answer) if answer.streaming else answer.content
        if answer.status_code not in (200, 304):
            raise CommandError(f"{name}: answered {answer.status_code}")
        times = []
        for _ in range(repeat):
            before = time.perf_counter()
            work()
            times.append((time.perf_counter() - before) * 1000)
        line = {
            "name": name,
            "database": connection.vendor,
            "p50_ms": round(statistics.median(times), 1),
            "p95_ms": round(sorted(times)[math.ceil(0.95 * len(times)) - 1], 1),
            "queries": count.queries,
            "bytes": len(body),
        }
        self.stdout.write(json.dumps(line))
