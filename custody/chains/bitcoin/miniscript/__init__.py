"""Miniscript (BIP-379): a text to a tree whose script can be explained, checked for sanity, and satisfied.

`parser` makes a `node` of `fragment`s; `notation` and `assemble` write it. Of the BIP's rules, `correctness`,
`malleability`, `timelocks` and `limits` have one subject each, and `sanity` asks all of them. `policy`, `paths` and
`explanation` tell who can spend; `satisfaction` makes witnesses.
"""

from custody.chains.bitcoin.miniscript.explanation import explain, explain_path
from custody.chains.bitcoin.miniscript.fragment import Context, Fragment
from custody.chains.bitcoin.miniscript.limits import (
    exec_stack_items,
    largest_satisfaction_size,
    ops_count,
    stack_items,
)
from custody.chains.bitcoin.miniscript.locks import opened_by_time, usable_keys
from custody.chains.bitcoin.miniscript.malleability import is_non_malleable, needs_signature
from custody.chains.bitcoin.miniscript.node import Node
from custody.chains.bitcoin.miniscript.parser import parse
from custody.chains.bitcoin.miniscript.paths import Path, Quorum, count_paths, paths
from custody.chains.bitcoin.miniscript.sanity import check_sane, has_duplicate_keys
from custody.chains.bitcoin.miniscript.satisfaction import satisfy
from custody.chains.bitcoin.miniscript.timelocks import has_mixed_timelocks

__all__ = [
    "Context",
    "Fragment",
    "Node",
    "Path",
    "Quorum",
    "check_sane",
    "count_paths",
    "exec_stack_items",
    "explain",
    "explain_path",
    "has_duplicate_keys",
    "has_mixed_timelocks",
    "is_non_malleable",
    "largest_satisfaction_size",
    "needs_signature",
    "opened_by_time",
    "ops_count",
    "parse",
    "paths",
    "satisfy",
    "stack_items",
    "usable_keys",
]
