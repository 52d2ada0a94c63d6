"""Lay the toolkit on a machine that has never been online, from the bundle that this file lies in (docs/install.md).

A bundle is laid only after it was verified by something that did not come with it: the toolkit that is laid here
already, or `verify.sh` on another medium. pip then takes each wheel by its hash, from this folder alone.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
LOCK = "carried.lock"
KEPT = "release"
"""Where the manifest and the newest root of what is laid are kept: what the next bundle is held against, and what
`custody selftest` holds the files against, by the manifest's signatures and the contents that it names."""

MADE = "made"
"""Beside them: what pip and Python made while this laid it, compiled modules above all."""

MOST_ROOTS = 99
COMMANDS = ("custody", "airgap")
OLDEST = (3, 11)


def main():
    """Verify, lay, link; or say in one sentence why not, and exit 1."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    home = Path.home() / ".local"
    words.add_argument("--into", type=Path, default=home / "share" / "custody-toolkit", help="where it is laid")
    words.add_argument("--bin", type=Path, default=home / "bin", help="where the commands are linked")
    words.add_argument("--verify", type=Path, metavar="FILE", help="verify.sh, on another medium than this")
    words.add_argument("--root", metavar="SHA256", help="the digest of the root, where nothing is laid here yet")
    said = words.parse_args()
    into = said.into.absolute()
    refuse_old_python()
    refuse_other_folder(into)
    verify(into, said.verify, said.root)
    lay(into)
    link(into, said.bin.absolute())
    told = subprocess.run([said.bin / "custody", "--version"], check=True, capture_output=True, text=True).stdout
    print(f"{told.strip()} is laid. Begin with: custody")
    if str(said.bin.absolute()) not in os.environ.get("PATH", "").split(os.pathsep):
        print(f'First: export PATH="{said.bin.absolute()}:$PATH" (and put that line into ~/.profile)')


def refuse_old_python():
    """End where this Python is older than the toolkit's oldest."""
    if sys.version_info < OLDEST:
        end("Python {}.{} or later is needed, this is {}.{}".format(*OLDEST, *sys.version_info[:2]))


def refuse_other_folder(into):
    """End where something else lies in the folder that is cleared before it is laid."""
    if into.exists() and not (into / "pyvenv.cfg").is_file():
        end(f"{into} is there already, and is no environment of Python: name another folder with --into")


def verify(into, script, root):
    """End unless a verifier that did not come with this folder says that it is the release that was signed."""
    kept, custody = into / KEPT, into / "bin" / "custody"
    if script is not None:
        if FOLDER in script.resolve().parents:
            end(f"{script} came with what it is to verify: take it from another medium")
        line = ["sh", script, FOLDER, kept if kept.is_dir() else root or ""]
    elif kept.is_dir() and custody.is_file():
        line = [custody, "verify-bundle", FOLDER]
    else:
        end("nothing is laid here that could verify this: name verify.sh on another medium with --verify, and --root")
    if run(*line):
        end("the bundle was not verified, so nothing was laid")


def lay(into):
    """Lay an environment of its own: pip comes from the folder too, as a system's Python may have none.

    What was verified is kept first: if the rest fails, no older bundle is taken for a new one.
    """
    failed = run(sys.executable, "-I", "-m", "venv", "--clear", "--without-pip", into)
    if not (into / KEPT).is_dir():  # cleared: what is remembered of releases must not go with it
        into.mkdir(parents=True, exist_ok=True)
        keep(into / KEPT)
    if failed:
        end("nothing is linked: this Python makes no environment; its package venv may be missing")
    (pip,) = (FOLDER / "wheels").glob("pip-*.whl")
    if run(
        *(into / "bin" / "python", pip / "pip", "install", "--isolated", "--quiet", "--disable-pip-version-check"),
        "--no-cache-dir",
        *("--no-index", "--find-links", FOLDER / "wheels", "--only-binary", ":all:", "--no-deps"),
        *("--require-hashes", "-r", FOLDER / LOCK),
    ):
        end(
            "nothing is linked: the wheels are for the Pythons and the machine that they were packed for, "
            f"and this is Python {sys.version_info[0]}.{sys.version_info[1]}, {os.uname().machine}"
        )
    record(into)


def keep(kept):
    """Keep what was verified: for `custody verify-bundle`, the next verify.sh, and `custody selftest`.

    Roots were verified from the first on, without a gap. One beyond a gap is signed by those who sign releases alone.
    """
    kept.mkdir()
    *_before, newest = takewhile(
        Path.is_file, (FOLDER / "roots" / str(version) for version in range(1, MOST_ROOTS + 1))
    )
    for name in ("manifest", "manifest.sig", "contents"):
        shutil.copyfile(FOLDER / name, kept / name)
    shutil.copyfile(newest, kept / "root")


def record(into):
    """Write by size and SHA-256 what is laid and in no wheel: nobody signed it, so only its later change is noticed."""
    lines = (into / KEPT / "contents").read_text(encoding="ascii").splitlines()
    named = {line.removeprefix("file ").rsplit(" ", 2)[0] for line in lines if line.startswith("file ")}
    made = []
    for path in into.rglob("*"):
        name = re.sub(r"^lib/python3\.\d+/site-packages/", "site-packages/", path.relative_to(into).as_posix())
        if path.is_file() and not path.is_symlink() and name not in named and not name.startswith(f"{KEPT}/"):
            content = path.read_bytes()
            made.append(f"file {name} {len(content)} {hashlib.sha256(content).hexdigest()}\n")
    (into / KEPT / MADE).write_text("custody-made 1\n" + "".join(sorted(made)), encoding="ascii")


def link(into, folder):
    """Link the commands where the shell finds them. What is there and is no link of ours stays, and ends this."""
    folder.mkdir(parents=True, exist_ok=True)
    places = {folder / name: into / "bin" / name for name in COMMANDS}
    for place in places:
        if place.exists() and not place.is_symlink():
            end(f"{place} is there already, and is no link: name another folder with --bin")
    for place, program in places.items():
        place.unlink(missing_ok=True)
        place.symlink_to(program)


def run(*line):
    """Run a program without the caller's Python settings, and return its exit code: it has said why."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    environment["PIP_CONFIG_FILE"] = os.devnull
    return subprocess.run([str(word) for word in line], env=environment, check=False).returncode


def end(reason):
    """Say why not, and exit 1."""
    sys.exit(f"error: {reason}")


if __name__ == "__main__":
    main()
