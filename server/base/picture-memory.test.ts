import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createSharedMemory } from './picture-memory.ts';

const MB = 2 ** 20;

function watched(held: { bytes: number }) {
  let asked = 0;
  let listener = (): void => {};
  const memory = createSharedMemory({
    heldBytes: () => held.bytes,
    collector: {
      ask() {
        asked += 1;
      },
      onLook(told) {
        listener = told;
        return () => {};
      },
    },
  });
  return {
    asked: () => asked,
    look: () => listener(),
    isShared: (megabytes: number) => memory.allocate(megabytes * MB).buffer instanceof SharedArrayBuffer,
  };
}

describe('memory for pictures', () => {
  it('is looked through for each quarter of what is held that has come in', () => {
    const held = { bytes: 400 * MB };
    const { asked, look, isShared } = watched(held);
    look();
    for (let at = 0; at < 99; at += 1) isShared(1);
    expect(asked()).toBe(0);
    isShared(1);
    expect(asked()).toBe(1);
    look();
    held.bytes = 0;
    for (let at = 0; at < 99; at += 1) isShared(1);
    expect(asked()).toBe(1);
  });

  it('is counted again where nobody looks, so that it cannot grow without end', () => {
    const { asked, look, isShared } = watched({ bytes: 0 });
    const shared = Array.from({ length: 80 }, () => isShared(1));
    expect(shared.indexOf(false)).toBe(64);
    expect(shared.slice(64)).not.toContain(true);
    expect(asked()).toBe(5);
    look();
    expect(isShared(1)).toBe(true);
  });

  it('is let go of by V8 itself', () => {
    const script = `
      import { createSharedMemory } from ${JSON.stringify(new URL('./picture-memory.ts', import.meta.url).href)};
      const ring = [];
      const memory = createSharedMemory({ heldBytes: () => ring.length * 65536 });
      let [most, counted] = [0, 0];
      for (let at = 0; at < 20_000; at += 1) {
        const bytes = memory.allocate(65536).fill(1);
        if (!(bytes.buffer instanceof SharedArrayBuffer)) counted += 1;
        ring.push(bytes);
        if (ring.length > 320) ring.shift();
        if (at % 20 === 0) await new Promise((done) => setTimeout(done, 1));
        most = Math.max(most, process.memoryUsage.rss());
      }
      console.log(JSON.stringify({ most, counted }));
    `;
    const words = ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).toBe('');
    const { most, counted } = JSON.parse(stdout) as { most: number; counted: number };
    // 1.3 GB went through; 20 MB are held, and the process itself has some 100.
    expect(most / MB).toBeLessThan(400);
    expect(counted).toBe(0);
  });
});
