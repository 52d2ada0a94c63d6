"""Verifies that a finished input opens the output it spends, or raises the reason why it does not.

`spending` is where to begin: it runs scripts by `evaluator`, which asks `checker` about signatures and locks. Standard
templates and Miniscript are run under the rules that BIP-322 requires; anything else is `Inconclusive` (`verdicts`).
"""
