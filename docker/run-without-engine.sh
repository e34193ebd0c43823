#!/usr/bin/env bash
# For machines without a Docker engine: the Dockerfile's build, then what compose.yaml runs, in its order, and what the
# systemd unit runs, in an empty folder and on a PostgreSQL of its own. Ends with OK, or with what went wrong.
#   docker/run-without-engine.sh FOLDER
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

step "PostgreSQL"
# Lives as long as its standard input, which ends with this script.
coproc cluster { node --input-type=module -e '
  import { pathToFileURL } from "node:url";
  const { start, stop } = await import(pathToFileURL(process.argv[1]));
  console.log(await start());
  process.stdin.resume().on("end", stop);
' "$source/test/support/postgres-cluster.mjs"; }
read -r server <&"${cluster[0]}"
server=${server#*@}
server=${server%/*}

# An identity provider's public keys. Nobody has the private one: nobody can ask this hub anything.
node -e 'const { publicKey } = require("node:crypto").generateKeyPairSync("ec", { namedCurve: "P-256" });
  console.log(JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig" }] }))' >"$prefix/jwks.json"
port=$(node -e 'const probe = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(probe.address().port); probe.close(); })')

# What an .env file would hold, and what this machine has in place of container, volume and proxy.
export POSTGRES_PASSWORD=super HUB_OWNER_PASSWORD=owner HUB_LOGIN_PASSWORD=login OIDC_ISSUER=https://login.invalid
mapfile -t image < <(sed -n 's/^ENV //p' "$dockerfile" | tr ' ' '\n')
machine=(PATH="$PATH" PORT="$port" HOST=127.0.0.1)
keys=(OIDC_JWKS_FILE="$prefix/jwks.json")
healthcheck=$(sed -n 's/^HEALTHCHECK .* CMD //p' "$dockerfile")
hub=
trap '[[ -z $hub ]] || kill "$hub" 2>/dev/null || true' EXIT

# service NAME: fills `words` with the environment and the command of a service.
service() {
  mapfile -d "" words < <(node "$source/docker/compose-service.mjs" "$1" "database=$server")
}
failed() {
  echo "The hub did not $1:" >&2
  cat "$prefix/hub.log" >&2
  exit 1
}
# served NAME=value... COMMAND...: starts a hub, waits for its health check, stops it.
served() {
  env -i "$@" >"$prefix/hub.log" 2>&1 &
  hub=$!
  for ((second = 0; ; second++)); do
    if PORT=$port bash -c "$healthcheck"; then break; fi
    if ((second == 60)) || ! kill -0 "$hub" 2>/dev/null; then failed "become ready"; fi
    sleep 1
  done
  kill -TERM "$hub"
  wait "$hub" || failed "stop cleanly"
  hub=
}

step "compose: database is healthy"
# The image makes the database; the check knows the container's port.
postgres=(PGPORT="${server#*:}" PATH="$(echo /usr/lib/postgresql/*/bin):$PATH")
env "${postgres[@]}" createdb --host=127.0.0.1 --username=postgres "$(sed -n 's/^ *POSTGRES_DB: //p' "$source/docker/compose.yaml")"
service database
env "${postgres[@]}" "${words[@]}"

step "compose: migrate"
service migrate
env -i "${image[@]}" "${machine[@]}" HUB_DATA_DIR="$prefix/data" "${nobody[@]}" env "${words[@]}"

step "compose: hub"
service hub
served "${image[@]}" "${machine[@]}" "${keys[@]}" HUB_DATA_DIR="$prefix/data" "${nobody[@]}" env "${words[@]}" node dist/main.js

step "systemd"
install -d -m 700 "$prefix/etc" "$prefix/credentials" "$prefix/state"
echo "postgres://hub_login:$HUB_LOGIN_PASSWORD@$server/hub" >"$prefix/etc/serving-url"
printf 'OIDC_ISSUER=%s\n' "$OIDC_ISSUER" >"$prefix/etc/hub.env"
cp "$prefix/data/hub.key" "$prefix/state/"
# unit NAME: puts a unit where it is checked, and fills `settings` and `command` with what it runs.
unit() {
  unit=$prefix/$1
  sed -e "s#/opt/minors-hub#$prefix/hub#; s#/etc/minors-hub#$prefix/etc#; s#/usr/bin/node#$(command -v node)#" "$source/docker/$1" >"$unit"
  if command -v systemd-analyze >/dev/null; then systemd-analyze verify "$unit"; fi
  if [[ $1 == *.timer ]]; then return; fi
  while IFS=: read -r name file; do cp "$file" "$prefix/credentials/$name"; done < <(of LoadCredential)
  if ((UID == 0)); then chown -R 65534:65534 "$prefix/credentials" "$prefix/state"; fi
  mapfile -t settings < <(of Environment && cat "$(of EnvironmentFile)")
  read -ra command < <(of ExecStart)
  cd "$(of WorkingDirectory)"
}
of() { sed -n "s#^$1=##p" "$unit" | sed "s#%S/minors-hub#$prefix/state#; s#%d#$prefix/credentials#"; }
unit minors-hub.service
served "${machine[@]}" "${keys[@]}" "${settings[@]}" "${nobody[@]}" "${command[@]}"
unit minors-hub-statistics.service
unit minors-hub-statistics.timer
env -i "${machine[@]}" "${settings[@]}" "${nobody[@]}" "${command[@]}"
echo OK
