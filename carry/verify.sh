#!/bin/sh
# Is this folder the release that was signed?    sh verify.sh BUNDLE TRUST
# Run it from another medium than the folder that it looks at: what a bundle says of itself is worth nothing.
# TRUST is the SHA-256 of a root, 64 hex digits that came another way, or the folder `release` of an installation.
# Exit codes and the order of the checks are those of `custody verify-bundle` (docs/spec/bundle.md): 0 it is,
# 2 usage, 3 expired, older or under-signed, 4 unreadable, 7 a tool is missing, 9 tampered with. Needs OpenSSL 3.
set -eu
export LC_ALL=C CDPATH=
end() { printf 'error: %s\n' "$2" >&2; exit "$1"; }
digest() { sha256sum <"$1" | cut -c 1-64; }
after() { tail -n "+$(($1 + 1))" "$2"; }
date='[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
key='[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]='
part='[A-Za-z0-9]([A-Za-z0-9._+-]{0,148}[A-Za-z0-9])?'
name="$part(/$part){0,7}"
number='(0|[1-9][0-9]{0,3})'

written() { # FILE LIMIT COUNT HEAD LINE: HEAD is an expression for the first COUNT lines, with `;` between them,
    # and LINE for each of those that follow
    [ -f "$1" ] || end 4 "there is no $1"
    [ "$(wc -c <"$1")" -le "$2" ] || end 4 "$1 is larger than $2 bytes"
    [ "$(tr -d '\n -~' <"$1" | wc -c)" -eq 0 ] || end 4 "$1 holds more than printable ASCII"
    [ "$(wc -l <"$1")" -gt "$3" ] && [ -z "$(tail -c 1 "$1")" ] || end 4 "$1 is cut off"
    [ "$3" -eq 0 ] || head -n "$3" "$1" | paste -s -d ';' - | grep -Eqx -- "$4" || end 4 "$1 does not begin as it is written"
    ! after "$3" "$1" | grep -Evqx -- "$5" || end 4 "a line of $1 is not as it is written"
    after "$3" "$1" | sort -cu 2>/dev/null || end 4 "the lines of $1 are not in order, or one stands twice"
}

signed() { # FILE ROLE...: each role is a file of keys, beside it its threshold
    document=$1 sig=$1.sig
    shift
    if [ -s "$sig" ]; then written "$sig" 4000 0 '' "$key [A-Za-z0-9+/]{85}[AQgw]=="; else sig=$work/nobody; fi
    cut -d ' ' -f 1 <"$sig" >"$work/signers"
    sort -cu "$work/signers" 2>/dev/null || end 4 "a key stands twice in $sig"
    cat "$@" >"$work/known"
    ! grep -vxF -f "$work/known" "$work/signers" >&2 || end 3 "$document is signed by the key above, which is no key for it"
    while read -r public signature; do
        printf '%s\n' '-----BEGIN PUBLIC KEY-----' "MCowBQYDK2VwAyEA$public" '-----END PUBLIC KEY-----' >"$work/key"
        printf '%s' "$signature" | openssl base64 -d -A >"$work/signature"
        openssl pkeyutl -verify -rawin -pubin -inkey "$work/key" -sigfile "$work/signature" -in "$document" >"$work/said" 2>&1 ||
            end 9 "the signature of $public is not over this $document"
    done <"$sig"
    for role; do
        [ "$(grep -cxF -f "$role" "$work/signers")" -ge "$(cat "$role.threshold")" ] || end 3 "$document is signed by too few"
    done
}

