"""Cycles are not looked for while libraries are imported."""

from __future__ import annotations

import gc

import pytest

from vqa.models.devices import paused_collection


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
