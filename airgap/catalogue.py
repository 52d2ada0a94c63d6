"""`_` and `ngettext`: an English sentence of the window to the operator's language, where there is a translation.

Catalogues lie in `airgap/locale/LANGUAGE/LC_MESSAGES/airgap.mo`.
"""

import gettext as _gettext

LOCALE_DIR = __file__.rpartition("/")[0] + "/locale"  # not by pathlib, which every start would pay for

_translation = _gettext.translation("airgap", LOCALE_DIR, fallback=True)

_ = _translation.gettext
ngettext = _translation.ngettext
