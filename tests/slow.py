"""What `make quick` leaves out, by reason. A place is a folder, a file or one test below `tests/`.

docs/engineer.md tells the same table, and `tests/test_quick.py` compares. Whoever adds a test that takes more than two
seconds, or a file that takes more than ten, adds its place here.
"""

from pathlib import Path

TESTS = Path(__file__).parent

SLOW: dict[str, tuple[str, ...]] = {
    "judges that are not ours: a node, other wallets, reference implementations": (
        "node",
        "peers",
        "referees",
        "chains/bitcoin/message/test_judges.py",
        "chains/bitcoin/miniscript/test_judges.py",
        "airgap/test_transport_bench.py",
    ),
    "the disk fails, or the process dies, at every write": (
        "faults",
        "ceremony/treasury/test_model.py",
        "ceremony/treasury/test_processes.py",
        "ceremony/treasury/test_rollback.py",
        "store/test_folder_faults.py",
        "store/test_folder_model.py",
        "store/test_folder_processes.py",
        "store/test_folder_system_calls.py",
    ),
    "a person at a terminal, or a process for each case": (
        "release/test_attacks.py",
        "transcripts",
        "test_tour.py",
        "test_carry.py",
        "airgap/cli",
        "cli/front/test_any_input.py",
        "leaks",
        "cli/front/test_lists.py",
        "cli/front/test_main.py",
        "cli/front/test_closed_streams.py",
        "cli/keys",
        "cli/machine",
        "cli/messages",
        "cli/people",
        "cli/tokens",
        "cli/test_import_budget.py",
        "cli/test_networks.py",
        "cli/test_screen_truth.py",
        "cli/transactions",
        "cli/treasury",
        "cli/wallets/test_codes.py",
        "cli/wallets/test_folders.py",
        "cli/wallets/test_policies.py",
        "cli/wallets/test_words.py",
    ),
    "pictures, pages and films are drawn and read": (
        "airgap/qr/test_browser.py",
        "airgap/qr/test_page.py",
        "airgap/scanning",
    ),
    "all of the code is walked, line by line": ("test_reading_order.py",),
    "very many cases, or very large ones": (
        "hunts",
        "airgap/receiving/test_collector.py",
        "airgap/test_attacks.py",
        "airgap/test_bbqr.py",
        "airgap/test_hostile.py",
        "airgap/ur/test_schedule.py::test_whoever_joins_late_and_loses_one_in_ten_needs_little_more",
        "chains/bitcoin/consensus/test_sighash_vectors.py",
        "chains/bitcoin/consensus/test_transaction.py::test_reading_is_linear",
        "chains/bitcoin/exchange/test_round_trips.py",
        "chains/bitcoin/message/test_bounds.py",
        "chains/bitcoin/message/test_signing.py",
        "chains/bitcoin/miniscript/test_explained.py",
        "chains/bitcoin/miniscript/test_grammar.py::test_a_damaged_text_is_read_as_it_stands_or_refused",
        "chains/bitcoin/psbt/test_identity.py",
        "chains/bitcoin/psbt/test_psbt.py::test_eight_times_the_inputs_are_eight_times_the_work",
        "chains/bitcoin/review/test_bounds.py",
        "chains/bitcoin/review/test_effort.py",
        "chains/bitcoin/review/test_honest_mixtures.py",
        "chains/bitcoin/review/test_policies.py",
        "chains/bitcoin/review/test_tasks_policies.py",
        "chains/bitcoin/roles",
        "chains/bitcoin/wallet/test_networks.py",
        "chains/bitcoin/wallet/test_policy_digest.py",
        "governance/known/test_model.py",
        "governance/test_speed.py",
        "keys/cards/test_collection.py::test_any_text_is_a_card_or_an_error_of_ours",
        "keys/vaults/test_sealed.py",
        "keys/vaults/test_vault.py::test_every_bit_of_a_small_vault_counts",
        "keys/vaults/test_vault.py::test_every_byte_of_a_slot_that_nobody_used_counts",
        "keys/vaults/test_vectors.py",
    ),
}
"""Reason -> places."""

LONGEST = (
    "faults/test_treasury.py",
    "test_carry.py",
    "cli/test_networks.py",
    "cli/test_screen_truth.py",
    "leaks/test_memory.py",
    "airgap/scanning/test_pages.py",
    "leaks/test_planted.py",
    "transcripts/test_ceremonies.py",
    "transcripts/test_rehearsals.py",
    "cli/transactions/test_review_and_sign.py",
    "store/test_folder_faults.py",
    "chains/bitcoin/review/test_effort.py",
    "test_tour.py",
    "test_reading_order.py",
    "faults/test_programs.py",
)
"""Files that take the longest, the longest first: one process runs a file, and nobody shall wait for the last."""

REASONS = {place: reason for reason, places in SLOW.items() for place in places}
QUICK = "not slow"
"""What `make quick` gives pytest as `-m`."""


def is_left_out(path: Path) -> bool:
    """Say whether a folder or a file is left out whole, so that it need not even be read."""
    return path.is_relative_to(TESTS) and path.relative_to(TESTS).as_posix() in REASONS


def rank(node: str) -> int:
    """Say how early a test is begun, by its name within `tests/`: the longest files first, all others after them."""
    file = node.partition("::")[0]
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


def is_slow(node: str) -> bool:
    """Say whether a test is in the table, by its name within `tests/`, as pytest writes it, with or without `[...]`."""
    file, _colons, test = node.partition("[")[0].partition("::")
    parts = file.split("/")
    places = {"/".join(parts[:count]) for count in range(1, len(parts) + 1)} | {f"{file}::{test}"}
    return not places.isdisjoint(REASONS)
