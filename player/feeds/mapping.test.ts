import { describe, expect, it } from 'vitest';
import { meaningOf, NO_MAPPING, withMeaning } from './mapping.ts';

describe('what a column is to us', () => {
  it('is one thing, and no other column is the same', () => {
    const first = withMeaning(NO_MAPPING, 'xa', 'area');
    expect(meaningOf(first, 'xa')).toBe('area');
    const moved = withMeaning(first, 'dia_ban', 'area');
    expect([meaningOf(moved, 'xa'), meaningOf(moved, 'dia_ban')]).toEqual([null, 'area']);
  });

  it('can be an indicator, and be taken back', () => {
    const mapped = withMeaning(withMeaning(NO_MAPPING, 'khach', 'value'), 'khach', 'indicator du_lich.luot_khach');
    expect(mapped.columns).toEqual({});
    expect(meaningOf(mapped, 'khach')).toBe('indicator du_lich.luot_khach');
    expect(withMeaning(mapped, 'khach', null)).toEqual(NO_MAPPING);
  });
});
