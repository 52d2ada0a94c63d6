"""Output descriptors (BIP-380 to 389): a text to a `Descriptor`, which derives the scripts and keys of each address.

`output` is the whole; `key_expression` a key in it, `expression`, `checksum` and `braces` the text around. A `shape` is
one of `single`, `quorum`, `policy` and `tree`; `derived` is what comes out at one address.
"""

from custody.chains.bitcoin.descriptor.derived import Derived, Leaf, PolicyAt
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.output import Descriptor, merge
from custody.chains.bitcoin.descriptor.shape import Form

__all__ = ["Derived", "DerivedKey", "Descriptor", "Form", "KeyExpression", "Leaf", "PolicyAt", "merge"]
