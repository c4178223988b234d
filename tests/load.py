"""Load test of the page: users with videos of their own ask at the same time.

python -m tests.load --users 50 --questions 1000

Starts the page with limits on the loopback interface. Each user has an address of his own
(127.1.0.1, 127.1.0.2, …; Linux), uploads a film of his own, and asks one question after the other
as a browser does. Exit code 1 if a request was refused or a user received text of another.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.videos import write_clip

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "load-test"
QUESTIONS = ("What color is it?", "Is there a dog?", "What happens?", "How many people are there?")
_TIMEOUT_S = 600.0
# A message with words of an answer: words before the busy indicator, or the finished conversation.
_WORDS = re.compile(
    r'(?<!")(?<!</span>)<span class=\\"vqa-busy|^(?!.*<span class=\\"vqa-(?:busy|waiting)).*"assistant"'
)


@dataclass
class Report:
    """Measurements of all users.

    Args:
        first_word_s: seconds from sending a question to the first word of its answer.
        ready_s: seconds from the start of an upload until the video can be asked about.
        refusals: status codes and messages of refused requests.
        leaks: names of users whose text another user received.
        memory_mb: resident memory of the page over time.
        failures: questions without an answer.
    """

    first_word_s: list[float] = field(default_factory=list)
    ready_s: list[float] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the measurements as a Markdown table."""
        memory = self.memory_mb or [0.0]
        rows = [
            ("questions", f"{len(self.first_word_s)}"),
            ("first word, p50 / p95", f"{_quantiles(self.first_word_s)} s"),
            ("upload to ready, p50 / p95", f"{_quantiles(self.ready_s)} s"),
            ("refusals", f"{len(self.refusals)}"),
            ("questions without an answer", f"{len(self.failures)}"),
            ("leaks between users", f"{len(self.leaks)}"),
            (
                "memory, start / middle / end",
                f"{memory[0]:.0f} / {memory[len(memory) // 2]:.0f} / {memory[-1]:.0f} MB",
            ),
        ]
        return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


