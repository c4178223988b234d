from __future__ import annotations

import torch
from transformers import BertModel

from vqa.models.fused.config import TextConfig
from vqa.models.fused.modeling import FusedVideoQA
from vqa.models.fused.text_encoder import TextEncoder


def test_states_equal_those_of_bert(model: FusedVideoQA) -> None:
    bert = BertModel(model.config.question_config, add_pooling_layer=False).eval()
    bert.load_state_dict(model.text.state_dict())
    ids = torch.randint(5, 60, (3, 9))
    for mask in (
        torch.ones(3, 9, dtype=torch.long),
        torch.arange(9) < torch.tensor([[9], [4], [6]]),
    ):
        with torch.inference_mode():
            ours = model.text(ids, mask.long())
            theirs = bert(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        assert torch.equal(ours, theirs)


def test_dropout_is_active_in_training_alone() -> None:
    config = TextConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=10, attention_probs_dropout_prob=0.5,
        hidden_dropout_prob=0.0,
    )  # fmt: skip
    encoder = TextEncoder(config)
    ids, mask = torch.tensor([[1, 2, 3]]), torch.ones(1, 3)
    assert not torch.equal(encoder(ids, mask), encoder(ids, mask))
    encoder.eval()
    assert torch.equal(encoder(ids, mask), encoder(ids, mask))
