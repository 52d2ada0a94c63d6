"""A finished input and the output it spends to nothing, or to the reason why it does not open that output.

`spending` is where to begin: it runs scripts by `evaluator`, which asks `checker` about signatures and locks. Standard
templates and Miniscript are run under the rules that BIP-322 requires; anything else is `Inconclusive` (`verdicts`).
"""
