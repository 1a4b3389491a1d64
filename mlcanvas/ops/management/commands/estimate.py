import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mlcanvas.costs import selectors
from mlcanvas.costs.history import selectors as history
from mlcanvas.costs.history.selectors import Recorded
from mlcanvas.domain.estimate import DRAWS, RULE_VERSION, read_lines, simulate
from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import Project
from mlcanvas.web.sentences import say

VERDICTS = {
    "same": "made again, the same to the cent",
    "differs": "differs: made again, the amounts are others",
    "other_rules": "made by rules or figures of another version; it stands as it was made",
    "not_kept": "older than the keeping of answers; it stands as it was made",
    "damaged": "damaged: its digest does not fit",
}

PERCENTILES = ("p10", "p50", "p80", "p90", "mean")


class Command(BaseCommand):
    """The cost of a project, or of a file of lines: P10, P50, P80, P90, mean, lines, seed and rule version.

    With --number one of the recorded estimates; with --verify that one, or all, made again and compared to the cent.
    """

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", nargs="?", help="the project, as in its address")
        parser.add_argument("--lines", type=Path, metavar="FILE.csv", help="rows of name,low,likely,high instead")
        parser.add_argument("--rho", type=float, default=0.3, help="correlation between lines of the file (0.3)")
        parser.add_argument("--seed", type=int, default=1, help="seed for the lines of the file (1)")
        parser.add_argument("--number", type=int, help="a recorded estimate of the project instead of the present one")
        parser.add_argument("--verify", action="store_true", help="make recorded estimates again and compare them")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if (options["slug"] is None) == (options["lines"] is None):
            raise CommandError("Name a project, or a file with --lines.")
        if options["lines"] and (options["verify"] or options["number"] is not None):
            raise CommandError("--number and --verify belong to a project.")
        if options["verify"]:
            self._verify(options)
            return
        try:
            found = self._file(options) if options["lines"] else self._of(options)
        except Refused as refused:
            where = f"{refused.path}: " if refused.path else ""
            raise CommandError(f"{where}{say(refused)}") from refused
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else _table(found))

    def _file(self, options: dict[str, Any]) -> dict[str, Any]:
        path: Path = options["lines"]
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CommandError(f"{path.name}: the file is not UTF-8 text (byte {error.start}).") from error
        except OSError as error:
            raise CommandError(f"{path.name}: {error.strerror}.") from error
        lines = read_lines(text)
        made = simulate(lines, options["rho"], options["seed"])
        bounds = {line.key: line.triple for line in lines}
        return {
            **asdict(made.total),
            "lines": [{"key": key, **asdict(bounds[key]), **asdict(spread)} for key, spread in made.lines],
            "rho": made.rho,
            "seed": made.seed,
            "draws": DRAWS,
            "rule_version": RULE_VERSION,
        }

    def _of(self, options: dict[str, Any]) -> dict[str, Any]:
        project = _project(options["slug"])
        if options["number"] is not None:
            found = _recorded(project, options["number"])
            return {"number": found.number, "at": found.row.at.isoformat(), **_printed(found.result)}
        cost = selectors.cost(project)
        if cost.result is None:
            raise cost.refused or Refused("cost_nothing_answered")
        return _printed(cost.result)

    def _verify(self, options: dict[str, Any]) -> None:
        """Raises CommandError where a record is damaged or differs."""
        project = _project(options["slug"])
        wanted = options["number"]
        records = history.every(project) if wanted is None else [_recorded(project, wanted)]
        failed = []
        for found in records:
            verdict = history.check(found).verdict
            if options["json"]:
                self.stdout.write(json.dumps({"number": found.number, "verdict": verdict}))
            else:
                self.stdout.write(f"{found.number}: {VERDICTS[verdict]}")
            if verdict in ("differs", "damaged"):
                failed.append(f"{found.number}: {VERDICTS[verdict]}")
        if failed:
            raise CommandError("; ".join(failed))


def _project(slug: str) -> Project:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project “{slug}”.")
    return project


def _recorded(project: Project, number: int) -> Recorded:
    found = history.one(project, number)
    if found is None:
        raise CommandError(f"“{project}” has no estimate with number {number}.")
    return found


def _printed(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: result[name] for name in PERCENTILES},
        "lines": result["lines"],
        "outside_view": result["outside_view"],
        "items": result["items"],
        "flags": result["flags"],
        "assumptions": [figure for figure in result["inputs"] if figure["origin"] != "answer"],
        **{name: result[name] for name in ("currency", "years", "rho", "seed", "draws", "rule_version")},
    }


def _table(found: dict[str, Any]) -> str:
    width = max(len(str(line["key"])) for line in found["lines"])
    names = ("p10", "p50", "p80", "p90", "mean")
    rows = [f"{'':{width}}" + "".join(f"{name:>16}" for name in names)]
    for label, values in [*((line["key"], line) for line in found["lines"]), ("", found)]:
        rows.append(f"{label:{width}}" + "".join(f"{values[name]:>16,.2f}" for name in names))
    return "\n".join([*rows, f"seed {found['seed']}, rules {found['rule_version']}, rho {found['rho']}"])
