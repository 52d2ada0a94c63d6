"""Make the folder that carries the toolkit to a machine that has never been online: `make carry` (docs/install.md).

It holds wheels for one Python and one kind of machine, each by a hash of requirements/*.lock, the toolkit's own, their
hashes, the documents, and the program that lays them. SHA256SUMS names every file: its own digest is what people
compare.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
SOURCES = ("custody", "airgap", "pyproject.toml", "README.md", "LICENSE")
"""What the toolkit's wheel is made of. It is built from a copy, so nothing of an earlier build gets into it."""

WHEELS, LOCK, SUMS, INSTALLER = "wheels", "carried.lock", "SHA256SUMS", "install.py"
NEWEST_GLIBC = 34
"""The minor version of the newest C library that a wheel may ask for: what Debian 12 and its contemporaries have."""

_OWN = "custody_toolkit-"
_FIRST_DAY_OF_ZIP = "315532800"  # 1980-01-01, so that the same sources make the same wheel


def pip(*arguments: str) -> None:
    """Run this environment's pip, without a word unless it fails."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": _FIRST_DAY_OF_ZIP, "PYTHONWARNINGS": "ignore"}
    line = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run(line, check=True, env=environment)


def platforms(machine: str) -> list[str]:
    """Return pip's options for a Linux of another machine: every name that its wheels may go by (PEP 600)."""
    names = ["manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, NEWEST_GLIBC + 1))]
    return [word for name in names for word in ("--platform", f"{name}_{machine}")]


def fetch(wheels: Path, target: Sequence[str]) -> None:
    """Fetch what runs, and what lays it, as built packages whose hashes the locks name."""
    for lock in ("runtime.lock", "carry.lock"):
        pip(
            "download",
            "--require-hashes",
            "--only-binary",
            ":all:",
            *target,
            "-r",
            str(REQUIREMENTS / lock),
            "-d",
            str(wheels),
        )


def build(wheels: Path) -> Path:
    """Build the toolkit's own wheel, with the builder that is laid here, and return it."""
    with tempfile.TemporaryDirectory() as copy:
        for name in SOURCES:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, Path(copy, name), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, copy)
        pip("wheel", "--no-index", "--no-build-isolation", copy, "-w", str(wheels))
    (own,) = wheels.glob(f"{_OWN}*.whl")
    return own


def lock(own: Path) -> str:
    """Return what is laid: the locked packages that run, and the toolkit's own wheel by its hash."""
    version = own.name.removeprefix(_OWN).partition("-")[0]
    runtime = (REQUIREMENTS / "runtime.lock").read_text(encoding="utf-8")
    return f"{runtime}custody-toolkit=={version} \\\n    --hash=sha256:{digest(own)}\n"


def sums(folder: Path) -> str:
    """Return the line of each file of a folder, as sha256sum writes and checks them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return "".join(f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def digest(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    return sha256(path.read_bytes()).hexdigest()


def pack(folder: Path, target: Sequence[str]) -> None:
    """Make the folder anew, whole or not at all: it gets its name last.

    What has its name already is taken away only if it was made here: somebody may name a stick with other things on it.
    """
    if folder.exists() and not (folder / SUMS).is_file() and any(folder.iterdir()):
        sys.exit(f"error: {folder} holds something else than an earlier packing; name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        made = Path(beside, folder.name)
        wheels = made / WHEELS
        wheels.mkdir(parents=True)
        fetch(wheels, target)
        (made / LOCK).write_text(lock(build(wheels)), encoding="utf-8")
        shutil.copytree(ROOT / "docs", made / "docs", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        shutil.copyfile(Path(__file__).with_name(INSTALLER), made / INSTALLER)
        (made / SUMS).write_text(sums(made), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)


def main() -> None:
    """Make the folder, and say what to write down."""
    words = argparse.ArgumentParser(prog="make carry", description=re.split(r"\n\n", __doc__ or "")[0])
    words.add_argument("folder", type=Path)
    words.add_argument("--for-python", metavar="3.12", help="the other machine's Python, where it is not this one's")
    words.add_argument("--for-machine", metavar="aarch64", help="the other machine, a Linux, where it is not like this")
    said = words.parse_args()
    target = ["--python-version", said.for_python] if said.for_python else []
    target += platforms(said.for_machine) if said.for_machine else []
    try:
        pack(said.folder, target)
    except subprocess.CalledProcessError:  # pip has said why
        sys.exit("error: not all packages could be fetched or built, so no folder was made")
    print(f"{said.folder} is ready. Copy it to a stick, and write down the digest of its {SUMS}:\n")
    print(f"  {digest(said.folder / SUMS)}\n")
    print(f"On the other machine: sha256sum {SUMS}, compare, then python3 {INSTALLER} (docs/install.md).")


if __name__ == "__main__":
    main()
