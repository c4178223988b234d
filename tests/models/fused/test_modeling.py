from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.models.fused.conftest import clips, words
from vqa.models.fused.config import Calibration
from vqa.models.fused.modeling import FusedConfig, FusedVideoQA, register_auto_classes
from vqa.models.fused.network import FusedStates, state_version
from vqa.models.fused.vision import Conv2dSame


def generate(model: FusedVideoQA, fused: FusedStates, **kwargs: object) -> Tensor:
    with torch.inference_mode():
        token_ids: Tensor = model.generate(
            encoder_outputs=fused,
            attention_mask=fused.attention_mask,
            max_new_tokens=12,
            do_sample=False,
            **kwargs,
        )
    return token_ids


def test_generation_is_the_same_with_and_without_cache(model: FusedVideoQA) -> None:
    fused = model.fuse(clips(model.config, 4, 3), *words(model.config, 4, 5))
    with_cache = generate(model, fused, use_cache=True)
    assert torch.equal(with_cache, generate(model, fused, use_cache=False))
    assert len({tuple(row) for row in with_cache.tolist()}) > 1
    beams = generate(model, fused, num_beams=3, use_cache=True)
    assert torch.equal(beams, generate(model, fused, num_beams=3, use_cache=False))


def test_padding_does_not_change_the_answer(model: FusedVideoQA) -> None:
    clip, (states, mask) = clips(model.config, 1, 3), words(model.config, 1, 4)
    plain = model.fuse(clip, states, mask)
    noise = torch.full((1, 2, model.config.num_grid_features, model.config.feature_size), 9.0)
    padded = replace(
        clip,
        grid_features=torch.cat([clip.grid_features, noise], 1),
        label_logits=torch.cat([clip.label_logits, torch.full((1, 2, 1000), 7.0)], 1),
        times_s=torch.cat([clip.times_s, torch.full((1, 2), 99.0)], 1),
        frame_mask=torch.tensor([[True, True, True, False, False]]),
    )
    longer = torch.cat([states, torch.full((1, 3, model.config.text_size), 5.0)], 1)
    with_padding = model.fuse(padded, longer, torch.tensor([[True] * 4 + [False] * 3]))
    torch.testing.assert_close(
        with_padding.answerable_logit, plain.answerable_logit, rtol=1e-4, atol=1e-5
    )
    assert torch.equal(generate(model, with_padding), generate(model, plain))


def test_batched_answers_equal_single_answers(model: FusedVideoQA) -> None:
    clip, (states, mask) = clips(model.config, 3, 2), words(model.config, 3, 4)
    together = generate(model, model.fuse(clip, states, mask))
    for row in range(3):
        one = replace(
            clip,
            **{
                name: getattr(clip, name)[row : row + 1]
                for name in ("grid_features", "label_logits", "times_s", "duration_s", "frame_mask")
            },
        )
        alone = generate(model, model.fuse(one, states[row : row + 1], mask[row : row + 1]))[0]
        assert together[row][: len(alone)].tolist() == alone.tolist()


def test_the_answer_depends_on_frames_times_question_and_text(model: FusedVideoQA) -> None:
    clip, (states, mask) = clips(model.config, 1, 3), words(model.config, 1, 4)
    plain = model.fuse(clip, states, mask).answerable_logit
    text = torch.ones(1, 2, model.config.text_size)
    others = [
        model.fuse(clips(model.config, 1, 3, seed=5), states, mask),
        model.fuse(replace(clip, times_s=clip.times_s + 2), states, mask),
        model.fuse(clip, states + 1, mask),
        model.fuse(
            replace(clip, text_states=text, text_times_s=torch.ones(1, 2), text_mask=torch.ones(1, 2) > 0),
            states, mask,
        ),
    ]  # fmt: skip
    for other in others:
        assert other.answerable_logit is not None
        assert not torch.allclose(other.answerable_logit, plain, atol=1e-6)


def test_loss_is_the_cross_entropy_of_the_labels(model: FusedVideoQA) -> None:
    fused = model.fuse(clips(model.config, 2, 2), *words(model.config, 2, 3))
    labels = torch.tensor([[5, 6, 2], [7, 2, -100]])
    out = model(encoder_outputs=fused, labels=labels)
    by_hand = functional.cross_entropy(out.logits.float().flatten(0, 1), labels.flatten())
    torch.testing.assert_close(out.loss, by_hand)


def test_memory_rows_decode_like_repeated_memory(model: FusedVideoQA) -> None:
    fused = model.fuse(clips(model.config, 2, 2), *words(model.config, 2, 3))
    assert fused.last_hidden_state is not None
    assert fused.attention_mask is not None
    token_ids, rows = torch.tensor([[1, 5], [1, 6], [1, 7]]), torch.tensor([1, 0, 1])
    shared = model.decoder(
        token_ids, fused.last_hidden_state, fused.attention_mask, memory_rows=rows
    )
    own = model.decoder(token_ids, fused.last_hidden_state[rows], fused.attention_mask[rows])
    torch.testing.assert_close(shared, own)


def test_frame_embeddings_have_unit_length(model: FusedVideoQA) -> None:
    clip = clips(model.config, 2, 3)
    vectors = model.embed_frames(clip.grid_features, clip.label_logits)
    assert vectors.shape == (2, 3, model.config.text_size)
    torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(2, 3))


