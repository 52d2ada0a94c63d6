"""The commands of `airgap`, in the order of `--help`, with a line each, and what `airgap` alone says of them.

Each lies in the module of its name.
"""

from airgap.catalogue import _

COMMANDS = {
    "show": _("A file to QR codes: on this terminal, or as pictures."),
    "scan": _("Pictures of QR codes, or a camera, to the message they carry."),
    "encode": _("A file to frames, one a line, as a scanner types them."),
    "decode": _("Frames, one a line, to the message they carry."),
}

EVENING = _(
    """airgap carries a file from a screen to a camera. Both compare four words.

Show a file: codes on this screen until a key is pressed, or pictures
  airgap show signed.psbt --to sparrow     # or keystone, jade, coldcard-q, self
  airgap show signed.psbt --to pdf -o signed.pdf
Take a file: photos, a folder that fills, a film, a camera, a hardware scanner
  airgap scan photo-1.png photo-2.png -o request.psbt
  airgap scan photos --watch -o request.psbt
  airgap scan --camera 0 -o request.psbt
  airgap decode -o request.psbt
Then, on the machine that signs: custody alone says the steps of an evening.

airgap --help is the map; each command answers --help too."""
)
"""What to type for which purpose: at most 24 lines of 80 columns."""
