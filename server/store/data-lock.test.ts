import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockDataFolder } from './data-lock.ts';

const MODULE = fileURLToPath(new URL('data-lock.ts', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('lets one program into a data folder, and the next when that one is gone, also by kill -9', async () => {
  const script = `
    import { lockDataFolder } from ${JSON.stringify(MODULE)};
    await lockDataFolder(${JSON.stringify(folder)});
    process.stdout.write('has it');
    setInterval(() => {}, 1000);`;
  const args = ['--conditions=source', '--import', 'tsx', '--input-type=module', '-e', script];
  const first = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(first.stdout, 'data');
  await expect(lockDataFolder(folder)).rejects.toThrow(`another Tamnhin runs on the data folder ${folder}`);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const release = await lockDataFolder(folder);
  release();
  (await lockDataFolder(folder))();
});
