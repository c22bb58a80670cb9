"""An example home to try Threadbook on; knows how Codex writes, and nothing of ours."""
