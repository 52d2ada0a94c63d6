"""A long search: each bit of a small export, flipped alone, is noticed by both verifiers: `make hunt-bits`."""

import sys

from tests.auditor.test_verifier import both_refuse, first_of, flipped, small


def main() -> int:
    content = small()
    genesis = first_of(content)
    passed = []
    for place in range(len(content)):
        passed += [(place, bit) for bit in range(8) if not both_refuse(flipped(content, place, bit), genesis)]
        if place % 1000 == 0:
            print(f"{place} of {len(content)} bytes", file=sys.stderr)
    print(f"{8 * len(content)} bits, {len(passed)} not noticed: {passed[:10]}")
    return bool(passed)


if __name__ == "__main__":
    sys.exit(main())
