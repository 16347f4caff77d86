"""Network and files: one module a protocol; ``layers`` makes a Layer of what they give."""
