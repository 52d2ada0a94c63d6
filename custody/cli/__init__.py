"""The front door: the only room that prints, prompts and sets exit codes."""
