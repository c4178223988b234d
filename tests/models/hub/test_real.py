"""A real model of the hub; needs a network, or its files on this disk: python -m pytest -m hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqa.chat.session import ChatSession
from vqa.models.registry import load
from vqa.types import AnswerOptions, SamplingPlan

pytestmark = pytest.mark.hub
OPTIONS = AnswerOptions(max_new_tokens=40)


def test_smolvlm2_sees_the_colours_of_a_video_in_their_order(cuts: Path) -> None:
    shares: list[float] = []
    session = ChatSession(load("smolvlm2-256m", device="cpu", progress=shares.append))
    session.watch(cuts, plan=SamplingPlan(num_frames=3, short_side_px=512))
    text = "".join(session.ask("Which colours are shown?", options=OPTIONS)).lower()
    assert any(colour in text for colour in ("red", "green", "blue"))
    assert "".join(session.ask("Which colour comes last?", options=OPTIONS))
    assert session.history[1].answer.timings_s["encode"] == 0
    assert not shares or shares[-1] == pytest.approx(1)
