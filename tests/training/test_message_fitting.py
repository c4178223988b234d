"""Fitting the message tagger to marked messages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from vqa.questions.classifiers.intent_classifier import SentenceEncoding
from vqa.questions.classifiers.message_tagger import MessageTagger
from vqa.questions.classifiers.tagging import split_words
from vqa.training.marked_text import bio_tags
from vqa.training.message_fitting import MESSAGES, TaggerNetwork, fit, read_messages

LINES = """\
I have a dog. [Q:Is there a cat]?
[T:The blue car], [Q:is it new]?
thanks, that is all for today
can you tell me [I:what she wears] and [I:how tall she is]?
[S:there is a bird], [Q:what is it doing]
"""


def encode(text: str) -> SentenceEncoding:
    """Encode each character as one token without information."""
    spans = np.array([[place, place + 1] for place in range(len(text))])
    return SentenceEncoding(
        vector=np.ones(4, np.float32),
        token_states=np.zeros((len(text), 4), np.float32),
        token_spans=spans,
    )


def test_marks_become_spans_and_tags(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text(LINES, encoding="utf-8")
    messages = read_messages(tmp_path / "lines.txt")
    assert messages[1].text == "The blue car, is it new?"
    assert messages[1].spans == ((2, 0, 12), (0, 14, 23))
    tags = bio_tags(split_words(messages[1].text), messages[1].spans)
    assert tags == [5, 6, 6, 0, 1, 2, 2, 0]
    assert messages[2].spans == ()


def test_each_shipped_message_has_valid_marks() -> None:
    messages = read_messages(MESSAGES)
    assert len(messages) > 2000
    for message in messages:
        assert not {"[", "]"} & set(message.text), message.text
        ends = [0, *(end for _, _, end in message.spans)]
        for (_, start, end), before in zip(message.spans, ends, strict=False):
            assert before <= start < end <= len(message.text), message.text


def test_a_fitted_tagger_finds_the_marked_spans_again(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text(LINES, encoding="utf-8")
    messages = read_messages(tmp_path / "lines.txt")
    weights = fit(messages, encode, epochs=120)
    tagger = MessageTagger({name: value.float().numpy() for name, value in weights.items()})
    for message in messages:
        texts = [message.text[start:end] for _, start, end in message.spans]
        for encoder in (None, encode):
            spans = tagger.tag(message.text, encoder)
            assert [message.text[span.start : span.end] for span in spans] == texts


def test_numpy_and_torch_give_the_same_logits() -> None:
    torch.manual_seed(0)
    network = TaggerNetwork(4).eval()
    weights = {name: value.float().numpy() for name, value in network.weights().items()}
    features = torch.randint(0, 8192, (1, 5, 7))
    states = torch.randn(1, 5, 4)
    with torch.inference_mode():
        expected = network(features, states, torch.tensor([5]), torch.ones(1, 1, 1))[0].numpy()
    expected[0] += network.start.detach().numpy()
    logits = MessageTagger(weights).logits(features[0].tolist(), states[0].numpy())
    np.testing.assert_allclose(logits, expected, atol=2e-2)
