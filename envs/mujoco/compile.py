"""Compile an MJCF file with MuJoCo into a model file of this package.

    pip install mujoco
    python compile.py robot.xml 5 > robot.json

The second argument is the number of physics steps in a step of the environment. Whatever the engine
does not compute is refused here or, if it shows in the file, by mujoco.Parse.
"""

import json
import os
import sys

import mujoco


def refuse_unsupported(m):
    faults = {
        "equality constraints": m.neq,
        "contact excludes or explicit pairs": m.nexclude + m.npair,
        "flexes": m.nflex,
        "mocap bodies": m.nmocap,
        "activation states": m.na,
        "plugins": m.nplugin,
        "friction loss": m.dof_frictionloss.any() or m.tendon_frictionloss.any(),
        "gravity compensation": m.body_gravcomp.any(),
        "wind or magnetism": m.opt.wind.any(),
        "gravity other than (0, 0, -9.81)": (m.opt.gravity != [0, 0, -9.81]).any(),
        "disabled or enabled features": m.opt.disableflags or m.opt.enableflags,
        "no-slip iterations": m.opt.noslip_iterations,
        "the ellipsoid model of fluids": m.geom_fluid.any(),
        "limits, springs or dampers of tendons": m.tendon_limited.any() or m.tendon_stiffness.any() or m.tendon_damping.any(),
        "force limits of joints": m.jnt_actfrclimited.any(),
        "force limits of actuators": m.actuator_forcelimited.any(),
        "actuators that are no motors on joints": (m.actuator_trntype != mujoco.mjtTrn.mjTRN_JOINT).any()
        or (m.actuator_gaintype != mujoco.mjtGain.mjGAIN_FIXED).any()
        or (m.actuator_gainprm[:, 0] != 1).any()
        or (m.actuator_biastype != mujoco.mjtBias.mjBIAS_NONE).any(),
        "controls without a range": not m.actuator_ctrllimited.all(),
    }
    for what, found in faults.items():
        if found:
            sys.exit(f"the engine does not compute {what}")


def enum(kind, prefix, value):
    return kind(value).name.removeprefix(prefix)


def compile_model(path, frame_skip):
    m = mujoco.MjModel.from_xml_path(path)
    refuse_unsupported(m)
    numbers = lambda a: a.tolist()
    solref = lambda a: a[:, : mujoco.mjNREF].tolist()
    return {
        "model": os.path.splitext(os.path.basename(path))[0],
        "source": f"compiled by MuJoCo {mujoco.__version__}",
        "frame_skip": frame_skip,
        "compiled": {
            "option": {
                "timestep": m.opt.timestep,
                "impratio": m.opt.impratio,
                "tolerance": m.opt.tolerance,
                "ls_tolerance": m.opt.ls_tolerance,
                "density": m.opt.density,
                "viscosity": m.opt.viscosity,
                "iterations": m.opt.iterations,
                "ls_iterations": m.opt.ls_iterations,
                "integrator": {"EULER": "Euler"}.get(
                    k := enum(mujoco.mjtIntegrator, "mjINT_", m.opt.integrator), k
                ),
                "solver": {"NEWTON": "Newton"}.get(k := enum(mujoco.mjtSolver, "mjSOL_", m.opt.solver), k),
                "cone": enum(mujoco.mjtCone, "mjCONE_", m.opt.cone).lower(),
            },
            "size": {
                "nq": m.nq, "nv": m.nv, "nu": m.nu, "nbody": m.nbody,
                "njnt": m.njnt, "ngeom": m.ngeom, "ntendon": m.ntendon, "ntree": m.ntree,
            },
            "meaninertia": m.stat.meaninertia,
            "body": {
                "name": [m.body(i).name for i in range(m.nbody)],
                "parent": numbers(m.body_parentid),
                "weld": numbers(m.body_weldid),
                "root": numbers(m.body_rootid),
                "pos": numbers(m.body_pos),
                "quat": numbers(m.body_quat),
                "mass": numbers(m.body_mass),
                "ipos": numbers(m.body_ipos),
                "iquat": numbers(m.body_iquat),
                "inertia": numbers(m.body_inertia),
                "subtreemass": numbers(m.body_subtreemass),
                "invweight0": numbers(m.body_invweight0),
            },
            "joint": {
                "name": [m.joint(i).name for i in range(m.njnt)],
                "type": [enum(mujoco.mjtJoint, "mjJNT_", t).lower() for t in m.jnt_type],
                "body": numbers(m.jnt_bodyid),
                "qposadr": numbers(m.jnt_qposadr),
                "dofadr": numbers(m.jnt_dofadr),
                "pos": numbers(m.jnt_pos),
                "axis": numbers(m.jnt_axis),
                "limited": [int(x) for x in m.jnt_limited],
                "range": numbers(m.jnt_range),
                "margin": numbers(m.jnt_margin),
                "stiffness": [float(x) for x in m.jnt_stiffness.reshape(m.njnt, -1)[:, 0]],
                "solref": solref(m.jnt_solref),
                "solimp": numbers(m.jnt_solimp),
            },
            "dof": {
                "body": numbers(m.dof_bodyid),
                "joint": numbers(m.dof_jntid),
                "parent": numbers(m.dof_parentid),
                "tree": numbers(m.dof_treeid),
                "armature": numbers(m.dof_armature),
                "damping": [float(x) for x in m.dof_damping.reshape(m.nv, -1)[:, 0]],
                "invweight0": numbers(m.dof_invweight0),
            },
            "geom": {
                "name": [m.geom(i).name for i in range(m.ngeom)],
                "type": [enum(mujoco.mjtGeom, "mjGEOM_", t).lower() for t in m.geom_type],
                "body": numbers(m.geom_bodyid),
                "size": numbers(m.geom_size),
                "pos": numbers(m.geom_pos),
                "quat": numbers(m.geom_quat),
                "contype": numbers(m.geom_contype),
                "conaffinity": numbers(m.geom_conaffinity),
                "condim": numbers(m.geom_condim),
                "friction": numbers(m.geom_friction),
                "margin": numbers(m.geom_margin),
                "gap": numbers(m.geom_gap),
                "solref": solref(m.geom_solref),
                "solimp": numbers(m.geom_solimp),
                "priority": numbers(m.geom_priority),
                "solmix": numbers(m.geom_solmix),
            },
            "actuator": {
                "name": [m.actuator(i).name for i in range(m.nu)],
                "joint": [int(t) for t in m.actuator_trnid[:, 0]],
                "gear": [float(g) for g in m.actuator_gear[:, 0]],
                "ctrlrange": numbers(m.actuator_ctrlrange),
            },
            "qpos0": numbers(m.qpos0),
            "qpos_spring": numbers(m.qpos_spring),
        },
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    json.dump(compile_model(sys.argv[1], int(sys.argv[2])), sys.stdout)
