"""Miniscript read and written: the grammar, its limits, and what a wallet refuses to use."""

from random import Random

import pytest

from custody.chains.bitcoin.consensus.timelocks import Timing
from custody.chains.bitcoin.miniscript import (
    Context,
    Fragment,
    check_sane,
    has_duplicate_keys,
    largest_satisfaction_size,
    ops_count,
    parse,
    stack_items,
)
from custody.errors import Unreadable
from tests.chains.bitcoin.miniscript.miniscripts import after_holds, grown, older_holds
from tests.support.effort import against, operations

P2WSH, TAPSCRIPT = Context.P2WSH, Context.TAPSCRIPT
H20, H32 = "ab" * 20, "cd" * 32


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("c:pk_k(A)", "pk(A)"),
        ("c:pk_h(A)", "pkh(A)"),
        ("vc:pk_k(A)", None),
        ("and_v(vc:pk_k(A),older(52560))", "and_v(v:pk(A),older(52560))"),
        ("and_v(v:pk(A),1)", "tv:pk(A)"),
        ("or_i(0,pk(A))", "l:pk(A)"),
        ("or_i(pk(A),0)", "u:pk(A)"),
        ("or_i(0,0)", "l:0"),
        ("andor(pk(A),pk(B),0)", "and_n(pk(A),pk(B))"),
        ("uc:andor(pk(A),pk_k(B),pk_h(C))", "uc:andor(pk(A),pk_k(B),pk_h(C))"),
        (f"and_v(v:pk(A),sha256({H32.upper()}))", f"and_v(v:pk(A),sha256({H32}))"),
        ("thresh(2,pk(A),sc:pk_k(B),sln:after(7))", "thresh(2,pk(A),s:pk(B),sln:after(7))"),
        ("multi(2,A,B,C)", "multi(2,A,B,C)"),
    ],
)
def test_every_script_has_one_text(text: str, canonical: str | None) -> None:
    if canonical is None:
        with pytest.raises(Unreadable, match="whole script"):
            parse(text, P2WSH, str)
        return
    node = parse(text, P2WSH, str)
    assert node.text(str) == canonical
    assert parse(canonical, P2WSH, str) == node


def test_keys_stand_in_the_order_of_the_text_and_can_be_exchanged() -> None:
    node = parse("andor(multi(2,A,B),or_d(pk(C),pkh(D)),thresh(1,pk(E),s:pk(F)))", P2WSH, str)
    assert node.keys() == ("A", "B", "C", "D", "E", "F")
    numbered = node.map_keys("ABCDEF".index)
    assert numbered.keys() == (0, 1, 2, 3, 4, 5)
    assert numbered.text("ABCDEF".__getitem__) == node.text(str)


def test_a_key_of_another_size_makes_no_script() -> None:
    for context, size in ((P2WSH, 32), (P2WSH, 65), (TAPSCRIPT, 33)):
        with pytest.raises(ValueError, match="bytes is needed"):
            parse("pk(A)", context, str).script(lambda _key, size=size: bytes(size))  # type: ignore[misc]


