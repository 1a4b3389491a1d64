"""The process that makes documents: `python -m mlcanvas.typeset.child`, started by `press`.

It reads orders from its standard input and writes pages to its standard output until the input ends, so it never
outlives the process that started it. It knows no Django, no database, no secret: its environment holds none.
"""

import json
import os
import signal
import sys
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mlcanvas.typeset import compiling, fence, memory
from mlcanvas.typeset.compiling import NotTypeset, Order


def main(folders: tuple[Path, ...], templates: tuple[Path, ...]) -> None:
    """Make documents with the fonts in `folders` and templates beneath `templates` until nobody asks any more."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        # Ctrl-C in a terminal reaches every process of it. The parent says when this one ends, by closing its input.
        signal.signal(stop, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    orders, answers = Connection(0, writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # what anything prints goes to the log and not between the answers
    missing = fence.close([folder for folder in (*templates, *folders) if folder.is_dir()])
    compiling.warm(folders)
    _say(answers, {"missing": missing})
    while True:
        try:
            asked = json.loads(orders.recv_bytes())
            data = orders.recv_bytes().decode()
            inputs = {name: orders.recv_bytes().decode() for name in asked["inputs"]}
        except EOFError:
            return
        # Where the parent has died in the middle, nobody else ends a document that never ends.
        signal.alarm(asked["seconds"])
        try:
            _answer(answers, _order(asked, data, inputs, folders))
        except BrokenPipeError:
            return
        compiling.tidy(folders)
        signal.alarm(0)


def _order(asked: dict[str, Any], data: str, inputs: dict[str, str], folders: tuple[Path, ...]) -> Order:
    day = asked["made_on"]
    return Order(
        template=Path(asked["template"]),
        fonts=folders,
        data=data,
        inputs=inputs,
        form=asked["form"],
        resolution=asked["resolution"],
        made_on=date.fromisoformat(day) if day else None,
    )


def _answer(answers: Connection, order: Order) -> None:
    try:
        pages = compiling.compiled(order)
    except NotTypeset as error:
        _say(answers, {"refused": str(error), "peak": memory.peak()})
        return
    _say(answers, {"pages": len(pages), "peak": memory.peak()})
    for page in pages:
        answers.send_bytes(page)


def _say(answers: Connection, value: dict[str, Any]) -> None:
    answers.send_bytes(json.dumps(value).encode("utf-8", "backslashreplace"))


if __name__ == "__main__":
    main(*(tuple(map(Path, folders)) for folders in json.loads(sys.argv[1])))
