#!/usr/bin/env bash
# Builds and tests everything: the one test command, for people and for CI. Ends with "N passed, N failed[, N skipped]".
# Extra arguments go to `dotnet test` (for example: ./test.sh --filter Journal).
set -u -o pipefail
cd "$(dirname "$0")"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# Tests against another program are skipped where it is not installed; .ci/run installs all of them on Debian.
missing() { echo "Not installed: $1; the tests that need it are skipped."; }
for program in redis-cli redis-server redis-benchmark node; do
  command -v "$program" > /dev/null || missing "$program"
done
{ command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } > /dev/null 2>&1 || missing "PostgreSQL's server"
/usr/bin/python3 -c 'import redis' 2> /dev/null || missing python3-redis
for client in ioredis redis; do
  (cd Tests/Clients && node --input-type=module -e "await import('$client')") > /dev/null 2>&1 \
    || missing "$client (npm ci --prefix Tests/Clients)"
done
unshare --mount true 2> /dev/null || echo "Not allowed: unshare --mount (root); the tests of a full and of a read-only disk are skipped."

# One compile server for all projects makes the build twice as fast; it ends here, for who waits for what this started to end.
dotnet build OrleansKv.sln -c Release -v quiet -nologo -p:UseSharedCompilation=true
built=$?
dotnet build-server shutdown --vbcscompiler > /dev/null
if [ "$built" -ne 0 ]; then
  echo "build failed"
  exit 1
fi

# One test project at a time: several start servers, and two cores are few.
dotnet test OrleansKv.sln -c Release --no-build -nologo --logger trx --results-directory "$results" -m:1 "$@"
status=$?

# Sums a counter of all result files.
sum() { cat "$results"/*.trx 2> /dev/null | grep -o '<Counters [^>]*>' | grep -oE " $1=\"[0-9]+" | grep -oE '[0-9]+$' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum passed)
failed=$(($(sum failed) + $(sum error) + $(sum timeout) + $(sum aborted)))
skipped=$(($(sum total) - $(sum executed)))
if [ $((passed + failed)) -eq 0 ]; then echo "no test ran"; status=1; fi
# A test host that dies leaves no count behind, only its exit code.
if [ "$failed" -eq 0 ] && [ "$status" -ne 0 ]; then failed=1; fi
if [ "$failed" -gt 0 ]; then status=1; fi
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
exit "$status"
