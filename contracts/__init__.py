"""The published language: event schemas, their catalogue and its exports. No I/O, except the stand-alone verifier."""
