#!/usr/bin/env bash
# Benchmarks: bench.sh [PARTS]
# Builds everything, measures it and prints one table: each figure beside a raw floor that the same run made. PARTS is a
# list like engine,page (there are engine, page, runtime, emulators, cold); without it all are measured, in some seven
# minutes on a quiet machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

exec ./mvnw -q -Pbench "-Dbench.parts=${1:-}"
