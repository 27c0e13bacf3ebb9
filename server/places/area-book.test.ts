import { describe, expect, it } from 'vitest';
import type { AreaView } from '#contracts/places';
import { createAreaBook } from './area-book.ts';

const ENDED = Date.UTC(2025, 5, 30, 17);
const NOW = Date.UTC(2026, 10, 26);
const area = (code: string, name: string, more: Partial<AreaView> = {}): AreaView => ({
  ...{ code, name, kind: 'commune', level: 'commune', parentCode: '91', validFromMs: null, validToMs: null },
  ...{ successors: [], areaKm2: null, bounds: null },
  ...more,
});
const district = (code: string, name: string, ...successors: string[]) =>
  area(code, name, { kind: 'district', level: 'district', validToMs: ENDED, successors });

const book = createAreaBook([
  area('91', 'Tỉnh An Giang', { kind: 'province', level: 'province', parentCode: null }),
  area('30307', 'Phường Long Xuyên', { kind: 'ward' }),
  area('30301', 'Phường Mỹ Thới', { kind: 'ward' }),
  area('30346', 'Xã Phú Tân'),
  area('30400', 'Xã Vĩnh Hòa'),
  area('30401', 'Phường Vĩnh Hoà', { kind: 'ward' }),
  area('31074', 'Đặc khu Phú Quốc', { kind: 'specialZone' }),
  area('31000', 'Phường 12', { kind: 'ward' }),
  district('883', 'Thành phố Long Xuyên', '30307', '30301'),
  district('888', 'Huyện Phú Tân', '30346'),
  district('911', 'Thành phố Phú Quốc', '31074'),
  district('999', 'Huyện Cũ'),
  area('30310', 'Xã Mỹ Khánh', { validToMs: ENDED, successors: ['30311'] }),
  area('30311', 'Xã Mỹ Hòa Hưng', { validToMs: ENDED + 1, successors: ['30301'] }),
  area('30900', 'Xã Vòng Một', { validToMs: ENDED, successors: ['30901'] }),
  area('30901', 'Xã Vòng Hai', { validToMs: ENDED, successors: ['30900'] }),
]);

describe('a word for an area', () => {
  it.each([
    ['30307', '30307', false],
    [' 30307 ', '30307', false],
    ['Phường Long Xuyên', '30307', false],
    ['phuong long xuyen', '30307', false],
    ['P. LONG XUYÊN', '30307', false],
    ['P.Long Xuyên', '30307', false],
    ['Long Xuyên', '30307', false],
    ['Xã Long Xuyên', '30307', false],
    ['Long Xuyen Ward', '30307', false],
    ['An Giang', '91', false],
    ['tỉnh An Giang', '91', false],
    ['đặc khu Phú Quốc', '31074', false],
    ['P. 12', '31000', false],
    ['Phú Tân', '30346', false],
    ['huyện Phú Tân', '30346', true],
    ['H. Phú Tân', '30346', true],
    ['TP. Phú Quốc', '31074', true],
    ['911', '31074', true],
    ['xã Mỹ Khánh', '30301', true],
    ['Xã Vĩnh Hoà', '30400', false],
  ])('«%s» is %s', (word, code, old) => {
    expect(book.resolve(word, NOW)).toEqual({ code, old });
  });

  it.each([
    ['', 'unknownArea'],
    ['Cần Thơ', 'unknownArea'],
    ['huyện Long Xuyên', 'areaDivided'],
    ['TP Long Xuyên', 'areaDivided'],
    ['883', 'areaDivided'],
    ['huyện Mỹ Thới', 'unknownArea'],
    ['Huyện Cũ', 'areaEnded'],
    ['Xã Vòng Một', 'areaEnded'],
    // Two of that name are there.
    ['Vĩnh Hòa', 'unknownArea'],
  ])('«%s»: %s', (word, fault) => {
    expect(book.resolve(word, NOW)).toEqual({ fault });
  });

  it('means what was there at the time', () => {
    expect(book.resolve('huyện Phú Tân', ENDED - 1)).toEqual({ code: '888', old: false });
    expect(book.resolve('huyện Phú Tân', ENDED)).toEqual({ code: '30346', old: true });
  });
});
