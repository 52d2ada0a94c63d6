"""A PSBT crosses as photographs: perspective, blur, noise, shade and JPEG quality 60 in between, and the same bytes."""

import json
from pathlib import Path

import pytest

from airgap.cli import front
from tests.airgap.frames import whole
from tests.airgap.scanning.camera import Conditions, photograph

PSBT = whole(945)


@pytest.fixture
def psbt(tmp_path: Path) -> Path:
    path = tmp_path / "payment.psbt"
    path.write_bytes(PSBT)
    return path


def show(psbt: Path, *options: str) -> list[Path]:
    folder = psbt.parent / "frames"
    folder.mkdir()
    assert front.run(["show", str(psbt), "--to", "png", "-o", str(folder), *options]) == 0
    return sorted(folder.iterdir())


def take(pictures: list[Path], seed: int, conditions: Conditions | None = None) -> list[str]:
    photographs = []
    for number, picture in enumerate(pictures):
        photo = picture.with_suffix(".jpg")
        photo.write_bytes(photograph(picture.read_bytes(), 1000 * seed + number, conditions or Conditions()))
        photographs.append(str(photo))
    return photographs


def scanned(photographs: list[str], out: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert front.run(["scan", *photographs, "-o", str(out), "--json"]) == 0
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
@pytest.mark.parametrize("seed", range(4))
def test_photographed_frames_bring_the_same_bytes(
    framing: str, seed: int, psbt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = show(psbt, "--framing", framing)
    assert len(pictures) >= 5
    answer = scanned(take(pictures, seed), tmp_path / "arrived.psbt", capsys)
    assert (tmp_path / "arrived.psbt").read_bytes() == PSBT
    assert answer["bytes"] == len(PSBT)
    assert answer["frames_seen"] == len(pictures)
    assert answer["frames_foreign"] == 0


@pytest.mark.parametrize("framing", ["ur", "bbqr"])
def test_one_dense_code_survives_the_camera(
    framing: str, psbt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = show(psbt, "--framing", framing, "--fragment", "1000")
    assert [picture.name for picture in pictures] == ["frame-001.png"]
    scanned(take(pictures, 9), tmp_path / "arrived.psbt", capsys)
    assert (tmp_path / "arrived.psbt").read_bytes() == PSBT


def test_lost_photographs_are_made_up_for_by_mixed_frames(
    psbt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any two of the five pure parts may be lost when as many mixed frames again are there."""
    photographs = take(show(psbt, "--frames", "12"), 3)
    answer = scanned(photographs[2:][::-1], tmp_path / "arrived.psbt", capsys)
    assert (tmp_path / "arrived.psbt").read_bytes() == PSBT
    assert answer["frames_seen"] == 10


def test_photographs_in_bad_light_cross_too(psbt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dim = Conditions(side=420, noise=14, shade=0.7, blur=1.4)
    scanned(take(show(psbt), 5, dim), tmp_path / "arrived.psbt", capsys)
    assert (tmp_path / "arrived.psbt").read_bytes() == PSBT
