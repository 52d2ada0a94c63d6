"""Commands about ceremonies: a plan is written, read, and said to be fit to be signed or not."""