@pytest.mark.parametrize("context", Context)
def test_scripts_are_what_the_table_says(context: Context) -> None:
    key = b"\x02" * context.key_size
    size = f"{context.key_size:02x}"
    expected = f"{size}{key.hex()}ad0390cd00b2"
    assert parse("and_v(v:pk(A),older(52624))", context, str).script(lambda _key: key).hex() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pk",
        "pk(",
        "pk(A",
        "pk(A))",
        "pk(A)pk(B)",
        "pk(A),pk(B)",
        "pk(A,B)",
        "pk (A)",
        " pk(A)",
        "pk(A)\n",
        ":pk(A)",
        "a:a:pk(A)",
        "x:pk(A)",
        "V:pk(A)",
        "and_v()",
        "and_v(v:pk(A))",
        "and_v(v:pk(A),pk(B),pk(C))",
        "and_v(v:pk(A),)",
        "and_v(,pk(A))",
        "or_i(pk(A);pk(B))",
        "0()",
        "2",
        "older()",
        "older(0)",
        "older(-1)",
        "older(+1)",
        "older(01)",
        "older(0x10)",
        "older(1_0)",
        "older(\u0661)",
        "older(2147483648)",
        "older(99999999999999999999)",
        "after(0)",
        "after(2147483648)",
        "sha256(ab)",
        f"sha256({H20})",
        f"hash160({H32})",
        f"sha256({H32[:-2]} 0)",
        f"sha256({'zz' * 32})",
        "thresh(0,pk(A))",
        "thresh(2,pk(A))",
        "thresh(01,pk(A))",
        "thresh(pk(A))",
        "thresh(1)",
        "thresh(1,)",
        "thresh(1,pk(A),pk(B))",
        "multi(1)",
        "multi(0,A)",
        "multi(3,A,B)",
        "multi(1," + ",".join("ABCDEFGHIJKLMNOPQRSTU") + ")",
        "multi_a(1,A)",
        "sortedmulti(1,A,B)",
        "wsh(pk(A))",
        "raw(51)",
        "__class__(A)",
        "v:pk(A)",
        "pk_k(A)",
        "s:pk(A)",
        "and_b(pk(A),pk(B))",
        "or_d(older(1),pk(A))",
        "j:older(1)",
        "d:pk(A)",
        "c:pk(A)",
    ],
)
def test_what_is_no_miniscript_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        parse(text, P2WSH, str)
    assert refusal.value.exit_code == 4


def test_each_context_has_its_own_quorum() -> None:
    for context, name in ((P2WSH, "multi_a"), (TAPSCRIPT, "multi")):
        with pytest.raises(Unreadable, match=f"{name} does not exist"):
            parse(f"{name}(1,A)", context, str)


def test_d_leaves_exactly_one_in_tapscript_alone() -> None:
    text = "thresh(2,dv:older(42),s:pk(A),s:pk(B))"
    assert parse(text, TAPSCRIPT, str).fragment is Fragment.THRESH
    with pytest.raises(Unreadable, match="thresh"):
        parse(text, P2WSH, str)


def test_a_key_that_is_none_is_refused_by_whoever_reads_keys() -> None:
    def refuse(_text: str) -> str:
        raise Unreadable("no key")

    with pytest.raises(Unreadable, match="no key"):
        parse("pk(A)", P2WSH, refuse)


@pytest.mark.parametrize(
    "text",
    [
        "andor(" * 1666,
        "andor(0," * 1200 + "0",
        "a" * 9990 + ":0",
        "a:" * 5000,
        ":" * 10_000,
        "(" * 10_000,
        "," * 10_000,
        "thresh(1," * 1100,
        "and_v(v:1," * 900 + "1" + ")" * 900,
        "thresh(1,0" + ",a:0" * 2400 + ")",
        "multi(1," + "A," * 4900 + "A)",
        "a" * 10_000,
        "1" * 10_000,
        "pk(" + "A" * 9_990,
        "x" * 10_001,
    ],
)
def test_no_text_costs_more_than_an_honest_one(text: str) -> None:
    """Held against 1,355 characters that are read to their end."""

    def refuse() -> None:
        with pytest.raises(Unreadable):
            parse(text, P2WSH, str)

    def read() -> None:
        parse("and_v(v:pk(A)," * 90 + "pk(A)" + ")" * 90, P2WSH, str)

    assert operations(refuse) < operations(read)
    assert against(refuse, read) < 1


def test_whole_scripts_stand_up_to_the_limits_of_depth() -> None:
    deepest = "and_v(v:1," * 98 + "1" + ")" * 98
    node = parse(deepest, TAPSCRIPT, str)
    assert parse(node.text(str), TAPSCRIPT, str) == node
    assert hash(node) == hash(parse(deepest, TAPSCRIPT, str))
    with pytest.raises(Unreadable, match="deeper"):
        parse("and_v(v:1," * 99 + "1" + ")" * 99, TAPSCRIPT, str)