def test_a_confident_imagenet_label_pulls_the_frame_embedding_to_its_name(
    model: FusedVideoQA,
) -> None:
    clip = clips(model.config, 1, 2)
    logits = torch.zeros_like(clip.label_logits)
    logits[0, 1, 7] = 30.0
    names = functional.normalize(torch.randn(1000, model.config.text_size), dim=-1)
    with torch.no_grad():
        before = model.fusion.label_vectors.clone(), model.name_scale.clone()
        model.fusion.label_vectors.copy_(names)
        model.name_scale.fill_(100.0)
        unnamed, named = model.embed_frames(clip.grid_features, logits)[0] @ names[7]
        model.fusion.label_vectors.copy_(before[0])
        model.name_scale.copy_(before[1])
    assert named > 0.99 > unnamed


def test_auto_classes_load_the_same_model(folder: Path, model: FusedVideoQA) -> None:
    from transformers import AutoModel, AutoModelForImageTextToText, AutoProcessor

    register_auto_classes()
    fused = [
        loaded.fuse(clips(model.config, 1, 2), *words(model.config, 1, 3)).answerable_logit
        for loaded in (
            model,
            AutoModel.from_pretrained(folder, dtype=torch.float32).eval(),
            AutoModelForImageTextToText.from_pretrained(
                folder, dtype=torch.float32, device_map="auto"
            ).eval(),
        )
    ]
    assert torch.equal(fused[0], fused[1])
    assert torch.equal(fused[0], fused[2])
    assert AutoProcessor.from_pretrained(folder).image_size == 64


def test_saved_weights_load_unchanged(model: FusedVideoQA, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    again = FusedVideoQA.from_pretrained(tmp_path, dtype=torch.float32).eval()
    for (name, ours), (_, theirs) in zip(
        model.state_dict().items(), again.state_dict().items(), strict=True
    ):
        assert torch.equal(ours, theirs), name
    assert again.lm_head.weight is again.decoder.embed_tokens.weight


def test_missing_inputs_raise_value_error(model: FusedVideoQA) -> None:
    with pytest.raises(ValueError, match="encoder_outputs"):
        model(labels=torch.tensor([[2]]))
    fused = model.fuse(clips(model.config, 1, 1), *words(model.config, 1, 2))
    with pytest.raises(ValueError, match="decoder_input_ids"):
        model(encoder_outputs=fused)


def test_same_padding_equals_tensorflow() -> None:
    conv = Conv2dSame(1, 1, 3, 2)
    torch.nn.init.ones_(conv.weight)
    torch.nn.init.zeros_(conv.bias)
    output = conv(torch.ones(1, 1, 4, 4)).flip((2, 3))  # it takes and returns rotated images
    # TensorFlow pads 4 pixels for kernel 3 and stride 2 on the right and at the bottom alone.
    assert output[0, 0].tolist() == [[9, 6], [6, 4]]


def test_precomputed_frame_embeddings_are_used(model: FusedVideoQA) -> None:
    clip = clips(model.config, 2, 3)
    question = words(model.config, 2, 4)
    with torch.no_grad():
        embeddings = model.embed_frames(clip.grid_features, clip.label_logits)
        precomputed, computed = (
            model.fuse(replace(clip, frame_embeddings=embeddings), *question),
            model.fuse(clip, *question),
        )
        others = model.fuse(replace(clip, frame_embeddings=-embeddings), *question)
    assert torch.equal(precomputed.last_hidden_state, computed.last_hidden_state)
    assert not torch.equal(others.last_hidden_state, computed.last_hidden_state)


def test_precomputed_frame_tokens_are_used(model: FusedVideoQA) -> None:
    clip, (states, mask) = clips(model.config, 2, 3), words(model.config, 2, 4)
    precomputed = replace(
        clip,
        frame_embeddings=model.embed_frames(clip.grid_features, clip.label_logits),
        frame_tokens=model.fusion.tokenize_frames(clip.grid_features),
    )
    fresh, again = (model.fuse(one, states, mask).last_hidden_state for one in (clip, precomputed))
    torch.testing.assert_close(again, fresh)
    other = replace(precomputed, frame_tokens=torch.zeros_like(precomputed.frame_tokens))
    assert not torch.allclose(model.fuse(other, states, mask).last_hidden_state, fresh)


def test_the_state_version_covers_what_stored_videos_depend_on_and_nothing_else(
    folder: Path, tmp_path: Path
) -> None:
    model: FusedVideoQA = FusedVideoQA.from_pretrained(folder, dtype=torch.float16)

    def version() -> str:
        model.save_pretrained(tmp_path)
        return state_version(tmp_path, model.config)

    before = version()
    model.config.calibration = Calibration(search_threshold=0.3)
    for unrelated in (model.decoder.norm, model.fusion.final_norm, model.answerable_head):
        torch.nn.init.ones_(unrelated.bias)
    assert version() == before
    versions = {before}
    for stored in (
        model.vision.stem,
        model.text.encoder.layer[0].output.dense,
        model.contrastive_head[0],
    ):
        torch.nn.init.ones_(stored.bias)
        versions.add(version())
    model.config.image_size = 32
    versions.add(version())
    assert len(versions) == 5


def test_a_state_version_alias_keeps_videos_stored_by_an_earlier_release(folder: Path) -> None:
    config = FusedConfig.from_pretrained(folder)
    version = state_version(folder, config)
    config.state_version_aliases = {version: "earlier"}
    assert state_version(folder, config) == "earlier"
    config.state_version_aliases = {"other weights": "earlier"}
    assert state_version(folder, config) == version
