"""Files that Chromium does not play get a copy that it plays, with the same clock."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import Tab, another, upload
from tests.ui.scripted_model import ScriptedModel
from tests.videos import BLUE, RED, VideoSpec, write_video
from vqa.types import SamplingPlan
from vqa.ui import handlers, video_preview
from vqa.ui.limits import PRIVATE_LIMITS
from vqa.ui.model_pool import ModelPool
from vqa.ui.reading_options import ReadingOptions
from vqa.ui.session_state import SessionState
from vqa.video.reader import probe, read_clip

Videos = Mapping[str, Path]
UNPLAYABLE = ("hevc.mp4", "mpeg4.avi", "h264.ts", "film.gif")


def watched(path: Path) -> SessionState:
    state, model = SessionState(model="scripted"), ScriptedModel()
    pool = ModelPool(loader=lambda name, device, progress: model)
    list(handlers.watch(pool, state, str(path), ReadingOptions(), PRIVATE_LIMITS))
    return state


@pytest.mark.parametrize("name", UNPLAYABLE)
def test_preview_has_the_pictures_at_the_times_of_the_original(
    videos: Videos, tmp_path: Path, name: str
) -> None:
    state = watched(videos[name])
    *_, last = video_preview.make_preview(state, tmp_path)
    assert (last.preview, last.preview_progress) == ("", "")
    assert last.player is not None
    assert last.player == state.playable_file
    info = probe(last.player)
    original = probe(videos[name])
    assert (info.codec, info.height) == ("h264", original.height)
    assert info.duration_s == pytest.approx(original.duration_s, abs=0.1)
    plan = SamplingPlan(num_frames=8)
    copy, source = read_clip(last.player, plan), read_clip(videos[name], plan)
    assert copy.times_s == pytest.approx(source.times_s, abs=0.01)
    difference = copy.frames.mean(axis=(1, 2)) - source.frames.mean(axis=(1, 2))
    assert abs(difference).max() < 6, "the mean colour of each frame"
    assert state.source_of(str(last.player)) == str(videos[name].resolve())
    view = handlers.current_view(state)
    assert view.preview == ""
    assert [u.player for u in video_preview.make_preview(state, tmp_path)] == [last.player]


def test_playable_files_get_no_preview(videos: Videos, tmp_path: Path) -> None:
    for name in ("h264.mp4", "vp9.webm", "h264.mkv", "av1.mp4"):
        assert list(video_preview.make_preview(watched(videos[name]), tmp_path)) == []


def test_files_that_were_joined_get_a_preview_of_all_parts(videos: Videos, tmp_path: Path) -> None:
    """Browsers would play the first part."""
    path = tmp_path / "joined.mp4"
    path.write_bytes(2 * videos["h264.mp4"].read_bytes())
    state = watched(path)
    *_, last = video_preview.make_preview(state, tmp_path)
    assert last.player is not None
    assert probe(last.player).duration_s == pytest.approx(4.0, abs=0.1)


def test_preview_that_is_too_large_leaves_the_frames(
    videos: Videos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_preview, "_MAX_BYTES", 1000)
    state = watched(videos["hevc.mp4"])
    *_, last = video_preview.make_preview(state, tmp_path)
    assert "I could not make a copy" in (last.preview_progress or "")
    assert state.playable_file == state.path
    assert "<img" in (handlers.current_view(state).preview or "")


def test_another_video_cancels_the_preview_and_the_same_one_does_not(
    videos: Videos, tmp_path: Path
) -> None:
    state = watched(videos["hevc.mp4"])
    updates = video_preview.make_preview(state, tmp_path)
    next(updates)
    task = state.preview_task
    assert task is not None
    state.is_player_empty = True
    late = next(updates, None)
    assert late is None or late.preview_progress is None, "it belongs to another video"
    state.is_player_empty = False
    state.cancel_tasks(keep_path=str(videos["hevc.mp4"]))
    assert not task.cancel.is_set()
    state.cancel_tasks(keep_path=str(videos["h264.mp4"]))
    assert task.cancel.is_set()
    updates.close()  # type: ignore[attr-defined]
    assert state.preview_task is None


def test_preview_that_comes_late_gives_the_player_back(videos: Videos, tmp_path: Path) -> None:
    state = watched(videos["hevc.mp4"])
    assert video_preview.file_after_change(state, str(videos["h264.mp4"])) is None
    *_, last = video_preview.make_preview(state, tmp_path)
    preview = last.player
    assert preview is not None
    assert video_preview.file_after_change(state, str(preview)) == preview
    assert list(video_preview.make_preview(state, tmp_path)) == [], "it is in the player"
    pool = ModelPool(loader=lambda name, device, progress: ScriptedModel())
    list(handlers.watch(pool, state, str(videos["h264.mp4"]), ReadingOptions(), PRIVATE_LIMITS))
    playing = videos["h264.mp4"].resolve()
    assert video_preview.file_after_change(state, str(preview)) == playing
    assert video_preview.file_after_change(state, str(playing)) == playing
    assert video_preview.file_after_change(state, str(videos["hevc.mp4"])) is None


def colour_at(page: Page, time_s: float) -> list[int]:
    """Seek the player; return the (red, green, blue) in the middle of the picture that it shows."""
    value: list[int] = page.evaluate(
        """async (time) => {
          const video = document.querySelector('#vqa-player video');
          do {  // a file that is loaded meanwhile starts at 0
            const arrived = new Promise((done) => video.addEventListener('seeked', done, {once: true}));
            video.currentTime = time;
            await arrived;
          } while (Math.abs(video.currentTime - time) > 0.1);
          const canvas = document.createElement('canvas');
          canvas.width = video.videoWidth; canvas.height = video.videoHeight;
          const context = canvas.getContext('2d');
          context.drawImage(video, 0, 0);
          return [...context.getImageData(canvas.width / 2, canvas.height * 0.8, 1, 1).data].slice(0, 3);
        }""",
        time_s,
    )
    return value


def wait_until_playable(page: Page) -> None:
    page.wait_for_function(
        "(document.querySelector('#vqa-player video') || {}).readyState >= 2 "
        "&& !document.querySelector('#vqa-preview img')"
    )


@pytest.mark.browser
@pytest.mark.parametrize("name", ["hevc.mp4", "mpeg4.avi", "film.gif"])
def test_a_file_of_a_foreign_codec_plays(tab: Tab, videos: Videos, name: str) -> None:
    page = tab()
    upload(page, videos[name])
    wait_until_playable(page)
    expect(page.locator("#vqa-player")).to_be_visible()
    red, blue = colour_at(page, 0.4), colour_at(page, 1.6)
    assert red[0] > red[2] + 60
    assert blue[2] > blue[0] + 60
    expect(page.locator("#vqa-videos")).to_be_hidden()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for _ in range(6):
        requests.clear()
        page.wait_for_timeout(3000)
        if not any("/queue/join" in url for url in requests):
            break
    else:
        pytest.fail("the player's changes go on forever")
    page.reload()
    page.wait_for_selector("#vqa-frames a.vqa-frame")
    wait_until_playable(page)
    assert colour_at(page, 1.6)[2] > 120


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["image/gif", ""])
def test_the_server_decides_whether_a_dropped_file_is_a_video(
    tab: Tab, videos: Videos, kind: str
) -> None:
    page = tab()
    page.evaluate(
        """([content, type]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], 'film.gif', {type}));
            document.querySelector('#vqa-player button').dispatchEvent(
                new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer}));
        }""",
        [base64.b64encode(videos["film.gif"].read_bytes()).decode(), kind],
    )
    page.wait_for_selector("#vqa-frames a.vqa-frame")


@pytest.mark.browser
def test_frames_are_displayed_until_the_copy_is_ready(
    tab: Tab, videos: Videos, tmp_path: Path
) -> None:
    # Below 56 s, more frames of it do not replace those that are clicked.
    spec = VideoSpec(file="long.avi", codec="mpeg4", fps=60, count=3200, colours=(RED, BLUE))
    page = tab()
    upload(page, videos["h264.mp4"])
    another(page, write_video(spec, tmp_path))
    expect(page.locator("#vqa-preview")).to_contain_text("Your browser cannot play this file")
    expect(page.locator("#vqa-player")).to_be_hidden()
    expect(page.get_by_text("Video not playable")).to_have_count(0)
    # In one step: the copy may be ready a second later.
    address, times = page.evaluate(
        """() => {
            const last = [...document.querySelectorAll('#vqa-frames a.vqa-frame')].at(-1);
            last.click();
            return new Promise((done) => setTimeout(() => done([
                last.getAttribute('href'),
                [...document.querySelectorAll('#vqa-preview img')]
                    .filter((img) => img.offsetParent).map((img) => img.dataset.time)]), 50)); }"""
    )
    (time_s,) = map(float, times)
    assert abs(time_s - float(address.split("=")[1])) < 0.01
    expect(page.locator("#vqa-preview_progress")).to_contain_text("I am making a copy")
    wait_until_playable(page)
    another(page, videos["h264.mkv"])
    page.wait_for_function("document.querySelector('#vqa-player video').src.includes('h264.mkv')")
    expect(page.locator("#vqa-player")).to_be_visible()
    expect(page.locator("#vqa-preview_progress")).not_to_contain_text("I am making a copy")
    page.click("#vqa-videos input")
    page.click("[role=option]:has-text('long.avi')")
    page.wait_for_function("document.querySelector('#vqa-player video').src.includes('long.mp4')")
    wait_until_playable(page)
