from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vqa.errors import SettingError
from vqa.models.echo import EchoModel
from vqa.training.data.records import (
    Record,
    load_clip,
    read_folders,
    read_records,
    read_text_only_folders,
    read_text_only_records,
)


def test_pictures_and_clips_are_read(data: Path) -> None:
    records = read_records(data, "train")
    assert len(records) == 25
    first = records[0]
    assert first.captions[0] == "A red dog is running on the beach ."
    assert first.questions[0].answer == "red"
    assert first.objects == (("dog", 0.5, 0.5, 0.5, 0.5),)
    assert records[-1].is_clip
    assert records[-1].objects is None
    assert len(read_records(data, "val")) == 4


def test_malformed_folders_raise_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="missing"):
        read_records(tmp_path, "train")
    (tmp_path / "train.jsonl").write_text('{"image": "a"}\nnonsense\n', encoding="utf-8")
    with pytest.raises(SettingError, match=r"Line 2 of .*train\.jsonl is not a JSON object"):
        read_records(tmp_path, "train")


@pytest.mark.parametrize("line", [b"[1]", b"5", b"null", b'"image"', b"{", b'{"image": "\xff"}'])
@pytest.mark.parametrize("name", ["train.jsonl", "clips.jsonl"])
def test_a_line_that_is_no_object_raises(name: str, line: bytes, tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_bytes(b'{"image": "a.png"}\n')
    (tmp_path / name).write_bytes(b'{"image": "b.png"}\n\n' + line)
    with pytest.raises(SettingError, match=f"Line 3 of .*{name} is not a JSON object"):
        read_records(tmp_path, "train")


@pytest.mark.parametrize(
    "line",
    [
        '{"caption": "a"}', '{"image": 5}', '{"image": "a", "captions": "a dog"}', '{"image": "a", "captions": [5]}',
        '{"image": "a", "captions": null}', '{"image": "a", "qa": [{"q": 5, "a": "x"}]}', '{"image": "a", "qa": ["x"]}',
        '{"image": "a", "label": 5}', '{"image": "a", "source": ["b"]}', '{"image": "a", "qa": [{"q": "x"}]}',
        '{"image": "a", "qa": [{"q": "x", "a": "y", "type": 5}]}', '{"image": "a", "objects": [["dog", 1]]}',
    ],
)  # fmt: skip
def test_a_field_of_another_type_raises(line: str, tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(SettingError, match=r"Line 1 of .*train\.jsonl does not have"):
        read_records(tmp_path, "train")


def test_text_only_captions_are_grouped_by_picture(data: Path, tmp_path: Path) -> None:
    records = read_text_only_records(data, read_records(data, "train"))
    assert [len(record.captions) for record in records] == [2, 2, 2, 2]
    assert records[0].captions[0] == "A dog is parked on the street ."
    assert read_text_only_records(tmp_path, []) == []


def test_captions_of_available_pictures_are_left_out(data: Path) -> None:
    available = Record(path="images/coco2014/COCO_train2014_000000000002.webp", source="coco")
    records = read_text_only_records(data, [available])
    assert [record.path for record in records] == [f"captions_text/{n}" for n in (0, 1, 3)]


def test_a_caption_without_picture_id_raises(tmp_path: Path) -> None:
    (tmp_path / "captions_text.jsonl").write_text('{"caption": "a dog"}\n', encoding="utf-8")
    with pytest.raises(SettingError, match=r"Line 1 of .* does not have"):
        read_text_only_records(tmp_path, [])


def test_folders_are_read_together_with_unique_paths(data: Path) -> None:
    records = read_folders([data, data], "train")
    assert len(records) == 50
    assert len({record.path for record in records}) == 50
    assert [r.path for r in records[:25]] == [r.path for r in read_records(data, "train")]
    assert all(record.file.is_file() for record in records)


def test_only_the_train_split_must_exist_in_every_folder(data: Path, tmp_path: Path) -> None:
    shutil.copyfile(data / "train.jsonl", tmp_path / "train.jsonl")
    assert len(read_folders([data, tmp_path], "val")) == 4
    (tmp_path / "train.jsonl").unlink()
    with pytest.raises(SettingError, match="missing"):
        read_folders([data, tmp_path], "train")


def test_text_only_captions_of_all_folders_are_read(data: Path) -> None:
    records = read_text_only_folders([data, data], [])
    assert len({record.path for record in records}) == len(records) == 8


def test_images_and_clips_of_every_folder_are_loaded(data: Path) -> None:
    records = read_folders([data, data], "train")
    frames = [load_clip(record, EchoModel()).frames[0] for record in records]
    first, second = frames[: len(records) // 2], frames[len(records) // 2 :]
    assert records[-1].is_clip
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
