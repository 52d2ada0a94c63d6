"""The commands of `airgap`, in the order of `--help`, with a line each. Each lies in the module of its name."""

from airgap.catalogue import _

COMMANDS = {
    "show": _("A file to QR codes: on this terminal, or as pictures."),
    "scan": _("Pictures of QR codes, or a camera, to the message they carry."),
    "encode": _("A file to frames, one a line, as a scanner types them."),
    "decode": _("Frames, one a line, to the message they carry."),
}
