"""Several machines of one treasury: what crosses between them, copies, spares, and which of them may write."""
