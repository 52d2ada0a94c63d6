"""Output descriptors: the text that says which scripts a wallet's keys make."""

from custody.chains.bitcoin.descriptor.key_expression import DerivedKey, KeyExpression
from custody.chains.bitcoin.descriptor.output import Derived, Descriptor, Form, merge

__all__ = ["Derived", "DerivedKey", "Descriptor", "Form", "KeyExpression", "merge"]
