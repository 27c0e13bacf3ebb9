import { execFileSync } from 'node:child_process';
import { openIntake } from './direct-intake.ts';
import { round, say, table } from './figures.ts';
import { privateMb } from './process-cost.ts';
import { startSimulatedCameras } from './simulated-cameras.ts';

const CAMERAS = 500;
const SECONDS = 600;
const LOOK_S = 60;
const [OURS, THEIRS] = ['0', '1'];

/**
 * Many cameras (`tamnhin simulate`, 2 Mbit/s, fragments of 200 ms) taken in by a process that may use one core only;
 * the cameras have the other. Told for each minute: how much of the core it took, its memory, the longest wait for a
 * fragment beyond the length of the one before, and how often one did not begin where the one before it ended.
 * `one-core=500,600`: cameras, seconds.
 */
export async function benchOneCore([count = CAMERAS, seconds = SECONDS]: readonly number[] = []): Promise<void> {
  const cameras = await startSimulatedCameras(count);
  try {
    pin(cameras.pid, THEIRS);
    const intake = await openIntake('live', cameras);
    try {
      pin(intake.pid, OURS);
      await intake.begin();
      const rows: Readonly<Record<string, string | number>>[] = [];
      for (let tookS = 0; tookS < seconds; tookS += LOOK_S) {
        const lookS = Math.min(LOOK_S, seconds - tookS);
        const { cpu, senderCpu, memory } = await intake.cost(lookS);
        const { longestStall, gaps, fragments } = await intake.figures();
        rows.push({
          'after s': tookS + lookS,
          'of the core': `${round((cpu * count) / 10, 0)} %`,
          'CPU ms per s': round(cpu, 2),
          'cameras’ own': round(senderCpu, 2),
          'private MB': round(memory, 2),
          'longest stall ms': Math.round(longestStall),
          'fragments so far': fragments,
          'out of line so far': gaps,
        });
        process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
      }
      say(`\n## ${count} cameras of 2 Mbit/s on one core\n`);
      say(table(rows));
      say(`\nAll of it at the end: ${round(privateMb([intake.pid]), 0)} MB.`);
    } finally {
      await intake.end();
    }
  } finally {
    await cameras.stop();
  }
}

/** All threads of a process, and those that they start, to one core. */
function pin(pid: number, core: string): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', core, String(pid)], { stdio: 'ignore' });
}
