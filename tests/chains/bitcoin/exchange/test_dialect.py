"""Descriptors, keys and lines as other programs spell them: each is the wallet that it means, or refused by name."""

import pytest

from custody.chains.bitcoin.descriptor.checksum import checksum
from custody.chains.bitcoin.exchange.dialect import plain
from custody.chains.bitcoin.exchange.formats import recognise
from custody.chains.bitcoin.wallet.wallet import Wallet
from custody.errors import CustodyError, Unreadable
from tests.chains.bitcoin.exchange import wallets
from tests.chains.bitcoin.exchange.wallets import REGTEST
from tests.support import desk

LETTERS = {  # SLIP-132's table of test networks: form -> path, version
    "sh(wpkh)": ("49h/1h/0h", "044a5262"),
    "wpkh": ("84h/1h/0h", "045f1cf6"),
    "sh(wsh(sortedmulti))": ("48h/1h/0h/1h", "024289ef"),
    "wsh(sortedmulti)": ("48h/1h/0h/2h", "02575483"),
}
FINGERPRINT = {who: desk.root(who).my_fingerprint.hex() for who in "ABC"}


def read(text: str) -> Wallet:
    return recognise(text.encode()).register("treasury", REGTEST)


def dressed(kind: str, version: str = "") -> str:
    """The wallet's descriptor, its keys in letters of SLIP-132."""
    path, own = LETTERS[kind]
    text = wallets.owner(kind).descriptor
    for who in "ABC":
        account = desk.root(who).derive(f"m/{path}").to_public()
        text = text.replace(account.to_base58(), account.to_base58(version=bytes.fromhex(version or own)))
    return text


def summed(text: str) -> str:
    return f"{text}#{checksum(text)}"


@pytest.mark.parametrize("kind", ["wpkh", "tr", "wsh(sortedmulti)", "tr(tree)"])
@pytest.mark.parametrize("spelling", ["/**", "/{0,1}/*"])
def test_both_branches_in_another_spelling_are_both_branches(kind: str, spelling: str) -> None:
    text = wallets.owner(kind).descriptor.replace("/<0;1>/*", spelling)
    for given in (text, summed(text), f" \r\n{text}\r\n "):
        assert read(given) == wallets.wallet(kind)
        assert Wallet.register("treasury", [plain(given)], REGTEST) == wallets.wallet(kind)


@pytest.mark.parametrize("below", ["/***", "/**/*", "/*/**", "/{0,1}", "/{0,1,2}/*", "/{1}/*", "/{0;1}/*", "/{01,2}/*"])
def test_what_is_nearly_such_a_spelling_is_refused(below: str) -> None:
    with pytest.raises(CustodyError):
        read(wallets.owner("wpkh").descriptor.replace("/<0;1>/*", below))


def test_the_checksum_is_that_of_the_text_as_it_came() -> None:
    text = wallets.owner("wpkh").descriptor
    stars = text.replace("/<0;1>/*", "/**")
    assert read(summed(stars)) == read(summed(text))
    with pytest.raises(Unreadable, match="checksum"):
        read(f"{stars}#{checksum(text)}")


@pytest.mark.parametrize("kind", LETTERS)
def test_letters_of_slip_132_that_fit_their_script_are_read(kind: str) -> None:
    for text in (dressed(kind), summed(dressed(kind))):
        assert read(text) == wallets.wallet(kind)


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("other", LETTERS)
def test_letters_of_another_script_are_refused_by_their_name(kind: str, other: str) -> None:
    if kind == other:
        return
    with pytest.raises(Unreadable, match=r"letters of an extended key \(.pub\) belong to another script") as refusal:
        read(dressed(kind, LETTERS[other][1]))
    assert refusal.value.message.partition(": ")[2].startswith("cosigner 1 (73c5da0a)") is ("multi" in kind)


def test_the_cosigner_in_the_wrong_letters_is_named() -> None:
    path, _version = LETTERS["wsh(sortedmulti)"]
    account = desk.root("B").derive(f"m/{path}").to_public()
    text = wallets.owner("wsh(sortedmulti)").descriptor
    wrong = text.replace(account.to_base58(), account.to_base58(version=bytes.fromhex("045f1cf6")))
    with pytest.raises(Unreadable, match=rf"cosigner 2 \({FINGERPRINT['B']}\): the letters"):
        read(wrong)
    cut = text.replace(account.to_base58(), account.to_base58(version=bytes.fromhex("02575483"))[:-1] + "1")
    with pytest.raises(Unreadable, match=rf"cosigner 2 \({FINGERPRINT['B']}\): "):
        read(cut)


def test_no_letters_of_slip_132_are_for_taproot() -> None:
    account = desk.root("A").derive("m/86h/1h/0h").to_public()
    text = wallets.owner("tr").descriptor
    with pytest.raises(Unreadable, match="another script"):
        read(text.replace(account.to_base58(), account.to_base58(version=bytes.fromhex("045f1cf6"))))


# --- labels ---