@contextmanager
def page(home: Path, model: str) -> Iterator[str]:
    """Serve the page with limits in a process of its own and return its address."""
    with (home / "page.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "app.py", "--limits", "--model", model],
            cwd=ROOT,
            env=os.environ | {"VQA_HOME": str(home), "VQA_METRICS_TOKEN": TOKEN},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            matches = (re.search(r"http://\S+", line) for line in process.stdout)
            yield next(filter(None, matches))[0].rstrip("/")
        finally:
            process.terminate()
            process.communicate(timeout=60)


class User:
    """A user with an address, a browser tab and a film of his own.

    Args:
        url: address of the page.
        number: number of the user, from 0.
        film: his video; its name contains `name`.
        report: receives the measurements.
    """

    def __init__(self, url: str, number: int, film: Path, report: Report) -> None:
        self.name = user_name(number)
        self._film, self._report = film, report
        self._hash = f"tab{number}"
        transport = httpx.HTTPTransport(local_address=f"127.1.{number // 250}.{number % 250 + 1}")
        self._client = httpx.Client(base_url=url, transport=transport, timeout=_TIMEOUT_S)
        self._client.get("/")
        self._config = self._client.get("/config").json()
        self._ids = {
            component["props"].get("elem_id"): component["id"]
            for component in self._config["components"]
        }

    def open_video(self) -> None:
        """Upload the film and wait until it is read."""
        began = time.monotonic()
        with self._film.open("rb") as file:
            answer = self._client.post("/gradio_api/upload", files={"files": file})
        if self._is_refused(answer):
            return
        video = {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}
        for text in self._run("vqa-player", "change", video):
            if "vqa-frame" in text:
                self._report.ready_s.append(time.monotonic() - began)
                break
        else:
            self._report.failures.append(f"{self.name}: the video was not read")

    def ask(self, question: str) -> None:
        """Send a question and wait for the end of the answer."""
        began = time.monotonic()
        send = self._event("vqa-question", "submit")
        body = {"fn_index": send["id"], "data": [question], "session_hash": self._hash}
        if self._is_refused(self._client.post("/gradio_api/run/predict", json=body)):
            return
        follower = next(d for d in self._config["dependencies"] if d["trigger_after"] == send["id"])
        is_begun = False
        for text in self._stream(follower["id"], [128]):
            if _WORDS.search(text) and not is_begun:
                is_begun = True
                self._report.first_word_s.append(time.monotonic() - began)
        if not is_begun:
            self._report.failures.append(f"{self.name}: {question}")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _event(self, elem_id: str, event: str) -> dict[str, Any]:
        target = [self._ids[elem_id], event]
        return next(d for d in self._config["dependencies"] if target in d["targets"])

    def _run(self, elem_id: str, event: str, value: Any) -> Iterator[str]:
        """Run an event with the component's value; other inputs have the values of a new page."""
        dependency = self._event(elem_id, event)
        values = {
            component["id"]: component["props"].get("value")
            for component in self._config["components"]
        }
        data = [value, *(values[number] for number in dependency["inputs"][1:])]
        yield from self._stream(dependency["id"], data)

    def _stream(self, fn_index: int, data: list[Any]) -> Iterator[str]:
        """Run an event of the page and yield its messages; check them for text of other users."""
        body = {"fn_index": fn_index, "data": data, "session_hash": self._hash}
        joined = self._client.post("/gradio_api/queue/join", json=body)
        if self._is_refused(joined):
            return
        event = joined.json()["event_id"]
        query = {"session_hash": self._hash}
        with self._client.stream("GET", "/gradio_api/queue/data", params=query) as response:
            for line in response.iter_lines():
                others = set(re.findall(r"user\d{3}x", line)) - {self.name}
                self._report.leaks += [f"{self.name} received {other}" for other in others]
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("event_id", event) != event:
                    continue  # what the page does by itself after a video was read
                if message.get("msg") in ("process_generating", "process_completed"):
                    yield json.dumps(message["output"], ensure_ascii=False)
                if message.get("msg") in ("process_completed", "close_stream"):
                    return

    def _is_refused(self, response: httpx.Response) -> bool:
        if response.status_code >= 400:
            self._report.refusals.append(f"{response.status_code} {response.text[:200]}")
        return response.status_code >= 400


def user_name(number: int) -> str:
    """Return the text that marks everything of one user."""
    return f"user{number:03d}x"


def measure(*, users: int, questions: int, model: str, seconds: float) -> Report:
    """Run the load test and return its measurements.

    Args:
        users: number of users.
        questions: number of questions of all users together.
        model: name of the model.
        seconds: length of each film in seconds.
    """
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        films = [_write_film(home, number, seconds) for number in range(users)]
        with page(home, model) as url:
            is_over = threading.Event()
            watcher = threading.Thread(target=_watch_memory, args=(url, report, is_over))
            watcher.start()
            with ThreadPoolExecutor(users) as threads:
                runs = [
                    threads.submit(_use, url, number, films[number], questions // users, report)
                    for number in range(users)
                ]
            is_over.set()
            watcher.join()
            for run in runs:
                run.result()
    return report


def _use(url: str, number: int, film: Path, questions: int, report: Report) -> None:
    user = User(url, number, film, report)
    user.open_video()
    for count in range(questions):
        user.ask(QUESTIONS[(number + count) % len(QUESTIONS)])
        time.sleep(3.1)  # 20 questions a minute are allowed
    user.close()


def _write_film(folder: Path, number: int, seconds: float) -> Path:
    color = tuple(40 + (number * step) % 200 for step in (37, 71, 113))
    return write_clip(folder / f"{user_name(number)}.mp4", [(color, seconds)])  # type: ignore[list-item]


def _watch_memory(url: str, report: Report, is_over: threading.Event) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    while not is_over.is_set():
        text = httpx.get(f"{url}/metrics", headers=headers, timeout=_TIMEOUT_S).text
        if match := re.search(r"^process_resident_memory_bytes (\S+)", text, re.MULTILINE):
            report.memory_mb.append(float(match[1]) / 1e6)
        is_over.wait(2.0)


def _quantiles(values: Sequence[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:.2f}" if values else "–"
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return f"{cuts[9]:.2f} / {cuts[18]:.2f}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the load test, print its table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.load", description="Load test of the page.")
    parser.add_argument("--users", type=int, default=5)
    parser.add_argument("--questions", type=int, default=20, help="of all users together")
    parser.add_argument("--model", default="fused")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of each film")
    options = parser.parse_args(argv)
    report = measure(
        users=options.users,
        questions=options.questions,
        model=options.model,
        seconds=options.seconds,
    )
    problems = [*report.refusals, *report.failures, *report.leaks]
    sys.stdout.write("\n".join([report.table(), *problems, ""]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
