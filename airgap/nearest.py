"""A word that the command line does not know, to an answer: the nearest name, and the word where it may be shown.

A word of a phrase or a card, typed at the shell instead of a prompt, looks like a command. So a word is repeated only
where all its letters are nearly a name of ours, and never where it stands in the lists of BIP-39 or SLIP-39.
"""

import re
from collections.abc import Iterable, Sequence

from airgap.catalogue import _
from airgap.errors import Usage
from airgap.text import safe

LONGEST_NAME = 24
"""Letters of a word that is repeated: more than a name of ours has, and fewer than a key in any spelling."""

_RUN = re.compile(r"[a-z]{3,}")
_SMALL_NUMBER = re.compile(r"[0-9]{1,4}")
_PLAIN_OPTION = re.compile(r"--?[a-z]+(?:-[a-z]+)?")
_LETTER_FOR_A_SLIP = 3
_MOST_SLIPS = 2
_BEGINNING = 3

_NEAR = """
abse absent acci actress adapt add addict addr admi airport ancient answ appr approve assume attract audi audit bach
base basi bask become best better bind bish blan bull bullet can car care carr cash center cere charge chec cherry
code comb come comp company consider cora corn corner corr course cove crun cry dash decade decide deco density design
desire dest device devote dign dish dist doct domain dome drove editor effort either elec electric endi endl endo ener
enlist enro enroll ente entire entr essence eter exce expect expire expo expose extr extra fade fain fall fash fest
few fina final fine fing fini finish fisc foll fore friend fuel fun fund furl gain gest gesture gift glan greatest
grun gun half hat health hist hole hone hope hote hove iden identify impact impo impose improve income insi inside
jour journey keyb kind lade leg lega lend letter lift listen litt magn magnet maid maiden mail making man margin
marine mess meta mind mist mome more myself narrow nest net netw news now off offi office orient orig outp output pain
parent parrot pass pean phan pian pickup pig pist plac plai plains planet plas plat play plun point poli police pove
priest prin prov provide prun pull rain recipe reduce refuse regret release relief remain rend render rene report
require rescue resu result reti return reun revi ripple roun rug ruin rule ruler runw salt sample scal scar scare
scared scat scen seaf seed sele sell serv shadow shame shaped shar sharp shelter shoc shoe shoo shop shor shou shov
sigh silent simp sing single sist slow snow some spar spare spec species sphere spirit spit spli spring square stairs
stan stat sun survive sweater targ target tast temple tend tent term text valley vend veri wall walnut wash welf west
wind winter wish
"""
WORDS_OF_PHRASES = frozenset(_NEAR.split())
"""Words of the lists of BIP-39 and SLIP-39, in full or by four letters, that are nearly a command's or a choice's name.

A test finds them anew.
"""


def nearest(word: str, names: Iterable[str]) -> str:
    """Return the name that somebody who wrote `word` most likely meant, or nothing.

    Near is one slip for every three letters, two at most: a letter wrong, missing, added, or exchanged with its
    neighbour. Near is also the beginning of one name alone, and whatever begins with a name. Dashes do not count.
    """
    typed = _bare(word)
    ranked = sorted(names, key=lambda name: _slips(typed, _bare(name)))  # stable: of equals the first
    if ranked and _slips(typed, _bare(ranked[0])) <= min(_MOST_SLIPS, len(typed) // _LETTER_FOR_A_SLIP):
        return ranked[0]
    longer = [name for name in ranked if len(typed) >= _BEGINNING and _bare(name).startswith(typed)]
    shorter = [name for name in ranked if len(_bare(name)) >= _BEGINNING and typed.startswith(f"{_bare(name)}-")]
    return next(iter(longer if len(longer) == 1 else shorter), "")


def no_such_command(word: str, path: str, names: Sequence[str], *, elsewhere: Sequence[str] = ()) -> Usage:
    """Return the answer to a word that stands where `path` expects one of `names`.

    `elsewhere` are whole commands: where none of `names` is near, the last word of one may be all that was remembered.
    """
    guess = nearest(word, names)
    meant = [f"{path} {guess}"]
    if not guess:
        guess = nearest(word, [_last_word(line) for line in elsewhere])
        meant = [line for line in elsewhere if _last_word(line) == guess]
    shown = repeatable(word, guess)
    if shown:
        message = _("there is no command {path} {word}").format(path=path, word=shown)
    else:
        message = _("there is no command of that name")
    return _answer(message, meant, _("{path} --help lists the commands.").format(path=path))


def no_such_option(option: str, path: str, names: Sequence[str]) -> Usage:
    """Return the answer to an option that the command `path` does not have; `names` are those that it has."""
    guess = nearest(option, names)
    shown = repeatable(option, guess) if guess else option * bool(_PLAIN_OPTION.fullmatch(option))
    if not shown or len(option) > LONGEST_NAME:
        message = _("{path} has no option of that name").format(path=path)
    else:
        message = _("{path} has no option {option}").format(path=path, option=shown)
    told = [] if guess else [_takes(names)]
    return _answer(message, [guess], *told, _("{path} --help says how it is called.").format(path=path))


def no_such_value(word: str, option: str, names: Sequence[str], aliases: Iterable[str] = ()) -> Usage:
    """Return the answer to a value that an option or an argument does not take; `aliases` are taken, and not told."""
    guess = nearest(word, (*names, *aliases))
    shown = repeatable(word, guess) or _("what was typed")
    return _answer(_("{option} does not take {word}").format(option=option, word=shown), [guess], _takes(names))


def repeatable(word: str, guess: str) -> str:
    """Return the word as it may be shown, escaped; nothing where it may be, or be a part of, a secret.

    A small number may. Of anything else every run of letters must be nearly a part of the name that was guessed.
    """
    if _SMALL_NUMBER.fullmatch(word):
        return word
    if not guess or len(word) > LONGEST_NAME or not word.isascii() or any(letter.isspace() for letter in word):
        return ""
    parts = _RUN.findall(guess.lower())
    if any(run in WORDS_OF_PHRASES or not nearest(run, parts) for run in _RUN.findall(word.lower())):
        return ""
    return safe(word)


def _answer(message: str, meant: Sequence[str], *hints: str) -> Usage:
    guessed = _(" or ").join(filter(None, meant))
    guess = [_("Did you mean {names}?").format(names=guessed)] if guessed else []
    return Usage(message, hint="\n".join([*guess, *hints]))


def _takes(names: Sequence[str]) -> str:
    return _("It takes {names}.").format(names=", ".join(names))


def _last_word(line: str) -> str:
    return line.rpartition(" ")[2]


def _bare(name: str) -> str:
    return name.lstrip("-").lower()


def _slips(typed: str, name: str) -> int:
    """Count the fewest slips between two words: the distance of optimal string alignment."""
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(typed, 1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(name, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and typed[i - 2] == other:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]
