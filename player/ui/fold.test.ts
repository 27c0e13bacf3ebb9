import { describe, expect, it } from 'vitest';
import { fold, matches } from './fold.ts';

describe('fold', () => {
  it.each([
    ['An Giang', 'an giang'],
    ['Đường Nguyễn Huệ', 'duong nguyen hue'],
    ['ĐỒN BIÊN PHÒNG', 'don bien phong'],
    ['Cầu Hoàng Diệu', 'cau hoang dieu'],
    ['  Chợ   Long Xuyên ', 'cho long xuyen'],
    ['Ngã tư số 12', 'nga tu so 12'],
    // The same letters, composed and decomposed.
    ['Ph\u01b0\u1eddng', 'phuong'],
    ['Phu\u031bo\u031b\u0300ng', 'phuong'],
  ])('%s → %s', (text, folded) => expect(fold(text)).toBe(folded));
});

describe('matches', () => {
  it('finds words in any order and anywhere', () => {
    expect(matches('12 Ngã tư Trần Hưng Đạo', 'dao tran')).toBe(true);
    expect(matches('12 Ngã tư Trần Hưng Đạo', '12 hung')).toBe(true);
    expect(matches('12 Ngã tư Trần Hưng Đạo', 'dao nguyen')).toBe(false);
  });

  it('finds everything with an empty query', () => expect(matches('anything', '  ')).toBe(true));
});
