"""A sitting as it goes on: what stands on the screen, what people answer, and the line that becomes of it.

`page` is one screen, `answers` are what may be answered to it, `conduct` goes from step to step. What may follow is
judged in one place, by `ceremony.transcript.replay`; here is only asked, written and asked again.
"""
