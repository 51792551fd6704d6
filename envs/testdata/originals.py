"""Times the Python originals of the environments beside ours and prints the table of ../BENCHMARKS.md.

    python3 -m venv venv && venv/bin/pip install mo-gymnasium==1.3.2 gymnasium==1.4.0 Box2D==2.3.10 mujoco==3.12.0 imageio packaging pygame scipy
    go build -o paretolab . && venv/bin/python envs/testdata/originals.py ./paretolab

(Box2D is what the lunar landers need; it is box2d-py with wheels.)

The originals are made as their libraries make them, but for the checker of wrong use, which is left out,
and step one copy with random actions drawn beforehand. Both sides count processor time and take turns;
every figure is the median of the rounds. --building FILE adds the buildings: environments/building/
env_building.py of C-MORL (commit 67473b5), with its class run on the numbers that ours has.
"""

import argparse
import importlib.util
import json
import pathlib
import statistics
import subprocess
import sys
import time
import types
import warnings

import numpy as np

IDS = """
deep-sea-treasure-v0 deep-sea-treasure-concave-v0 deep-sea-treasure-mirrored-v0 resource-gathering-v0
breakable-bottles-v0 fishwood-v0 four-room-v0 fruit-tree-v0 MountainCar-v0 mo-mountaincar-v0
mo-mountaincar-3d-v0 mo-mountaincar-timemove-v0 mo-mountaincar-timespeed-v0 MountainCarContinuous-v0
mo-mountaincarcontinuous-v0 CartPole-v1 Acrobot-v1 Pendulum-v1 water-reservoir-v0 minecart-v0
minecart-deterministic-v0 LunarLander-v3 LunarLanderContinuous-v3 mo-lunar-lander-v3
mo-lunar-lander-continuous-v3 mo-hopper-v5 mo-halfcheetah-v5 mo-walker2d-v5 mo-ant-v5 mo-humanoid-v5
mo-swimmer-v5 mo-reacher-v5
""".split()

SLICE = 0.3  # seconds of processor time for a rate
ACTIONS = 4096  # drawn beforehand


def make(name, building):
    """Returns the original of that id."""
    if name.startswith("building"):
        return office(building, name)
    import gymnasium
    import mo_gymnasium

    entry = str(gymnasium.registry[name].entry_point)
    maker = mo_gymnasium if entry.startswith("mo_gymnasium") else gymnasium
    return maker.make(name, disable_env_checker=True)


def office(path, task):
    """Returns C-MORL's building with the matrices and series of officelarge.json."""
    # Modules that it imports and that no step uses.
    absent = {name: types.ModuleType(name) for name in (
        "torch", "torch.nn", "torch.nn.functional", "torch.optim", "matplotlib", "matplotlib.pyplot", "sklearn", "sklearn.linear_model")}
    for name, module in absent.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(absent[parent], child, module)
    there = {name: sys.modules.get(name) for name in absent}
    sys.modules.update(absent)
    spec = importlib.util.spec_from_file_location("env_building", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, before in there.items():
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before

    data = json.loads((pathlib.Path(__file__).parent.parent / "building" / "officelarge.json").read_text())
    hours, zones = len(data["out_temp"]), len(data["zones"])
    series = lambda values: np.resize(np.array(values, dtype=float), hours)
    env = getattr(module, "BuildingEnv_" + task.removeprefix("building-"))({
        "OutTemp": series(data["out_temp"]), "ghi": series(data["ghi"]), "GroundTemp": series(data["ground_temp_cycle12"]),
        "CarbonIntensity": series(data["carbon_cycle24"]), "ElectricityPrice": series(data["price_cycle24"]),
        "Occupancy": np.full(hours, data["occupancy_activity_W"]), "roomnum": zones, "target": np.full(zones, 20.0),
        "ACmap": np.ones(zones), "max_power": 1, "nonlinear": 0, "temp_range": [-40, 40], "spacetype": "continuous",
        "time_resolution": 3600, "gamma": [1, 1],
        # Its own way to the matrices is not timed, and its result replaced.
        "connectmap": np.zeros((zones, zones + 1)), "RCtable": np.zeros((zones, zones + 1)),
        "weightcmap": np.full((zones, zones + 4), 1e-4),
    })
    env.A_d, env.B_d = np.array(data["A"]), np.array(data["B"])
    return env


class Original:
    """A Python environment with actions for it."""

    def __init__(self, name, building):
        self.env = make(name, building)
        self.env.reset(seed=0)
        space = self.env.action_space
        space.seed(0)
        draw = (lambda: int(space.sample())) if hasattr(space, "n") else space.sample
        self.actions = [draw() for _ in range(ACTIONS)]

    def rate(self):
        """Returns steps per second of processor time."""
        step, reset = self.env.step, self.env.reset
        steps, begin = 0, time.process_time()
        while (took := time.process_time() - begin) < SLICE:
            for action in self.actions:
                _, _, terminated, truncated, _ = step(action)
                if terminated or truncated:
                    reset()
            steps += len(self.actions)
        return steps / took


def ours(binary, name):
    """Returns what `paretolab bench envs` measures: steps/s single and in a batch of 64, allocations."""
    out = subprocess.run([binary, "bench", "envs", name, "--workers", "1", "--seconds", str(SLICE), "--json"],
                         check=True, capture_output=True).stdout
    found = {figure["name"].rsplit("/", 1)[1]: figure["value"] for figure in json.loads(out)}
    return found["single"], found["vector"], found["allocations"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", help="paretolab")
    parser.add_argument("ids", nargs="*", help="environments (all)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--building", metavar="FILE", help="env_building.py of C-MORL")
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    names = args.ids or IDS + (["building-3d", "building-9d"] if args.building else [])
    originals = {name: Original(name, args.building) for name in names}
    found = {name: [] for name in names}
    for turn in range(args.rounds):
        for name in names:
            print(f"round {turn + 1}: {name}", file=sys.stderr)
            found[name].append((originals[name].rate(), *ours(args.binary, name)))
    print("| environment | original | single | batch | single : original | batch : original | allocations |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, rounds in found.items():
        original, single, batch, allocations = map(statistics.median, zip(*rounds))
        print(f"| {name} | {original / 1e3:.1f} k | {single / 1e6:.3g} M | {batch / 1e6:.3g} M "
              f"| {single / original:.0f} | {batch / original:.0f} | {allocations:g} |")


if __name__ == "__main__":
    main()
