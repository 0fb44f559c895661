"""Claim: a page is seen on a cheap phone with a slow line: little to load, painted early, and nothing moves once it is there.

A headless Chromium asks a portal that is running here, with an empty cache, as Lighthouse does for its phone: 1.6 Mbit/s down, 0.75 up, 150 ms each way and a
processor four times slower than this one. Told of each page are the bytes that came over the line and in how many requests, when something of it and when the largest
part of it was painted, and how far what had been painted moved afterwards (cumulative layout shift).

    python benchmarks/paint.py FOLDER [--language en] [--pages place/north/ load/0128/] [--times 3]
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from machine import describe
from support.chromium import chromium

PAGES = ("", "place/north/", "load/0128/", "map/")
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWER = 4
SETTLED_S = 1.0
"""Seconds after the page is loaded in which something of it could still move."""
SERVING = "from enduse.cli.main import main; main()"
SEEN = """new Promise(done => {
  const found = {shift: 0, largest: 0};
  new PerformanceObserver(list => list.getEntries().forEach(each => found.largest = each.startTime))
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(each => found.shift += each.value))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => {
    const parts = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    found.bytes = parts.reduce((sum, each) => sum + each.transferSize, 0);
    found.requests = parts.length;
    found.first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    found.elements = document.querySelectorAll('*').length;
    done(JSON.stringify(found));
  }, 200);
})"""


def looked_at(page, address: str) -> dict[str, float]:  # noqa: ANN001 - a page of the tests' browser
    """Return what was seen of a page that is loaded for the first time."""
    page.call("Network.clearBrowserCache")
    page.go(address)
    time.sleep(SETTLED_S)
    return dict(json.loads(page.run(SEEN)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--pages", nargs="*", default=PAGES)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    print(describe())
    command = [sys.executable, "-c", SERVING, "serve", str(given.folder), "--port", "0", "--json"]
    with (
        tempfile.TemporaryDirectory(prefix="paint-") as scratch,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving,
        chromium(Path(scratch) / "profile") as browser,
    ):
        try:
            assert serving.stdout
            told = ""
            while not told.rstrip().endswith("}"):
                told += serving.stdout.readline()
            origin = json.loads(told)["address"].rstrip("/")
            page = browser.visitor(scratch)
            page.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
            page.call("Network.enable")
            page.call("Network.emulateNetworkConditions", **LINE)
            page.call("Emulation.setCPUThrottlingRate", rate=SLOWER)
            for path in given.pages:
                address = f"{origin}/{given.language}/{path}"
                looked_at(page, address)  # so that it is kept, as of a page that people read
                found = [looked_at(page, address) for _ in range(given.times)]
                first, largest, shift, size, requests, elements = (
                    statistics.median(one[name] for one in found)
                    for name in ("first", "largest", "shift", "bytes", "requests", "elements")
                )
                print(
                    f"  /{given.language}/{path:<14} {size / 1000:5.1f} KB in {requests:.0f} requests, {elements:5.0f} elements: first paint"
                    f" {first / 1000:.2f} s, largest {largest / 1000:.2f} s, layout shift {shift:.3f}",
                    flush=True,
                )
        finally:
            serving.terminate()


if __name__ == "__main__":
    main()
