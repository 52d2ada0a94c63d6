"""Lay the toolkit on a machine that has never been online, from the folder that this file lies in (docs/install.md).

Every file is checked against SHA256SUMS, and pip takes each wheel by its hash, from this folder alone. Whether
SHA256SUMS is the one that was made, a person says: its digest is shown, and was written down where the folder was made.
"""

import argparse
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"
LOCK = "carried.lock"
COMMANDS = ("custody", "airgap")
OLDEST = (3, 11)


def main():
    """Check, lay, link; or say in one sentence why not, and exit 1."""
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    home = Path.home() / ".local"
    words.add_argument("--into", type=Path, default=home / "share" / "custody-toolkit", help="where it is laid")
    words.add_argument("--bin", type=Path, default=home / "bin", help="where the commands are linked")
    said = words.parse_args()
    refuse_old_python()
    checked = check(FOLDER)
    print(f"{checked} files are as {SUMS} says. Its own digest, which you compare with what was written down:")
    print(f"\n  {digest(FOLDER / SUMS)}\n", flush=True)
    refuse_other_folder(said.into)
    lay(said.into.absolute())
    link(said.into.absolute(), said.bin.absolute())
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


def check(folder):
    """Return how many files there are, all of them as SHA256SUMS says; end where one differs, is missing or is more."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        named = {name: expected for expected, name in (line.split("  ", 1) for line in lines)}
    except OSError:
        end(f"there is no {SUMS} in {folder}: copy the whole folder again")
    except ValueError:
        end(f"{SUMS} is damaged: copy the whole folder again")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {SUMS}
    for name in sorted(there ^ set(named)):
        end(f"{name!r} is {'not named in ' + SUMS if name in there else 'missing'}: copy the whole folder again")
    for name, expected in sorted(named.items()):
        if digest(folder / name) != expected:
            end(f"{name!r} is not the file that was packed: copy the whole folder again, and ask who had the stick")
    return len(named)


def digest(path):
    """Return a file's SHA-256 in hex."""
    return sha256(path.read_bytes()).hexdigest()


def lay(into):
    """Lay an environment of its own: pip comes from the folder too, as a system's Python may have none."""
    run(sys.executable, "-I", "-m", "venv", "--clear", "--without-pip", into)
    (pip,) = (FOLDER / "wheels").glob("pip-*.whl")
    run(
        *(into / "bin" / "python", pip / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"),
        *("--no-index", "--find-links", FOLDER / "wheels", "--only-binary", ":all:", "--no-deps"),
        *("--require-hashes", "-r", FOLDER / LOCK),
    )


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
    """Run a program without the caller's Python settings; end where it fails: it has said why."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    environment["PIP_CONFIG_FILE"] = os.devnull
    if subprocess.run([str(word) for word in line], env=environment, check=False).returncode:
        end(
            "nothing is linked: the wheels are for the Python and the machine that they were packed for, "
            f"and this is Python {sys.version_info[0]}.{sys.version_info[1]}, {os.uname().machine}"
        )


def end(reason):
    """Say why not, and exit 1."""
    sys.exit(f"error: {reason}")


if __name__ == "__main__":
    main()
