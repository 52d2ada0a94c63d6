"""The window in the wall: bytes to light and light to bytes. It knows no coin and no key, and nothing of custody."""
