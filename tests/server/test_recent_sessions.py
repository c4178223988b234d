"""The cache of encoded videos: capacity, memory, replaced files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.fakes import ColourModel
from vqa.chat.session import ChatSession
from vqa.server.recent_sessions import RecentSessions


def encode(model: ColourModel, path: Path) -> ChatSession:
    session = ChatSession(model)
    session.watch(path)
    return session


def ask_for(sessions: RecentSessions, model: ColourModel, path: Path) -> int:
    """Get a session and return how many videos the model has encoded."""
    sessions.get("colours", path, model.sampling, lambda: encode(model, path))
    return model.num_encoded


def test_a_video_is_encoded_once_and_again_when_it_was_dropped(
    videos: Mapping[str, Path], cuts: Path
) -> None:
    first, second = videos["h264.mp4"], cuts
    for sessions, last in (
        (RecentSessions(capacity=2), 2),
        (RecentSessions(capacity=1), 3),
        (RecentSessions(max_bytes=1), 3),
        (RecentSessions(keep_s=-1), 3),
    ):
        model = ColourModel()
        assert ask_for(sessions, model, first) == 1
        if last == 2:
            assert ask_for(sessions, model, first) == 1
        assert ask_for(sessions, model, second) == 2
        assert ask_for(sessions, model, first) == last


def test_a_replaced_file_is_encoded_again(tmp_path: Path, cuts: Path) -> None:
    model, sessions, path = ColourModel(), RecentSessions(), tmp_path / "a.mp4"
    path.write_bytes(cuts.read_bytes())
    assert ask_for(sessions, model, path) == 1
    path.write_bytes(cuts.read_bytes())
    assert ask_for(sessions, model, path) == 2
