"""Training of the embedded model: data, question generation, losses, calibration and export."""
