"""The words of a command line to the command that answers, and its result or error to two streams and an exit code.

Read `main` (the one boundary), `table` (the commands as data), `loading`, `arguments` (where no secret may stand),
`process` and `output`; then what commands are made of: `options`, `lists`, `numbers`, `input_file`, `documents` for
what they read and `layout` for what they show. `unknown` answers words that nothing knows. It imports no other room of
`cli`, and loads them by name alone.
"""
