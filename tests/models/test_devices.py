"""Choice of the dtype by what the processor multiplies; the garbage collector during imports."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch

from vqa.models.devices import fastest_dtype, paused_collection, supports_bfloat16
from vqa.models.hub.loading import choose_dtype


@pytest.mark.parametrize(
    ("has_instructions", "dtype"), [(True, torch.bfloat16), (False, torch.float32)]
)
def test_a_gpu_that_emulates_bfloat16_does_not_support_it(
    has_instructions: bool, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    current: list[torch.device] = []

    @contextmanager
    def select(device: torch.device) -> Iterator[None]:
        current.append(device)
        yield
        current.pop()

    def is_supported(including_emulation: bool = True) -> bool:
        assert current == [torch.device("cuda", 1)]
        return including_emulation or has_instructions

    monkeypatch.setattr(torch.cuda, "device", select)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", is_supported)
    assert supports_bfloat16(torch.device("cuda", 1)) is has_instructions
    assert fastest_dtype(torch.device("cuda", 1)) is dtype
    half = torch.bfloat16 if has_instructions else torch.float16
    assert choose_dtype("auto", torch.device("cuda", 1)) is half


def test_collection_is_paused_and_goes_on_afterwards() -> None:
    assert gc.isenabled()
    with paused_collection():
        assert not gc.isenabled()
        with paused_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError), paused_collection():  # noqa: PT011 - any error
        raise ValueError
    assert gc.isenabled()
    gc.disable()
    try:
        with paused_collection():
            pass
        assert not gc.isenabled(), "another caller paused it"
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("is_supported", "has_avx512", "has_instructions", "dtype"),
    [
        (False, False, False, torch.float32),
        (True, True, False, torch.float32),  # oneDNN emulates bfloat16 with AVX-512
        (True, True, True, torch.bfloat16),
        (True, False, False, torch.bfloat16),  # ARM
    ],
)
def test_a_processor_without_the_instructions_gets_float32(
    is_supported: bool,
    has_avx512: bool,
    has_instructions: bool,
    dtype: torch.dtype,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mkldnn = torch.ops.mkldnn
    monkeypatch.setattr(mkldnn, "_is_mkldnn_bf16_supported", lambda: is_supported)
    monkeypatch.setattr(torch.cpu, "_is_avx512_supported", lambda: has_avx512)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has_instructions)
    assert fastest_dtype(torch.device("cpu")) is dtype
    assert fastest_dtype(torch.device("mps")) is torch.float32
    # Hub models take bfloat16 for its half of the memory, also where it is emulated.
    assert supports_bfloat16(torch.device("cpu")) is is_supported
    assert not supports_bfloat16(torch.device("mps"))
