"""The threshold: from the words of a command line to the command that answers, and the two ways out."""
