#!/bin/bash
#SBATCH --job-name=paretolab
#SBATCH --array=0-39%10
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --signal=B:USR1@300

# Runs one part of experiment.yaml per task of the array, in a folder that all nodes see. Slurm signals the
# shell five minutes before the time is over; the program saves and ends with code 75, and the task is
# queued again to go on.

paretolab run experiment.yaml --out runs --progress lines \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --workers "$SLURM_CPUS_PER_TASK" --max-time 3h50m &
program=$!
trap 'kill -USR1 $program' USR1
wait $program
code=$?
if [ $code -gt 128 ]; then # the signal ended the waiting, not the program
  wait $program
  code=$?
fi
if [ $code -eq 75 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
