import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { untilLeft } from './until-left.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('waiting until somebody leaves', () => {
  it('gives what comes, what fails, and the leaving', async () => {
    const gone = new AbortController();
    const orLeft = untilLeft(gone.signal);
    expect(await orLeft(Promise.resolve(1))).toBe(1);
    await expect(orLeft(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const waits = orLeft(new Promise(() => {}));
    gone.abort();
    expect(await waits).toBe('left');
    expect(await orLeft(new Promise(() => {}))).toBe('left');
  });

  it('keeps nothing of what it gave', async () => {
    const orLeft = untilLeft(new AbortController().signal);
    const given: WeakRef<Uint8Array>[] = [];
    for (let at = 0; at < 100; at += 1) {
      const next = await orLeft(Promise.resolve(new Uint8Array(1000)));
      if (next !== 'left') given.push(new WeakRef(next));
    }
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(given.filter((one) => one.deref() !== undefined).length).toBeLessThan(3);
  });
});
