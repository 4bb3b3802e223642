"""Dask's distributed scheduler with two worker processes on loopback; asked by lines, answers by lines of JSON."""

import json
import sys
import time

from distributed import Client, LocalCluster


def nothing(number):
    return number


def many(client, count):
    """Subtasks a second, from the first one handed over to the last answer."""
    started = time.perf_counter()
    client.gather(client.map(nothing, range(count), pure=False))
    return count / (time.perf_counter() - started)


def single(client, count):
    """Milliseconds of each, one after another."""
    took = []
    for number in range(count):
        started = time.perf_counter()
        client.submit(nothing, number, pure=False).result()
        took.append(1000 * (time.perf_counter() - started))
    return took


def main():
    options = {"processes": True, "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster, Client(cluster) as client:
        many(client, 100)
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            what, count = line.split()
            print(json.dumps({"many": many, "single": single}[what](client, int(count))), flush=True)


if __name__ == "__main__":
    main()
