"""A fragment, and the texts of what stands in it, to its text, with BIP-379's sugar where it fits."""

from dataclasses import dataclass

from custody.chains.bitcoin.miniscript.fragment import HASH_SIZES, WRAPPERS, Fragment

_SUGAR_KEYS = {"pk_k": "pk", "pk_h": "pkh"}


@dataclass(frozen=True, slots=True)
class Text:
    """An expression: the letters of its wrappers, and what they are wrapped around, without the colon between."""

    wrappers: str
    body: str

    def __str__(self) -> str:
        return f"{self.wrappers}:{self.body}" if self.wrappers else self.body


def write(fragment: Fragment, subs: tuple[Text, ...], keys: tuple[str, ...], number: int, digest: bytes) -> Text:
    """Write a fragment, as sugar wherever BIP-379 has some for it."""
    if fragment in WRAPPERS:
        return _wrapped(fragment, subs[0])
    if fragment in HASH_SIZES:
        return Text("", f"{fragment}({digest.hex()})")
    if fragment in (Fragment.OLDER, Fragment.AFTER):
        return Text("", f"{fragment}({number})")
    return _sugared(fragment, subs) or Text("", _called(fragment, subs, keys, number))


def _wrapped(fragment: Fragment, inner: Text) -> Text:
    name, mark, rest = inner.body.partition("(")
    if fragment is Fragment.C and not inner.wrappers and name in _SUGAR_KEYS:
        return Text("", _SUGAR_KEYS[name] + mark + rest)
    return Text(f"{fragment}{inner.wrappers}", inner.body)


def _sugared(fragment: Fragment, subs: tuple[Text, ...]) -> Text | None:
    false, true = Text("", "0"), Text("", "1")
    if fragment is Fragment.AND_V and subs[1] == true:
        return Text(f"t{subs[0].wrappers}", subs[0].body)
    if fragment is Fragment.OR_I and subs[0] == false:
        return Text(f"l{subs[1].wrappers}", subs[1].body)
    if fragment is Fragment.OR_I and subs[1] == false:
        return Text(f"u{subs[0].wrappers}", subs[0].body)
    if fragment is Fragment.ANDOR and subs[2] == false:
        return Text("", f"and_n({subs[0]},{subs[1]})")
    return None


def _called(fragment: Fragment, subs: tuple[Text, ...], keys: tuple[str, ...], number: int) -> str:
    arguments = [str(number)] if fragment in (Fragment.THRESH, Fragment.MULTI, Fragment.MULTI_A) else []
    arguments += [*map(str, subs), *keys]
    return f"{fragment}({','.join(arguments)})" if arguments else str(fragment)
