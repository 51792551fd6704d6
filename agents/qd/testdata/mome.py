"""Runs MOME of QDax on Rastrigin's functions and prints what its fronts reach, one row per run.

    python3 -m venv venv && venv/bin/pip install qdax==0.5.0
    venv/bin/python agents/qd/testdata/mome.py > experiments/results/qd/problems/rastrigin-qdax.csv

The settings are those of QDax's example "mome" with 100 genes; hypervolumes are measured from (-4000, -4000).
"""

import argparse
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from qdax.core.containers.mapelites_repertoire import compute_cvt_centroids
from qdax.core.emitters.mutation_operators import polynomial_crossover, polynomial_mutation
from qdax.core.emitters.standard_emitters import MixingEmitter
from qdax.core.mome import MOME

GENES, CELLS, BATCH, ROUNDS, CAPACITY = 100, 64, 100, 1000, 50
LOW, HIGH, REFERENCE = -2.0, 4.0, -4000.0
CROSSED = {"mutation": 0.4, "crossover": 1.0}  # share of a batch


def rastrigin(x, key):
    """Returns the two objectives and the descriptors of solutions, one a row."""

    def objective(optimum):
        d = x - optimum
        return -(10 * GENES + jnp.sum(d**2 - 10 * jnp.cos(2 * jnp.pi * d), axis=1))

    return jnp.stack((objective(0.0), objective(2.2)), axis=-1), x[:, :2], {}


def search(variant, seed):
    """Returns the objectives of all members: cells x capacity x 2, those of empty places not finite."""
    key, first, places = jax.random.split(jax.random.key(seed), 3)
    mome = MOME(
        scoring_function=rastrigin,
        emitter=MixingEmitter(
            mutation_fn=partial(polynomial_mutation, eta=1, minval=LOW, maxval=HIGH, proportion_to_mutate=0.5),
            variation_fn=partial(polynomial_crossover, proportion_var_to_change=0.5),
            variation_percentage=CROSSED[variant],
            batch_size=BATCH,
        ),
        metrics_function=lambda repertoire: {},
        pareto_front_max_length=CAPACITY,
    )
    centroids = compute_cvt_centroids(
        num_descriptors=2, num_init_cvt_samples=20_000, num_centroids=CELLS, minval=LOW, maxval=HIGH, key=places)
    start = jax.random.uniform(first, (BATCH, GENES), minval=LOW, maxval=HIGH)
    repertoire, state, _ = mome.init(start, centroids, key)
    (repertoire, _, _), _ = jax.lax.scan(mome.scan_update, (repertoire, state, key), (), length=ROUNDS)
    return np.asarray(repertoire.fitnesses, dtype=float)


def front(points):
    """Returns the points that no other dominates, the largest first objective first."""
    kept = []
    for point in sorted(points[np.isfinite(points).all(axis=1)].tolist(), reverse=True):
        if not kept or point[1] > kept[-1][1]:
            kept.append(point)
    return kept


def hypervolume(points):
    volume, below = 0.0, REFERENCE
    for first, second in front(points):
        volume += (first - REFERENCE) * (second - below)
        below = second
    return volume


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    args = parser.parse_args()
    print("algorithm,genes,evaluations,seed,coverage,moqd_score,hypervolume,members,front")
    for variant in CROSSED:
        for seed in range(args.seeds):
            cells = search(variant, seed)
            members = cells.reshape(-1, 2)
            filled = np.isfinite(cells).all(axis=2)
            print(f"{variant},{GENES},{(ROUNDS + 1) * BATCH},{seed},{filled.any(axis=1).mean():.8g},"
                  f"{sum(map(hypervolume, cells)):.8g},{hypervolume(members):.8g},{filled.sum()},{len(front(members))}", flush=True)


if __name__ == "__main__":
    main()
