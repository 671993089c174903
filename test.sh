#!/usr/bin/env bash
# Builds and tests everything that this machine can build: the one test command, for people and for CI.
# The whole solution where the Orleans packages can be restored; otherwise the embedded half, with the cluster tests
# counted as skipped. Any other restore failure fails the run. Ends with "N passed, N failed[, N skipped]".
# Extra arguments go to `dotnet test` (for example: ./test.sh --filter Journal).
set -u -o pipefail
cd "$(dirname "$0")"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

solution=OrleansKv.sln
cluster_skipped=0
if ! dotnet restore "$solution" > "$results/restore.log" 2>&1; then
  # Orleans' absence: packages of Orleans are not found (NU1101, NU1102), and all errors are that or what follows from it (NU1603, NU1605:
  # other versions taken because the asked-for ones are missing), in projects of the cluster half. The embedded half must restore on its
  # own, without a warning. Anything else (no network, say: NU1301) fails the run.
  if grep -qE 'error NU110[12].*Microsoft\.Orleans\.' "$results/restore.log" \
     && ! grep -E '(error|warning) [A-Z]+[0-9]+' "$results/restore.log" \
          | grep -qvE '(Grains\.Interfaces|Grains|Client|Silo|Cluster\.Tests)\.csproj : (error|warning) NU(1101|1102|1603|1605)' \
     && dotnet restore OrleansKv.Embedded.slnf > "$results/restore.embedded.log" 2>&1; then
    solution=OrleansKv.Embedded.slnf
    cluster_skipped=$(grep -rhoE '^\s*\[[A-Za-z]*(Fact|Theory)\b' Tests/Cluster.Tests --include='*.cs' 2>/dev/null | wc -l)
    echo "The Orleans packages cannot be restored here; testing $solution alone. Missing:"
    grep -oE 'Unable to find package [A-Za-z0-9.]+' "$results/restore.log" | sort -u | sed 's/^/  /'
    echo "The $cluster_skipped cluster tests are skipped, not passed."
  else
    cat "$results/restore.log"
    echo "restore failed"
    exit 1
  fi
fi

for program in redis-cli redis-server redis-benchmark node; do
  command -v "$program" > /dev/null || echo "Not installed: $program; the tests that need it are skipped."
done
{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } > /dev/null 2>&1 \
  || echo "Not installed: PostgreSQL's server; the tests that need it are skipped."
/usr/bin/python3 -c 'import redis' 2> /dev/null || echo "Not installed: python3-redis; the tests that need it are skipped."
for client in ioredis redis; do
  (cd Tests/Clients && node --input-type=module -e "await import('$client')") > /dev/null 2>&1 \
    || echo "Not installed: $client (npm ci --prefix Tests/Clients); the tests that need it are skipped."
done
unshare --mount true 2> /dev/null || echo "Not allowed: unshare --mount (root); the tests of a full and of a read-only disk are skipped."

if ! dotnet build "$solution" -c Release --no-restore -v quiet -nologo; then
  echo "build failed"
  exit 1
fi

# One test project at a time: several start servers, and two cores are few.
dotnet test "$solution" -c Release --no-build -nologo --logger "trx" --results-directory "$results" -m:1 "$@"
status=$?

passed=0; failed=0; skipped=$cluster_skipped; files=0
for trx in "$results"/*.trx; do
  [ -e "$trx" ] || continue
  files=$((files + 1))
  counters=$(grep -o '<Counters [^>]*>' "$trx")
  count() { sed -E "s/.* $1=\"([0-9]+)\".*/\1/" <<< "$counters"; }
  passed=$((passed + $(count passed)))
  failed=$((failed + $(count failed) + $(count error) + $(count timeout) + $(count aborted)))
  skipped=$((skipped + $(count total) - $(count executed)))
done
if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then echo "no test ran"; status=1; fi
# A test host that dies leaves no count behind, only its exit code.
if [ "$failed" -eq 0 ] && [ "$status" -ne 0 ]; then failed=1; fi
[ "$failed" -gt 0 ] && status=1
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
exit "$status"
