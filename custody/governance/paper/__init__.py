"""The head on paper: an entry's number and its ten words, written down by a person and read to the machine again.

`slow_words` makes the words of an entry, `paper_head` reads what stands on a paper and compares it with a journal. Both
know entries by number and hash alone: what they say is nothing to them.
"""

from custody.governance.paper.paper_head import PaperHead
from custody.governance.paper.slow_words import words_of

__all__ = ["PaperHead", "words_of"]
