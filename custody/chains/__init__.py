"""What a transaction means: bytes to a review, an approved review to signing tasks, and signatures back into the bytes.

Chains hold no private key and open no file. `bitcoin` is the one there is; `extended_key`, `cbor` and `cbor_values` are
formats that it reads.
"""
