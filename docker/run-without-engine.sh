#!/usr/bin/env bash
# For machines without a Docker engine: the Dockerfile's build, then what compose.yaml runs, in its order, what
# compose.federated.yaml runs over it, and what the systemd unit runs, in an empty folder and on a PostgreSQL of its own. Ends with OK, or with what went wrong.
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

free_port() {
  node -e 'const probe = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(probe.address().port); probe.close(); })'
}
port=$(free_port)
declare -A running=()
trap 'for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done' EXIT

# The demo's identity provider stands for the county's: it signs for an office's system and a person of it, and for the systems
# of the two agencies.
head=social-affairs-office-jinyuan/head-1
declare -A client=([office]=social-affairs-office-jinyuan-system [school]=school-jinyuan-1-system [station]=rescue-station-yunling-system)
node --input-type=module -e '
  const [folder, subject, ...clients] = process.argv.slice(1);
  const { startDemoIssuer } = await import(`${folder}/hub/dist/server/demo-issuer.js`);
  const { issuer } = await startDemoIssuer({
    port: 0, host: "127.0.0.1", dataDir: `${folder}/issuer`, audience: "minors-hub", explorers: [],
    persons: [{ subject, name: subject, agencyName: "", role: "SOCIAL_AFFAIRS_OFFICE", post: "HEAD" }],
    clients: clients.map((clientId) => ({ clientId, secret: `secret-of-${clientId}`, agencyName: "" })),
  });
  console.log(issuer);
' "$prefix" "$head" "${client[@]}" >"$prefix/issuer.log" &
running[issuer]=$!
until [[ -s $prefix/issuer.log ]]; do kill -0 "${running[issuer]}" && sleep 0.2; done

# What an .env file would hold, and what this machine has in place of container, volume and proxy.
export POSTGRES_PASSWORD=super HUB_OWNER_PASSWORD=owner HUB_LOGIN_PASSWORD=login OIDC_ISSUER
OIDC_ISSUER=$(<"$prefix/issuer.log")
mapfile -t image < <(sed -n 's/^ENV //p' "$dockerfile" | tr ' ' '\n')
machine=(PATH="$PATH" PORT="$port" HOST=127.0.0.1)
healthcheck=$(sed -n 's/^HEALTHCHECK .* CMD //p' "$dockerfile")

# service NAME FILE...: fills `words` with the environment and the command of a service.
service() {
  mapfile -d "" words < <(node "$source/docker/compose-service.mjs" "$1" "database=$server" "${@:2}")
  words=("${words[@]/\/federation\//$prefix/federation/}")
}
failed() {
  echo "$1 did not $2:" >&2
  cat "$prefix/$1.log" >&2
  exit 1
}
# up NAME PORT NAME=value... COMMAND...: starts a server, and waits for its health check.
up() {
  env -i "${@:3}" >"$prefix/$1.log" 2>&1 &
  running[$1]=$!
  for ((second = 0; ; second++)); do
    if PORT=$2 bash -c "$healthcheck"; then break; fi
    if ((second == 60)) || ! kill -0 "${running[$1]}" 2>/dev/null; then failed "$1" "become ready"; fi
    sleep 1
  done
}
down() {
  kill -TERM "${running[$1]}"
  wait "${running[$1]}" || failed "$1" "stop cleanly"
  unset "running[$1]"
}
served() {
  up hub "$port" "$@"
  down hub
}

step "compose: database is healthy"
# The image makes the database; the check knows the container's port.
postgres=(PGPORT="${server#*:}" PATH="$(echo /usr/lib/postgresql/*/bin):$PATH")
env "${postgres[@]}" createdb --host=127.0.0.1 --username=postgres "$(sed -n 's/^ *POSTGRES_DB: //p' "$source/docker/compose.yaml")"
service database compose.yaml
env "${postgres[@]}" "${words[@]}"

step "compose: migrate"
service migrate compose.yaml
env -i "${image[@]}" "${machine[@]}" HUB_DATA_DIR="$prefix/data" "${nobody[@]}" env "${words[@]}"

step "compose: hub"
service hub compose.yaml
served "${image[@]}" "${machine[@]}" HUB_DATA_DIR="$prefix/data" "${nobody[@]}" env "${words[@]}" node dist/main.js

step "compose.federated: hub.yaml, as the head of the file says"
install -d "$prefix/federation"
export FEDERATION=$prefix/federation SCHOOL_OWNER_PASSWORD=owner SCHOOL_LOGIN_PASSWORD=login STATION_OWNER_PASSWORD=owner STATION_LOGIN_PASSWORD=login
federated=(compose.yaml compose.federated.yaml)
declare -A at=([hub]=$port)
for name in gateway school station; do at[$name]=$(free_port); done
# here NAME: what this machine has in place of the container, in folders of its own.
here() {
  install -d -m 700 "$prefix/$1"
  if ((UID == 0)); then chown 65534:65534 "$prefix/$1"; fi
  place=("${image[@]}" "${machine[@]}" PORT="${at[$1]:-0}" HUB_DATA_DIR="$prefix/$1")
}
service migrate compose.yaml
owner=("${words[@]:: ${#words[@]} - 3}")
hub() { env -i "${image[@]}" "${machine[@]}" HUB_DATA_DIR="$prefix/data" "${nobody[@]}" env "${owner[@]}" node dist/cli/hub.js "$@"; }
for register in divisions agencies duties persons clients; do
  cp "$source/examples/township/$register.csv" "$prefix/federation/"
  hub import "$register" "$prefix/federation/$register.csv"
