"""Video decoding: `probe`, `read_clip`, and the decoders behind them."""
