"""The fonts that the networks see print in: from npm's packages to files that Pillow opens.

`make fonts` gets the packages `@fontsource/FAMILY`, all under open licences, and runs
`python -m digitnet.fonts NODE_MODULES FONTS`, which also adds DejaVu as matplotlib ships it.
Needs the extra `train`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools.ttLib import TTFont

from digitnet.synthesis.printed import fonts_in

PACKAGES = tuple(
    f"@fontsource/{family}@5.3"
    for family in (
        *("alegreya", "alegreya-sans", "anonymous-pro", "archivo-narrow", "arimo", "arvo"),
        *("b612-mono", "barlow", "bitter", "cardo", "courier-prime", "cousine", "crimson-pro"),
        *("crimson-text", "cutive", "cutive-mono", "domine", "eb-garamond", "fira-mono"),
        *("fira-sans", "gelasio", "gentium-plus", "ibm-plex-mono", "ibm-plex-sans-condensed"),
        *("ibm-plex-serif", "inconsolata", "inter", "jetbrains-mono", "josefin-slab", "karla"),
        *("kelly-slab", "lato", "libre-baskerville", "libre-caslon-text", "libre-franklin"),
        *("lora", "merriweather", "montserrat", "neuton", "newsreader", "noto-sans"),
        *("noto-serif", "nova-mono", "old-standard-tt", "open-sans", "oswald", "overpass-mono"),
        *("oxygen-mono", "playfair-display", "prociono", "pt-mono", "pt-sans", "pt-serif"),
        *("quattrocento", "roboto", "roboto-mono", "roboto-slab", "rokkitt"),
        *("saira-extra-condensed", "share-tech-mono", "source-code-pro", "source-sans-3"),
        *("source-serif-4", "space-mono", "special-elite", "spectral", "tinos", "titillium-web"),
        *("ubuntu", "ubuntu-mono", "vollkorn", "vt323", "work-sans", "xanh-mono", "zilla-slab"),
    )
)
"""What to install from npm: grotesques, serifs, slabs, typewriters, terminals."""
FACES = "@fontsource/*/files/*-latin-[47]00-*.woff2"
"""Regular and bold, upright and italic, Latin alone."""


def convert(node_modules: Path, target: Path) -> int:
    """Turn the packages' web fonts into .ttf files in `target`; return how many there are then."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(node_modules.glob(FACES)):
        font = TTFont(path, recalcTimestamp=False)  # else no two runs give the same bytes
        font.flavor = None
        font.save(target / f"{path.stem}.ttf")
    for path in fonts_in(None):
        shutil.copy(path, target)
    return len(fonts_in(target))


def main() -> None:
    """Print the packages' names, or convert: `python -m digitnet.fonts [NODE_MODULES FONTS]`."""
    if len(sys.argv) == 1:
        print("\n".join(PACKAGES))
        return
    source, target = map(Path, sys.argv[1:])
    if not any(source.glob(FACES)):
        sys.exit(f"{source} holds no @fontsource packages: 'make fonts' installs them with npm")
    print(f"{convert(source, target)} fonts in {target}")


if __name__ == "__main__":
    main()
