"""Kill test: the command line and the page are killed at random points, then what is left is checked.

python -m tests.kill --times 100

After each kill, no stored video may be damaged. After the next start, no temporary file and no file
of a visitor may be left. Exit code 1 if one is.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.storage.contexts import check_contexts

ROOT = Path(__file__).resolve().parents[1]
_STORED = {("encoded", ".safetensors"), ("text", ".json")}
_MAX_ASK_S, _MAX_PAGE_S = 12.0, 3.0


@dataclass
class Findings:
    """What the kills left behind.

    Args:
        num_kills: processes that were killed while they ran.
        num_stored: stored videos at the end.
        damaged: damaged stored videos.
        strays: files that were left after the next start.
    """

    num_kills: int = 0
    num_stored: int = 0
    damaged: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return the findings as a Markdown table."""
        return "\n".join(
            [
                "| | |",
                "|---|---|",
                f"| kills | {self.num_kills} |",
                f"| stored videos | {self.num_stored} |",
                f"| damaged stored videos | {len(self.damaged)} |",
                f"| stray files after the next start | {len(self.strays)} |",
            ]
        )


def kill_command(home: Path, film: Path, after_s: float, model: str) -> bool:
    """Start a question on the command line and kill it; return whether it was still running."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vqa", "ask", str(film), "What color is it?", "--model", model],
        cwd=ROOT,
        env=os.environ | {"VQA_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def start_page(home: Path) -> tuple[subprocess.Popen[str], str]:
    """Start the page; return its process and its address."""
    process = subprocess.Popen(
        [sys.executable, "-u", "app.py", "--model", "echo"],
        cwd=ROOT,
        env=os.environ | {"VQA_HOME": str(home), "TMPDIR": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    match = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)))
    return process, match[0].rstrip("/")


def kill_page(home: Path, film: Path, after_s: float) -> None:
    """Start the page, upload and ask, and kill it after a time."""
    process, url = start_page(home)
    ends = time.monotonic() + after_s
    with httpx.Client(base_url=url, timeout=10) as client:
        while time.monotonic() < ends:
            with suppress(httpx.TimeoutException):  # on a busy machine; the page is killed anyway
                with film.open("rb") as file:
                    (path,) = client.post("/gradio_api/upload", files={"files": file}).json()
                data = [{"path": path, "meta": {"_type": "gradio.FileData"}}, "What?"]
                client.post("/gradio_api/call/ask", json={"data": data})
            time.sleep(0.05)
    process.kill()
    process.communicate()


def run(times: int, *, seed: int = 0, model: str = "fused") -> Findings:
    """Kill `times` processes, half of them pages, and check what they leave behind.

    Args:
        times: number of processes.
        seed: seed of the random points.
        model: model of the command line.
    """
    rng, findings = random.Random(seed), Findings()
    with tempfile.TemporaryDirectory() as folder:
        home, films = Path(folder) / "home", Path(folder)
        home.mkdir()
        for number in range(times):
            colors = rng.choices([RED, GREEN, BLUE], k=3)
            film = write_clip(films / f"{number}.mp4", [(c, rng.uniform(0.5, 2)) for c in colors])
            if number % 2:
                kill_page(home, film, rng.uniform(0, _MAX_PAGE_S))
                findings.num_kills += 1
            else:
                findings.num_kills += kill_command(home, film, rng.uniform(0.5, _MAX_ASK_S), model)
            _, damaged = check_contexts(home / "encoded")
            findings.damaged += [str(file) for file in damaged]
        kill_command(home, film, 120.0, model)  # the next start of the command line
        process, _ = start_page(home)  # and of the page
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        findings.num_stored = check_contexts(home / "encoded")[0]
        findings.strays = [
            str(file.relative_to(home))
            for file in home.rglob("*")
            if file.is_file() and (file.parent.name, file.suffix) not in _STORED
        ]
    return findings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the kill test, print its table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.kill", description="Kill test.")
    parser.add_argument("--times", type=int, default=4, help="number of processes to kill")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random points")
    options = parser.parse_args(argv)
    findings = run(options.times, seed=options.seed)
    problems = [*findings.damaged, *findings.strays]
    sys.stdout.write("\n".join([findings.table(), *problems, ""]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
