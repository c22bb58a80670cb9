"""The wire: what the extension (or any LSP client) and the sidecar say to each other.

A leaf: imports pydantic only. `scripts/generate_protocol.py` writes
`extension/src/protocol/generated.ts` and `docs/protocol.md` from it.
"""
