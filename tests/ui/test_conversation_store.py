"""Conversations that outlive the page: what comes back, for whom, and for how long."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.conftest import WAIT_MS, ask, serving, upload
from tests.ui.scripted_model import ScriptedModel
from tests.ui.test_proxy import free_port
from vqa.ui import chat_handlers, handlers
from vqa.ui.conversation_store import ConversationStore
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.messages import chat_messages
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState, SessionStates
from vqa.ui.visitors.visitor import Visitor

Videos = Mapping[str, Path]
ANNA = Visitor(session="anna's secret", quota_key="anna")
BEN = Visitor(session="ben's secret", quota_key="ben")


class Data:
    """A data folder with two uploads, and a page that is started on it again and again."""

    def __init__(self, folder: Path, videos: Videos) -> None:
        self.folder, self.keep_s = folder, 3600.0
        self.video_folders: tuple[Path, ...] | None = ()
        self.uploads = folder / "uploads"
        self.pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
        self.paths = [self.upload(videos["h264.mp4"]), self.upload(videos["vp9.webm"])]

    def upload(self, video: Path) -> Path:
        (self.uploads / video.stem).mkdir(parents=True)
        return Path(shutil.copy(video, self.uploads / video.stem)).resolve()

    def start(self) -> SessionStates:
        store = ConversationStore(
            self.folder / "conversations",
            self.uploads,
            keep_s=self.keep_s,
            video_folders=self.video_folders,
        )
        return SessionStates("scripted", on_change=store.write, resume=store.resume)

    def watch(self, state: SessionState, path: Path, options: ReadingOptions | None = None) -> None:
        options = options or ReadingOptions()
        list(handlers.watch(self.pool, state, str(path), options, PRIVATE_LIMITS))
        assert state.path == path

    def conversation(self) -> SessionState:
        """Anna asks two questions about one video and one about another, then one of hers again."""
        state = self.start().of("tab", ANNA)
        self.watch(state, self.paths[0], ReadingOptions(num_frames=5))
        for question in ("What is it?", "And then?"):
            list(chat_handlers.ask(state, question))
        self.watch(state, self.paths[1])
        list(chat_handlers.ask(state, "Where is it?"))
        return state

    @property
    def files(self) -> list[Path]:
        return list((self.folder / "conversations").iterdir())


def texts(state: SessionState) -> list[str]:
    contents = [message["content"] for message in chat_messages(state)]
    return [str(getattr(content, "value", content)) for content in contents]


@pytest.fixture
def data(tmp_path: Path, videos: Videos) -> Data:
    return Data(tmp_path, videos)


def test_a_conversation_continues_after_a_restart(data: Data) -> None:
    before = data.conversation()
    state = data.start().restore("new tab", before.token, ANNA)
    assert state.reopened_path == data.paths[1]
    assert (state.token, state.model) == (before.token, "scripted")
    data.watch(state, data.paths[1])
    assert texts(state) == texts(before)
    assert state.videos == (data.paths[1], data.paths[0])
    *_, emptied = handlers.watch(data.pool, state, None, ReadingOptions(), PRIVATE_LIMITS)
    assert emptied.videos is not None
    assert [path for _, path in emptied.videos[0]] == [*map(str, state.videos)]
    data.watch(state, data.paths[0], state.records[data.paths[0]].options)
    assert state.context is not None
    assert len(state.context.clip.times_s) == 5
    assert [turn.question for turn in state.turns] == ["What is it?", "And then?"]
    assert state.turns[0].frames
    assert state.session is not None
    list(chat_handlers.ask(state, "And now?"))
    assert "question 3" in state.turns[-1].answer.text
    again = data.start().restore("third tab", before.token, ANNA)
    data.watch(again, data.paths[0])
    assert [turn.question for turn in again.turns] == ["What is it?", "And then?", "And now?"]
    assert again.session is not None
    assert len(again.session.history) == 3


def test_two_reloads_after_a_restart_share_one_state(data: Data) -> None:
    token, states = data.conversation().token, data.start()
    assert states.restore("one", token, ANNA) is states.restore("two", token, ANNA)


def test_another_visitor_and_another_token_restore_nothing(data: Data) -> None:
    token, states = data.conversation().token, data.start()
    assert states.restore("ben", token, BEN).videos == ()
    assert states.restore("tab", "another token", ANNA).videos == ()
    assert states.restore("tab", "", ANNA).videos == ()
    text = "".join(file.read_text(encoding="utf-8") + file.name for file in data.files)
    assert token not in text
    assert ANNA.session not in text


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_stored_conversations_are_readable_by_their_owner_alone(data: Data) -> None:
    data.conversation()
    assert [file.stat().st_mode & 0o777 for file in data.files] == [0o600]


def test_a_cleared_conversation_is_cleared_on_disk(data: Data) -> None:
    before = data.conversation()
    chat_handlers.clear(before)
    state = data.start().restore("tab", before.token, ANNA)
    data.watch(state, data.paths[1])
    assert state.turns == []
    chat_handlers.undo_clear(before)
    state = data.start().restore("tab", before.token, ANNA)
    data.watch(state, data.paths[1])
    assert [turn.question for turn in state.turns] == ["Where is it?"]


def test_a_conversation_is_kept_for_its_time_after_its_last_use_with_its_videos(
    data: Data,
) -> None:
    for path in data.paths:
        os.utime(path, (time.time() - 3000,) * 2)
    before = data.conversation()
    assert all(time.time() - path.stat().st_mtime < 60 for path in data.paths)
    os.utime(data.files[0], (time.time() - 3700,) * 2)
    assert data.start().restore("tab", before.token, ANNA).videos == ()
    data.keep_s = 4000
    assert len(data.start().restore("tab", before.token, ANNA).videos) == 2


def test_a_missing_video_costs_its_own_conversation_alone(data: Data) -> None:
    token = data.conversation().token
    data.paths[1].unlink()
    state = data.start().restore("tab", token, ANNA)
    assert (state.videos, state.reopened_path) == ((data.paths[0],), data.paths[0])
    data.paths[0].unlink()
    assert data.start().restore("tab", token, ANNA).videos == ()


def test_films_of_the_host_are_opened_again_only_where_they_are_offered(
    data: Data, videos: Videos
) -> None:
    state = data.start().of("tab", ANNA)
    data.watch(state, videos["h264.mp4"].resolve())
    assert data.start().restore("tab", state.token, ANNA).videos == ()
    data.video_folders = None
    assert data.start().restore("tab", state.token, ANNA).videos == (videos["h264.mp4"].resolve(),)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"model": 3}', b"\xff\xfe"])
def test_a_damaged_file_is_logged_and_restores_nothing(
    data: Data, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    token = data.conversation().token
    data.files[0].write_bytes(content)
    assert data.start().restore("tab", token, ANNA).videos == ()
    assert "cannot be read" in caplog.text


def test_without_a_data_folder_nothing_is_stored(data: Data) -> None:
    state = SessionStates("scripted").of("tab", ANNA)
    data.watch(state, data.paths[0])
    list(chat_handlers.ask(state, "What is it?"))
    assert not (data.folder / "conversations").exists()
    assert SessionStates("scripted").restore("tab", state.token, ANNA).videos == ()


def test_a_tab_gets_its_video_and_chat_back_after_the_page_was_killed(
    chromium: Browser, videos: Videos, tmp_path: Path
) -> None:
    chosen = {"data": str(tmp_path / "data"), "port": free_port(), "library": "visitor"}
    chosen |= {"limits": {"keep_s": 600, "any_model": False}}
    with chromium.new_context() as anna, chromium.new_context() as ben:
        page, stranger = anna.new_page(), ben.new_page()
        with serving(tmp_path, chosen) as url:
            page.goto(url)
            upload(page, videos["h264.mp4"])
            ask(page, "What is it?", awaiting="question 1")
            token = page.evaluate("sessionStorage.getItem('vqa-token')")
            page.goto("about:blank")  # else the page reloads itself as soon as the server is back
        with serving(tmp_path, chosen):
            page.goto(url)
            expect(page.locator("#vqa-chat")).to_contain_text("question 1", timeout=WAIT_MS)
            page.wait_for_function("document.querySelector('#vqa-player video')?.readyState > 0")
            ask(page, "And then?", awaiting="question 2")
            stranger.add_init_script(f"sessionStorage.setItem('vqa-token', '{token}')")
            stranger.goto(url)
            stranger.wait_for_function(f"sessionStorage.getItem('vqa-token') !== '{token}'")
            expect(stranger.locator("#vqa-chat")).not_to_contain_text("question 1")
