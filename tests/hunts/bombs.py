"""Every file of `bombs`, as large as a PSBT may be, through `custody review` in a process of its own: a table.

    python -m tests.hunts.bombs [BYTES]

Seconds are of the processor, the start of the program and the search of the wallet among them.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chains.bitcoin.review.bombs import BOMBS

MEANINGS = {0: "accepted", 3: "refused", 4: "over the limit"}


def row(name: str, size: int, folder: Path) -> str:
    """Review one bomb, and return its line of the table."""
    bomb, wallets = BOMBS[name]
    file, wallet = folder / "bomb.psbt", folder / "wallet.json"
    file.write_bytes(bomb(size))
    wallet.write_text(wallets()[0].to_json(), encoding="utf-8")
    line = [str(Path(sys.executable).parent / "custody"), "review", str(file), "--wallet", str(wallet), "--json"]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1_000
    said = MEANINGS.get(process.returncode, "?")
    shown = name.replace("_", " ")
    return f"| {shown} | {file.stat().st_size / 1e6:.1f} | {seconds:.1f} | {memory} | {process.returncode}, {said} |"


def main() -> None:
    """Print the table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 9_900_000
    print("| file | MB | seconds | MB of memory | exit |\n|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        for name in BOMBS:
            print(row(name, size, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
