"""A real browser without a window, Chromium, to look at our page with, over its debugging pipe."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.patience import SECONDS, Deadline

_ON_ITS_PIPES = (
    "import os, sys; ours, theirs = map(int, sys.argv[1:3]); "
    "os.dup2(ours, 3); os.dup2(theirs, 4); os.execvp(sys.argv[3], sys.argv[3:])"
)
"""The browser hears its orders on descriptor 3 and answers on 4."""

_ABOVE = 10
"""Descriptors from here on are not 3 or 4."""

_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # it starts for root too, and the page is our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # what the browser asks for by itself finds nobody
    "--window-size=900,1000",
)


def name() -> str | None:
    """Return the browser's path; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    """One browser with one page. `requests` are the addresses that the page asked for, `complaints` what it logged."""

    def __init__(self, program: str, profile: Path) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        orders, self._orders = self._pipe()
        self._answers, answers = self._pipe()
        arguments = (str(orders), str(answers), program, *_FLAGS, f"--user-data-dir={profile}", "about:blank")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ON_ITS_PIPES, *arguments],
            pass_fds=(orders, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(orders)
        os.close(answers)
        self._unread = b""
        self._number = 0
        self._session = ""

    def __enter__(self) -> Self:
        page = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _where: TracebackType | None
    ) -> None:
        os.close(self._orders)
        try:
            self._process.wait(SECONDS)  # it ends with its pipe
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._answers)

    def open(self, page: Path) -> None:
        """Open a file."""
        self.ask("Page.navigate", url=page.as_uri())

    def screenshot(self) -> bytes:
        """Return what the window shows, as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def press(self, key: str) -> None:
        """Press a key that types one letter."""
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self.ask("Runtime.evaluate", expression=expression)["result"].get("value")

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Give an order and return its answer; what the page does meanwhile is noted."""
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while (said := self._next()).get("id") != self._number:
            self._note(said)
        assert "error" not in said, said
        answer: dict[str, Any] = said["result"]
        return answer

    def _note(self, said: dict[str, Any]) -> None:
        match said:
            case {"method": "Network.requestWillBeSent", "params": {"request": {"url": str(url)}}}:
                self.requests.append(url)
            case {"method": "Log.entryAdded" | "Runtime.consoleAPICalled" | "Runtime.exceptionThrown"}:
                self.complaints.append(json.dumps(said["params"]))

    def _next(self) -> dict[str, Any]:
        deadline = Deadline()
        while b"\0" not in self._unread:
            ready, _writable, _failed = select.select([self._answers], [], [], deadline.left)
            portion = os.read(self._answers, 1 << 20) if ready else b""
            assert portion, "the browser says nothing"
            self._unread += portion
        line, _end, self._unread = self._unread.partition(b"\0")
        said: dict[str, Any] = json.loads(line)
        return said

    @staticmethod
    def _pipe() -> tuple[int, int]:
        """Return the reading and the writing end of a pipe, neither of them 3 or 4."""
        ends = []
        for end in os.pipe():
            ends.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _ABOVE))
            os.close(end)
        return ends[0], ends[1]
