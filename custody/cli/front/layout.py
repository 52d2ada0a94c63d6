"""Satoshi in both units, and sentences folded to 80 columns so that text from outside never begins where ours does."""

from textwrap import wrap

from custody.catalogue import _

WIDTH = 80


def bitcoin(atoms: int) -> str:
    """Write satoshi in both units, "0.10000000 BTC (10000000 satoshi)", from the same integer."""
    sign, satoshi = ("-", -atoms) if atoms < 0 else ("", atoms)
    whole, rest = divmod(satoshi, 100_000_000)
    return _("{bitcoin} BTC ({satoshi} satoshi)").format(
        bitcoin=f"{sign}{whole}.{rest:08d}", satoshi=f"{sign}{satoshi}"
    )


def folded(sentence: str, indent: str) -> list[str]:
    """Fold a sentence; it goes on further in, where no line of ours begins, as it may hold a name from outside.

    Ours begin at columns 0, 1, 3 and 7; what goes on is three further in than one of these.
    """
    return wrap(sentence, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}   ", break_on_hyphens=False)


def marked(sentence: str, indent: str) -> list[str]:
    """Fold a sentence that holds another's words, each line behind a bar: none of them can pass for one of ours."""
    return wrap(sentence, WIDTH, initial_indent=f"{indent}| ", subsequent_indent=f"{indent}| ", break_on_hyphens=False)
