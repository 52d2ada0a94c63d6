"""`--threshold`, `--shares` and `--group` to a SLIP-39 scheme, or to none; halves and contradictions raise Usage."""

from dataclasses import dataclass

from custody.catalogue import _
from custody.errors import Usage
from custody.keys.cards.shares import Scheme


@dataclass(frozen=True, slots=True)
class SchemeOptions:
    """What was said about cards, before it is known to make sense."""

    threshold: int | None
    shares: int | None
    groups: tuple[tuple[int, int], ...]
    group_threshold: int | None
    iteration_exponent: int

    def scheme(self) -> Scheme | None:
        """Return the scheme, or None where nothing was said. Raises Usage for halves and for contradictions."""
        if self.groups:
            return self._of_groups()
        if self.threshold is None and self.shares is None and self.group_threshold is None:
            return None
        if self.threshold is None or self.shares is None or self.group_threshold not in (None, 1):
            raise Usage(
                _("a number of cards needs both --threshold and --shares, or one --group for each group"),
                hint=_("For three of five: --threshold 3 --shares 5"),
            )
        return Scheme.single(self.threshold, self.shares)

    def _of_groups(self) -> Scheme:
        if self.threshold is not None or self.shares is not None:
            raise Usage(_("--group says M/N itself, so --threshold and --shares do not go with it"))
        if self.group_threshold is None and len(self.groups) > 1:
            raise Usage(
                _("--group-threshold must say how many of the {count} groups are needed").format(count=len(self.groups))
            )
        return Scheme(self.group_threshold or 1, self.groups)
