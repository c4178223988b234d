"""What a failure leaves behind on the page, and the cures it offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.ui.knowing import FITTING, KnowingModel
from vqa.errors import ModelNotDownloaded, OutOfMemory, SettingError
from vqa.models.protocol import VideoContext, VideoQAModel
from vqa.models.registry import on_disk, rows
from vqa.types import Clip, TimedText
from vqa.ui import handlers
from vqa.ui import recovery as cures
from vqa.ui.limits import PRIVATE
from vqa.ui.model_pool import Shelf
from vqa.ui.session_state import Cure, Visit
from vqa.ui.view import Choices, View

Videos = Mapping[str, Path]


class Greedy(KnowingModel):
    """Runs out of memory while it looks at more than a few frames."""

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        if len(clip.times_s) > FITTING:
            raise OutOfMemory("The clip does not fit.", cure="Use fewer frames.")
        return super().encode(clip, text=text)


def shelf_of(model: VideoQAModel) -> Shelf:
    return Shelf(loader=lambda name, device, progress: model)


def watch(shelf: Shelf, visit: Visit, path: Path, choices: Choices | None = None) -> list[View]:
    return list(handlers.watch(shelf, visit, str(path), choices or Choices(), PRIVATE))


def test_a_broken_video_takes_the_one_before_out_of_reach(videos: Videos, tmp_path: Path) -> None:
    shelf, visit = shelf_of(KnowingModel()), Visit(model="knowing")
    watch(shelf, visit, videos["h264.mp4"])
    list(handlers.ask(visit, "first"))
    broken = tmp_path / "broken.mp4"
    broken.write_text("no video")
    last = watch(shelf, visit, broken)[-1]
    assert last.log == []
    assert "alert" in (last.status or "")
    assert "Choose a video first." in (list(handlers.ask(visit, "what?"))[-1].status or "")
    back = watch(shelf, visit, videos["h264.mp4"])[-1]
    assert len(visit.exchanges) == 1
    assert len(back.log or []) == 3


def test_an_emptied_player_leaves_nothing_to_ask_about(videos: Videos) -> None:
    shelf, visit = shelf_of(KnowingModel()), Visit(model="knowing")
    watch(shelf, visit, videos["h264.mp4"])
    (gone,) = handlers.watch(shelf, visit, None, Choices(), PRIVATE)
    assert gone.fresh
    assert gone.log == []
    assert visit.path is None


def test_a_clip_that_does_not_fit_is_looked_at_with_fewer_frames(videos: Videos) -> None:
    shelf, visit = shelf_of(Greedy()), Visit(model="knowing")
    last = watch(shelf, visit, videos["h264.mp4"])[-1]
    assert last.cures is not None
    assert last.cures[0] == Cure(num_frames=FITTING)
    assert cures.label(last.cures[0], "en") == "Use 3 frames"
    again = watch(shelf, visit, videos["h264.mp4"], Choices(num_frames=FITTING))[-1]
    assert again.cures == ()
    assert visit.context is not None
    assert len(visit.context.clip.times_s) == FITTING


def test_the_question_that_failed_is_kept_for_after_the_cure(videos: Videos) -> None:
    shelf, visit = shelf_of(KnowingModel()), Visit(model="knowing")
    watch(shelf, visit, videos["h264.mp4"])
    failed = list(handlers.ask(visit, "too much"))[-1]
    assert failed.cures is not None
    assert failed.cures[0].num_frames == FITTING
    assert visit.unanswered == "too much"


def test_another_model_that_cannot_look_is_never_asked_about_what_the_first_saw(
    videos: Videos,
) -> None:
    models = {"knowing": KnowingModel(), "greedy": Greedy(name="greedy")}
    shelf = Shelf(loader=lambda name, device, progress: models[name])
    visit = Visit(model="knowing")
    watch(shelf, visit, videos["h264.mp4"])
    visit.model = "greedy"
    watch(shelf, visit, videos["h264.mp4"])
    assert visit.context is None


def test_a_lighter_model_is_offered_where_there_is_one() -> None:
    able = [row.name for row in rows() if row.parameters_m and on_disk(row)]
    error = ModelNotDownloaded("far away", cure="Come closer.")
    offered = cures.offered(Visit(model="some/model"), error)
    if able:
        assert offered[0].model in able
    else:
        assert offered == ()
    assert cures.offered(Visit(model="fused"), SettingError("wrong", cure="Right it.")) == ()


def test_a_download_tells_how_far_it_is(videos: Videos) -> None:
    def load(name: str, *, device: str, progress: object) -> VideoQAModel:
        assert callable(progress)
        for share in (0.25, 0.5, 0.75):
            progress(share)
        return KnowingModel(name)

    visit = Visit(model="far")
    told = [view.status or "" for view in handlers.prepare(Shelf(loader=load), visit)]
    assert "Loading the model far" in told[0]
    assert "Fetching the model far, 50%" in told[2]
    assert told[-1] == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_captions_stay_with_their_video(videos: Videos, language: str) -> None:
    shelf = shelf_of(KnowingModel())
    visit = Visit(model="knowing", language="zh" if language == "zh" else "en")
    first = watch(shelf, visit, videos["h264.mp4"])[-1]
    assert first.turned == ()
    assert visit.path is not None
    visit.captions[visit.path] = [["0:00", "0:01", "my own words"]]
    assert watch(shelf, visit, videos["uneven.mp4"])[-1].turned == ()
    assert watch(shelf, visit, videos["uneven.mp4"])[-1].turned is None
    assert watch(shelf, visit, videos["h264.mp4"])[-1].turned == (["0:00", "0:01", "my own words"],)
