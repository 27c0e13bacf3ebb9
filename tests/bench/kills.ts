import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { say } from './figures.ts';

const root = resolve(import.meta.dirname, '../..');
const KILLS = process.env.TAMNHIN_TEST_KILLS ?? '1000';

/**
 * The kill test of the recordings, a thousand times: a program that records eight streams is ended with SIGKILL at
 * moments that nobody chose, starts again, and its files are read byte by byte against what was sent. It prints what
 * was lost; a file that does not hold ends the bench with an error. About 20 minutes.
 */
export async function benchKills(): Promise<void> {
  say(`\n## ${KILLS} kills while recording\n`);
  const words = ['run', '--project', 'integration', 'tests/integration/recordings-kill.test.ts'];
  const test = spawn(process.execPath, [resolve(root, 'node_modules/vitest/vitest.mjs'), ...words], {
    cwd: root,
    env: { ...process.env, TAMNHIN_TEST_KILLS: KILLS },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(test, 'exit');
  if (code !== 0) throw new Error('the kill test failed');
}
