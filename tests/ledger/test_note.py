"""The key and note are the worked example of the Go package that the format comes from."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import NoteError, Signer, VerifierKey
from evenhand.ledger.note import open_note, split_note

VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NOTE = f"{TEXT}\n{LINE}"
PETER = VerifierKey.parse(VKEY)

notable = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60)


def test_the_reference_note_opens_with_the_reference_key() -> None:
    assert open_note(NOTE, [PETER]) == TEXT
    assert PETER.text == VKEY


def test_signing_gives_the_reference_signature() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    signer = Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed))
    assert signer.vkey == VKEY
    assert signer.sign(TEXT) == NOTE


@pytest.mark.parametrize("position", range(len(VKEY)))
def test_a_key_with_any_character_changed_is_refused(position: int) -> None:
    changed = chr(ord(VKEY[position]) + 1)
    with pytest.raises(NoteError):
        VerifierKey.parse(VKEY[:position] + changed + VKEY[position + 1 :])


@pytest.mark.parametrize("length", range(len(VKEY)))
def test_a_key_cut_short_is_refused(length: int) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(VKEY[:length])


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\nb", "a\tb", "a\u00a0b", "a\u2003b", "a\x01b", "\ud800"]
)
def test_names_with_spaces_plus_or_control_characters_are_refused(name: str) -> None:
    with pytest.raises(NoteError, match="name"):
        VerifierKey(name, bytes(32))


@given(notable)
def test_any_text_that_can_be_signed_opens_again(signer: Signer, text: str) -> None:
    note = signer.sign(text + "\n")
    assert open_note(note, [signer.verifier]) == text + "\n"


@given(notable, st.data())
def test_a_changed_text_does_not_open(signer: Signer, text: str, data: st.DataObject) -> None:
    note = signer.sign(text + "\n")
    at = data.draw(st.integers(0, len(text)))
    with pytest.raises(NoteError):
        open_note(note[:at] + "x" + note[at:], [signer.verifier])


@given(st.text(max_size=200))
def test_any_text_is_a_note_or_a_note_error(text: str) -> None:
    try:
        body, signatures = split_note(text)
    except NoteError:
        return
    assert body.endswith("\n")
    assert signatures


def test_signatures_of_unknown_keys_are_passed_over(signer: Signer) -> None:
    ours = signer.sign(TEXT).removeprefix(f"{TEXT}\n")
    assert open_note(f"{TEXT}\n{LINE}{ours}", [signer.verifier]) == TEXT
    assert open_note(f"{TEXT}\n{ours}{LINE}", [signer.verifier]) == TEXT


def test_a_note_signed_only_by_others_does_not_open(signer: Signer) -> None:
    with pytest.raises(NoteError, match="none of its signatures"):
        open_note(NOTE, [signer.verifier])


def test_a_wrong_signature_of_a_known_key_spoils_the_note(signer: Signer) -> None:
    ours = signer.sign(TEXT).removeprefix(f"{TEXT}\n")
    wrong = signer.sign("another text\n").removeprefix("another text\n\n")
    with pytest.raises(NoteError, match="does not fit"):
        open_note(f"{TEXT}\n{ours}{wrong}", [signer.verifier])


def test_the_same_name_with_another_key_is_an_unknown_key(signer: Signer) -> None:
    namesake = Signer.generate(signer.name)
    with pytest.raises(NoteError, match="none of its signatures"):
        open_note(namesake.sign(TEXT), [signer.verifier])


def test_the_text_ends_at_the_last_empty_line(signer: Signer) -> None:
    text = "one\n\ntwo\n\n\nthree\n"
    assert open_note(signer.sign(text), [signer.verifier]) == text


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE.removesuffix("\n"),
        NOTE.replace("\n\n", "\n"),
        f"{TEXT}\n",
        f"{TEXT}\n\n",
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—  "),
        NOTE + "\n",
        NOTE.replace("x08g", "x0 g"),
        NOTE.replace("nAM=", "nAM"),
        NOTE.replace("nAM=", "nAN="),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("think", "think\t"),
        f"{TEXT}\n— PeterNeumann x08gow==\n",
        f"{TEXT}\n" + LINE * 101,
    ],
)
def test_malformed_notes_do_not_open(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, [PETER])


@pytest.mark.parametrize("text", ["", "no newline", "bell\a\n", "half \ud800\n"])
def test_texts_that_cannot_be_notes_are_not_signed(signer: Signer, text: str) -> None:
    with pytest.raises(NoteError):
        signer.sign(text)
