import { expect, it } from 'vitest';
import { createLookQueue } from './look-queue.ts';

it('keeps the newest picture of each camera, and gives back the one that it drops', () => {
  const queue = createLookQueue<string>();
  expect(queue.push('gate', 0, 'gate 1')).toBeUndefined();
  expect(queue.push('gate', 0, 'gate 2')).toBe('gate 1');
  expect(queue.length).toBe(1);
  expect(queue.take(4)).toEqual(['gate 2']);
  expect(queue.take(4)).toEqual([]);
});

it('serves all cameras in turn, however many pictures one of them brings', () => {
  const queue = createLookQueue<string>();
  const turns: string[] = [];
  for (let round = 0; round < 30; round += 1) {
    for (const camera of ['busy', 'a', 'b']) if (camera === 'busy' || round % 3 === 0) queue.push(camera, 0, camera);
    turns.push(...queue.take(1));
    queue.push('busy', 0, 'busy');
  }
  const count = (camera: string): number => turns.filter((turn) => turn === camera).length;
  expect(count('a')).toBe(10);
  expect(count('b')).toBe(10);
  expect(count('busy')).toBe(10);
});

it('serves who is urgent first', () => {
  const queue = createLookQueue<string>();
  queue.push('a', 0, 'a');
  queue.push('alarm', 5, 'alarm');
  queue.push('b', 0, 'b');
  expect(queue.take(2)).toEqual(['alarm', 'a']);
  expect(queue.forget('b')).toBe('b');
  expect(queue.length).toBe(0);
});
