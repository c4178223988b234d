from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ColourModel
from tests.test_fonts import WQY
from tests.videos import BLUE, GREEN, RED, write_clip
from vqa.cli import main
from vqa.errors import SettingError, StorageError
from vqa.storage.library import VideoLibrary
from vqa.tasks.indexing import index_folder, open_library
from vqa.types import SamplingPlan
from vqa.video.reader import probe, read_clip
from vqa.video.subtitle_tracks import read_subtitles
from vqa.workflows.compose import compose_film, draw_card, plan_story, read_story, split_sentences

MODEL = ColourModel(num_frames=12)
STORY = ("Something blue begins.", "A zebra runs.", "Then it is red.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films: red, green; blue, red."""
    folder = tmp_path_factory.mktemp("films")
    write_clip(folder / "one.mp4", [(RED, 4.0), (GREEN, 4.0)])
    write_clip(folder / "two.mp4", [(BLUE, 3.0), (RED, 3.0)])
    return folder


@pytest.fixture(scope="module")
def library(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoLibrary]:
    library = open_library(MODEL, tmp_path_factory.mktemp("library"))
    assert [step.error for step in index_folder(library, MODEL, folder)] == ["", ""]
    yield library
    library.close()


def colour_at(path: Path, time_s: float) -> int:
    """Index of the strongest color of a frame: 0 red, 1 green, 2 blue."""
    plan = SamplingPlan(num_frames=1, start_s=time_s - 0.05, end_s=time_s + 0.05)
    return int(read_clip(path, plan).frames[0][-1, 0].argmax())


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("A dog runs. It stops!  Why? “Yes.” Done", ["A dog runs.", "It stops!", "Why?", "“Yes.”", "Done"]),
        ("Mr. Bean laughs.\nHe leaves", ["Mr. Bean laughs.", "He leaves"]),
        ("“Go!” (She ran.) 'Stay.' ", ["“Go!”", "(She ran.)", "'Stay.'"]),
        ("猫在睡觉。狗在跑！", ["猫在睡觉。", "狗在跑！"]),
        ("他说：「走。」她跑了。", ["他说：「走。」", "她跑了。"]),
        (" \n...\n", []),
    ],
)  # fmt: skip
def test_a_story_is_split_into_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_each_sentence_gets_its_moment_and_a_card_where_nothing_fits(
    library: VideoLibrary, tmp_path: Path
) -> None:
    shots = plan_story(STORY, library, MODEL, seconds=2.0)
    assert [shot.scene is None for shot in shots] == [False, True, False]
    output = tmp_path / "film.mp4"
    written = compose_film(shots, output, captions=True)
    assert [(s.output_s, s.length_s) for s in written] == [
        pytest.approx(row) for row in ((0, 2), (2, 2), (4, 2))
    ]
    assert probe(output).duration_s == pytest.approx(6.0, abs=0.05)
    assert [colour_at(output, t) for t in (0.2, 1.8, 4.2, 5.8)] == [2, 2, 0, 0]
    card = read_clip(output, SamplingPlan(num_frames=1, start_s=2.9, end_s=3.1)).frames[0]
    expected = draw_card(STORY[1], (192, 128))
    assert np.abs(card.astype(int) - expected).mean() < 6
    assert (expected > 200).any()  # there is text on it
    cues = [(cue.start_s, cue.text) for cue in read_subtitles(output)]
    assert [c[0] for c in cues] == pytest.approx([0.0, 4.0], abs=0.01)
    assert cues[0][1].endswith(STORY[0])


