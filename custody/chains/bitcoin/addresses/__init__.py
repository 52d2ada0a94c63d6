"""Addresses to and from scriptPubKeys, and the two encodings they are written in: base58 and bech32."""
