import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import {
  interleaved,
  ORDERLY,
  type RogueRtspServer,
  rtpPacket,
  startRogueRtspServer,
} from '../../tests/fakes/rogue-rtsp-server.ts';
import { CameraFault } from '../adapter.ts';
import { createRtspClient } from './session.ts';

const folder = mkdtempSync(join(tmpdir(), 'tamnhin-rtsps-'));
const servers: RogueRtspServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A certificate that a camera has signed for itself. */
function ownCertificate(): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=camera.test';
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** Kind of the fault, or the packets that came. */
async function run(url: string, serverName: string | null): Promise<string> {
  const abort = new AbortController();
  const packets: number[] = [];
  const client = createRtspClient({ clock: systemClock, log: silentLogger(), readTimeoutMs: 400 });
  const taker = {
    packet({ sequence }: { sequence: number }) {
      packets.push(sequence);
      if (packets.length === 3) abort.abort();
    },
    senderReport: () => {},
  };
  try {
    await client.run({
      url,
      serverName,
      credentials: { username: '', password: '' },
      transport: 'tcp',
      choose: (tracks) => new Map(tracks.map((track) => [track, taker])),
      signal: abort.signal,
    });
  } catch (error) {
    if (error instanceof CameraFault) return error.kind;
    throw error;
  }
  return packets.join();
}

it('a camera over TLS is read; its own certificate is good unless a name is asked for', async () => {
  const server = await startRogueRtspServer(
    {
      PLAY(request, camera) {
        ORDERLY.PLAY?.(request, camera);
        for (const sequence of [1, 2, 3]) camera.send(interleaved(0, rtpPacket({ sequence })));
      },
    },
    ownCertificate(),
  );
  servers.push(server);
  expect(await run(server.url, null)).toBe('1,2,3');
  expect(await run(server.url, 'camera.test')).toBe('unreachable');
  expect(server.asked).toHaveLength(5);
});

it('a camera without TLS is not taken for one with it', async () => {
  const server = await startRogueRtspServer({});
  servers.push(server);
  expect(await run(server.url.replace('rtsp:', 'rtsps:'), null)).toMatch(/unreachable|timeout/);
});
