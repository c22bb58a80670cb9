"""The sidecar: LSP over stdio, and nothing of the domain.

The only room that knows pygls.
"""
