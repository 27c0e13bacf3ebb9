import { measure } from './direct-intake.ts';
import { round, say, table } from './figures.ts';
import { startSimulatedCameras } from './simulated-cameras.ts';

const COUNTS = [50];
const THREADS = [0, 1, 2];
const KINDS = ['live', 'recorded'] as const;

/**
 * The same cameras (`tamnhin simulate`, 2 Mbit/s, fragments of 200 ms) taken in by the main thread and by threads of
 * our client, one after the other in this run; in memory only, and recorded. CPU is that of the whole process; how late
 * the main thread comes to what is due is what whoever waits for an answer waits longer. `counts`: how many cameras; 50
 * where none is given.
 */
export async function benchIntakeThreads(counts: readonly number[] = COUNTS): Promise<void> {
  for (const count of counts.length === 0 ? COUNTS : counts) {
    const cameras = await startSimulatedCameras(count);
    try {
      for (const kind of KINDS) {
        const rows: Readonly<Record<string, string | number>>[] = [];
        for (const threads of THREADS) {
          const { cpu, mainCpu, memory, figures } = await measure(kind, cameras, threads);
          rows.push({
            what: threads === 0 ? 'main thread' : `${threads} of its own`,
            'CPU ms per s': round(cpu, 2),
            'of it the main thread': round(mainCpu, 2),
            'private MB': round(memory),
            'main thread late ms p99': round(figures?.lateP99 ?? Number.NaN),
            most: round(figures?.lateMost ?? Number.NaN),
            'longest stall ms': Math.round(figures?.longestStall ?? Number.NaN),
            'first ms p95': Math.round(figures?.firstP95 ?? Number.NaN),
            lost: figures?.lost ?? '',
          });
        }
        say(`\n## ${count} cameras of 2 Mbit/s, ${kind}: who reads them\n`);
        say(table(rows));
      }
    } finally {
      await cameras.stop();
    }
  }
}
