"""The jobs, told as a person would tell them. They talk to people through one `Operator`."""
