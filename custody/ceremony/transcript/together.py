"""Sittings of one plan, put together: what was made in those that are whole, and which wallets are whole by that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from custody.catalogue import _
from custody.ceremony.candidates.candidate import require_apart
from custody.ceremony.candidates.follows import Follows
from custody.ceremony.candidates.records import whole_wallets
from custody.ceremony.plan.plan import Plan
from custody.ceremony.transcript.account import Account
from custody.ceremony.transcript.service_lines import Ended, Made, StandsOn
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import Alarm, Mismatch, Refused


@dataclass(frozen=True, slots=True)
class Together:
    """Sittings of `plan`, each once."""

    plan: Plan
    sittings: tuple[Account, ...]

    @classmethod
    def of(cls, sittings: Iterable[Account]) -> "Together":
        """Put sittings together, the first among them. Raises Mismatch for one of another plan, or one that is twice.

        A rehearsal and a ceremony are never together, and a service is no sitting.
        """
        found = tuple(sittings)
        if any(each.standing.begun.is_service for each in found):
            raise Mismatch(
                _("this is the transcript of a service, and of no sitting"),
                hint=_(
                    "Name the sittings, and it beside them: custody ceremony verify FILE --with FILE --service FILE"
                ),
            )
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
    def lacking(self) -> tuple[str, ...]:
        """The sittings of the plan that are not here, or not whole, in its order."""
        whole = {each.standing.begun.sitting for each in self.sittings if each.is_whole}
        return tuple(each.id for each in self.plan.sittings if each.id not in whole)

    @property
    def stands_on(self) -> StandsOn:
        """What a service of these sittings stands on. Raises Mismatch for rehearsals, Refused where one is lacking."""
        if self.is_rehearsal:
            raise Mismatch(
                _("this is the transcript of a rehearsal: nothing of it goes into service"),
                hint=_("Name with --with the files that custody ceremony run wrote."),
            )
        if self.lacking:
            raise Refused(
                _("nothing goes into service before all sittings are whole, and it waits for: {sittings}").format(
                    sittings=", ".join(self.lacking)
                ),
                hint=_("See what each lacks: custody ceremony verify FILE. Name each with --with, signatures too."),
                code="sitting-lacking",
            )
        wallets = tuple(Made(each.name, each.descriptor.with_checksum()) for each in self.wallets)
        return StandsOn(tuple(self._ended[each.id] for each in self.plan.sittings), wallets)

    @property
    def _ended(self) -> Mapping[str, Ended]:
        heads = {each.standing.begun.sitting: each.transcript.head for each in self.sittings}
        return {name: Ended(name, head.number, head.hash) for name, head in heads.items()}

    def is_served_by(self, service: Account) -> bool:
        """Say whether a service stands on these sittings, is whole, and none of them is lacking.

        Raises Mismatch for what is no service of theirs, and Alarm for one of other keys than they made.
        """
        standing = service.standing
        if not standing.begun.is_service or standing.plan.digest != self.plan.digest or self.is_rehearsal:
            raise Mismatch(
                _("this is no service of these sittings: of another plan, or of a rehearsal, or no service at all"),
                hint=_("Name with --service the file that custody ceremony service wrote."),
            )
        if standing.stands_on is None:
            return False
        told = {each.sitting: each for each in standing.stands_on.sittings}
        for name, ended in self._ended.items():
            if told[name] != ended:
                raise Mismatch(
                    _("the service stands on another transcript of {sitting} than this one").format(sitting=name),
                    hint=_("Name the one whose last words stand on paper, whole and with its last line."),
                )
        if self.lacking:
            return False
        if standing.stands_on != self.stands_on:
            raise Alarm(
                _("the service is of other keys than the sittings made"),
                hint=_("Pay nothing to its addresses. Keep the transcripts, and find out who made them."),
                code="service-differs",
            )
        return service.is_whole

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
