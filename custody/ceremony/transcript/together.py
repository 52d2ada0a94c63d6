"""Sittings of one plan, put together: what was made in those that are whole, and which wallets are whole by that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.candidates.candidate import require_apart
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.records import whole_wallets
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.account import Account
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Mismatch


@dataclass(frozen=True, slots=True)
class Together:
    """Sittings of `plan`, each once."""

    plan: Plan
    sittings: tuple[Account, ...]

    @classmethod
    def of(cls, sittings: Iterable[Account]) -> "Together":
        """Put sittings together, the first among them. Raises Mismatch for one of another plan, or one that is twice.

        A rehearsal and a ceremony are never together.
        """
        found = tuple(sittings)
        first = found[0].standing
        names = [each.standing.begun.sitting for each in found]
        for each in found:
            standing = each.standing
            if (standing.plan.digest, standing.begun.rehearsal) != (first.plan.digest, first.begun.rehearsal):
                raise Mismatch(
                    _("{sitting} is of another plan, or one of the two is a rehearsal").format(
                        sitting=standing.begun.sitting
                    ),
                    hint=_("Name transcripts of one plan. Compare the words of both: custody ceremony verify FILE"),
                )
            if names.count(standing.begun.sitting) > 1:
                raise Mismatch(
                    _("{sitting} stands in two of these transcripts").format(sitting=standing.begun.sitting),
                    hint=_("Name the one that passed, whose last words everybody has on paper."),
                )
        return cls(first.plan, found)

    @property
    def is_rehearsal(self) -> bool:
        """Whether nothing of it is real."""
        return self.sittings[0].standing.begun.rehearsal

    @property
    def is_whole(self) -> bool:
        """Whether each of them is whole."""
        return all(each.is_whole for each in self.sittings)

    @property
    def made(self) -> Mapping[str, Follows]:
        """What follows from each key that was made, by its name in the plan; nothing of a sitting that is not whole.

        Raises Alarm where two keys are one.
        """
        whole = (each.standing for each in self.sittings if each.is_whole)
        made = {name: key.follows for standing in whole for name, key in standing.made.items()}
        require_apart(made.values())
        return made

    @property
    def wallets(self) -> tuple[Wallet, ...]:
        """The wallets of which every key was made; none of a rehearsal, which nobody pays to."""
        return () if self.is_rehearsal else tuple(whole_wallets(self.plan, self.made))

    @property
    def waiting(self) -> Mapping[str, tuple[str, ...]]:
        """Wallets that have no address yet, by the plan's names -> the sittings whose keys they wait for.

        A rehearsal's wait for nothing.
        """
        if self.is_rehearsal:
            return {}
        made = self.made
        lacking = {
            wallet.id: tuple(dict.fromkeys(key.sitting for key in self.plan.keys_of(wallet) if key.id not in made))
            for wallet in self.plan.wallets
        }
        return {name: sittings for name, sittings in lacking.items() if sittings}
