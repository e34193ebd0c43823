#!/bin/sh
# Builds the hub and the bench beside each other, and runs it. `bench/run.sh --sample` is small and quick;
# BENCH=import-main runs that of the import.
set -eu
cd "$(dirname "$0")/.."
out=dist-bench
npx swc src bench test/support -d $out --delete-dir-on-start --quiet --extensions .ts --ignore '**/*.d.ts,**/*.d.mts'
cp test/support/*.mjs $out/test/support/
# Where the built hub looks for them.
for folder in migrations policies examples; do ln -sfn ../$folder $out/$folder; done
exec node "$out/bench/${BENCH:-main}.js" "$@"
