"""A treasury's book as an auditor and an officer read it: nothing here changes a home, and no secret is read.

`row`: an entry, whatever the format of the journal is. `rows`: the entries of a book to rows; `outcome`: what was
signed or refused, from the review that was kept; `officers`: who was an officer when; `upkeep`: what was last done, and
what is overdue.
"""
