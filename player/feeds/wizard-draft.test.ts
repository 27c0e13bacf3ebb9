import { expect, it } from 'vitest';
import { emptyDraft, feedOf, formatsFor } from './wizard-draft.ts';

const area = (code: string, validToMs: number | null = null) => ({
  ...{ code, name: code, kind: 'commune' as const, level: 'commune' as const, parentCode: 'P' },
  ...{ validFromMs: null, validToMs, successors: [], areaKm2: null, bounds: null },
});
const unit = {
  ...{ id: 'u1', name: 'UBND A', kind: 'commune' as const, code: 'A', parentId: null, areaCode: 'A', contacts: [] },
  ...{ validFromMs: null, validToMs: null, successorId: null },
};

it('asks each commune that exists for its value, and its own unit for the answer', () => {
  const draft = { ...emptyDraft('du_lich'), indicators: ['du_lich.luot_khach'], answers: 'commune' as const };
  const feed = feedOf(draft, [], [area('A'), area('B'), area('old', 1)], [unit]);
  expect(feed.obliged).toEqual([
    {
      indicator: 'du_lich.luot_khach',
      cells: [
        { areaCode: 'A', unitId: 'u1' },
        { areaCode: 'B', unitId: null },
      ],
    },
  ]);
  expect([feed.pull, feed.mqtt]).toEqual([null, null]);
});

it('sends a secret only where one was typed', () => {
  const draft = { ...emptyDraft('mang_xa_hoi'), way: 'pull' as const, url: ' https://example.org/rss ' };
  expect(feedOf(draft, [], [], []).pull).toEqual({ url: 'https://example.org/rss', schedule: '*/15 * * * *' });
  expect(feedOf({ ...draft, secret: 'x' }, [], [], []).pull).toMatchObject({ secret: 'x' });
  expect(formatsFor('upload')[0]).toBe('csv');
});
