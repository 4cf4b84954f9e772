import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import (
    Checkpoint,
    CheckpointError,
    NoteError,
    Signer,
    open_checkpoint,
    sign_checkpoint,
)

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="  # the specification's example
TEXT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"


def test_the_specifications_example_is_read_and_written_alike() -> None:
    head = Checkpoint.parse(TEXT)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text == TEXT


def test_extension_lines_are_kept() -> None:
    head = Checkpoint.parse(TEXT + "more\nand more\n")
    assert head.extensions == ("more", "and more")
    assert head.text == TEXT + "more\nand more\n"


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_a_signed_checkpoint_opens_to_what_was_signed(
    signer: Signer, size: int, root: bytes
) -> None:
    note = sign_checkpoint(signer, size, root)
    assert open_checkpoint(note, [signer.vkey]) == Checkpoint(signer.name, size, root)


def test_one_head_has_one_note(signer: Signer) -> None:
    assert sign_checkpoint(signer, 3, bytes(32)) == sign_checkpoint(signer, 3, bytes(32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT.removesuffix("\n"),
        TEXT + "\n",
        TEXT + "more\n\n",
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", "+1"),
        TEXT.replace("20852163", "1e3"),
        TEXT.replace("20852163", "²"),
        TEXT.replace("20852163", "٣"),
        TEXT.replace("20852163", "9" * 5000),
        TEXT.replace("20852163", " 1"),
        TEXT.replace("q2I=", "q2I"),
        TEXT.replace("q2I=", "q2J="),
        TEXT.replace("CsUY", ""),
        "\n" + TEXT,
        "origin\n5\n",
    ],
)
def test_texts_that_are_no_checkpoint_are_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint.parse(text)


@given(st.text(max_size=80))
def test_any_text_is_a_checkpoint_or_a_note_error(text: str) -> None:
    try:
        head = Checkpoint.parse(text)
    except NoteError:
        return
    assert head.text == text


def test_a_checkpoint_of_another_key_does_not_open(signer: Signer) -> None:
    note = sign_checkpoint(Signer.generate(signer.name), 3, bytes(32))
    with pytest.raises(NoteError):
        open_checkpoint(note, [signer.vkey])


def test_a_negative_size_is_not_signed(signer: Signer) -> None:
    with pytest.raises(CheckpointError):
        sign_checkpoint(signer, -1, bytes(32))
