"""A descriptor to its checksum (BIP-380): eight characters that catch a mistyped or cut one, not a hostile one."""

_CHARACTERS = "0123456789()[],'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~ijklmnopqrstuvwxyzABCDEFGH`#\"\\ "
_CHECKSUM = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0xF5DEE51989, 0xA9FDCA3312, 0x1BAB10E32D, 0x3706B1677A, 0x644D626FFD)
LENGTH = 8


def checksum(descriptor: str) -> str:
    """Return the checksum of a descriptor without one. Raises ValueError for a character that no descriptor has."""
    symbols: list[int] = []
    groups: list[int] = []
    for character in descriptor:
        position = _CHARACTERS.index(character)
        symbols.append(position & 31)
        groups.append(position >> 5)
        if len(groups) == 3:
            symbols.append(groups[0] * 9 + groups[1] * 3 + groups[2])
            groups = []
    if len(groups) == 1:
        symbols.append(groups[0])
    elif len(groups) == 2:
        symbols.append(groups[0] * 3 + groups[1])
    remainder = _polymod(symbols + [0] * LENGTH) ^ 1
    return "".join(_CHECKSUM[remainder >> 5 * (LENGTH - 1 - at) & 31] for at in range(LENGTH))


def _polymod(symbols: list[int]) -> int:
    remainder = 1
    for symbol in symbols:
        top = remainder >> 35
        remainder = (remainder & 0x7FFFFFFFF) << 5 ^ symbol
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                remainder ^= generator
    return remainder
