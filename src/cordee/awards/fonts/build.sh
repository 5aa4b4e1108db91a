#!/bin/sh
# Makes the fonts of this folder from the variable ones: build.sh SITE_PACKAGES TARGET (see README.md)
set -eu
export SOURCE_DATE_EPOCH=1767225600  # the same bytes at each build
from="$1" to="$2" work="$(mktemp -d)"
make() {  # variable font, axes, letters, result
  fonttools varLib.instancer --quiet --static "$from/$1" $2 -o "$work/$4"
  pyftsubset "$work/$4" --unicodes="$3" --layout-features='kern,mark,mkmk,ccmp,locl,liga,case,lnum' --name-IDs='0,1,2,3,4,5,6,13,14,16,17' --notdef-outline --no-hinting --output-file="$to/$4"
}
latin='U+20-7E,U+A0-17F,U+18F,U+192,U+1A0-1A1,U+1AF-1B0,U+1CD-1DC,U+1E6-1E7,U+218-21B,U+237,U+259,U+2B9-2BC,U+2C6-2DD,U+300-304,U+306-30C,U+31B,U+323-328,U+1E00-1EFF,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032-2033,U+2039-203A,U+2044,U+20AC,U+2116,U+2122,U+2212'
noto="$latin,U+180-24F,U+250-2AF,U+300-36F,U+370-3FF,U+400-52F,U+1F00-1FFF,U+2DE0-2DFF,U+A640-A69F"
make fontpkg_bricolage_grotesque/files/'BricolageGrotesque[opsz,wdth,wght].ttf' 'opsz=14 wdth=100 wght=650' "$latin" BricolageGrotesque-SemiBold.ttf
make fontpkg_figtree/files/'Figtree[wght].ttf' 'wght=400' "$latin" Figtree-Regular.ttf
make fontpkg_figtree/files/'Figtree[wght].ttf' 'wght=600' "$latin" Figtree-SemiBold.ttf
make fontpkg_newsreader/files/'Newsreader[opsz,wght].ttf' 'opsz=16 wght=400' "$latin" Newsreader-Regular.ttf
make fontpkg_newsreader/files/'Newsreader-Italic[opsz,wght].ttf' 'opsz=16 wght=400' "$latin" Newsreader-Italic.ttf
make fontpkg_jetbrains_mono/files/'JetBrainsMono[wght].ttf' 'wght=600' 'U+20-7E' JetBrainsMono-SemiBold.ttf
make fontpkg_noto_sans/files/'NotoSans[wdth,wght].ttf' 'wdth=100 wght=400' "$noto" NotoSans-Regular.ttf
make fontpkg_noto_sans/files/'NotoSans[wdth,wght].ttf' 'wdth=100 wght=650' "$noto" NotoSans-SemiBold.ttf
for f in bricolage_grotesque figtree newsreader jetbrains_mono noto_sans; do cp "$from/fontpkg_$f/LICENSE" "$to/LICENSE-$f.txt"; done
rm -r "$work"
