import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createRtspClient } from '/work/h1/camera-adapters/rtsp/session.ts';
import { startGstRtspServer, testLaunch } from '/work/h1/tests/fakes/gst-rtsp-server.ts';
const gst = await startGstRtspServer({ streams: [{ path: 'a', launch: testLaunch('h264', { sound: 'aac' }) }], auth: { user: 'u', password: 'p:w', kind: 'digest' } });
const client = createRtspClient({ clock: systemClock, log: silentLogger(), readTimeoutMs: 3000 });
for (const transport of ['tcp', 'udp'] as const) {
  const abort = new AbortController();
  const counts: Record<string, number> = {};
  const t0 = performance.now();
  let last = -1;
  const add = (k: string) => { counts[k] = (counts[k] ?? 0) + 1; };
  setTimeout(() => abort.abort(), 7000);
  await client.run({ url: gst.url('a'), serverName: null, credentials: { username: 'u', password: 'p:w' }, transport, signal: abort.signal,
    choose(tracks) { console.log(tracks.map(t => [t.media, t.encoding, t.payloadType, t.clockRate, t.control])); return new Map(tracks.map((t) => [t, {
      packet(p) { add(t.media); if (p.lost) add('lost'); if (p.fresh) add('fresh'); if (last < 0) { last = 1; console.log('first', performance.now() - t0); } },
      senderReport(r) { add('sr'); console.log(t.media, r.ntpMs - Date.now(), r.rtpTime); },
    }])); } }).catch((e) => console.log('fault', e));
  console.log(transport, counts, performance.now() - t0);
}
await gst.stop();
