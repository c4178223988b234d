"""Metrics for Prometheus, and one line of JSON in the log for each request."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from vqa.types import SamplingPlan, TimedText

if TYPE_CHECKING:
    from vqa.models.protocol import VideoContext, VideoQAModel
    from vqa.tasks.dense_encoding import Store

_BUCKETS_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_log = logging.getLogger("vqa.requests")


@dataclass
class RequestRecord:
    """Facts about one request, filled in while it runs.

    Args:
        kind: such as `watch`, `ask`, `caption`, `search`, `summarize`, `library` or `cut`.
        model: name of the model; "" before it is known.
        outcome: `done`, `stopped`, `failed` or `cancelled`.
        error: class name of the error; "" without one.
        timings_s: seconds of each stage; `total` is that of the request.
        content: question and answer, logged only with `--log-content`.
    """

    kind: str
    model: str = ""
    outcome: str = "cancelled"
    error: str = ""
    timings_s: dict[str, float] = field(default_factory=dict)
    content: dict[str, str] = field(default_factory=dict)

    def fail(self, error: BaseException) -> None:
        """Set the outcome to `failed`, and `error` to the class name of the error."""
        self.outcome, self.error = "failed", type(error).__name__


class Telemetry:
    """Metrics and request log of one page.

    Args:
        log_content: whether questions and answers are logged.
    """

    def __init__(self, *, log_content: bool = False) -> None:
        self._log_content = log_content
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = Counter(
            "vqa_requests", "Requests by kind and outcome.", ["kind", "outcome"], registry=self.registry
        )  # fmt: skip
        self._stages = Histogram(
            "vqa_stage_seconds", "Duration of the stages of a request.", ["kind", "stage"],
            buckets=_BUCKETS_S, registry=self.registry,
        )  # fmt: skip
        self._refusals = Counter(
            "vqa_refusals", "Requests that the page refused.", ["reason"], registry=self.registry
        )
        self._lookups = Counter(
            "vqa_cache_lookups", "Look-ups of stored encoded videos.", ["result"], registry=self.registry
        )  # fmt: skip

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a Prometheus gauge; `value` is called each time the metrics are requested.

        Args:
            name: unique name of the metric.
            text: description of the metric.
            value: returns the current value, in a thread of the server.
        """
        Gauge(name, text, registry=self.registry).set_function(value)

    def refuse(self, reason: str) -> None:
        """Count a request that the page refused; `reason` is the label of the metric."""
        self._refusals.labels(reason).inc()

    def count_lookup(self, *, is_hit: bool) -> None:
        """Count a lookup in the store of encoded videos as a hit or a miss."""
        self._lookups.labels("hit" if is_hit else "miss").inc()

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format, in UTF-8."""
        return generate_latest(self.registry)

    @contextmanager
    def request(self, kind: str) -> Iterator[RequestRecord]:
        """Context manager that yields the record of a request; counts and logs it at the end.

        An exception sets the outcome to `failed` and is raised again. The outcome is `cancelled` if
        the block does not set another one, and after an InterruptedError. For `kind`, a label of
        the metrics, see `RequestRecord`.
        """
        record, start_s = RequestRecord(kind), time.perf_counter()
        try:
            yield record
        except InterruptedError:
            raise
        except Exception as error:
            record.fail(error)
            raise
        finally:
            record.timings_s.setdefault("total", time.perf_counter() - start_s)
            self._finish(record)

    def _finish(self, record: RequestRecord) -> None:
        """Count a request with its stages, and log it as one line of JSON."""
        self._requests.labels(record.kind, record.outcome).inc()
        for stage, seconds in record.timings_s.items():
            self._stages.labels(record.kind, stage).observe(seconds)
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "id": token_hex(6),
            "kind": record.kind,
            "model": record.model,
            "outcome": record.outcome,
            "seconds": {stage: round(s, 3) for stage, s in record.timings_s.items()},
        }
        if record.error:
            line["error"] = record.error
        if self._log_content:
            line |= record.content
        _log.info("%s", json.dumps(line, ensure_ascii=False))


class CountedStore:
    """Wrapper of a store of encoded videos that counts lookups as hits and misses.

    Args:
        store: the store.
        telemetry: counts the lookups.
    """

    def __init__(self, store: Store, telemetry: Telemetry) -> None:
        self._store = store
        self._telemetry = telemetry

    def get(
        self, model: VideoQAModel, path: Path, plan: SamplingPlan, text: Sequence[TimedText] = ()
    ) -> VideoContext | None:
        """Return the stored encoding of a video, or None; count the lookup as a hit or a miss."""
        context = self._store.get(model, path, plan, text)
        self._telemetry.count_lookup(is_hit=context is not None)
        return context

    def put(self, model: VideoQAModel, context: VideoContext) -> None:
        """Store an encoded video, see `Store.put`; nothing is counted."""
        self._store.put(model, context)


def write_requests_to(stream: logging.Handler) -> None:
    """Send the lines of the request log to a handler, whose format becomes the line alone.

    Handlers that were added to this log before are kept; those of the root logger get no line.
    """
    stream.setFormatter(logging.Formatter("%(message)s"))
    _log.addHandler(stream)
    _log.setLevel(logging.INFO)
    _log.propagate = False
