"""What a bundle is made of: its wheels' files, a bill of materials (CycloneDX 1.5), and the licences' texts."""

import json
import re
import zipfile
from email.message import Message
from email.parser import HeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from custody.release.contents import CONTENTS, SITE, Bytes, Wheel, encode

SBOM = "sbom.json"
LICENCES = "licences"

_LICENCE_FILE = re.compile(r"[^/]+\.dist-info/(?:licenses/(.+)|((?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*))")
_STRANGE = re.compile(r"[^A-Za-z0-9._+-]+")
_DATA = re.compile(r"[^/]+\.data/(scripts|purelib|platlib|data)/(.+)")
_PLACES = {"scripts": "bin/", "purelib": SITE, "platlib": SITE, "data": ""}
"""Where an installer puts what a wheel keeps apart (PEP 427), below the environment."""

_NOT_LAID = "pip-"


def write(folder: Path) -> None:
    """Write the licences of a folder's wheels and what each lays, then the bill of all that lies there."""
    for wheel in sorted((folder / "wheels").glob("*.whl")):
        _write_licences(wheel, folder / LICENCES)
    (folder / CONTENTS).write_bytes(contents(folder / "wheels"))
    (folder / SBOM).write_text(json.dumps(bill(folder), indent=1, sort_keys=True) + "\n", encoding="utf-8")


def contents(wheels: Path) -> bytes:
    """Return what each wheel of a folder lays, but for pip's, which only lays the others.

    Raises ValueError where two wheels could not be told from each other by their marks, once one of them is laid.
    """
    found = [laid(wheel) for wheel in sorted(wheels.glob("*.whl")) if not wheel.name.startswith(_NOT_LAID)]
    if len({each.mark for each in found}) != len(found):
        raise ValueError("two wheels have the same tags")
    return encode(found)


def laid(wheel: Path) -> Wheel:
    """Return what a wheel lays. Left out is what pip writes anew: RECORD, and scripts whose first line it changes."""
    files: list[tuple[str, Bytes]] = []
    with zipfile.ZipFile(wheel) as opened:
        for entry in opened.infolist():
            content = b"" if entry.is_dir() else opened.read(entry)
            rewritten = entry.filename.endswith(".dist-info/RECORD") or content.startswith(b"#!python")
            if not entry.is_dir() and not rewritten:
                files.append((_place(entry.filename), Bytes(len(content), sha256(content).hexdigest())))
    return Wheel(wheel.name, tuple(files))


def _place(name: str) -> str:
    """Return where a file of a wheel is laid. Raises ValueError for a place that no environment of ours has."""
    if apart := _DATA.fullmatch(name):
        return _PLACES[apart[1]] + apart[2]
    if ".data/" in name:
        raise ValueError(f"{name} is laid nowhere")
    return SITE + name


def bill(folder: Path) -> dict[str, Any]:
    """Return the bill: each wheel with its licence and its hash, and each other file with its hash.

    It has neither a number of its own nor a time, so that the same folder has the same bill.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SBOM)
    components = [_wheel(path) if path.suffix == ".whl" else _file(folder, path) for path in paths]
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}


def _wheel(path: Path) -> dict[str, Any]:
    metadata, texts = _metadata(path), _texts(path)
    name, version = metadata["Name"], metadata["Version"]
    return {
        "type": "library",
        "bom-ref": path.name,
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}?file_name={path.name}",
        "licenses": _licence(metadata, *texts.values()),
        "hashes": _hashes(path),
    }


def _file(folder: Path, path: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {"type": "file", "bom-ref": name, "name": name, "hashes": _hashes(path)}


def _hashes(path: Path) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": sha256(path.read_bytes()).hexdigest()}]


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (each for each in opened.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", each))
        return HeaderParser().parsestr(opened.read(name).decode("utf-8"))


def _texts(wheel: Path) -> dict[str, bytes]:
    """Return the texts of licences in a wheel, by their names without strange letters."""
    with zipfile.ZipFile(wheel) as opened:
        found = [(_LICENCE_FILE.fullmatch(entry), entry) for entry in sorted(opened.namelist())]
        return {
            _STRANGE.sub("-", match[1] or match[2]).strip("._+-"): opened.read(entry) for match, entry in found if match
        }


def _licence(metadata: Message, *texts: bytes) -> list[dict[str, Any]]:
    """Return what a package says of its licence: an expression, else classifiers, else a text's first line."""
    if expression := metadata["License-Expression"]:
        return [{"expression": expression}]
    classifiers = [each.rpartition(" :: ")[2] for each in metadata.get_all("Classifier", []) if "License ::" in each]
    said = [metadata["License"] or "", *(text.decode("utf-8", "replace") for text in texts)]
    lines = [text.strip().partition("\n")[0] for text in said if text.strip()]
    return [{"license": {"name": name}} for name in classifiers or lines[:1] or ["not said"]]


def _write_licences(wheel: Path, folder: Path) -> None:
    """Write the texts once for each package: its wheels for several Pythons have the same ones."""
    place = folder / "-".join(wheel.name.split("-")[:2])
    if place.exists():
        return
    for name, text in _texts(wheel).items():
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(text)
