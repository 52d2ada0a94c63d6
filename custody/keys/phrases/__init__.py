"""BIP-39 phrases: entropy to words and back, words to a seed, and a phrase that is drawn as a QR code.

`mnemonic` is the standard, `wordlist` reads words, `english` is the list, `seedqr` reads SeedQR codes.
"""
