"""Kills and failing disks, at every write-side call that touches a folder.

    tried = every_point(way, prepared, judge, scratch)

| way | runs | makes |
|---|---|---|
| `Inside(action)` | a callable that is given the folder, in a forked child, in milliseconds | every fault |
| `Inside(command("wallet", "new", ...))` | a `custody` command through its front door, likewise | every fault |
| `Launched(Program([file, ...]))` | a Python program in a process of its own | every fault |
| `Traced(Program([...]))` | any program under strace, on real system calls | a kill and errors |

`prepared` is a folder that is copied afresh for each run, to the same place. Arguments may hold "{folder}", which
stands for the copy. `judge` is given the copy and an `Outcome`, and asserts. What comes back says how many points were
tried. `order.complaints` reads the calls of one run for what a power cut could undo.
"""
