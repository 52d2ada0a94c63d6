"""People and scripts at a command: what they give unseen, what only they may see, and who answers a job's questions.

Read `terminal` (prompts, pages, the share screen) and `secrets` (descriptors) with `options` (their numbers); then
`dictation` (words), `secret_picture` (codes) and `typed_secret` (every way to a secret); then who answers: `operators`
(one person or a script) and `meeting` (officers, who bring what `brought` reads). `working` shows that time passes. It
imports `front` alone.
"""
