"""The served-model adapter against a real server: `transformers serve` with a tiny LLaVA made here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import torch
from transformers import AutoConfig, LlavaConfig, LlavaForConditionalGeneration
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.processing_llava import LlavaProcessor

from tests.models.hub.tiny import END, TEXT
from vqa.errors import EndpointError, UnknownModel
from vqa.models.hub.random_weights import byte_tokenizer
from vqa.models.protocol import VideoQAModel
from vqa.models.registry import load
from vqa.questions.parse import parse
from vqa.types import AnswerOptions, Clip, SamplingPlan
from vqa.video.reader import read_clip

PICTURE = "<image>"
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] }}: {% if message['content'] is string %}"
    "{{ message['content'] }}{% else %}{% for part in message['content'] %}"
    "{% if part['type'] == 'text' %}{{ part['text'] }}{% else %}<image>{% endif %}{% endfor %}{% endif %}\n"
    "{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}"
)
NUM_FRAMES = 16


def save_model(folder: Path) -> None:
    """A LLaVA with random weights, whose processor needs no torchvision."""
    torch.manual_seed(7)
    tokens = byte_tokenizer((PICTURE,), TEMPLATE, end=END)
    vision = AutoConfig.for_model(
        "clip_vision_model", hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        image_size=28, patch_size=14, initializer_range=0.3,
    )  # fmt: skip
    config = LlavaConfig(
        text_config=AutoConfig.for_model("llama", **TEXT),
        vision_config=vision,
        image_token_index=tokens.convert_tokens_to_ids(PICTURE),
    )
    config.dtype = torch.float32
    model = LlavaForConditionalGeneration(config)
    model.generation_config.eos_token_id = tokens.eos_token_id
    model.save_pretrained(folder)
    size = {"height": 28, "width": 28}
    pictures = CLIPImageProcessorPil(size={"shortest_edge": 28}, crop_size=size)
    LlavaProcessor(
        image_processor=pictures, tokenizer=tokens, patch_size=14, vision_feature_select_strategy="default",
        chat_template=TEMPLATE, num_additional_image_tokens=1,
    ).save_pretrained(folder)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address of the server, and the folder of its model."""
    folder = tmp_path_factory.mktemp("llava")
    save_model(folder)
    program = shutil.which("transformers", path=str(Path(sys.executable).parent))
    assert program is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "server.log").open("w")
    command = [program, "serve", str(folder), "--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]  # fmt: skip
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    address = f"http://127.0.0.1:{port}/v1"
    try:
        ends = time.monotonic() + 120
        while True:
            try:
                assert httpx.get(f"{address}/models").status_code == 200
                break
            except httpx.TransportError:
                text = (folder / "server.log").read_text()
                assert process.poll() is None, text
                assert time.monotonic() < ends, text
                time.sleep(0.2)
        yield address, folder
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@pytest.fixture(scope="module")
def model(served: tuple[str, Path]) -> VideoQAModel:
    address, folder = served
    return load(f"{address}#{folder}")


def clip(path: Path, start_s: float) -> Clip:
    plan = SamplingPlan(
        strategy="uniform", num_frames=NUM_FRAMES, start_s=start_s, end_s=start_s + 3
    )
    return read_clip(path, plan)


def answer(model: VideoQAModel, clip: Clip) -> list[str]:
    options = AnswerOptions(max_new_tokens=24)
    return list(model.stream(model.encode(clip), parse("Which colour is it?"), options=options))


def test_an_answer_streams_and_depends_on_the_frames(model: VideoQAModel, cuts: Path) -> None:
    red, blue = clip(cuts, 0.0), clip(cuts, 6.0)
    assert len(red.times_s) == NUM_FRAMES
    fragments = answer(model, red)
    assert sum(map(bool, fragments)) > 3
    assert "".join(answer(model, red)) == "".join(fragments)
    assert "".join(answer(model, blue)) != "".join(fragments)


def test_closing_does_not_wait_for_the_answer(model: VideoQAModel, cuts: Path) -> None:
    options = AnswerOptions(max_new_tokens=512)
    fragments = model.stream(model.encode(clip(cuts, 0.0)), parse("What?"), options=options)
    next(fragments)
    start = time.monotonic()
    fragments.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 2
    assert "".join(answer(model, clip(cuts, 0.0)))


def test_a_model_that_the_server_lacks_is_an_error_with_a_cure(
    served: tuple[str, Path], cuts: Path
) -> None:
    address, folder = served
    with pytest.raises((UnknownModel, EndpointError)) as caught:
        answer(load(f"{address}#no/such-model"), clip(cuts, 0.0))
    assert "no/such-model" in str(caught.value)
    assert str(folder) in str(caught.value)
