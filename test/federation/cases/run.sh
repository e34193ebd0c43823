#!/bin/sh
# Runs the cases on a gateway (README.md).
set -eu
cd "$(dirname "$0")/../../.."
sh test/federation/build.sh
exec node dist-cases/test/federation/cases/main.js "$@"
