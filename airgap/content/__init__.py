"""What bytes and texts without a framing are, as far as the window must know: whole or not, secret or not.

`psbt` says whether a PSBT is whole, `texts` which texts are taken as they are, `private` where a private key lies,
`typed` what may be a secret on a command line, and `foreign` what to call a text that is not read, and what helps.
"""
