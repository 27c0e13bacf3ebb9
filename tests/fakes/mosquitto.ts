import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A real broker on a port of its own; what it holds is kept while it is stopped. */
export async function openMosquitto() {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-mosquitto-'));
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'autosave_interval 1',
    'autosave_on_changes true',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  let broker: ChildProcess | undefined;

  async function start(): Promise<void> {
    broker = spawn('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    for (let tries = 0; tries < 100; tries += 1) {
      const socket = connect(port, '127.0.0.1');
      const ready = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false);
      socket.destroy();
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the broker does not listen');
  }
  async function stop(): Promise<void> {
    if (broker === undefined) return;
    const ended = once(broker, 'exit');
    broker.kill('SIGTERM');
    await ended;
    broker = undefined;
  }
  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    start,
    stop,
    async close(): Promise<void> {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}