[ $# -eq 2 ] && [ -d "$1" ] || end 2 'usage: sh verify.sh BUNDLE TRUST'
openssl pkeyutl -help 2>&1 | grep -q rawin && command -v sha256sum >/dev/null || end 7 'OpenSSL 3 and sha256sum are needed'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/nobody"
if [ -d "$2" ]; then cp "$2/root" "$2/manifest" "$work" || end 4 "$2 is no record"; trusted=$(digest "$work/root"); else trusted=$2; fi
printf '%s\n' "$trusted" | grep -Eqx '[0-9a-f]{64}' || end 2 'TRUST is 64 hex digits, or the folder of an installation'
cd -- "$1"
find . ! -type d \( ! -type f -o -path '*[!A-Za-z0-9./_+-]*' \) >"$work/strange" # an end of line, too, which grep does not see
find . -type f | cut -c 3- | grep -Evx "$name" >>"$work/strange" || :
[ ! -s "$work/strange" ] || end 9 'there are links, or files whose names no bundle has'

last=0
while [ $last -eq 0 ] || { [ $last -lt 99 ] && [ -f "roots/$((last + 1))" ]; }; do
    before=$last last=$((last + 1))
    root=roots/$last
    written $root 4000 5 "custody-root 1;version [1-9][0-9]?;expires $date;release-threshold [2-9];root-threshold [2-9]" \
        "(release|root)-key $key"
    [ -z "$(after 5 $root | cut -d ' ' -f 2 | sort | uniq -d)" ] || end 4 "a key of $root has two roles"
    for role in release root; do
        sed -n "s/^$role-key //p" $root >"$work/$role.$last"
        sed -n "s/^$role-threshold //p" $root >"$work/$role.$last.threshold"
        count=$(wc -l <"$work/$role.$last")
        [ "$count" -le 9 ] && [ "$count" -ge "$(cat "$work/$role.$last.threshold")" ] || end 4 "$root has no quorum of $role keys"
    done
    grep -qx "version $last" $root || end 9 "$root is another version"
    if [ $before -eq 0 ]; then signed $root "$work/root.1"; else signed $root "$work/root.$last" "$work/root.$before"; fi
    digest $root >>"$work/digests"
done
[ ! -f "$work/root" ] || [ "$(sed -n 's/^version //p' "$work/root")" -le $last ] || end 3 'a newer root is installed'
grep -qx "$trusted" "$work/digests" || end 9 'none of its roots is the one that is trusted'
written manifest 1000000 4 "custody-manifest 1;release $number\.$number\.$number;released $date;expires $date" \
    "file $name (0|[1-9][0-9]{0,8}) [0-9a-f]{64}"
after 4 manifest | cut -d ' ' -f 2 | sort >"$work/named"
[ -z "$(printf 'manifest\nmanifest.sig\n' | cat - "$work/named" | tr A-Z a-z | sort | uniq -d)" ] || end 4 'manifest names one twice'
signed manifest "$work/release.$last"
find . ! -type d | cut -c 3- | grep -vx -e manifest -e 'manifest\.sig' | sort | diff "$work/named" - >"$work/other" ||
    end 9 "these are missing (<) or foreign (>): $(grep '^[<>]' "$work/other" | head -n 3)"
after 4 manifest | while read -r _ path size _; do
    [ "$(wc -c <"$path")" -eq "$size" ] || end 9 "$path is not the file that was released"
done
after 4 manifest | sed 's/^file \([^ ]*\) [0-9]* \(.*\)$/\2  .\/\1/' | sha256sum --check --strict --quiet >&2 || end 9 'that is not what was released'
age() { sed -n 's/^release //p; s/^released //p' "$1" | tr '.\n-' '   ' && echo; }
[ ! -f "$work/manifest" ] || { age "$work/manifest" && age manifest; } | sort -cn -k 1,1 -k 2,2 -k 3,3 -k 4,4 -k 5,5 -k 6,6 ||
    end 3 'a newer release is installed'
sed -n 's/^expires //p' manifest "roots/$last" | while read -r day; do
    { date -u +%Y-%m-%d && echo "$day"; } | sort -c 2>/dev/null && continue
    [ ! -f "$work/manifest" ] || [ "$(sed -n 2p manifest)" = "$(sed -n 2p "$work/manifest")" ] || end 3 "it expired on $day: no upgrade"
    echo "warning: it expired on $day: genuine, good for recovery; ask whether there is a newer one" >&2
done
printf 'This is release %s. SHA-256 of its manifest:\n%s\n' "$(sed -n 's/^release //p' manifest)" "$(digest manifest)"
