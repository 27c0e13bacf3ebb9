import { createSocket } from 'node:dgram';
import { silentLogger } from '#base/log';
import { createDiscovery } from '../../camera-adapters/onvif/discovery.ts';
import { startOnvifDevice } from '../../camera-adapters/simulator/onvif-device/device.ts';

/**
 * Run by `onvif.test.ts` in a network namespace of its own: the simulated
 * device answers a multicast question on loopback, and beside it one that sends nonsense and several devices at once. Prints what the search found, one JSON line.
 */

const GROUP = '239.255.255.250';

function matches(...addresses: readonly string[]): string {
  const found = addresses.map(
    (address) =>
      `<d:ProbeMatch><a:EndpointReference><a:Address>${address}</a:Address></a:EndpointReference><d:Scopes>onvif://www.onvif.org/name/${encodeURIComponent(`Camera ${address}`)}</d:Scopes><d:XAddrs>http://127.0.0.1/${address}/device_service http://127.0.0.1:${8000 + Number(address)}/onvif/device_service</d:XAddrs></d:ProbeMatch>`,
  );
  return `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><d:ProbeMatches xmlns:d="d" xmlns:a="a">${found.join('')}</d:ProbeMatches></e:Body></e:Envelope>`;
}

const answers = [
  'nonsense',
  '<a>'.repeat(15_000),
  '<Envelope><Body><Hello/></Body></Envelope>',
  matches('007'),
  matches('007'),
  matches('8', '9'),
];

const simulated = await startOnvifDevice({
  host: '127.0.0.1',
  port: 0,
  username: 'admin',
  password: 'secret',
  name: 'Simulated',
  profiles: [],
  snapshot: async () => new Uint8Array(),
  discoveryInterface: '127.0.0.1',
});
const device = createSocket({ type: 'udp4', reuseAddr: true });
device.on('message', (message, sender) => {
  if (!message.includes('NetworkVideoTransmitter')) return;
  for (const answer of answers) device.send(answer, sender.port, sender.address);
});
device.bind(3702, () => {
  device.addMembership(GROUP, '127.0.0.1');
  const found: unknown[] = [];
  const enough = new AbortController();
  const discover = createDiscovery({
    checkAddress: async (text) => ({ url: new URL(text), address: '127.0.0.1' }),
    log: silentLogger(),
    interfaces: ['lo'],
  });
  void discover({
    multicast: true,
    ranges: [],
    ports: [],
    timeoutMs: 5000,
    signal: enough.signal,
    onCandidate(candidate) {
      if (found.push(candidate) === 4) enough.abort();
    },
    onProgress: () => undefined,
  }).then(() => {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    // Nothing else may keep the process alive: it ends by itself, or the test fails.
    device.close();
    return simulated.stop();
  });
});
