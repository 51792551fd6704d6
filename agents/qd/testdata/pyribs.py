"""Runs pyribs beside ours: prints the table of ../BENCHMARKS.md, or its results on the sphere.

    python3 -m venv venv && venv/bin/pip install ribs==0.8.3
    go build -o paretolab .
    venv/bin/python agents/qd/testdata/pyribs.py speed ./paretolab
    venv/bin/python agents/qd/testdata/pyribs.py sphere > experiments/results/qd/problems/sphere-pyribs.csv

The settings are those of pyribs' example "sphere": 15 emitters with batches of 37. Both sides use one thread
and count processor time; they take turns, and every figure is the median of the rounds. A k-d tree of SciPy
stands beside our neighbours.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[threads] = "1"

import argparse
import json
import statistics
import subprocess
import sys
import time

import numpy as np
from ribs.archives import CVTArchive, GridArchive
from ribs.emitters import EvolutionStrategyEmitter, GaussianEmitter, IsoLineEmitter
from ribs.schedulers import Scheduler
from scipy.spatial import cKDTree

EMITTERS, BATCH, WARM_UP = 15, 37, 3
ROUNDS = {"gaussian": 1000, "line": 1000, "cma-me": 300, "cma-mae": 300}
CELLS = 10_000  # of the CVT archive


def sphere(x):
    """Returns the objectives and the descriptors of solutions, one a row."""
    genes = x.shape[1]
    shift = 5.12 * 0.4
    worst = (5.12 + shift) ** 2 * genes
    objectives = 100 * (1 - np.sum(np.square(x - shift), axis=1) / worst)
    clipped = x.copy()
    outside = np.abs(x) > 5.12
    clipped[outside] = 5.12 / clipped[outside]
    half = genes // 2
    return objectives, np.stack((clipped[:, :half].sum(axis=1), clipped[:, half:].sum(axis=1)), axis=1)


class Search:
    """A search of the sphere like problems.NewSphereSearch."""

    def __init__(self, algorithm, genes, seed, cvt=False):
        reach = 5.12 * genes / 2
        ranges = [(-reach, reach)] * 2
        grid = {"solution_dim": genes, "dims": (100, 100), "ranges": ranges, "seed": seed}
        result = None
        if cvt:
            centroids = np.random.default_rng(0).uniform(-reach, reach, (CELLS, 2))
            archive = CVTArchive(solution_dim=genes, cells=CELLS, custom_centroids=centroids, ranges=ranges, seed=seed)
        elif algorithm == "cma-mae":
            archive = GridArchive(learning_rate=0.01, threshold_min=0.0, **grid)
            result = GridArchive(**grid)
        else:
            archive = GridArchive(**grid)
        seeds = np.random.SeedSequence(seed).generate_state(EMITTERS)
        self.scheduler = Scheduler(archive, [self.emitter(algorithm, archive, genes, s) for s in seeds], result_archive=result)
        self.rounds(WARM_UP)

    def emitter(self, algorithm, archive, genes, seed):
        common = {"x0": np.zeros(genes), "batch_size": BATCH, "seed": seed}
        if algorithm == "gaussian":
            return GaussianEmitter(archive, sigma=0.5, **common)
        if algorithm == "line":
            return IsoLineEmitter(archive, iso_sigma=0.1, line_sigma=0.2, **common)
        rules = {
            "cma-me": {"ranker": "2imp", "selection_rule": "filter", "restart_rule": "no_improvement"},
            "cma-mae": {"ranker": "imp", "selection_rule": "mu", "restart_rule": "basic"},
        }[algorithm]
        return EvolutionStrategyEmitter(archive, sigma0=0.5, **rules, **common)

    def rounds(self, n):
        for _ in range(n):
            self.scheduler.tell(*sphere(self.scheduler.ask()))

    def stats(self):
        return self.scheduler.result_archive.stats


def search_rate(algorithm, genes, cvt=False):
    """Returns evaluations per second of the rounds after the warm-up."""
    search = Search(algorithm, genes, 0, cvt)
    begin = time.process_time()
    search.rounds(ROUNDS[algorithm])
    return ROUNDS[algorithm] * EMITTERS * BATCH / (time.process_time() - begin)


def neighbours_rate(points, dimensions):
    """Returns queries per second for the mean distance of the 15 nearest."""
    rng = np.random.default_rng(0)
    tree, queries = cKDTree(rng.random((points, dimensions))), rng.random((6000, dimensions))
    begin = time.process_time()
    tree.query(queries, k=15)[0].mean(axis=1)
    return len(queries) / (time.process_time() - begin)


PEERS = {
    "gaussian-20": lambda: search_rate("gaussian", 20),
    "line-20": lambda: search_rate("line", 20),
    "cma-me-20": lambda: search_rate("cma-me", 20),
    "cma-mae-20": lambda: search_rate("cma-mae", 20),
    "gaussian-100": lambda: search_rate("gaussian", 100),
    "cma-me-100": lambda: search_rate("cma-me", 100),
    "cvt-20": lambda: search_rate("gaussian", 20, cvt=True),
    "neighbours-1000x2": lambda: neighbours_rate(1000, 2),
    "neighbours-6000x2": lambda: neighbours_rate(6000, 2),
    "neighbours-6000x10": lambda: neighbours_rate(6000, 10),
}


def ours(binary, name):
    """Returns what `paretolab bench qd` measures: the rate, its goal and the allocations."""
    out = subprocess.run([binary, "bench", "qd", name, "--count", "1", "--workers", "1", "--json"], check=True, capture_output=True).stdout
    found = {figure["name"].rsplit("/", 1)[1]: figure for figure in json.loads(out)}
    return found["rate"]["value"], found["rate"]["goal"]["bound"], found["allocations"]["value"]


def speed(args):
    found = {name: [] for name in args.names or PEERS}
    for name in found:  # compiles what pyribs compiles
        PEERS[name]()
    for turn in range(args.rounds):
        for name in found:
            print(f"round {turn + 1}: {name}", file=sys.stderr)
            found[name].append((PEERS[name](), *ours(args.binary, name)))
    print("| what | peer | ours | ours : peer | goal | of goal | allocations |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, rounds in found.items():
        peer, rate, goal, allocations = map(statistics.median, zip(*rounds))
        print(f"| {name} | {peer:,.0f} | {rate:,.0f} | {rate / peer:.1f} | {goal:,.0f} | {rate / goal:.2f} | {allocations:.2g} |".replace(",", " "))


def sphere_table(args):
    print("algorithm,genes,evaluations,seed,coverage,qd_score,best")
    for genes in (20, 100):
        for algorithm, rounds in ROUNDS.items():
            for seed in range(args.seeds):
                search = Search(algorithm, genes, seed)
                search.rounds(rounds)
                s = search.stats()
                print(f"{algorithm},{genes},{rounds * EMITTERS * BATCH},{seed},{s.coverage:.8g},{s.qd_score:.8g},{s.obj_max:.8g}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    c = commands.add_parser("speed")
    c.add_argument("binary", help="paretolab")
    c.add_argument("names", nargs="*", choices=[*PEERS, []], help="rows of `paretolab bench qd` (all)")
    c.add_argument("--rounds", type=int, default=5)
    c.set_defaults(run=speed)
    c = commands.add_parser("sphere")
    c.add_argument("--seeds", type=int, default=10)
    c.set_defaults(run=sphere_table)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