def test_a_script_that_nodes_do_not_relay_is_refused() -> None:
    keys = ",".join(f"K{number}" for number in range(20))
    quorum = f"multi(1,{keys})"
    one = len(parse(quorum, P2WSH, str).script(lambda _key: bytes(33)))
    several = 3_600 // one
    fitting = "and_v(v:" + f"{quorum},and_v(v:" * (several - 2) + f"{quorum},{quorum}" + ")" * (several - 1)
    assert len(parse(fitting, P2WSH, str).script(lambda _key: bytes(33))) <= 3_600
    with pytest.raises(Unreadable, match="3600"):
        parse(f"and_v(v:{quorum},{fitting})", P2WSH, str)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("older(52560)", "without any signature"),
        ("or_d(pk(A),older(52560))", "without any signature"),
        ("or_i(pk(A),1)", "without any signature"),
        (f"and_v(v:pk(A),or_d(sha256({H32}),pk(B)))", "malleable"),
        ("and_b(pk(A),s:or_i(older(1),older(2)))", "malleable"),
        ("and_v(v:pk(A),and_v(v:after(100),after(1600000000)))", "mixes heights and times"),
        ("and_v(v:pk(A),and_v(v:older(100),older(4194305)))", "mixes heights and times"),
        ("or_d(pk(A),and_v(v:pk(B),older(65536)))", "does not mean"),
        ("or_d(pk(A),and_v(v:pk(B),older(65537)))", "does not mean"),
        ("or_d(pk(A),and_v(v:pk(B),older(4194304)))", "does not mean"),
        ("or_d(pk(A),and_v(v:pk(B),older(1073741825)))", "does not mean"),
        ("or_d(pk(A),and_v(v:pk(B),older(8388609)))", "does not mean"),
        ("or_d(pk(A),and_v(v:pk(A),older(1)))", "twice"),
        ("multi(2,A,B,A)", "twice"),
        ("0", "never be spent"),
        ("and_n(pk(A),0)", "never be spent"),
        ("and_b(pk(A),a:0)", "never be spent"),
    ],
)
def test_a_wallet_refuses_what_is_not_sane(text: str, reason: str) -> None:
    node = parse(text, P2WSH, str)
    with pytest.raises(Unreadable, match=reason):
        check_sane(node)


@pytest.mark.parametrize(
    "text",
    [
        "pk(A)",
        "multi(2,A,B,C)",
        "or_d(multi(2,A,B,C),and_v(v:pkh(D),older(52560)))",
        "or_d(pk(A),and_v(v:pk(B),older(65535)))",
        "or_d(pk(A),and_v(v:pk(B),older(4194305)))",
        "or_d(pk(A),and_v(v:pk(B),older(4259839)))",
        "or_i(and_v(v:pk(A),after(100)),and_v(v:pk(B),after(1600000000)))",
        "and_v(v:pk(A),and_v(v:after(100),older(4194305)))",
        "thresh(3,pk(A),s:pk(B),s:pk(C),sln:older(12960))",
        "andor(multi(3,A,B,C),older(144),and_v(v:thresh(2,pkh(D),a:pkh(E),a:pkh(F)),after(500000)))",
        f"and_v(v:pk(A),sha256({H32}))",
    ],
)
def test_the_nearest_sane_scripts_are_taken(text: str) -> None:
    check_sane(parse(text, P2WSH, str))


def test_more_opcodes_than_a_node_runs_are_refused() -> None:
    def text(count: int) -> str:
        return f"thresh({count},pk(A0)" + "".join(f",s:pk(A{number})" for number in range(1, count)) + ")"

    fits, too_many = parse(text(67), P2WSH, str), parse(text(68), P2WSH, str)
    assert (ops_count(fits), ops_count(too_many)) == (200, 203)
    check_sane(fits)
    with pytest.raises(Unreadable, match="203 opcodes, and no more than 201"):
        check_sane(too_many)
    check_sane(parse(text(68), TAPSCRIPT, str))


