"""Who sits at the table: officers come, prove to be there, and sign; and how one is made.

`attendance` is the quorum, `arrivals` and `background` how people come one after another, `enrolment` how somebody
becomes an officer, `carried` what officers bring along. `roster_text` writes a roster for people, `by_name` finds one.
"""
