"""FIDO2 tokens: what is asked of one, and what is believed of its answers. No device is found or opened here."""
