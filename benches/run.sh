#!/bin/sh
# Measures `tearline build` on synthetic sites: time by step, peak memory, and how the cost of a
# brief at the largest size compares with that at the smallest.
#
#   benches/run.sh [SIZES...]        default: 1000 10000
#   ROUNDS=5 benches/run.sh          default: 3
#
# The sizes take turns, so that a busy moment of the machine meets all of them. Sources are read
# once before, so that every run finds them in the page cache, and each run writes a folder of its
# own: nothing is deleted between runs, because file creation right after a deletion is much dearer
# on ext4. TMPDIR says where (about 300 MB for each round at 10,000 briefs).
set -eu
export LC_ALL=C

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
rounds=${ROUNDS:-3}
[ $# -gt 0 ] || set -- 1000 10000
work=$(mktemp -d "${TMPDIR:-/tmp}/tearline-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

cargo build --profile dist --locked --manifest-path "$root/Cargo.toml"
target=${CARGO_TARGET_DIR:-$root/target}
tearline=$target/dist/tearline
# The generator needs no crate: compiled alone it is there in seconds.
rustc -O --edition 2024 -o "$work/generate" "$root/benches/generate.rs"

# Runs a command; its output to $2, "seconds kilobytes" to $1.
measure() {
    figures=$1 log=$2
    shift 2
    if command -v python3 >/dev/null 2>&1; then
        python3 - "$figures" "$log" "$@" <<'PYTHON'
import os, resource, subprocess, sys, time
figures, log, *command = sys.argv[1:]
with open(log, "wb") as out:
    begin = time.perf_counter()
    status = subprocess.run(command, stdout=out, stderr=out).returncode
    seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(figures, "w") as out:
    print(f"{seconds:.3f} {peak // 1024 if sys.platform == 'darwin' else peak}", file=out)
sys.exit(status if status >= 0 else 1)
PYTHON
    else
        # Hundredths of a second only.
        command time -f '%e %M' -o "$figures" "$@" >"$log" 2>&1
    fi
}

for size in "$@"; do
    "$work/generate" --briefs "$size" --out "$work/site-$size"
    # Pictures take twenty times as long as all the rest, and the next build takes them over.
    printf '\n[build]\ncards = false\n' >>"$work/site-$size/tearline.toml"
    find "$work/site-$size" -type f -exec cat {} + >/dev/null
    : >"$work/figures-$size"
done

round=1
while [ "$round" -le "$rounds" ]; do
    for size in "$@"; do
        log=$work/log-$size-$round
        if ! (cd "$work/site-$size" && measure "$work/last" "$log" \
            "$tearline" build --output "$work/out-$size-$round"); then
            tail -n 40 "$log" >&2
            echo "the build of $size briefs failed" >&2
            exit 1
        fi
        echo "$(cat "$work/last") $round" >>"$work/figures-$size"
    done
    round=$((round + 1))
done

for size in "$@"; do
    # The median run is the one whose steps are shown.
    median=$(sort -n "$work/figures-$size" | sed -n "$(((rounds + 1) / 2))p")
    # shellcheck disable=SC2086
    set_median() { seconds=$1 shown=$3; }
    set_median $median
    peak=$(awk '$2 > peak { peak = $2 } END { printf "%d", peak / 1024 }' "$work/figures-$size")
    echo
    echo "== $size briefs: median $seconds s of $rounds ($(awk '{ printf "%s%s", sep, $1; sep = ", " }' "$work/figures-$size")), peak $peak MiB"
    tail -n 40 "$work/log-$size-$shown"
    awk -v size="$size" -v seconds="$seconds" 'BEGIN { print size, seconds / size * 1e6 }' >>"$work/each"
done
echo
awk '
    { size[NR] = $1; each[NR] = $2; printf "%s briefs: %.0f µs for each\n", $1, $2 }
    END {
        if (NR > 1) printf "a brief at %s costs %.2f times one at %s (at most 1.20)\n",
            size[NR], each[NR] / each[1], size[1]
    }' "$work/each"
