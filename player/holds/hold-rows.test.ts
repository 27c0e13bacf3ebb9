import { describe, expect, it } from 'vitest';
import type { ListedHold } from '#contracts/recordings';
import { actionsFor, filterHolds, sameCase } from './hold-rows.ts';

const hold = (id: string, more: Partial<ListedHold> = {}): ListedHold => ({
  ...{ id, cameraId: 'a', startMs: 0, endMs: 1, caseNumber: '12/2026', reason: 'Tai nạn ở ngã tư', createdBy: 'lan' },
  ...{ createdMs: 0, releaseAskedBy: null, releaseAskedMs: null, mayChange: true },
  ...more,
});

describe('the list of holds', () => {
  it('is filtered by camera and words, without accents, newest first', () => {
    const holds = [hold('1'), hold('2', { createdMs: 5 }), hold('3', { cameraId: 'b', caseNumber: 'X-7' })];
    const ids = (text: string, cameraId: string | null) => filterHolds(holds, { text, cameraId }).map(({ id }) => id);
    expect(ids('', null)).toEqual(['2', '1', '3']);
    expect(ids('', 'b')).toEqual(['3']);
    expect(ids('tai nan 12/', null)).toEqual(['2', '1']);
    expect(ids('x-7 LAN', null)).toEqual(['3']);
    expect(ids('nobody', null)).toEqual([]);
  });

  it('offers what this person may do: never both halves of a release', () => {
    expect(actionsFor(hold('1'), 'lan')).toEqual(['askRelease']);
    const asked = hold('1', { releaseAskedBy: 'lan' });
    expect(actionsFor(asked, 'lan')).toEqual(['keep']);
    expect(actionsFor(asked, 'minh')).toEqual(['release', 'keep']);
    expect(actionsFor({ ...asked, mayChange: false }, 'minh')).toEqual([]);
  });

  it('knows the others of the case to which the same can be done', () => {
    const one = hold('1', { releaseAskedBy: 'lan' });
    const holds = [
      one,
      hold('2', { releaseAskedBy: 'lan' }),
      hold('3', { releaseAskedBy: 'minh' }),
      hold('4'),
      hold('5', { releaseAskedBy: 'lan', mayChange: false }),
      hold('6', { releaseAskedBy: 'lan', caseNumber: 'X-7' }),
    ];
    expect(sameCase(holds, one, 'release', 'minh').map(({ id }) => id)).toEqual(['2']);
    expect(sameCase(holds, one, 'keep', 'minh').map(({ id }) => id)).toEqual(['2', '3']);
  });
});