def test_more_elements_than_a_node_relays_are_refused() -> None:
    def text(count: int) -> str:
        return "thresh(1,pkh(K0)" + "".join(f",a:pkh(K{n})" for n in range(1, count)) + ")"

    quorums = "multi(20," + ",".join(f"K{number}" for number in range(20)) + ")"
    parts = [quorums.replace("K", f"K{each}x") for each in range(5)]
    node = parse("and_v(v:" + ",and_v(v:".join(parts[:-1]) + f",{parts[-1]}" + ")" * 4, P2WSH, str)
    assert stack_items(node) == 105
    assert ops_count(node) == 105
    with pytest.raises(Unreadable, match="105 stack elements"):
        check_sane(node)
    check_sane(parse(text(10), P2WSH, str))


def test_a_leaf_may_hold_as_much_as_the_stack_does() -> None:
    def quorum(threshold: int, count: int) -> str:
        return f"multi_a({threshold},{','.join(f'{number:x}' for number in range(count))})"

    check_sane(parse(quorum(500, 999), TAPSCRIPT, str))
    with pytest.raises(Unreadable, match="999"):
        parse(quorum(500, 1000), TAPSCRIPT, str)
    with pytest.raises(Unreadable, match="1001 stack elements"):
        check_sane(parse(f"and_v(v:pk(X),and_v(v:pk(Y),{quorum(1, 998)}))", TAPSCRIPT, str))


def test_the_same_key_is_seen_wherever_it_stands() -> None:
    assert has_duplicate_keys(parse("or_d(pk(A),and_v(v:multi(1,B,A),older(1)))", P2WSH, str))
    assert not has_duplicate_keys(parse("or_d(pk(A),and_v(v:multi(1,B,C),older(1)))", P2WSH, str))


def test_a_script_that_nobody_can_spend_costs_nothing() -> None:
    node = parse("and_n(pk(A),0)", P2WSH, str)
    assert largest_satisfaction_size(node) is None
    assert stack_items(node) is None


@pytest.mark.parametrize("version", [1, 2, -1])
@pytest.mark.parametrize("sequence", [0, 9, 10, 11, 0x40000A, 0x41000A, 0x8000000A, 0xFFFFFFFE, 0xFFFFFFFF])
@pytest.mark.parametrize("locktime", [0, 99, 100, 499_999_999, 500_000_000, 1_600_000_000])
def test_a_transaction_meets_the_locks_that_consensus_lets_pass(version: int, sequence: int, locktime: int) -> None:
    timing = Timing(version, sequence, locktime)
    unsigned = Timing(version & 0xFFFFFFFF, sequence, locktime)  # nodes compare the version without a sign
    for number in (9, 10, 11, 65535, 4194304 + 10):
        assert timing.meets_older(number) is older_holds(number, unsigned)
    for number in (1, 100, 101, 499_999_999, 500_000_000, 1_600_000_000):
        assert timing.meets_after(number) is after_holds(number, timing)


@pytest.mark.parametrize("context", Context)
def test_random_scripts_are_written_and_read_again(context: Context) -> None:
    for seed in range(150):
        node = parse(grown(seed, context), context, str)
        assert parse(node.text(str), context, str) == node
        assert node.script_size == len(node.script(bytes.fromhex))


@pytest.mark.parametrize("context", Context)
def test_a_damaged_text_is_read_as_it_stands_or_refused(context: Context) -> None:
    random = Random(379)
    read = 0
    for seed in range(1500):
        text = grown(seed % 100, context)
        at, length = random.randrange(len(text)), random.choice((0, 0, 1, 1, 2, 70))
        damaged = text[:at] + random.choice(("", "", *"(),:01avjn")) + text[at + length :]
        try:
            node = parse(damaged, context, str)
        except Unreadable:
            continue
        assert parse(node.text(str), context, str) == node
        read += 1
    assert 50 < read < 1400
