"""Uniform Resources (BCR-2020-005): bytewords, the fountain and the multipart framing."""
