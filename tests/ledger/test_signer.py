import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from evenhand.ledger import KeyFileError, Signer


def write_private(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def test_a_saved_key_signs_the_same_when_loaded(tmp_path: Path, signer: Signer) -> None:
    signer.save(tmp_path / "ledger.pem")
    loaded = Signer.load(tmp_path / "ledger.pem", signer.name)
    assert loaded.vkey == signer.vkey
    assert loaded.sign("text\n") == signer.sign("text\n")


def test_the_key_file_is_for_its_owner_alone_whatever_the_umask(
    tmp_path: Path, signer: Signer
) -> None:
    before = os.umask(0)
    try:
        signer.save(tmp_path / "ledger.pem")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "ledger.pem").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.pem"]


def test_a_key_is_never_replaced(tmp_path: Path, signer: Signer) -> None:
    path = write_private(tmp_path / "ledger.pem", b"the old key")
    with pytest.raises(KeyFileError, match="exists already"):
        signer.save(path)
    assert path.read_bytes() == b"the old key"
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.pem"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, signer: Signer) -> None:
    with pytest.raises(KeyFileError, match="cannot write"):
        signer.save(tmp_path / "missing" / "ledger.pem")
    with pytest.raises(KeyFileError, match="cannot read"):
        Signer.load(tmp_path / "missing" / "ledger.pem", signer.name)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_open_to_others_is_refused_and_the_remedy_named(
    tmp_path: Path, signer: Signer, mode: int
) -> None:
    signer.save(tmp_path / "ledger.pem")
    (tmp_path / "ledger.pem").chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Signer.load(tmp_path / "ledger.pem", signer.name)


def test_files_that_hold_no_usable_key_are_refused(tmp_path: Path, signer: Signer) -> None:
    path = write_private(tmp_path / "ledger.pem", b"-----BEGIN NOTHING-----")
    with pytest.raises(KeyFileError, match="PEM"):
        Signer.load(path, signer.name)
    other = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(KeyFileError, match="not an Ed25519 key"):
        Signer.load(write_private(path, other), signer.name)
    locked = signer.private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    with pytest.raises(KeyFileError, match="unencrypted"):
        Signer.load(write_private(path, locked), signer.name)


def test_the_private_key_is_not_shown_when_printed(signer: Signer) -> None:
    assert signer.private.private_bytes_raw().hex() not in repr(signer)
    assert repr(signer.private.private_bytes_raw()) not in repr(signer)
