"""Frames of any framing, in any order, to messages: the `collector`, and what it needs.

`assembly` puts BBQr and pMofN together (multipart URs have `airgap.ur.decoder`); `answers` says why there is no
message.
"""
