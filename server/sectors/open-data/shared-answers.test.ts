import { expect, it } from 'vitest';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import { createSharedAnswers } from './shared-answers.ts';

const stays = new AbortController().signal;

it('reckons one answer at a time, each once for all who ask, and anew after a minute', async () => {
  const clock = createFakeClock();
  const answers = createSharedAnswers(clock);
  const [begun, ended]: [string[], string[]] = [[], []];
  const ask = (key: string) =>
    answers.get(key, stays, async () => {
      expect(begun).toHaveLength(ended.length);
      begun.push(key);
      await new Promise((resolve) => setImmediate(resolve));
      ended.push(key);
      return Buffer.from(key);
    });
  const all = await Promise.all(['a', 'b', 'a', 'b', 'c'].map(ask));
  expect(all.map(String)).toEqual(['a', 'b', 'a', 'b', 'c']);
  clock.advance(59_000);
  await ask('a');
  expect(begun).toEqual(['a', 'b', 'c']);
  clock.advance(2000);
  await ask('a');
  expect(begun).toEqual(['a', 'b', 'c', 'a']);
});

it('refuses when too many wait, and gives up what nobody waits for', async () => {
  const answers = createSharedAnswers(createFakeClock());
  const gone = new AbortController();
  let told: AbortSignal | undefined;
  let begun = 0;
  const hangs = async (signal: AbortSignal): Promise<Buffer> => {
    begun += 1;
    told = signal;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    signal.throwIfAborted();
    return Buffer.alloc(0);
  };
  const waiting = Array.from({ length: 8 }, (_, at) => answers.get(`${at}`, gone.signal, hangs));
  await expect(answers.get('8', stays, hangs)).rejects.toMatchObject({
    ...{ kind: 'unavailable', code: 'openData.busy', retryAfterMs: expect.any(Number) },
  });
  gone.abort();
  const over = await Promise.allSettled(waiting);
  expect(over.map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
  expect([told?.aborted, begun]).toEqual([true, 1]);
  expect(String(await answers.get('0', stays, async () => Buffer.from('new')))).toBe('new');
});
