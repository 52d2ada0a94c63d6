"""What `custody` alone says: the commands of an evening in their order, on one screen of 24 lines."""

from custody.catalogue import _

EVENING = _(
    """An evening with custody, on a test network. Every command says the next one.

A new key, on five cards of which three open it; and its wallet
  custody key new --network test --threshold 3 --shares 5 -o set.json
  custody share combine --set set.json
  custody key show --set set.json --network test --path m/84h/1h/0h
  custody wallet new savings --network test -o savings.json \\
    --descriptor "wpkh(KEY/<0;1>/*)"         # KEY as key show printed it
Receive: compare the address aloud with the desk's
  custody wallet address savings.json
Review and sign what the desk asks, and show it the answer
  airgap scan photos -o request.psbt
  custody review request.psbt --wallet savings.json
  custody sign request.psbt --wallet savings.json --set set.json -o signed.psbt
  airgap show signed.psbt
A drill, any day: a holder checks a card alone; a quorum brings the key back
  custody share check --set set.json
  custody share combine --set set.json

custody --help is the map of all commands; each of them answers --help too."""
)
"""At most 24 lines of 80 columns. Each command is one that is taken as it stands."""
