import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectRtmp, type RtmpClient } from '../../tests/fakes/rtmp-client.ts';
import { createRelay, keyDigest, type Relay } from './relay.ts';

const KEY = 'key-of-the-gate-0123456789';
const OTHER_KEY = 'key-of-the-bridge-987654321';
const SECRET = 'read-secret-0123456789abcdef';
/** AVC sequence header and a key frame whose content can be recognised. */
const HEADER = Buffer.from([0x17, 0, 0, 0, 0, 1, 0x64, 0, 0x1f]);
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0x17, 1, 0, 0, 0]), Buffer.from(text)]);

/** A machine with much to do may take its time. */
const SOON = { timeout: 10_000 };

let relay: Relay;
let port: number;
let published: string[];
let refusals: string[];
let clients: RtmpClient[];

beforeEach(async () => {
  // Constants, so that what an earlier relay says late does not count here.
  const said: string[] = [];
  const refused: string[] = [];
  published = said;
  refusals = refused;
  clients = [];
  relay = createRelay({
    readSecret: SECRET,
    silenceMs: 5000,
    onPublish: (stream, on) => said.push(`${stream} ${on ? 'on' : 'off'}`),
    onRefusal: (_address, reason) => refused.push(reason),
  });
  port = await relay.listen('127.0.0.1', 0);
  relay.setKeys(
    new Map([
      [keyDigest(KEY), 'gate'],
      [keyDigest(OTHER_KEY), 'bridge'],
    ]),
  );
});

afterEach(async () => {
  for (const client of clients) client.close();
  await relay.close();
});

async function client(): Promise<RtmpClient> {
  const made = await connectRtmp(port);
  clients.push(made);
  return made;
}

async function publisher(key = KEY): Promise<RtmpClient> {
  const made = await client();
  made.publish('live', key);
  await made.until('NetStream.Publish.Start');
  return made;
}

async function reader(stream = 'gate'): Promise<RtmpClient> {
  const made = await client();
  made.play('live', `${stream}?read=${SECRET}`);
  await made.until('NetStream.Play.Start');
  return made;
}

