"""Who does the jobs: one thread of a web server, started when there is something to do, or `manage.py worker`.

Jobs are rows, so any process may take any of them. A thread that dies with its server leaves one that is swept and can
be begun again.
"""

import logging
import secrets
import threading

from django.conf import settings
from django.db import connection

from mlcanvas.domain.refusal import Refused
from mlcanvas.reports.jobs import actions, selectors
from mlcanvas.reports.jobs.kinds import KINDS
from mlcanvas.reports.models import Job

logger = logging.getLogger(__name__)

_lane = threading.Lock()


def wake() -> None:
    """Have this process do what waits, one job after the other, unless a worker does it. Returns at once."""
    if settings.JOBS == "server" and not _lane.locked():
        threading.Thread(target=run, name="jobs", daemon=True).start()


def run() -> None:
    """Do what waits until nothing does. Where another thread is at it, nothing happens.

    A job that comes while that thread ends is found by its second look.
    """
    waits = True
    while waits and _lane.acquire(blocking=False):
        try:
            while (job := actions.claim()) is not None:
                work(job)
        finally:
            _lane.release()
            try:
                waits = selectors.any_waits()
            finally:
                connection.close()


def work(job: Job) -> None:
    """Do one job that was claimed, if the person may still see what it is of.

    It ends as done or as failed; where this process is told to stop, it waits again.
    """
    try:
        if not selectors.may_see(job, job.by):
            raise Refused("job_lost_access")
        KINDS[job.kind](job)
    except actions.GivenUp:
        logger.warning("job %s was given up meanwhile", job.pk)
    except Refused as refused:
        actions.refuse(job, refused.code)
    except Exception:
        reference = secrets.token_hex(4)
        logger.exception("job %s failed, reference %s", job.pk, reference)
        actions.fail(job, reference)
    except BaseException:
        actions.hand_back(job)
        raise
