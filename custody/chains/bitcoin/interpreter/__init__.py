"""Whether a script lets coins go: the script interpreter, with standardness rules, for finished inputs."""
