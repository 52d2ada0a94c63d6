"""Recompute a key's entropy by hand: the machine's part and the dice in, the commitment and the entropy out.

Run it on a second machine that is offline, with Python 3.8 or later and nothing else: python3 dice.py
It needs what the ceremony gave: the machine's part (64 hex digits), every roll (1 to 6), and 128 or 256 bits.
The commitment must equal the one written down BEFORE the dice were rolled, and the entropy the machine's result.
What you type and what it prints is the key itself: switch the machine off afterwards.

The construction: HMAC-SHA512(key = "custody/entropy/v1", message = 32 bytes of the machine || the rolls in ASCII),
of which the first 16 bytes (128 bits) or 32 bytes (256 bits) are the entropy. Without dice, no rolls are appended.
"""

import hashlib
import hmac
import sys


def ask(question, allowed):
    print(question, end=" ", file=sys.stderr, flush=True)
    answer = "".join(sys.stdin.readline().split())
    if any(letter not in allowed for letter in answer):
        sys.exit("only these are allowed: " + allowed)
    return answer


machine = ask("Machine's part, 64 hex digits:", "0123456789abcdefABCDEF")
if len(machine) != 64:
    sys.exit("the machine's part has 64 hex digits, not " + str(len(machine)))
machine = bytes.fromhex(machine)
rolls = ask("Dice, all rolls on one line:", "123456")
bits = ask("Bits, 128 or 256:", "0123456789")
if bits not in ("128", "256"):
    sys.exit("128 or 256")

print("commitment", hashlib.sha256(machine).hexdigest())
print(
    "entropy   ",
    hmac.new(b"custody/entropy/v1", machine + rolls.encode("ascii"), "sha512").hexdigest()[: int(bits) // 4],
)
