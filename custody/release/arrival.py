"""Whether what arrived is what was released, and whether it may be laid here: the files, the version, the days."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from custody.catalogue import _
from custody.errors import Alarm, Refused
from custody.release.grammar import is_name
from custody.release.manifest import OWN, File, Manifest
from custody.release.root import Root
from custody.text import safe


def refuse_strange_entries(sizes: Mapping[str, int | None]) -> None:
    """Raise Alarm for what no bundle holds: a path -> its bytes, or None for a link, a pipe or a device."""
    for name, size in sorted(sizes.items()):
        if size is None:
            raise _alarm(_("{name} is no plain file").format(name=safe(name)), "foreign")
        if not is_name(name):
            raise _alarm(_("{name} is no name of a bundle's file").format(name=safe(name)), "foreign")


def refuse_other_files(manifest: Manifest, sizes: Mapping[str, int | None]) -> None:
    """Raise Alarm for a file that the manifest does not name, for one that is missing, and for one of another size."""
    named, found = {each.name for each in manifest.files}, sizes.keys() - OWN
    for name in sorted(found - named):
        raise _alarm(_("{name} is not named in the manifest").format(name=name), "foreign")
    for name in sorted(named - found):
        raise _alarm(_("{name} is missing").format(name=name), "missing")
    for file in manifest.files:
        if sizes[file.name] != file.size:
            raise _changed(file)


def refuse_other_bytes(file: File, content: bytes) -> None:
    """Raise Alarm unless these are the bytes that the manifest names."""
    if sha256(content).hexdigest() != file.sha256:
        raise _changed(file)


def refuse_older(manifest: Manifest, installed: Manifest) -> None:
    """Raise Refused for a release before the installed one, or for an earlier manifest of the same."""
    if manifest.age < installed.age:
        raise Refused(
            _("the bundle is release {found} of {day}, and {version} of {since} is installed here").format(
                found=manifest.version, day=manifest.released, version=installed.version, since=installed.released
            ),
            hint=_("This is an old bundle: fetch the newest one. Older faults come back with older releases."),
            code="older",
        )


def expired(manifest: Manifest, root: Root, today: str) -> tuple[str, ...]:
    """Say what of a bundle was to be trusted until a day that has gone by, as sentences for a person."""
    days = ((_("the manifest"), manifest.expires), (_("the root"), root.expires))
    return tuple(_("{what} expired on {day}").format(what=what, day=day) for what, day in days if day < today)


def refuse_expired_upgrade(manifest: Manifest, installed: Manifest | None, sentences: Iterable[str]) -> None:
    """Raise Refused where an expired release would replace an earlier one; to recover, any genuine release will do."""
    if installed is None or manifest.release == installed.release:
        return
    for sentence in sentences:
        raise Refused(
            _("{reason}, so release {version} is no upgrade").format(reason=sentence, version=manifest.version),
            hint=_("Fetch the newest bundle; what is installed here stays as it is. Check this machine's date."),
            code="expired",
        )


def _changed(file: File) -> Alarm:
    return _alarm(_("{name} is not the file that was released").format(name=file.name), "changed")


def _alarm(reason: str, code: str) -> Alarm:
    return Alarm(reason, hint=_("Install nothing, keep the bundle, and ask who had it on its way."), code=code)