def test_burnt_captions_are_in_the_pictures_of_their_sentence(
    library: VideoLibrary, tmp_path: Path
) -> None:
    shots = plan_story(STORY, library, MODEL, seconds=2.0)
    for burn in (False, True):
        compose_film(shots, tmp_path / f"{burn}.mp4", burn_captions=burn)
    assert list(read_subtitles(tmp_path / "True.mp4")) == []
    plan = SamplingPlan(num_frames=100)
    plain, burnt = (read_clip(tmp_path / f"{burn}.mp4", plan) for burn in (False, True))
    assert plain.times_s == burnt.times_s
    changes = np.abs(plain.frames.astype(int) - burnt.frames).max((2, 3)) > 100  # (T, rows)
    is_card = np.array([2.0 - 1e-3 <= time_s < 4.0 - 1e-3 for time_s in plain.times_s])
    assert (changes.any(1) == ~is_card).all()
    assert not changes[:, : plain.frames.shape[1] // 2].any()  # in the lower half


def test_no_moment_is_taken_twice(library: VideoLibrary) -> None:
    shots = plan_story(["red one", "red two", "red three"], library, MODEL)
    places = [(s.scene.path.name, s.scene.start_s < 3) for s in shots if s.scene is not None]
    assert len(places) == len(set(places)) == 2  # the library has two red scenes
    assert sum(shot.scene is None for shot in shots) == 1


def test_a_sentence_has_no_jump_and_a_short_moment_stands_still(
    library: VideoLibrary, tmp_path: Path
) -> None:
    (shot,) = plan_story(["It is blue."], library, MODEL, seconds=5.0)
    assert shot.scene is not None
    assert shot.scene.length_s == pytest.approx(3.0, abs=0.1)  # the whole blue shot
    (written,) = compose_film([shot], tmp_path / "film.mp4")
    assert written.length_s == pytest.approx(5.0)
    assert probe(tmp_path / "film.mp4").duration_s == pytest.approx(5.0, abs=0.05)
    assert {colour_at(tmp_path / "film.mp4", t) for t in (0.1, 2.5, 2.9)} == {2}


def test_a_still_end_stays_within_its_sentence(library: VideoLibrary, tmp_path: Path) -> None:
    shots = plan_story(["green", "blue", "red"], library, MODEL, seconds=4.5)
    compose_film(shots, tmp_path / "film.mp4", fade_s=0.2)
    assert probe(tmp_path / "film.mp4").duration_s == pytest.approx(13.1, abs=0.05)
    colours = [colour_at(tmp_path / "film.mp4", t) for t in (0.2, 4.1, 4.6, 8.3, 8.9, 12.9)]
    assert colours == [1, 1, 2, 2, 0, 0]


def test_length_follows_the_speech_rate(library: VideoLibrary) -> None:
    sentence = "red " * 20
    (shot,) = plan_story([sentence], library, MODEL, words_per_minute=240)
    assert shot.length_s == pytest.approx(5.0)
    (short,) = plan_story(["red"], library, MODEL)
    assert short.length_s == 2.0


def test_other_folders_of_the_library_are_left_out(library: VideoLibrary, tmp_path: Path) -> None:
    other = write_clip(tmp_path / "other.mp4", [(BLUE, 3.0)])
    list(index_folder(library, MODEL, tmp_path))
    (shot,) = plan_story(["green"], library, MODEL, folder=tmp_path)
    library.remove([other])
    assert shot.scene is None


def test_cross_fades_overlap_sentences(library: VideoLibrary, tmp_path: Path) -> None:
    shots = plan_story(["blue", "green"], library, MODEL, seconds=2.0)
    written = compose_film(shots, tmp_path / "film.mp4", fade_s=0.5)
    assert written[1].output_s == pytest.approx(1.5)
    assert probe(tmp_path / "film.mp4").duration_s == pytest.approx(3.5, abs=0.05)


@pytest.mark.parametrize("content", [b"", b" \n ...", b"\xff\xfe\x00bad\xff"])
def test_a_story_without_a_sentence_is_refused(content: bytes, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_bytes(content)
    with pytest.raises(SettingError, match="story"):
        read_story(story)


def test_impossible_lengths_and_places_are_refused(library: VideoLibrary, tmp_path: Path) -> None:
    for seconds in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(SettingError, match="above 0"):
            plan_story(["red"], library, MODEL, seconds=seconds)
    shots = plan_story(["red"], library, MODEL)
    with pytest.raises(SettingError, match=r"\.gif"):
        compose_film(shots, tmp_path / "film.gif")
    with pytest.raises(SettingError, match="cross-fade"):
        compose_film(shots, tmp_path / "film.mp4", fade_s=-1.0)
    (tmp_path / "film.mp4.part").mkdir()
    with pytest.raises(StorageError):
        compose_film(shots, tmp_path / "film.mp4")


def test_a_library_without_videos_is_refused(library: VideoLibrary, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no video in .*none"):
        plan_story(["red"], library, MODEL, folder=tmp_path / "none")
    with (
        closing(open_library(MODEL, tmp_path / "library")) as empty,
        pytest.raises(SettingError, match="no video in the library"),
    ):
        plan_story(["red"], empty, MODEL)


def test_the_command_indexes_the_folder_and_lists_the_shots(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "story.txt").write_text("A red wall.", encoding="utf-8")
    output = tmp_path / "film.mp4"
    arguments = ["compose", str(tmp_path / "story.txt"), "--library", str(folder)]
    assert main([*arguments, "-o", str(output), "--seconds", "2", "--json"]) == 0
    (shot,) = json.loads(capsys.readouterr().out)["shots"]
    assert shot["sentence"] == "A red wall."
    assert output.is_file()
    assert main(["compose", str(tmp_path / "none.txt"), "-o", str(output)]) == 1
    assert "none.txt" in capsys.readouterr().err


def test_the_command_burns_captions_into_the_pictures(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    example = Path(__file__).parents[2] / "vqa" / "ui" / "examples" / "cat, cup, astronaut.mp4"
    (tmp_path / "films" / "film.mp4").write_bytes(example.read_bytes())
    (tmp_path / "story.txt").write_text("A cat looks around.", encoding="utf-8")
    arguments = ["compose", str(tmp_path / "story.txt"), "--library", str(tmp_path / "films")]
    frames = []
    for name, option in (("track.mp4", "--captions"), ("burnt.mp4", "--burn-captions")):
        assert main([*arguments, "-o", str(tmp_path / name), option]) == 0
        plan = SamplingPlan(num_frames=1, end_s=0.5)
        frames.append(read_clip(tmp_path / name, plan).frames[0].astype(int))
    difference = np.abs(frames[0] - frames[1]).max(-1) > 100
    assert difference[len(difference) * 3 // 4 :].any()
    assert not difference[: len(difference) // 2].any()
    with pytest.raises(SystemExit):
        main([*arguments, "-o", str(tmp_path / "both.mp4"), "--captions", "--burn-captions"])


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
@pytest.mark.parametrize("letter", ["片", "ö", "Ж"])
def test_title_cards_show_the_letters_of_two_scripts(letter: str) -> None:
    assert not np.array_equal(
        draw_card(f"صورة صورة صورة {letter}", (680, 100)),
        draw_card("صورة صورة صورة 相", (680, 100)),
    )


@pytest.mark.skipif(not WQY.exists(), reason="needs the package fonts-wqy-microhei")
@pytest.mark.parametrize("letter", ["片", "ö", "Ж"])
def test_title_cards_show_the_letters_of_every_script(letter: str) -> None:
    missing = draw_card("\U0010fffd", (340, 100))
    card = draw_card(letter, (340, 100))
    assert card.max() > 240
    assert not np.array_equal(card, missing)
