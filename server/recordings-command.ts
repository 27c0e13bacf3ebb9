import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Config } from '../config/schema.ts';
import { checkRecordings } from '../recordings/check.ts';
import type { CheckFinding, CheckReport } from '../recordings/check-report.ts';
import { loadPublicKeys } from '../recordings/evidence/public-keys.ts';
import type { Disks } from '../recordings/interfaces.ts';
import { createSegmentStore } from '../recordings/segment-store.ts';
import { createSqliteDatabase } from './store/sqlite.ts';

/** Disks as they are, with the names in their roots that are ours; nothing is written to them. */
export type OpenDisks = (config: Config) => Promise<{ readonly disks: Disks; readonly ownFiles: readonly string[] }>;

/** `tamnhin recordings check`: index and files held against each other; exit code 0 or 1. */
export async function checkRecordingsCommand(
  config: Config,
  options: { readonly repair: boolean; readonly deep: boolean; readonly openDisks: OpenDisks },
): Promise<number> {
  const path = join(resolve(config.data.directory), 'tamnhin.db');
  // With `--repair` a lost database is made anew: the files say what was in it.
  if (!options.repair && !existsSync(path)) {
    process.stderr.write(`There is no database at ${path}.\n`);
    return 1;
  }
  const { disks, ownFiles } = await options.openDisks(config);
  const database = await createSqliteDatabase({ path, clock: systemClock, log: silentLogger() });
  try {
    const before = performance.now();
    const report = await checkRecordings({
      store: createSegmentStore(database),
      disks,
      ownFiles,
      repair: options.repair,
      onFinding: (finding) => void process.stdout.write(lineOf(finding)),
      ...(options.deep ? { deep: await loadPublicKeys(database) } : {}),
    });
    process.stdout.write(summaryOf(report, performance.now() - before));
    return report.ok ? 0 : 1;
  } finally {
    await database.close();
  }
}

function lineOf({ kind, diskId, path, detail, repaired }: CheckFinding): string {
  // Names of files are a stranger's text: nothing in them may steer a terminal.
  return `${kind}${repaired ? ' (repaired)' : ''}: ${JSON.stringify(path)} on disk ${diskId}: ${JSON.stringify(detail)}\n`;
}

function summaryOf(report: CheckReport, tookMs: number): string {
  const { rows, files, bytes, open, problemCount, repairedCount, noteCount, ok } = report;
  const lines = [
    `${rows} recordings in the index, ${files} files, ${(bytes / 2 ** 30).toFixed(2)} GiB, in ${(tookMs / 1000).toFixed(1)} s.`,
    open === 0
      ? ''
      : `${open} are open and were not looked at: the server writes them now, or will look at them when it starts.`,
    noteCount === 0 ? '' : `${noteCount} things to know; none of them was touched.`,
    problemCount === 0 ? 'Nothing is wrong.' : `${problemCount} problems, ${repairedCount} repaired.`,
    ok || repairedCount > 0 ? '' : 'With --repair, what can be mended is.',
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
