"""Claim: the valid activities of a published IATI file are copied without losing an element, attribute or text.

The activities that the schema finds valid are copied by ours; the same file goes through the CSV folder of okfn-iati and back,
where that package is installed (``pip install okfn-iati==0.4.3``; MIT). Both results are counted element by element against
what went in, and held against the schema.

    python benchmarks/loss.py --standard DIR --sample FILE
"""

import argparse
from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from enduse.exchange.standards.copying import copy_iati
from enduse.exchange.standards.iati import ACTIVITIES, IatiFile
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.standard import Standard
from machine import describe

SHOWN = 8


def counted(path: Path) -> tuple[Counter[str], Counter[str], Counter[str], int]:
    """Return elements, attributes and texts of the activities of a file by name, and how many activities there are."""
    elements, attributes, texts = Counter[str](), Counter[str](), Counter[str]()
    activities = 0
    for item in IatiFile(path).items():
        activities += 1
        for one in item.element.iter("*"):
            elements[one.tag] += 1
            attributes.update(f"{one.tag}/@{name}" for name in one.attrib)
            texts[one.tag] += bool((one.text or "").strip())
    return elements, attributes, texts, activities


def told(name: str, given: Path, got: Path, schema: object) -> None:
    """Print what is lost of a file on the way to another."""
    before, after = counted(given), counted(got)
    lost = [sum((one - other).values()) for one, other in zip(before[:3], after[:3], strict=True)]
    valid = schema.validate(etree.parse(str(got)))  # type: ignore[attr-defined] # the library has no types
    print(
        f"  {name:<24}{after[3]:>5} of {before[3]} activities; lost: {lost[0]:>6,} of {sum(before[0].values()):,} elements,"
        f" {lost[1]:>6,} of {sum(before[1].values()):,} attributes, {lost[2]:>6,} of {sum(before[2].values()):,} texts;"
        f" {'valid' if valid else 'not valid'} by the schema"
    )
    for tag, count in (before[0] - after[0]).most_common(SHOWN):
        print(f"{'':28}{tag:<28}{before[0][tag]:>7,} -> {after[0][tag]:,} ({count:,} lost)")


def peer(given: Path, folder: Path) -> Path | None:
    """Take a file through the peer's folder of CSV files and back; ``None`` where it is not installed."""
    try:
        from okfn_iati import (  # type: ignore[import-not-found] # noqa: PLC0415 - a peer, no dependency
            IatiMultiCsvConverter,
        )
    except ImportError:
        return None
    converter = IatiMultiCsvConverter()
    converter.xml_to_csv_folder(str(given), str(folder / "csv"))
    back = folder / "back.xml"
    converter.csv_folder_to_xml(str(folder / "csv"), str(back), validate_output=False)
    return back


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--standard", type=Path, required=True)
    asked.add_argument("--sample", type=Path, required=True)
    given = asked.parse_args()
    print(describe())
    standard = Standard(given.standard)
    schema = standard.schema(ACTIVITIES)
    with TemporaryDirectory() as name:
        folder = Path(name)
        valid, again = folder / "valid.xml", folder / "again.xml"
        done = copy_iati(given.sample, valid, standard)
        print(f"{given.sample.name}: {done.items} valid activities, {done.left_out} that are not and are left out")
        copy_iati(valid, again, standard)
        told("enduse", valid, again, schema)
        back = peer(valid, folder)
        if back is None:
            print("  okfn-iati is not installed, so nothing is said of it")
            return
        try:
            of = version("okfn-iati")
        except PackageNotFoundError:
            of = ""
        told(f"okfn-iati {of}", valid, back, schema)


if __name__ == "__main__":
    main()
