"""Limits of a page that several people use, and the models that it offers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from vqa.errors import SettingError, VideoTooLarge, VQAError
from vqa.ui import model_choice
from vqa.ui.app_context import AppContext, PageOptions
from vqa.ui.components import Components
from vqa.ui.i18n import Language
from vqa.ui.limits import SHARED_LIMITS, Limits, RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.visitors.quotas import SlidingSum

Videos = Mapping[str, Path]


def test_limits_hold(videos: Videos) -> None:
    path = videos["h264.mp4"]
    Limits(upload_bytes=10**9, video_s=10).check_video(path, "en")
    with pytest.raises(VideoTooLarge, match="at most 0 MB"):
        Limits(upload_bytes=10).check_video(path, "en")
    with pytest.raises(VideoTooLarge, match="is 0:02 long"):
        Limits(video_s=1).check_video(path, "en")


def test_visitors_of_a_shared_page_choose_among_its_models() -> None:
    Limits().check_model("https://host/v1#model", ("fused",), "en")
    SHARED_LIMITS.check_model("fused", ("fused",), "en")
    for name in ("https://host/v1#model", "/etc"):
        with pytest.raises(SettingError, match="cannot be chosen"):
            SHARED_LIMITS.check_model(name, ("fused",), "en")


def test_a_model_is_offered_with_what_choosing_it_means() -> None:
    (fused, own) = model_choice.model_choices(("fused", "/my/model"), "en")
    assert fused[1] == "fused"
    assert "Apache-2.0" in fused[0]
    assert "GB memory" in fused[0]
    assert own == ("/my/model", "/my/model")


def test_a_visitor_waits_after_too_many_questions_and_others_do_not() -> None:
    now = [0.0]
    rate = RateLimiter(2, now=lambda: now[0])
    rate.spend("anna", "en")
    rate.spend("anna", "en")
    rate.spend("ben", "en")
    with pytest.raises(VQAError, match="wait 60 seconds"):
        rate.spend("anna", "en")
    now[0] = 61.0
    rate.spend("anna", "en")


@pytest.mark.parametrize(("language", "words"), [("en", "within an hour"), ("zh", "一小时内")])
def test_who_has_used_up_the_own_quota_reads_that_and_not_that_the_page_is_full(
    language: Language, words: str
) -> None:
    limits = Limits(upload_bytes=10_000_000, hourly_bytes=15_000_000)
    quota = SlidingSum(limits.hourly_bytes, 3600.0)
    app = AppContext(
        ModelPool(), PageOptions(limits=limits), SessionStates("echo"), RateLimiter(None), quota, Components()
    )  # fmt: skip
    state = SessionState(language=language)
    app.check_room(state)
    quota.add(state.visitor.quota_key, 6_000_000)
    with pytest.raises(VQAError, match=words) as caught:
        app.check_room(state)
    assert "15 MB" in caught.value.message
