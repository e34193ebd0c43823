#!/bin/sh
# Builds the product and the tests of federation beside each other in dist-cases, for processes of their own.
set -eu
cd "$(dirname "$0")/../.."
out=dist-cases
npx swc src test examples/agencies -d $out --delete-dir-on-start --quiet --extensions .ts --ignore '**/*.d.ts,**/*.d.mts'
cp test/support/*.mjs $out/test/support/
cp test/federation/cases/*.yaml $out/test/federation/cases/
cp -r examples/agencies/school/migrations $out/examples/agencies/school/
# An agency's records are made of the kit that was built here, and not of another.
kit=$out/node_modules/minors-hub-agency-kit
mkdir -p $kit
echo '{ "type": "module", "exports": "./index.js" }' > $kit/package.json
echo 'export * from "../../src/kit.js";' > $kit/index.js
# Where the built hub looks for them.
for folder in migrations policies; do ln -sfn ../$folder $out/$folder; done
