"""The front door, the only room that prints: a command line to a result and an exit code (docs/command-line.md).

Read `front` (a line to its command, an error to its exit code), `people` (what is typed, shown and handed over), then
the commands: `treasury`, `keys`, `wallets`, `transactions`, `messages`. A room imports only those named before it;
`machine` stands beside them, on `front` alone. In each room of commands `commands` has options and arguments, and loads
a job once they are read.
"""
