"""Write a conversation as a document: Markdown, or one self-contained HTML page.

Doors for the rooms above:

- `export.document.Document`: what is exported; its items come one at a time, so that
  a rollout of any size passes through.
- `export.markdown.write_markdown(document)`, `export.page.write_page(document)`: the
  pieces of the text, to be written as they come.
- `export.redact.Redactor`: masks secrets and home folders in items and texts.

Knows domain items only: no files of Codex, no wire, no index.
"""
