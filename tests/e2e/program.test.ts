import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { tree } from '../bench/process-cost.ts';
import { ADMIN, addCamera, setUp, signIn, untilStream } from './api-client.ts';
import { startProgram } from './program.ts';

const root = resolve(import.meta.dirname, '../..');

it('starts empty, lets the first visitor in once, and is the same after a restart', async () => {
  const first = await startProgram();
  const admin = await setUp(first.announced);
  expect(admin.session.user?.displayName).toBe(ADMIN.displayName);
  expect(await admin.status('GET', '/api/cameras')).toBe(200);
  await expect(setUp(first.announced)).rejects.toThrow(/40[0-9]/);
  const camera = await addCamera(admin, { name: 'Cổng trường', source: { kind: 'virtual', scene: 'school-gate' } });
  await untilStream(admin, camera.id, 'live');
  expect(await first.stop()).toMatchObject({ code: 0 });

  const second = await startProgram({ dataDirectory: first.dataDirectory });
  expect(second.announced).toBe(`${second.url}/`.replace(/\/$/, ''));
  const again = await signIn(second.url, ADMIN);
  await untilStream(again, camera.id, 'live');
  expect(await again.status('GET', `/live/${camera.id}/snapshot.jpg`)).toBe(200);
  expect(await second.stop()).toMatchObject({ code: 0 });
  await second.remove();
});

it('stops within five seconds and leaves nothing running', async () => {
  const program = await startProgram();
  const admin = await setUp(program.announced);
  for (const scene of ['river', 'market', 'bridge'] as const) {
    const camera = await addCamera(admin, { name: scene, source: { kind: 'virtual', scene } });
    await untilStream(admin, camera.id, 'live');
  }
  const family = tree(program.pid);
  expect(family.length).toBeGreaterThanOrEqual(4);
  const { code, ms } = await program.stop();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5000);
  expect(family.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  await program.remove();
});

it('goes on after a power cut, and its children do not outlive it', async () => {
  const program = await startProgram();
  const admin = await setUp(program.announced);
  const camera = await addCamera(admin, { name: 'Bến phà', source: { kind: 'virtual', scene: 'river' } });
  await untilStream(admin, camera.id, 'live');
  const family = tree(program.pid);
  await program.kill();
  await expect.poll(() => family.filter(isAlive), { timeout: 15_000 }).toEqual([]);

  const second = await startProgram({ dataDirectory: program.dataDirectory });
  const again = await signIn(second.url, ADMIN);
  await untilStream(again, camera.id, 'live');
  expect(await again.request('GET', '/api/audit/verify')).toMatchObject({ ok: true });
  await second.stop();
  await second.remove();
});

it('makes the administrator from a variable, and answers probes without a session', async () => {
  const password = 'automation-2026-An-Giang';
  const program = await startProgram({ env: { TAMNHIN_ADMIN_PASSWORD: password } });
  expect(program.announced).not.toContain('#');
  const admin = await signIn(program.url, { username: 'admin', password });
  expect(await admin.status('GET', '/metrics')).toBe(200);
  for (const path of ['/healthz', '/readyz']) expect((await fetch(new URL(path, program.url))).status).toBe(200);
  expect((await fetch(new URL('/metrics', program.url))).status).toBe(401);
  expect(program.output()).not.toContain(password);
  await program.stop();
  await program.remove();
});

it('refuses to start with a wrong setting, and says which, what it is and what is allowed', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/server/main.js')], {
    env: { PATH: process.env.PATH, TAMNHIN_SERVER_PORT: '99999', TAMNHIN_SERVR_HOST: 'x' },
    encoding: 'utf8',
  });
  expect(status).toBe(78);
  expect(stderr).toContain('server.port (TAMNHIN_SERVER_PORT) is "99999"; allowed is a whole number from 0 to 65535');
  expect(stderr).toContain('TAMNHIN_SERVR_HOST: there is no such variable');
});

it('says so when its port is taken', async () => {
  const program = await startProgram();
  const port = Number(new URL(program.url).port);
  await expect(startProgram({ port })).rejects.toThrow(/in use/);
  await program.stop();
  await program.remove();
});

function isAlive(pid: number): boolean {
  try {
    // A zombie that waits for its parent is dead for our purpose.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