@pytest.mark.parametrize("kind", ["wpkh", "wsh(sortedmulti)"])
@pytest.mark.parametrize("labels", [("Receive", "Change"), ("External", "Internal"), ("receiving", "CHANGE")])
def test_labelled_descriptors_are_the_branches_that_their_labels_say(kind: str, labels: tuple[str, str]) -> None:
    lines = [f"{label}: {wallets.owner(kind).single(branch)}" for branch, label in enumerate(labels)]
    for text in ("\n".join(lines), "\r\n\r\n".join(lines[::-1]) + "\r\n", "# mine\n" + "\n".join(lines)):
        assert read(text) == wallets.wallet(kind)
    assert read(f"{labels[0]}:{wallets.owner(kind).descriptor}") == wallets.wallet(kind)


LABELLED = {
    "the branches swapped": ("Change: {0}\nReceive: {1}", "wrong order"),
    "one branch twice": ("Receive: {0}\nExternal: {1}", "same branch"),
    "change alone": ("Change: {1}", "for change alone"),
    "a label that is not known": (
        "Receive: {0}\nSavings: {1}",
        "line 2 .*descriptors.*Savings",
    ),
    "a line that is none": ("Receive: {0}\nhello", "line 2 of what looks like a file of descriptors: this is not"),
}


@pytest.mark.parametrize("defect", LABELLED)
def test_labels_that_say_something_else_are_refused_with_their_line(defect: str) -> None:
    text, reason = LABELLED[defect]
    with pytest.raises(CustodyError, match=reason):
        read(text.format(*(wallets.owner("wpkh").single(branch) for branch in (0, 1))))


# --- one key ---


def expression(path: str, version: str, who: str = "A") -> str:
    account = desk.root(who).derive(f"m/{path}").to_public().to_base58(version=bytes.fromhex(version))
    return f"[{FINGERPRINT[who]}/{path}]{account}"


@pytest.mark.parametrize("below", ["", "/<0;1>/*", "/**", "/{0,1}/*"])
@pytest.mark.parametrize("kind", ["wpkh", "sh(wpkh)"])
def test_a_key_whose_letters_name_a_single_keys_script_is_a_wallet(kind: str, below: str) -> None:
    assert read(f"# a comment\n  {expression(*LETTERS[kind])}{below}\r\n") == wallets.wallet(kind)


def test_a_key_without_its_origin_is_a_wallet_without_one() -> None:
    wallet = read(expression(*LETTERS["wpkh"]).partition("]")[2])
    assert wallet.address(0, 0) == wallets.wallet("wpkh").address(0, 0)
    assert not wallet.descriptor.keys[0].has_origin


@pytest.mark.parametrize("path", ["84h/1h/0h", "48h/1h/0h/2h"])
def test_a_key_that_names_no_script_is_written_out_for_each(path: str) -> None:
    key = expression(path, "043587cf")
    for text in (key, key.partition("]")[2]):
        with pytest.raises(Unreadable, match="nothing says for which script") as refusal:
            read(text)
        assert refusal.value.code == "script-unsaid"
        assert f"wpkh({text}/<0;1>/*)" in refusal.value.hint.splitlines()
        assert f"tr({text}/<0;1>/*)" in refusal.value.hint.splitlines()


def test_a_key_for_quorums_is_written_out_for_the_quorums_descriptor() -> None:
    with pytest.raises(Unreadable, match="one cosigner") as refusal:
        read(expression(*LETTERS["wsh(sortedmulti)"]))
    assert f"wsh(sortedmulti(M,{expression('48h/1h/0h/2h', '043587cf')}/<0;1>/*,...))" in refusal.value.hint


def test_several_keys_say_nothing_of_a_threshold() -> None:
    keys = [expression("48h/1h/0h/2h", "043587cf", who) for who in "ABC"]
    with pytest.raises(Unreadable, match="how many of them must sign"):
        read("\n".join(keys))


KEYS = {
    "a bracket that is missing": lambda key: key.replace("]", ""),
    "a curly apostrophe": lambda key: key.replace("h", "\u2019"),
    "a key that is cut off": lambda key: key[:-1],
    "an origin that is none": lambda key: key.replace("84h", "84x"),
    "something behind it": lambda key: key + " and more",
    "a private key": lambda _key: f"[{FINGERPRINT['A']}/84h]" + desk.root("A").to_base58(),
}


@pytest.mark.parametrize("defect", KEYS)
def test_a_key_with_a_defect_is_never_taken_for_a_broken_json_document(defect: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(KEYS[defect](expression(*LETTERS["wpkh"])))
    assert "JSON" not in refusal.value.message
    assert (refusal.value.code == "private-key") is ("private" in defect)


# --- Specter-DIY ---


def test_specter_diys_line_is_a_name_and_a_wallet() -> None:
    text = wallets.owner("wsh(sortedmulti)").descriptor
    for below in ("", "/{0,1}/*", "/0/*", "/<0;1>/*"):
        line = f"# a comment\naddwallet the treasury&{text.replace('/<0;1>/*', below)}\r\n"
        assert recognise(line.encode()).name == "the treasury"
        assert read(line) == wallets.wallet("wsh(sortedmulti)")


@pytest.mark.parametrize(
    "line", ["addwallet x", "addwallet &{}", "addwallet x&", "addwallet x&{}\nmore", "addwallet x&{}/1"]
)
def test_a_line_of_specter_diys_that_is_broken_is_called_one(line: str) -> None:
    with pytest.raises(Unreadable, match="Specter-DIY"):
        read(line.format(wallets.owner("wpkh").descriptor))
