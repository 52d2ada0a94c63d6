"""What happens at a ceremony, step by step, worked out from its plan: who acts, who is there, what is said aloud.

Read `step` (what a step is), `sentences` (what it says, in two languages), then the chapters in their order: `before`,
`making`, `closing`, `service`; `course` puts them together. Paper and screen show the same steps.
"""
