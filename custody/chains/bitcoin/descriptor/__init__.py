"""Output descriptors: the text that says which scripts a wallet's keys make."""

from custody.chains.bitcoin.descriptor.derived import Derived, Leaf, PolicyAt
from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.output import Descriptor, merge
from custody.chains.bitcoin.descriptor.shape import Form

__all__ = ["Derived", "DerivedKey", "Descriptor", "Form", "KeyExpression", "Leaf", "PolicyAt", "merge"]
