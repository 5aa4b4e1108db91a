"""Modules of WebAssembly: read, linked, run with nothing of this machine in reach."""
