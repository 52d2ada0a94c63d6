"""The bench of the optical window: how many frames it takes, what a frame costs, and what a camera makes of them."""
