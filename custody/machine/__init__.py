"""What a machine is like before a secret comes near it: measured below a root folder, judged, explained.

It starts no process, opens no socket and changes nothing. `examination` has the table of probes; docs/spec/machine.md
has the reasons.
"""
