import { expect, it } from 'vitest';
import type { TamnhinEvent } from '#contracts/events';
import { type EventList, MAX_EVENTS, merge } from './event-cache.ts';

const event = (sequence: number): TamnhinEvent => ({
  sequence,
  id: `e${sequence}`,
  type: 'vn.tamnhin.system.started',
  timeMs: sequence,
  severity: 'unknown',
  cameraId: null,
  data: { version: '1' },
});
const list = (...sequences: number[]): EventList => ({ events: sequences.map(event), more: false });
const sequences = ({ events }: EventList): number[] => events.map(({ sequence }) => sequence);

it('puts new ones in front, in order, whatever the order in which they come', () => {
  expect(sequences(merge(list(3, 1), [event(5), event(4)]))).toEqual([5, 4, 3, 1]);
  expect(sequences(merge(list(3, 1), [event(2)]))).toEqual([3, 2, 1]);
});

it('takes no number twice, and keeps the same list when nothing is new', () => {
  const before = list(3, 2);
  expect(merge(before, [event(3)])).toBe(before);
  expect(sequences(merge(before, [event(3), event(4)]))).toEqual([4, 3, 2]);
});

it('stays bounded and remembers that older ones exist', () => {
  const full = list(...Array.from({ length: MAX_EVENTS }, (_, index) => MAX_EVENTS - index));
  const after = merge(full, [event(MAX_EVENTS + 1)]);
  expect(after.events).toHaveLength(MAX_EVENTS);
  expect(after.more).toBe(true);
  expect(after.events[0]?.sequence).toBe(MAX_EVENTS + 1);
});
