"""The people at the table: what they type unseen, what only they may see, and who answers for whom."""
