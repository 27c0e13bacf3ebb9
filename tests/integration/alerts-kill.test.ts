import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let server: Server;
let received: { id: string; type: string; time: string }[];
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-alert-kill-'));
  received = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      received.push(JSON.parse(body));
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  child?.kill('SIGKILL');
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function start(how: 'kill' | 'stay'): ChildProcess & { readonly said: string[] } {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const words = ['--conditions=source', '--import', 'tsx', 'tests/fakes/alert-program.ts', folder, url, how];
  const started = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  const said: string[] = [];
  started.stdout.on('data', (chunk) => said.push(String(chunk)));
  return Object.assign(started, { said });
}

it('tells after a kill what had changed of an alert before it, in order, under the same names', {
  timeout: 30_000,
}, async () => {
  const killed = start('kill');
  const [, signal] = await once(killed, 'close');
  expect(signal).toBe('SIGKILL');
  const stored = killed.said.join('').trim().split('\n');
  expect(stored.map((line) => line.split(' ')[1])).toEqual(['new', 'claimed', 'closed']);

  start('stay');
  const ids = stored.map((line) => line.split(' ')[0]);
  await vi.waitFor(() => expect(received.at(-1)?.id).toBe(ids.at(-1)), 20_000);
  // What was sent before the kill may come again: the other side knows by its id that it has it.
  const firsts = received.filter(({ id }, at) => received.findIndex((one) => one.id === id) === at);
  expect(firsts.map(({ id }) => id)).toEqual(ids);
  expect(firsts.map(({ type }) => type)).toEqual(
    ['opened', 'claimed', 'closed'].map((one) => `vn.tamnhin.alert.${one}`),
  );
  const times = firsts.map(({ time }) => time);
  expect(times).toEqual([...times].sort());
});
