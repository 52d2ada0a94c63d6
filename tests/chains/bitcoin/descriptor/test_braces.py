"""The text of a tree: taken apart and written again, and refused where braces make no pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.chains.bitcoin.descriptor import braces
from custody.errors import Unreadable

texts = st.recursive(
    st.sampled_from(["pk(A)", "multi_a(2,A,B)", "and_v(v:pk(A),older(9))"]),
    lambda inner: st.tuples(inner, inner).map(lambda pair: f"{{{pair[0]},{pair[1]}}}"),
    max_leaves=20,
)


@given(texts)
def test_a_tree_is_written_as_it_was_read(text: str) -> None:
    leaves = braces.split(text)
    assert braces.join(leaves) == text
    assert len(leaves) == text.count("{") + 1


def test_leaves_stand_in_depth_first_order_with_their_depths() -> None:
    assert braces.split("{pk(A),{{pk(B),and_v(v:pk(C),older(1))},pk(D)}}") == (
        (1, "pk(A)"),
        (3, "pk(B)"),
        (3, "and_v(v:pk(C),older(1))"),
        (2, "pk(D)"),
    )
    assert braces.split("pk(A)") == ((0, "pk(A)"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "{pk(A)}",
        "{pk(A),}",
        "{,pk(A)}",
        "{pk(A),pk(B)",
        "{pk(A),pk(B)}}",
        "{pk(A),pk(B),pk(C)}",
        "pk(A),pk(B)",
        "pk(A){pk(B),pk(C)}",
        "{pk(A)pk(B)}",
        "{pk(A),{pk(B)}}",
        "{{pk(A),pk(B)}}",
        "}pk(A){",
        "pk(A)}",
        ",pk(A)",
    ],
)
def test_braces_that_make_no_pairs_are_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="malformed"):
        braces.split(text)


def nested(depth: int) -> str:
    return "{pk(A)," * depth + "pk(A)" + "}" * depth


def test_a_tree_has_its_limits() -> None:
    assert len(braces.split(nested(braces.DEPTH_LIMIT))) == braces.DEPTH_LIMIT + 1
    with pytest.raises(Unreadable, match="deeper than 16"):
        braces.split(nested(braces.DEPTH_LIMIT + 1))
    with pytest.raises(Unreadable, match="deeper"):
        braces.split("{" * 10_000)
    balanced = "pk(A)"
    for _level in range(6):
        balanced = f"{{{balanced},{balanced}}}"
    assert len(braces.split(balanced)) == braces.LEAVES_LIMIT
    with pytest.raises(Unreadable, match="more than 64"):
        braces.split(f"{{{balanced},pk(A)}}")
