import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./multicast-search.ts', import.meta.url));
/** A namespace without a network needs its loopback up and a way for multicast. */
const inNamespace = [
  '-rn',
  'sh',
  '-c',
  'ip link set lo up && ip route add 239.255.255.250/32 dev lo && exec "$@"',
  'sh',
];
const possible = spawnSync('unshare', [...inNamespace, 'true']).status === 0;
if (!possible) process.stderr.write('multicast search is not tested: no network namespace can be made here\n');

describe('WS-Discovery', () => {
  it.skipIf(!possible)('finds devices by their identity, whatever else answers', async () => {
    const node = [process.execPath, '--conditions=source', '--import', 'tsx', script];
    const { stdout, stderr } = await promisify(execFile)('unshare', [...inNamespace, ...node], { timeout: 30_000 });
    const { questions, found } = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(questions).toBe(1);
    const candidate = (id: string) => ({
      id,
      deviceUrl: `http://127.0.0.1/${id}/device_service`,
      address: '127.0.0.1',
      name: `Camera ${id}`,
      hardware: '',
      location: '',
    });
    expect(found).toEqual([candidate('007'), candidate('8'), candidate('9')]);
  });
});
