"""A network that is as bad as a test wants: a proxy in front of a server, which delays, drops, or is not there."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Weather(ThreadingHTTPServer):
    """Passes requests on to `server`; what happens to a save (a POST that ends in /save/) is set by the attributes."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, server: str, seed: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(server)
        self.dice = random.Random(seed)
        self.delay = 0.0  # s, at most
        self.dropped = 0.0  # share of saves that get no answer
        self.down = False
        self.saves: Counter[str] = Counter()
        self.drops = 0
        self.most_at_once = 0
        self._at_once: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://{self.upstream.hostname}:{self.server_port}"

    @contextmanager
    def save(self, path: str) -> Iterator[str]:
        """Counts a save; says whether it is passed on, dropped on its way there, or on its way back."""
        with self._lock:
            self.saves[path] += 1
            self._at_once[path] += 1
            self.most_at_once = max(self.most_at_once, self._at_once[path])
            delay, lost = self.dice.uniform(0, self.delay), self.dice.random() < self.dropped
            fate = self.dice.choice(["there", "back"]) if lost else ""
            self.drops += lost
        time.sleep(delay)
        try:
            yield fate
        finally:
            with self._lock:
                self._at_once[path] -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went away is no error of a network."""


class _Handler(BaseHTTPRequestHandler):
    server: Weather

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.down:
            return
        if self.command == "POST" and self.path.endswith("/save/"):
            with self.server.save(self.path) as fate:
                answer = None if fate == "there" else self._ask(body)
            # After the count: the browser may send the next one as soon as it knows.
            if answer is not None and fate != "back":
                self._give(*answer)
            return
        if (answer := self._ask(body)) is not None:
            self._give(*answer)

    def _ask(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes] | None:
        line = http.client.HTTPConnection(str(self.server.upstream.hostname), self.server.upstream.port, timeout=30)
        try:
            line.request(self.command, self.path, body or None, dict(self.headers))
            response = line.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    def _give(self, response: http.client.HTTPResponse, body: bytes) -> None:
        with suppress(OSError):
            self.send_response_only(response.status)
            for name, value in response.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    do_GET = do_POST = do_HEAD = _pass  # noqa: N815 - the names are the library's

    def log_message(self, *_arguments: Any) -> None:
        """Silence."""


@contextmanager
def weather(server: str, seed: int = 0) -> Iterator[Weather]:
    """A running proxy in front of the server at this address."""
    proxy = Weather(server, seed)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
