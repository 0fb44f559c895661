#!/bin/sh
# A record written by us, checked by a client in another language that shares no code with us: Go's x/mod/sumdb.
# Debian: apt-get install golang-go golang-golang-x-mod-dev
# Exit: 0 all as it must be (or skipped, loudly); 1 the foreign client and we do not agree.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-$here/../.venv/bin/python}
gopath=${GOPATH_DEBIAN:-/usr/share/gocode}

skip() {
    echo "==================================================================" >&2
    echo "SKIPPED: the foreign (Go) client did NOT check our record: $1" >&2
    echo "         apt-get install golang-go golang-golang-x-mod-dev" >&2
    echo "==================================================================" >&2
    # ENDUSE_REQUIRE_GO=1 turns a skip into a failure.
    [ "${ENDUSE_REQUIRE_GO:-0}" = 1 ] && exit 1
    exit 0
}
command -v go >/dev/null 2>&1 || skip "go is not installed"
[ -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ] || skip "golang.org/x/mod is not in $gopath"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$here/goverify" && GO111MODULE=off GOFLAGS= GOPATH="$gopath" go build -o "$work/goverify" .)

verify() { # folder
    "$work/goverify" "$1/log.vkey" "$1/tiles" "$1"/older/*
}
refuse() { # folder, what was done to it
    if verify "$1" >"$work/out" 2>&1; then
        echo "FAILED: the Go client accepted a record with $2" >&2
        exit 1
    fi
    echo "refused, as it must be: $2: $(tail -1 "$work/out")"
}
flip() { # file, offset: change one bit of one byte
    "$python" - "$1" "$2" <<'PY'
import sys
path, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
data[at % len(data)] ^= 1
open(path, "wb").write(data)
PY
}
damaged() { # what it is called, file below tiles/, offset
    rm -rf "$work/copy"
    cp -r "$work/records/1000" "$work/copy"
    flip "$work/copy/tiles/$2" "$3"
    refuse "$work/copy" "$1"
}

"$python" "$here/make_record.py" "$work/records" ${SIZES:-}
for folder in "$work"/records/*; do
    verify "$folder" || { echo "FAILED: the Go client refuses our record $folder" >&2; exit 1; }
done
if [ -d "$work/records/1000" ]; then
    damaged "one flipped bit in an entry" tile/entries/001 77
    damaged "one flipped bit in the last entry bundle" tile/entries/003.p/232 -3
    damaged "one flipped bit in a level-0 tile" tile/0/002 4000
    damaged "one flipped bit in the last level-0 tile" tile/0/003.p/232 100
    damaged "one flipped bit in the level-1 tile" tile/1/000.p/3 40
    damaged "one flipped bit in the checkpoint" checkpoint 30
    damaged "another log's key" ../log.vkey 60
    for key in identity order_two; do
        rm -rf "$work/copy"
        cp -r "$work/records/1000" "$work/copy"
        rm -rf "$work/copy/older"
        "$python" "$here/small_order.py" "$work/copy" "$key"
        mkdir "$work/copy/older"
        cp "$work/copy/tiles/checkpoint" "$work/copy/older/1000"
        refuse "$work/copy" "a log key of small order ($key), under which one signature fits any message"
    done
    cp "$work/records/257/older/171" "$work/records/1000/older/foreign"
    refuse "$work/records/1000" "an older checkpoint of another record"
fi
echo "the foreign client agrees with us"
