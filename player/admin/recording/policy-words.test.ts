import { createInstance, type i18n } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RecordingPolicy, recordingPolicySchema } from '#contracts/recordings';
import { forecastWords } from '../storage/forecast-words.ts';
import { adminEn } from '../text/en.ts';
import { adminVi } from '../text/vi.ts';
import { policyWords } from './policy-words.ts';

let instance: i18n;
beforeAll(async () => {
  instance = createInstance();
  await instance.init({
    lng: 'vi',
    resources: { vi: { admin: adminVi }, en: { admin: adminEn } },
    ns: ['admin'],
    defaultNS: 'admin',
    interpolation: { escapeValue: false },
  });
});
const policy = (more: object): RecordingPolicy =>
  recordingPolicySchema.parse({ mode: 'continuous', streams: 'main', retention: { days: 30 }, ...more });
const say = (language: 'vi' | 'en', more: object): string =>
  policyWords(policy(more), instance.getFixedT(language, ['admin', 'app']), language);

describe('a policy in words', () => {
  it('says what is recorded and for how long it is kept', () => {
    expect(say('vi', {})).toBe('Ghi liên tục luồng chính. Giữ 30 ngày.');
    expect(say('en', { mode: 'event', streams: 'both', retention: { days: 0.5, gigabytes: 1500 } })).toBe(
      'Records both streams around all events, from 8 s before to 30 s after. Kept for 0.5 days, at most 1,500 GiB for each stream.',
    );
    expect(
      say('vi', { mode: 'event', triggers: ['vn.tamnhin.picture.covered', 'vn.tamnhin.picture.turned'] }),
    ).toContain('quanh sự kiện (ống kính bị che, camera bị xoay lệch), từ 8');
    expect(say('vi', { mode: 'off' })).toBe('Không ghi. Bản ghi đã có giữ 30 ngày.');
  });

  it('says hours as people do: spans of days, nights in one piece, whole days', () => {
    const hours = [
      { days: [0, 1, 2, 3, 4], fromMinute: 480, toMinute: 1020 },
      { days: [5, 6], fromMinute: 1320, toMinute: 1440 },
      { days: [6, 0], fromMinute: 0, toMinute: 360 },
      { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440 },
    ];
    expect(say('vi', { mode: 'schedule', hours })).toContain(
      'luồng chính T2–T6 08:00–17:00, T7, CN 22:00–06:00 hôm sau, mỗi ngày cả ngày; ngoài giờ đó',
    );
    expect(say('en', { mode: 'schedule' })).toContain('(no hours yet)');
  });
});

describe('a forecast in words', () => {
  it.each([
    [{ fullInDays: 11.9 }, 'Đầy sau 11 ngày với tốc độ hiện nay'],
    [{ fullInDays: 1.5 }, 'Đầy sau khoảng 36 giờ với tốc độ hiện nay'],
    [{ fullInDays: 0.005 }, 'Đã tới mức phải để trống: bản ghi cũ nhất bị xoá để ghi tiếp'],
    [{ fullInDays: null }, 'Không đầy: bản ghi hết hạn và bị xoá trước'],
    [{ fullInDays: null, bytesPerDay: 0 }, 'Chưa biết: ba ngày qua không có gì được ghi xong vào ổ này'],
    [
      { fullInDays: null, bytesPerDay: 0, state: 'full' },
      'Đã tới mức phải để trống: bản ghi cũ nhất bị xoá để ghi tiếp',
    ],
    [{ fullInDays: 3, state: 'missing' }, 'Không dự báo được khi ổ không dùng được'],
  ] as const)('of %j', (more, words) => {
    const t = instance.getFixedT('vi', 'admin');
    expect(forecastWords({ state: 'ready', bytesPerDay: 1, ...more }, t)).toBe(words);
  });
});
