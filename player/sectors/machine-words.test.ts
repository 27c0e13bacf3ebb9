import { createInstance, type TFunction } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROW_FAULTS, ROW_REPAIRS } from '#contracts/feeds';
import type { SectorEventStep } from '#contracts/sector-events';
import { appVi } from '../app/text/vi.ts';
import { failureParts, stepText } from './machine-words.ts';
import { sectorsVi } from './text/vi.ts';

let t: TFunction<['sectors', 'app']>;
beforeAll(async () => {
  const instance = createInstance();
  await instance.init({
    lng: 'vi',
    resources: { vi: { sectors: sectorsVi, app: appVi } },
    ns: ['sectors', 'app'],
    interpolation: { escapeValue: false },
  });
  t = instance.getFixedT('vi', ['sectors', 'app']);
});

const said = (kind: SectorEventStep['kind'], text: string, by: SectorEventStep['by'] = null): string =>
  stepText({ timeMs: 0, kind, text, by }, t);

describe('what the program did', () => {
  it.each([
    ['changed', 'overdue', 'Quá hạn xử lý'],
    ['changed', 'severity:moderate:severe', 'Mức độ: Trung bình → Nghiêm trọng'],
    ['closed', 'cause:cleared', 'Điều kiện cảnh báo không còn'],
    ['closed', 'cause:regrouped', 'Đã được báo bằng sự kiện khác'],
    ['closed', 'cause:neverHeardOf', 'Nguyên nhân không còn'],
    ['closed', '#12: answered', 'Phản ánh số 12: đã trả lời'],
    ['closed', '#12', 'Phản ánh số 12 không còn vướng'],
    ['closed', '24 h', 'Sau 24 giờ không có phản ánh mới gần đó'],
    ['joined', '0f3c1c9e-52a3-4a51-9c43-8f6f5b1f2a10', ''],
    ['opened', '', ''],
  ] as const)('%s %s is said in words', (kind, text, words) => expect(said(kind, text)).toBe(words));

  it('leaves the words of a person alone', () =>
    expect(said('closed', 'cause:cleared', { id: 'u', name: 'Lan' })).toBe('cause:cleared'));
});

describe('why a row counts against a score', () => {
  const parts = (detail: Readonly<Record<string, string | number>>) => failureParts({ detail }, t, 'vi-VN');
  it('names every part', () => {
    expect(parts({ code: 'outOfRange' })).toEqual(['ngoài giới hạn của chỉ tiêu']);
    expect(parts({ reason: 'notYet' })).toEqual(['chưa có']);
    expect(parts({ identity: 'chia_ket_qua', off: -9612 })).toEqual(['phép cân đối chia_ket_qua', 'lệch -9.612']);
    expect(parts({ seconds: 7200 })).toEqual(['2 giờ']);
    expect(parts({ from: 10, to: 12.5, percent: 25 })).toEqual(['sửa thành 12,50', 'thay đổi 25\u202f%']);
  });

  it.each([...ROW_FAULTS, ...ROW_REPAIRS])('has words for %s', (code) => expect(parts({ code })).not.toEqual([code]));
});
