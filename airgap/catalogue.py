"""The window's message catalogue: every sentence that a person reads passes through here. It knows no sentence itself.

Catalogues lie in `airgap/locale/LANGUAGE/LC_MESSAGES/airgap.mo`; without one the English source text is used.
"""

import gettext as _gettext
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"

_translation = _gettext.translation("airgap", str(LOCALE_DIR), fallback=True)

_ = _translation.gettext
ngettext = _translation.ngettext
