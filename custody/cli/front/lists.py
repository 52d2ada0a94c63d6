"""Options that take a list: `review FILE --wallet A B` is read as `review FILE --wallet A --wallet B`.

A list ends at the next option. It is one only behind a command's own file: in `review --wallet A FILE` the file would
else be taken for a wallet.
"""

from collections.abc import Iterator, Sequence

import click


class ListOption(click.Option):
    """An option whose values may follow each other; its command is a `ListCommand`."""


class ListCommand(click.Command):
    """A command whose list options may stand once, before several values."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give every value of a list its option, and read the arguments."""
        options = {name: each for each in self.get_params(ctx) if isinstance(each, click.Option) for name in each.opts}
        return super().parse_args(ctx, list(_spread(args, options)))


def _spread(arguments: Sequence[str], options: dict[str, click.Option]) -> Iterator[str]:
    file_seen = False
    at = 0
    while at < len(arguments):
        word = arguments[at]
        at += 1
        yield word
        option = options.get(word)
        if option is None or option.is_flag:
            file_seen |= _is_value(word)
            continue
        yield from arguments[at : at + 1]
        at += 1
        while file_seen and isinstance(option, ListOption) and at < len(arguments) and _is_value(arguments[at]):
            yield from (word, arguments[at])
            at += 1


def _is_value(word: str) -> bool:
    """A file may be named "-"."""
    return word == "-" or not word.startswith("-")
