#!/bin/sh
# Writes requirements/*.txt again from pyproject.toml: exact versions with hashes, for every system, without addresses.
# Give --upgrade to take newer versions; without it, only what pyproject.toml asks for changes.
set -eu
cd "$(dirname "$0")/.."

compile() { # compile FILE [what uv takes...]
    output=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-annotate --no-header --output-file "$output" "$@"
}

compile requirements/development.txt pyproject.toml --extra postgresql --extra c \
    --group setup --group test --group browser --group check "$@"
# The smaller sets take their versions from the large one, so that one environment can hold them all.
compile requirements/runtime.txt pyproject.toml --constraint requirements/development.txt "$@"
compile requirements/postgresql.txt pyproject.toml --extra postgresql --constraint requirements/development.txt "$@"
compile requirements/c.txt pyproject.toml --extra c --constraint requirements/development.txt "$@"
compile requirements/cluster.txt pyproject.toml --extra cluster --constraint requirements/development.txt "$@"
compile requirements/setup.txt --group setup --constraint requirements/development.txt "$@"

if grep -nE '://|^(-i|--(extra-)?index|--find-links)' requirements/*.txt; then
    echo "A lock file names an address: see the lines above." >&2
    exit 1
fi