describe('relay', () => {
  it('brings a publisher’s packets to the reader, who may come later', async () => {
    const gate = await publisher();
    gate.message(9, HEADER);
    gate.message(9, frame('before the reader'));
    const viewer = await reader();
    await viewer.until('before the reader');
    gate.message(9, frame('after the reader'));
    await viewer.until('after the reader');
    expect(published).toEqual(['gate on']);
  });

  it('survives a tcUrl that is no URL, and only that connection pays', async () => {
    const gate = await publisher();
    const viewer = await reader();
    const attacker = await client();
    attacker.command('connect', { app: 'live', tcUrl: 'no url at all' });
    await attacker.closed;
    gate.message(9, frame('still here'));
    await viewer.until('still here');
    expect(refusals).toEqual(['Invalid URL']);
  });

  it('lets a publisher without a known key inject nothing', async () => {
    const gate = await publisher();
    const viewer = await reader();
    for (const key of ['gate', 'wrong-key', `${KEY}x`, '', '../gate', '__proto__']) {
      const attacker = await client();
      attacker.publish('live', key);
      attacker.message(9, frame('injected'));
      await attacker.closed;
      expect(attacker.received().includes('NetStream.Publish.Start')).toBe(false);
    }
    gate.message(9, frame('the real one'));
    await viewer.until('the real one');
    expect(viewer.received().includes('injected')).toBe(false);
    expect(published).toEqual(['gate on']);
  });

  it('lets a second publisher of the same key inject nothing', async () => {
    const gate = await publisher();
    const viewer = await reader();
    const attacker = await client();
    attacker.publish('live', KEY);
    attacker.message(9, frame('injected'));
    await attacker.closed;
    gate.message(9, frame('the real one'));
    await viewer.until('the real one');
    expect(viewer.received().includes('injected')).toBe(false);
  });

  it('lets nobody inject by playing, by naming the stream or by saying nothing', async () => {
    const gate = await publisher();
    const viewer = await reader();
    const byReading = await reader();
    byReading.message(9, frame('injected'));
    await byReading.closed;
    const mute = await client();
    mute.message(9, frame('injected'));
    await mute.closed;
    const twice = await publisher(OTHER_KEY);
    twice.command('publish', null, KEY, 'live');
    twice.message(9, frame('injected'));
    await twice.closed;
    gate.message(9, frame('the real one'));
    await viewer.until('the real one');
    expect(viewer.received().includes('injected')).toBe(false);
  });

  it('lets nobody play without the secret', async () => {
    const gate = await publisher();
    gate.message(9, frame('private'));
    for (const name of ['gate', 'gate?read=', 'gate?read=wrong', 'gate?read=a&read=b', KEY, `${KEY}?read=${KEY}`]) {
      const attacker = await client();
      attacker.play('live', name);
      await attacker.closed;
      expect(attacker.received().includes('private')).toBe(false);
    }
  });

  it('refuses another application', async () => {
    const stranger = await client();
    stranger.publish('other', KEY);
    await stranger.closed;
    expect(published).toEqual([]);
  });

  it.each<[string, string, (client: RtmpClient) => void]>([
    ['noise after the handshake', 'sends much and says nothing', (it) => it.raw(Buffer.alloc(70_000, 0xff))],
    [
      'a message of 16 MB announced',
      'a message is too large',
      (it) => it.raw(Buffer.from('03000000ffffff140000000000', 'hex')),
    ],
    ['more than it takes to say what it wants', 'sends much and says nothing', (it) => it.raw(Buffer.alloc(200_000))],
    ['a command that ends in the middle', '', (it) => it.message(20, Buffer.from('\x02\x00\x07connect\x00\x00'))],
    ['a publish without a name', '', (it) => it.command('publish', null)],
    [
      'many messages at a time, none of them whole',
      'too many chunk streams',
      (it) => {
        it.message(1, Buffer.from([0, 0, 0, 1]));
        for (let id = 4; id < 40; id += 1) it.raw(Buffer.from([id, 0, 0, 0, 0, 0xff, 0, 8, 0, 0, 0, 0, 0]));
      },
    ],
  ])('ends a connection that sends %s', async (_what, reason, attack) => {
    const attacker = await client();
    attack(attacker);
    await attacker.closed;
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain(reason);
    await publisher();
  });

  it('frees the key and cuts the readers when the publisher leaves, at once', async () => {
    const gate = await publisher();
    const viewer = await reader();
    gate.close();
    await viewer.closed;
    expect(published).toEqual(['gate on', 'gate off']);
    const again = await publisher();
    const next = await reader();
    again.message(9, frame('second life'));
    await next.until('second life');
  });

  it('cuts off who falls silent: a publisher without a word, a stranger who never says what it wants', async () => {
    const said: string[] = [];
    const impatient = createRelay({
      readSecret: SECRET,
      silenceMs: 50,
      strangerMs: 100,
      onPublish: (stream, on) => said.push(`${stream} ${on ? 'on' : 'off'}`),
      onRefusal: (_address, reason) => said.push(reason),
    });
    impatient.setKeys(new Map([[keyDigest(KEY), 'gate']]));
    port = await impatient.listen('127.0.0.1', 0);
    const gate = await publisher();
    await gate.closed;
    await vi.waitFor(() => expect(said).toEqual(['gate on', 'the publisher fell silent', 'gate off']), SOON);
    const stranger = await client();
    await stranger.closed;
    expect(said.at(-1)).toBe('did not say what it wants');
    await impatient.close();
  });

  it('lets no address hold more than its share of connections that say nothing', async () => {
    const held = await Promise.all(Array.from({ length: 64 }, client));
    await expect(client()).rejects.toThrow('the server hung up');
    for (const one of held) one.close();
    await Promise.all(held.map((one) => one.closed));
    await vi.waitFor(() => publisher(), SOON);
  });

  it('cuts off a publisher whose key is taken away, and leaves the others', async () => {
    const gate = await publisher();
    const bridge = await publisher(OTHER_KEY);
    relay.setKeys(new Map([[keyDigest(OTHER_KEY), 'bridge']]));
    await gate.closed;
    const viewer = await reader('bridge');
    bridge.message(9, frame('untouched'));
    await viewer.until('untouched');
  });

  it('relays no message without payload, which would break the framing behind it', async () => {
    const gate = await publisher();
    const viewer = await reader();
    gate.message(8, Buffer.alloc(0));
    gate.message(9, frame('in frame'));
    await viewer.until('in frame');
    // Its header would be relayed with its last byte cut off: channel 4, time 0, length 0, audio.
    expect(viewer.received().includes(Buffer.from([4, 0, 0, 0, 0, 0, 0, 8]))).toBe(false);
  });

  it('says that the port is in use and lives on', async () => {
    const second = createRelay({ readSecret: SECRET, silenceMs: 5000, onPublish: () => {}, onRefusal: () => {} });
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await publisher();
  });
});
