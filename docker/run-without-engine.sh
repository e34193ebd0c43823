#!/usr/bin/env bash
# For machines without a Docker engine: the Dockerfile's build, then migrate, start and stop, in an empty folder.
#   docker/run-without-engine.sh FOLDER
# Uses the database of DATABASE_ADMIN_URL (may make logins), DATABASE_MIGRATION_URL and DATABASE_URL; without
# DATABASE_URL it starts a PostgreSQL of its own for as long as it runs. Ends with OK, or with what went wrong.
set -euo pipefail

source=$(cd "$(dirname "$0")/.." && pwd)
dockerfile=$source/docker/Dockerfile
mkdir -p "${1:?the folder to build in}"
prefix=$(cd "$1" && pwd)
[[ -z $(ls -A "$prefix") ]] || { echo "$prefix is not empty" >&2; exit 2; }

step() { echo "== $*"; }

step "build"
mkdir "$prefix/context" "$prefix/hub"
git -C "$source" ls-files -z | tar -C "$source" --null --files-from=- --create | tar -C "$prefix/context" --extract
cd "$prefix/context"
while read -r command; do
  step "RUN $command"
  bash -c "$command" </dev/null
done < <(sed -n '/ AS build$/,/^FROM [^ ]*$/s/^RUN //p' "$dockerfile")
cd "$prefix/hub"
while read -ra words; do
  sources=("${words[@]::${#words[@]}-1}")
  mkdir -p "$(dirname "${words[-1]}")"
  mv "${sources[@]/#\/hub/$prefix/context}" "${words[-1]}"
done < <(sed -n 's/^COPY --from=build //p' "$dockerfile")
rm -rf "$prefix/context"

# As in the image: a user who owns nothing but the data folder. Who is not root stays who he is.
chmod 755 "$prefix"
nobody=()
if ((UID == 0)); then nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
"${nobody[@]}" node --version >/dev/null || { echo "nobody cannot run node in $prefix: choose another folder" >&2; exit 2; }
install -d -m 700 "$prefix/data"
if ((UID == 0)); then chown 65534:65534 "$prefix/data"; fi

if [[ -z ${DATABASE_URL:-} ]]; then
  step "PostgreSQL"
  # Lives as long as its standard input, which ends with this script.
  coproc cluster { node --input-type=module -e '
    import { pathToFileURL } from "node:url";
    const { start, stop } = await import(pathToFileURL(process.argv[1]));
    console.log(await start());
    process.stdin.resume().on("end", stop);
  ' "$source/test/support/postgres-cluster.mjs"; }
  read -r DATABASE_ADMIN_URL <&"${cluster[0]}"
  server=${DATABASE_ADMIN_URL#*@}
  DATABASE_MIGRATION_URL=postgres://hub_owner:owner@${server%/*}/hub_without_engine
  DATABASE_URL=postgres://hub_login:login@${server%/*}/hub_without_engine
fi

# An identity provider's public keys. Nobody has the private one: nobody can ask this hub anything.
node -e 'const { publicKey } = require("node:crypto").generateKeyPairSync("ec", { namedCurve: "P-256" });
  console.log(JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig" }] }))' >"$prefix/jwks.json"
port=$(node -e 'const probe = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(probe.address().port); probe.close(); })')

environment=(PATH="$PATH" NODE_ENV=production HOST=127.0.0.1 PORT="$port" HUB_DATA_DIR="$prefix/data" DATABASE_URL="$DATABASE_URL"
  OIDC_ISSUER=https://login.invalid OIDC_JWKS_FILE="$prefix/jwks.json")
prepare() {
  env -i "${environment[@]}" ${DATABASE_ADMIN_URL:+DATABASE_ADMIN_URL="$DATABASE_ADMIN_URL"} \
    ${DATABASE_MIGRATION_URL:+DATABASE_MIGRATION_URL="$DATABASE_MIGRATION_URL"} "${nobody[@]}" node dist/cli/hub.js "$@"
}

step "migrate"
if [[ -n ${DATABASE_ADMIN_URL:-} ]]; then prepare db init; fi
prepare db migrate

step "start"
env -i "${environment[@]}" "${nobody[@]}" node dist/main.js >"$prefix/hub.log" 2>&1 &
hub=$!
trap 'kill "$hub" 2>/dev/null || true' EXIT
healthcheck=$(sed -n 's/^HEALTHCHECK .* CMD //p' "$dockerfile")
failed() {
  echo "The hub did not $1:" >&2
  cat "$prefix/hub.log" >&2
  exit 1
}
for ((second = 0; ; second++)); do
  if PORT=$port bash -c "$healthcheck"; then break; fi
  if ((second == 60)) || ! kill -0 "$hub" 2>/dev/null; then failed "become ready"; fi
  sleep 1
done

step "stop"
kill -TERM "$hub"
wait "$hub" || failed "stop cleanly"
echo OK
