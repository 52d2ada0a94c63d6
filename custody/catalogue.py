"""`_` and `ngettext`: an English sentence to the operator's language, where there is a translation.

Catalogues lie in `custody/locale/LANGUAGE/LC_MESSAGES/custody.mo`. Every sentence that a person reads passes through
here.
"""

import gettext as _gettext

LOCALE_DIR = __file__.rpartition("/")[0] + "/locale"  # not by pathlib, which every start would pay for

_translation = _gettext.translation("custody", LOCALE_DIR, fallback=True)

_ = _translation.gettext
ngettext = _translation.ngettext
