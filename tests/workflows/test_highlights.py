from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ColourModel
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.errors import SettingError, Unsupported
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoContext
from vqa.storage.library import SegmentMatch, encode_thumbnail
from vqa.tasks.indexing import index_folder, open_library, search_library
from vqa.types import Clip, SamplingPlan, Shot, TimedText
from vqa.video.reader import probe, read_clip
from vqa.workflows.cut import cut_film
from vqa.workflows.edit_list import Scene
from vqa.workflows.highlights import pick_highlights, pick_library_highlights


def test_a_reel_of_the_library_has_each_scene_once(tmp_path: Path) -> None:
    model = ColourModel(num_frames=12)
    folder = tmp_path / "films"
    folder.mkdir()
    write_clip(folder / "one.mp4", [(RED, 4.0), (BLUE, 4.0)])
    write_clip(folder / "two.mp4", [(GREEN, 3.0), (RED, 3.0)])
    library = open_library(model, tmp_path / "library")
    assert [step.error for step in index_folder(library, model, folder)] == ["", ""]
    matches = search_library(library, model, "red or green", limit=100)
    library.close()
    assert len(matches) >= 3
    scenes = pick_library_highlights(matches, model, length_s=4.0, words="red or green")
    cut = cut_film(scenes, tmp_path / "reel.mp4", exact=True)
    assert cut.length_s == pytest.approx(4.0, abs=0.01)
    assert probe(cut.path).duration_s == pytest.approx(4.0, abs=0.05)
    clip = read_clip(cut.path, SamplingPlan(num_frames=16))
    colours = [int(picture[-1, 0].argmax()) for picture in clip.frames]
    runs = [colours[0], *(b for a, b in pairwise(colours) if a != b)]
    assert sorted(runs) == [0, 1]


class MeanColourModel(ColourModel):
    """Embeds the mean color of a frame."""

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        state = clip.frames[:, -20:].mean((1, 2)).astype(np.float32)
        return VideoContext(model=self.name, clip=clip, state=state, text=tuple(text))

    def embed_frames(self, context: VideoContext) -> NDArray[np.float32]:
        state: NDArray[np.float32] = context.state
        return state / np.linalg.norm(state, axis=1, keepdims=True)


def test_the_same_scene_at_another_moment_of_it_is_not_taken_again(tmp_path: Path) -> None:
    """A slow change from red to blue, green, and that change again, sampled at its two ends."""
    share = np.linspace(0, 1, 40)[:, None, None, None]
    change = np.array((220, 50, 90)) * (1 - share) + np.array((90, 50, 220)) * share
    change = np.broadcast_to(change, (40, 128, 192, 3)).astype(np.uint8)
    green = np.broadcast_to(np.array((40, 160, 130), np.uint8), (40, 128, 192, 3))
    path = write_clip(tmp_path / "x.mp4", [], pictures=[*change, *green, *change])
    model = MeanColourModel()
    clip = read_clip(path, SamplingPlan(num_frames=120))
    rows = [1, 60, 118]
    shots = tuple(Shot(start_s=s, end_s=s + 4.0) for s in (0.0, 4.0, 8.0))
    sample = replace(
        clip, frames=clip.frames[rows], times_s=tuple(clip.times_s[r] for r in rows),
        indices=tuple(clip.indices[r] for r in rows), shots=shots,
    )  # fmt: skip
    context = model.encode(sample)
    first, _, last = model.embed_frames(context)
    assert 0.4 < first @ last < 0.85  # too far apart to be the same by these frames
    scenes = pick_highlights(context, model, length_s=12.0)
    assert len(scenes) == 2
    assert 4.0 in [scene.start_s for scene in scenes]


def test_what_fits_much_worse_than_the_best_is_left_out(tmp_path: Path) -> None:
    """As within one video: a red film scores 1.0, a green one 0.7, a line of text is judged apart."""
    model = ColourModel(num_frames=6)
    matches = []
    for name, colour, score in (("red", RED, 1.0), ("green", GREEN, 0.7), ("blue", BLUE, 0.85)):
        path = write_clip(tmp_path / f"{name}.mp4", [(colour, 3.0)])
        picture = encode_thumbnail(read_clip(path, SamplingPlan(num_frames=1)).frames[0])
        matches.append(
            SegmentMatch(
                path=path, start_s=0.0, end_s=3.0, thumbnail_s=1.0, score=score, text="", thumbnail=picture
            )
        )  # fmt: skip

    def names() -> list[str]:
        scenes = pick_library_highlights(matches, model, length_s=9.0, words="red")
        return [scene.path.stem for scene in scenes]

    assert names() == ["red", "blue"]
    matches[1] = replace(matches[1], text="a line")
    assert names() == ["red", "green", "blue"]


def test_a_library_without_a_match_is_told() -> None:
    with pytest.raises(SettingError, match="Nothing matches: zebra"):
        pick_library_highlights([], ColourModel(), length_s=4.0, words="zebra")


def test_the_same_scene_in_another_video_is_not_taken_again(tmp_path: Path) -> None:
    """A slow change from red to blue in two videos, found at its start in one and at its end in the other."""
    share = np.linspace(0, 1, 40)[:, None, None, None]
    change = np.array((220, 50, 90)) * (1 - share) + np.array((90, 50, 220)) * share
    change = np.broadcast_to(change, (40, 128, 192, 3)).astype(np.uint8)
    green = np.broadcast_to(np.array((40, 160, 130), np.uint8), (40, 128, 192, 3))
    first = write_clip(tmp_path / "first.mp4", [], pictures=[*change])
    second = write_clip(tmp_path / "second.mp4", [], pictures=[*green, *change])
    matches = [
        SegmentMatch(
            path=path, start_s=start_s, end_s=start_s + 4.0, thumbnail_s=start_s, score=score,
            text="", thumbnail=encode_thumbnail(frame),
        )
        for path, start_s, score, frame in (
            (first, 0.0, 0.9, change[0]), (second, 4.0, 0.8, change[-1]), (second, 0.0, 0.75, green[0]),
        )
    ]  # fmt: skip
    scenes = pick_library_highlights(matches, MeanColourModel(), length_s=12.0, words="change")
    assert [(scene.path, scene.start_s) for scene in scenes] == [(first, 0.0), (second, 0.0)]


@pytest.mark.parametrize("length_s", [0.0, -3.0, float("nan")])
def test_impossible_lengths_are_refused(length_s: float, cuts: Path) -> None:
    model = ColourModel()
    context = model.encode(read_clip(cuts, model.sampling))
    with pytest.raises(SettingError, match="reel cannot be"):
        pick_highlights(context, model, length_s=length_s)


def test_a_model_without_embeddings_is_refused(cuts: Path) -> None:
    model = EchoModel()
    with pytest.raises(Unsupported, match="compare scenes"):
        pick_highlights(model.encode(read_clip(cuts, model.sampling)), model, length_s=3.0)
    with pytest.raises(Unsupported, match="compare scenes"):
        pick_library_highlights([], model, length_s=3.0, words="red")


def test_scenes_of_several_films_are_not_copied(tmp_path: Path) -> None:
    films = [write_clip(tmp_path / f"{number}.mp4", [(RED, 2.0)]) for number in range(2)]
    scenes = [Scene(path=film, start_s=0.0, end_s=1.0) for film in films]
    with pytest.raises(SettingError, match="several videos"):
        cut_film(scenes, tmp_path / "cut.mp4")
    assert not (tmp_path / "cut.mp4").exists()
