#!/usr/bin/env bash
# Process-level chaos: chaos.sh [SEED [TASKS [KILLS]]]
# Builds the local runtime, lets it run tasks, kills it with SIGKILL at random moments, wipes its queue at every
# second death, and compares what it says with what happened in another process. Prints a table; exits with 1 when a
# task was lost or an effect happened twice. Takes a few minutes on a quiet machine; all files of a run stay in target/chaos-*.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

exec ./mvnw -q -Pchaos "-Dchaos.seed=${1:-1}" "-Dchaos.tasks=${2:-200}" "-Dchaos.kills=${3:-24}"
