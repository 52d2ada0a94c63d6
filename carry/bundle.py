"""Make the folder that carries the toolkit to a machine that has never been online: `make bundle` (docs/install.md).

It holds wheels for each Python that we support on one kind of machine, each by a hash of requirements/*.lock, the
toolkit's own, their licences and their bill of materials, the documents, the roots, and the program that lays them.
`manifest` names every file; nobody has signed it yet (`carry.sign`).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import custody
from carry import materials
from custody import words
from custody.release.manifest import MANIFEST, OWN, File, Manifest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
SOURCES = ("custody", "airgap", "launch", "pyproject.toml", "README.md", "LICENSE")
"""What the toolkit's wheel is made of. It is built from a copy, so nothing of an earlier build gets into it."""

VERIFIER = "verify.sh"
WHEELS, LOCK, ROOTS, INSTALLER = "wheels", "carried.lock", "roots", "install.py"
PYTHONS = ("3.11", "3.12", "3.13")
"""Those for which every package has a wheel."""

EXTRAS = ("token",)
"""Extras that can be carried: each has a lock of its own, of what it needs beside `runtime.lock`."""

NEWEST_GLIBC = 34
"""The minor version of the newest C library that a wheel may ask for: what Debian 12 and its contemporaries have."""

GOOD_FOR = timedelta(days=180)
"""How long a manifest says that there is nothing newer, where nobody says another day."""

_OWN = "custody_toolkit-"
_FIRST_DAY_OF_ZIP = "315532800"  # 1980-01-01, so that the same sources make the same wheel


def pip(*arguments: str) -> None:
    """Run this environment's pip, without a word unless it fails."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _FIRST_DAY_OF_ZIP, "PYTHONWARNINGS": "ignore", "TZ": "UTC"}
    line = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run(line, check=True, env=environment, umask=0o022)


def platforms(machine: str) -> list[str]:
    """Return pip's options for a Linux of one kind of machine: every name that its wheels may go by (PEP 600)."""
    names = ["manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, NEWEST_GLIBC + 1))]
    return [word for name in names for word in ("--platform", f"{name}_{machine}")]


def fetch(wheels: Path, machine: str, pythons: Sequence[str], extras: Sequence[str] = ()) -> None:
    """Fetch what runs, and what lays it, as built packages whose hashes the locks name."""
    named = ("runtime.lock", "carry.lock", *(f"{extra}.lock" for extra in extras))
    locks = [word for name in named for word in ("-r", str(REQUIREMENTS / name))]
    for python in pythons:
        target = ["--python-version", python, *platforms(machine)]
        pip("download", "--require-hashes", "--only-binary", ":all:", *target, *locks, "-d", str(wheels))


def build(wheels: Path, sources: Path = ROOT) -> Path:
    """Build the toolkit's own wheel, with the builder that is laid here, and return it.

    The same sources make the same bytes, wherever they lie, whatever the umask and the time zone: the copy has rights
    of its own, and its files no time of day.
    """
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCES:
            source = sources / name
            if source.is_dir():
                shutil.copytree(source, Path(copy, name), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, Path(copy, name))
        for path in Path(copy).rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        pip("wheel", "--no-index", "--no-build-isolation", copy, "-w", str(wheels))
    (own,) = wheels.glob(f"{_OWN}*.whl")
    return own


def lock(own: Path, extras: Sequence[str] = ()) -> str:
    """Return what is laid: the locked packages that run, extras too, and the toolkit's own wheel by its hash."""
    version = own.name.removeprefix(_OWN).partition("-")[0]
    names = ("runtime.lock", *(f"{extra}.lock" for extra in extras))
    packages = "".join((REQUIREMENTS / name).read_text(encoding="utf-8") for name in names)
    return f"{packages}custody-toolkit=={version} \\\n    --hash=sha256:{digest(own)}\n"


def manifest(folder: Path, released: str, expires: str) -> Manifest:
    """Return the manifest of a folder as it stands. Raises ValueError for a name that no manifest has."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = tuple(
        File(name, (folder / name).stat().st_size, digest(folder / name)) for name in names if name not in OWN
    )
    major, minor, patch = map(int, custody.__version__.split("."))  # noqa: RUF048 - three numbers, or this ends
    made = Manifest((major, minor, patch), released, expires, files)
    if Manifest.parse(made.encode()).age != made.age:
        raise ValueError("a manifest is not read as it was written")
    return made


def digest(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    return sha256(path.read_bytes()).hexdigest()


def read_aloud(document: bytes) -> str:
    """Return what two people read to each other of a document: sixteen words and its SHA-256, a line each."""
    found = sha256(document).digest()
    return f"  {' '.join(words.words(found[: words.POLICY_BYTES]))}\n  {found.hex()}"


def pack(
    folder: Path,
    roots: Path,
    machine: str,
    pythons: Sequence[str],
    released: str,
    expires: str,
    extras: Sequence[str] = (),
) -> None:
    """Make the folder anew, whole or not at all: it gets its name last.

    What has its name already is taken away only if it was made here: somebody may name a stick with other things on it.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        sys.exit(f"error: {folder} holds something else than an earlier bundle; name a new folder")
    if not (roots / "1").is_file():
        sys.exit(f"error: there is no root in {roots}: make one with python -m carry.sign root (docs/install.md)")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        made = Path(beside, folder.name)
        (made / WHEELS).mkdir(parents=True)
        fetch(made / WHEELS, machine, pythons, extras)
        (made / LOCK).write_text(lock(build(made / WHEELS), extras), encoding="utf-8")
        shutil.copytree(ROOT / "docs", made / "docs", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copytree(roots, made / ROOTS)
        shutil.copyfile(Path(__file__).with_name(INSTALLER), made / INSTALLER)
        materials.write(made)
        (made / MANIFEST).write_bytes(manifest(made, released, expires).encode())
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)


def main() -> None:
    """Make the folder, and say what comes next."""
    today = datetime.now(UTC).date()
    line = argparse.ArgumentParser(prog="make bundle", description=re.split(r"\n\n", __doc__ or "")[0])
    line.add_argument("folder", type=Path)
    line.add_argument("--roots", type=Path, default=ROOT / "build" / ROOTS, help="the folder of roots")
    line.add_argument("--for-python", metavar="3.12", action="append", help="one of them alone, or more")
    line.add_argument("--for-machine", metavar="aarch64", default=os.uname().machine, help="a Linux of another kind")
    line.add_argument("--extra", action="append", choices=EXTRAS, default=[], help="lay what an extra needs, too")
    line.add_argument("--released", type=date.fromisoformat, default=today, help="the day, today unless said")
    line.add_argument("--expires", type=date.fromisoformat, help=f"{GOOD_FOR.days} days later unless said")
    said = line.parse_args()
    expires = said.expires or said.released + GOOD_FOR
    pythons = said.for_python or PYTHONS
    try:
        days = said.released.isoformat(), expires.isoformat()
        pack(said.folder, said.roots, said.for_machine, pythons, *days, said.extra)
    except subprocess.CalledProcessError:  # pip has said why
        sys.exit("error: not all packages could be fetched or built, so no folder was made")
    print(f"{said.folder} is ready, and nobody has signed it. Of its manifest, sixteen words and the SHA-256:\n")
    print(f"{read_aloud((said.folder / MANIFEST).read_bytes())}\n")
    print(f"And of {VERIFIER}, which travels on another medium and on no stick with a bundle:\n")
    print(f"{read_aloud(Path(__file__).with_name(VERIFIER).read_bytes())}\n")
    print("Next: each of those who sign it builds it again, on a machine of their own, and says make attest.")


if __name__ == "__main__":
    main()
