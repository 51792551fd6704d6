// Physics steps per second of processor time of MuJoCo: the drill of package envs/mujoco in C.
//   drive MODEL.xml FRAMESKIP SECONDS
// prints steps per second and, per environment step, contacts, constraint rows and solver iterations.
#include <mujoco/mujoco.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STARTS = 64, CONTROLS = 1024, EPISODE = 200 };

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double uniform(double lo, double hi) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return lo + (hi - lo) * (double)(state >> 11) / 9007199254740992.0;
}

int main(int argc, char **argv) {
  char error[1000];
  if (argc != 4) return 2;
  mjModel *m = mj_loadXML(argv[1], 0, error, sizeof error);
  if (!m) {
    puts(error);
    return 2;
  }
  int skip = atoi(argv[2]);
  double seconds = atof(argv[3]);
  double *start = malloc(sizeof(double) * STARTS * (m->nq + m->nv));
  double *control = malloc(sizeof(double) * CONTROLS * m->nu);
  for (int i = 0; i < STARTS; i++) {
    double *s = start + i * (m->nq + m->nv);
    for (int k = 0; k < m->nq; k++) s[k] = m->qpos0[k] + uniform(-0.05, 0.05);
    for (int k = 0; k < m->nv; k++) s[m->nq + k] = uniform(-0.1, 0.1);
  }
  for (int i = 0; i < CONTROLS * m->nu; i++) {
    const double *range = m->actuator_ctrlrange + 2 * (i % m->nu);
    control[i] = uniform(range[0], range[1]);
  }
  mjData *d = mj_makeData(m);
  long round = 0, contacts = 0, rows = 0, iterations = 0;
  double begin = cpu(), used;
  do {
    if (round % EPISODE == 0) {
      double *s = start + (round / EPISODE) % STARTS * (m->nq + m->nv);
      mj_resetData(m, d);
      memcpy(d->qpos, s, sizeof(double) * m->nq);
      memcpy(d->qvel, s + m->nq, sizeof(double) * m->nv);
      mj_forward(m, d);
    }
    memcpy(d->ctrl, control + round % CONTROLS * m->nu, sizeof(double) * m->nu);
    for (int i = 0; i < skip; i++) mj_step(m, d);
    mj_rnePostConstraint(m, d);
    contacts += d->ncon;
    rows += d->nefc;
    iterations += d->solver_niter[0];
    round++;
    used = cpu() - begin;
  } while (used < seconds);
  printf("%.0f %.4f %.4f %.4f\n", round * skip / used, (double)contacts / round, (double)rows / round, (double)iterations / round);
  return 0;
}
