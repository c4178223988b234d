from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from vqa.chat.session import ChatSession
from vqa.errors import EndpointError, UnknownModel
from vqa.models import openai_endpoint as endpoint
from vqa.models.openai_endpoint import EndpointModel
from vqa.models.openai_protocol import translate_status
from vqa.models.registry import load


def test_messages_and_the_device_have_no_password(
    cuts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_FIRST_PAUSE_S", 0.01)
    for model_name in ("", "#m"):
        model = EndpointModel(f"http://me:p@ss@127.0.0.1:9/v1{model_name}")
        assert model.device == "served by 127.0.0.1:9"
        assert model.name == f"http://127.0.0.1:9/v1{model_name}"
        session = ChatSession(model)
        session.watch(cuts)
        with pytest.raises(EndpointError, match=r"127\.0\.0\.1:9/v1 cannot be reached") as error:
            list(session.ask("What is it doing?"))
        assert "p@ss" not in str(error.value)
    with pytest.raises(UnknownModel) as refusal:
        EndpointModel("http://me:p@ss@host:port/v1")
    assert "p@ss" not in str(refusal.value)


@pytest.mark.parametrize(
    "name",
    [
        "http://",
        "https:///v1",
        "http://host:port/v1",
        "http://[::1/v1",
        "http://host/v1?frames=all",
        "http://ex\u00adample/v1",
        "http://host/\x01",
        "http://xn--/v1",
        "http://\u2100.com/v1",
    ],
)
def test_a_malformed_address_raises(name: str) -> None:
    with pytest.raises(UnknownModel, match="address"):
        load(name)


@pytest.mark.parametrize(
    ("status", "headers"), [(302, {"location": "http://other/v1"}), (304, {}), (302, {})]
)
def test_redirects_are_errors_with_and_without_an_address(
    status: int, headers: dict[str, str]
) -> None:
    request = httpx.Request("POST", "http://host/v1")
    error = translate_status(httpx.Response(status, headers=headers, request=request))
    assert isinstance(error, EndpointError)
    assert f"host answered {status}" in str(error)
