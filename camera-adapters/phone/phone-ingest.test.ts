import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createPhoneIngest, type PhoneEnd, type PhoneIngest } from './phone-ingest.ts';

const FORMAT = { format: 'webm', h264: false } as const;
const piece = (text: string): Uint8Array => new TextEncoder().encode(text);

let phones: PhoneIngest;
let told: string[];
beforeEach(() => {
  phones = createPhoneIngest({ log: silentLogger() });
  phones.setKeys(
    new Map([
      ['key of the first', 'one'],
      ['key of the second', 'two'],
    ]),
  );
  told = [];
  phones.onPublish((cameraId, publishing) => told.push(`${cameraId} ${publishing}`));
});

async function all(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const bytes of pieces) text += new TextDecoder().decode(bytes);
  return text;
}

describe('phones that send', () => {
  it('are known by their key, and read from the first byte on', async () => {
    const sender = phones.join('key of the second', FORMAT, () => {});
    sender?.write(piece('head '));
    const stream = phones.take('two');
    sender?.write(piece('and body'));
    sender?.leave();
    expect(sender?.cameraId).toBe('two');
    expect(stream === null ? null : await all(stream.pieces)).toBe('head and body');
    expect(told).toEqual(['two true', 'two false']);
  });

  it('are read once: what has gone cannot be read again', () => {
    phones.join('key of the first', FORMAT, () => {});
    expect(phones.take('one')).not.toBeNull();
    expect(phones.take('one')).toBeNull();
  });

  it('are refused with a key that nobody has', () => {
    expect(phones.join('another', FORMAT, () => {})).toBeNull();
    expect(phones.publishing('one')).toBe(false);
  });

  it.each<[PhoneEnd, (ended: PhoneEnd[]) => void]>([
    ['elsewhere', () => void phones.join('key of the first', FORMAT, () => {})],
    ['unknownKey', () => phones.setKeys(new Map([['another key', 'one']]))],
    ['again', () => phones.take('one')?.giveUp()],
    ['again', () => phones.close()],
  ])('are told %s, once', (why, happens) => {
    const ended: PhoneEnd[] = [];
    const sender = phones.join('key of the first', FORMAT, (reason) => ended.push(reason));
    happens(ended);
    sender?.leave();
    expect(ended).toEqual([why]);
  });

  it('begin again when nobody takes what they send', () => {
    const ended: PhoneEnd[] = [];
    const sender = phones.join('key of the first', FORMAT, (reason) => ended.push(reason));
    for (let at = 0; at < 9; at += 1) sender?.write(new Uint8Array(2 ** 20));
    expect(ended).toEqual(['again']);
    expect(phones.publishing('one')).toBe(false);
  });

  it('that left do not end who came after them', () => {
    const first = phones.join('key of the first', FORMAT, () => {});
    phones.join('key of the first', FORMAT, () => {});
    first?.leave();
    expect(phones.publishing('one')).toBe(true);
    expect(told).toEqual(['one true', 'one false', 'one true']);
  });
});
