"""The window's message catalogue: every sentence that a person reads passes through here. It knows no sentence itself.

Catalogues lie in `airgap/locale/LANGUAGE/LC_MESSAGES/airgap.mo`; without one the English source text is used.
"""

import gettext as _gettext

LOCALE_DIR = __file__.rpartition("/")[0] + "/locale"  # not by pathlib, which every start would pay for

_translation = _gettext.translation("airgap", LOCALE_DIR, fallback=True)

_ = _translation.gettext
ngettext = _translation.ngettext