done
id() { hub agency list | awk -v code="$1" '$1 == code { print $3 }'; }
sed -e "s#school: { agency: [^,]*#school: { agency: $(id school-jinyuan-1)#; s#station: { agency: [^,]*#station: { agency: $(id rescue-station-yunling)#" \
  -e "s#:4200/#:${at[school]}/#; s#:4300/#:${at[station]}/#; s#^  gateway:#&\n    hubUrl: http://127.0.0.1:${at[hub]}/subgraph#" \
  examples/agencies/federation.yaml >"$prefix/federation/hub.yaml"

step "compose.federated: compose, hub, gateway, agencies"
here gateway
service compose "${federated[@]}"
env -i "${place[@]}" "${nobody[@]}" env "${words[@]}"
service hub "${federated[@]}"
up hub "$port" "${image[@]}" "${machine[@]}" HUB_DATA_DIR="$prefix/data" "${nobody[@]}" env "${words[@]}" node dist/main.js
service gateway "${federated[@]}"
up gateway "${at[gateway]}" "${place[@]}" "${nobody[@]}" env "${words[@]}"
cp "$prefix/data/relation.public.json" "$prefix/gateway/gateway.public.json" "$prefix/federation/"
# What each agency brings home: a child, and what it keeps of it. The people are invented.
declare -A code=([school]=school-jinyuan-1 [station]=rescue-station-yunling)
declare -A child=([school]='S1-9001,林小禾,小禾' [station]='R-9001,邱小桐,小桐')
declare -A keeps=([school]=attendance [station]=stay) purpose=([school]=LEFT_BEHIND_CARE [station]=RESCUE_AND_TRACING)
kept_school=(minor,key,term,days_absent,dropout_risk,visit_asked S1-9001,A-1,2025-1,4,NONE,no)
kept_station=(minor,key,admitted_at,found_at,condition,left_on,left_for R-9001,T-1,2025-07-20T22:40:00+08:00,汽车站,疲惫,,)
for name in school station; do
  files=$prefix/$name-files
  mkdir "$files"
  cp "$source/examples/township/divisions.csv" "$files/"
  grep -e ^code, -e "^${code[$name]}," "$source/examples/township/agencies.csv" >"$files/agencies.csv"
  head -1 "$source/examples/township/${code[$name]}/minors.csv" >"$files/minors.csv"
  echo "${child[$name]},,2016-03-02,女,,,990101101201,,,,,,,,,,,,," >>"$files/minors.csv"
  declare -n kept=kept_$name
  printf '%s\n' "${kept[@]}" >"$files/${keeps[$name]}.csv"

  (umask 077 && echo "secret-of-${client[$name]}" >"$prefix/federation/$name.secret")
  if ((UID == 0)); then chown 65534:65534 "$prefix/federation/$name.secret"; fi
  cat >"$prefix/federation/$name.yaml" <<END
federation:
  name: $name
  hub:
    url: http://127.0.0.1:${at[hub]}/graphql
    issuer: $OIDC_ISSUER
    clientId: ${client[$name]}
    clientSecretFile: $prefix/federation/$name.secret
    purpose: ${purpose[$name]}
END
  here "$name"
  service "$name-migrate" "${federated[@]}"
  env -i "${place[@]}" "${nobody[@]}" env --chdir="examples/agencies/$name" "${words[@]}"
  for register in divisions agencies minors "${keeps[$name]}"; do
    # `docker compose run`: what the service has, and another command.
    env -i "${place[@]}" "${nobody[@]}" env --chdir="examples/agencies/$name" "${words[@]:: ${#words[@]} - 3}" \
      node dist/main.js import "$register" "$files/$register.csv"
  done
  service "$name" "${federated[@]}"
  up "$name" "${at[$name]}" "${place[@]}" "${nobody[@]}" env --chdir="examples/agencies/$name" "${words[@]}"
done

step "compose.federated: one question, three sources"
# Agencies tell the hub and link by themselves, as they start: a moment later they have something to answer.
node --input-type=module -e '
  const [folder, issuer, clientId, subject, gateway] = process.argv.slice(1);
  const { requestToken } = await import(`${folder}/hub/dist/server/demo-token.js`);
  const child = (name, fields) => `minors(first: 1, filter: { fullName: { eq: "${name}" } }) { nodes { fullName ${fields} } }`;
  const query = `{ pupil: ${child("林小禾", "attendance { term daysAbsent }")} client: ${child("邱小桐", "stays { foundAt condition }")} }`;
  const headers = {
    authorization: `Bearer ${await requestToken(issuer, { client: { clientId, secret: `secret-of-${clientId}` }, subject })}`,
    "content-type": "application/json",
    "x-hub-purpose": "CASE_HANDLING",
  };
  let answer = "";
  for (let second = 0; second < 30 && !/daysAbsent.*foundAt/.test(answer); second++) {
    if (second > 0) await new Promise((later) => setTimeout(later, 1000));
    answer = await (await fetch(`${gateway}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) })).text();
  }
  console.log(answer);
' "$prefix" "$OIDC_ISSUER" "${client[office]}" "$head" "http://127.0.0.1:${at[gateway]}"
for name in station school gateway hub; do down "$name"; done

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
served "${machine[@]}" "${settings[@]}" "${nobody[@]}" "${command[@]}"
unit minors-hub-statistics.service
unit minors-hub-statistics.timer
env -i "${machine[@]}" "${settings[@]}" "${nobody[@]}" "${command[@]}"
echo OK
