"""Objects of a page that its session states share: waiting lines and telemetry."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from vqa.ui.visitors.telemetry import Telemetry
from vqa.ui.visitors.waiting_line import WaitingLine

_NUM_CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Services:
    """Waiting lines for decoding and for the model, and telemetry.

    Videos and questions wait in different lines, so that no video delays a question.

    Args:
        reading: line of videos to decode and encode.
        answering: line of questions, captions, searches and summaries.
        telemetry: metrics and request log.
    """

    reading: WaitingLine = field(default_factory=lambda: WaitingLine(max(2, _NUM_CORES // 2)))
    answering: WaitingLine = field(default_factory=lambda: WaitingLine(max(2, _NUM_CORES)))
    telemetry: Telemetry = field(default_factory=Telemetry)
