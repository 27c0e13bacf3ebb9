import { expect, it } from 'vitest';
import { type FeedView, mappingSchema } from '#contracts/feeds';
import { editedFeed, editOf } from './feed-draft.ts';

const feed: FeedView = {
  ...{ id: 'f1', version: 7, name: 'Một cửa', sector: 'thu_tuc', ownerUnitId: 'd1', ownerName: 'Sở', way: 'pull' },
  ...{ format: 'json', carries: 'observations', mapping: mappingSchema.parse({ rowsAt: 'data' }), paused: true },
  obliged: [{ indicator: 'thu_tuc.tiep_nhan', cells: [{ areaCode: 'A', unitId: 'u1' }] }],
  ...{ heartbeatMinutes: null, frozenPeriods: 5, revisionTolerance: 5, synthetic: false, mqtt: null, state: 'paused' },
  pull: { url: 'https://a.vn/x', schedule: '0 7 * * *', timeoutMs: 9000, mostBytes: 5000, hasSecret: true },
  ...{ lastAttemptMs: null, lastAcceptedMs: null, lastError: null, nextDueMs: null, lastHeartbeatMs: null },
  ...{ token: null, createdMs: 0 },
};

it('changes what was changed and leaves the rest, with the version that was looked at', () => {
  const edit = { ...editOf(feed), name: ' Một cửa tỉnh ', url: ' https://b.vn/x ', frozenPeriods: null };
  const sent = editedFeed(feed, edit, null);
  expect(sent).toMatchObject({ name: 'Một cửa tỉnh', version: 7, frozenPeriods: null, paused: true, mqtt: null });
  expect(sent.pull).toEqual({ url: 'https://b.vn/x', schedule: '0 7 * * *', timeoutMs: 9000, mostBytes: 5000 });
  expect([sent.mapping, sent.obliged]).toEqual([feed.mapping, feed.obliged]);
});

it('sends a secret and other cells only where somebody gave them', () => {
  const sent = editedFeed(feed, { ...editOf(feed), secret: 'x' }, []);
  expect(sent.pull).toMatchObject({ secret: 'x', url: 'https://a.vn/x' });
  expect(sent.obliged).toEqual([]);
});
