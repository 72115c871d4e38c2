"""XLS files that are encrypted, and that programs open without asking for a password.

Excel encrypts a workbook whose structure is protected, with a password that all programs know. Both
ways that it does so are RC4 over blocks of 1,024 bytes ([MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import md5, sha1
from struct import Struct, pack, unpack_from

_PASSWORD = "VelvetSweatshop".encode("utf-16-le")
_BLOCK = 1024
_FILEPASS = 0x002F
_BOUNDSHEET = 0x0085
_IN_CLEAR = frozenset({0x0809, _FILEPASS, 0x0194, 0x0195, 0x00E1, 0x0196, 0x0138})
"""Records whose content is not encrypted: the beginning, the key, who has the file open."""
_NOTHING = 0xFFFF
"""The number of no record: what is so numbered is ignored."""
_RC4 = 1
_SHORTEST = 54
"""Bytes by which RC4 says its key; older ways take less."""
_HEADER = Struct("<HH")

BlockKey = Callable[[int], bytes]


def decrypted(stream: bytes) -> bytes | None:
    """The stream in clear, by the password that all programs know; ``None`` where it is another."""
    found = next((place for place in _records(stream) if place[0] == _FILEPASS), None)
    if found is None:
        return None
    _, at, size = found
    key = _block_key(stream[at : at + size])
    if key is None:
        return None
    blocks = range(len(stream) // _BLOCK + 1)
    keystream = b"".join(_rc4(key(block), _BLOCK) for block in blocks)
    clear = bytearray(_xor(stream, keystream[: len(stream)]))
    for kind, at, size in _records(stream):
        _keep(clear, stream, at - _HEADER.size, _HEADER.size)
        if kind in _IN_CLEAR:
            _keep(clear, stream, at, size)
        elif kind == _BOUNDSHEET:
            _keep(clear, stream, at, 4)
        if kind == _FILEPASS:
            clear[at - _HEADER.size : at - 2] = pack("<H", _NOTHING)
    return bytes(clear)


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Every record: its number, its place, its size."""
    at = 0
    while at + _HEADER.size <= len(stream):
        kind, size = _HEADER.unpack_from(stream, at)
        at += _HEADER.size
        yield kind, at, size
        at += size


def _keep(clear: bytearray, stream: bytes, at: int, size: int) -> None:
    clear[at : at + size] = stream[at : at + size]


def _block_key(about: bytes) -> BlockKey | None:
    """The key of each block, where the password is the right one."""
    if len(about) < _SHORTEST:
        return None
    method, version = unpack_from("<HH", about)
    if method != _RC4:
        return None
    if version == 1:
        salt, verifier, proof = about[6:22], about[22:38], about[38:54]
        key, digest = _key_of_97(salt), md5
    else:
        (header_size,) = unpack_from("<I", about, 10)
        (bits,) = unpack_from("<I", about, 14 + 16)
        at = 14 + header_size + 4
        salt, verifier, proof = about[at : at + 16], about[at + 16 : at + 32], about[at + 36 :][:20]
        key, digest = _key_of_2002(salt, bits or 128), sha1
    clear = _xor(verifier + proof, _rc4(key(0), len(verifier + proof)))
    is_right = digest(clear[:16], usedforsecurity=False).digest() == clear[16:]
    return key if is_right else None


def _key_of_97(salt: bytes) -> BlockKey:
    short = _md5(_PASSWORD)[:5]
    seed = _md5((short + salt) * 16)[:5]
    return lambda block: _md5(seed + pack("<I", block))


def _key_of_2002(salt: bytes, bits: int) -> BlockKey:
    seed = _sha1(salt + _PASSWORD)
    return lambda block: _sha1(seed + pack("<I", block))[: bits // 8]


def _md5(content: bytes) -> bytes:
    return md5(content, usedforsecurity=False).digest()


def _sha1(content: bytes) -> bytes:
    return sha1(content, usedforsecurity=False).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    size = len(left)
    mixed = int.from_bytes(left, "little") ^ int.from_bytes(right, "little")
    return mixed.to_bytes(size, "little")


def _rc4(key: bytes, size: int) -> bytes:
    """The first bytes of the keystream."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    stream = bytearray(size)
    i = j = 0
    for at in range(size):
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        stream[at] = state[(state[i] + state[j]) & 255]
    return bytes(stream)
