import { describe, expect, it } from 'vitest';
import { mappingSchema } from '#contracts/feeds';
import { cap } from './cap.ts';

/** A drill set of CAP 1.2: which messages are events, of which alert they speak, and where. */
const message = (status: string, msgType: string, more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
  <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>VN-2</identifier><sender>dai@kttv.example</sender>
  <sent>2026-11-25T08:00:00+07:00</sent><status>${status}</status><msgType>${msgType}</msgType><scope>Public</scope>${more}
  <info><language>en-US</language><event>Flood</event><severity>Severe</severity><headline>Flood</headline></info>
  <info><language>vi-VN</language><event>Lũ</event><severity>Severe</severity><headline>Lũ lên nhanh</headline>
    <onset>2026-11-25T09:00:00+07:00</onset><area><areaDesc>Sông Hậu</areaDesc><circle>10.4,105.4 5</circle></area></info>
  </alert>`;
const MEANT = '<references>dai@kttv.example,VN-1,2026-11-25T07:00:00+07:00</references>';
const rowOf = async (text: string) =>
  (await cap.read(Buffer.from(text), mappingSchema.parse({}), { mostRows: 9 })).rows[0];

describe('a CAP message', () => {
  it.each([
    ['Alert', '', 'VN-2', 'open'],
    ['Update', MEANT, 'VN-1', 'open'],
    ['Cancel', MEANT, 'VN-1', 'over'],
  ])(
    'that is an %s speaks of the alert that it means, in Vietnamese where it can',
    async (msgType, more, id, state) => {
      const row = await rowOf(message('Actual', msgType, more));
      expect(row?.fault).toBeNull();
      expect(Object.fromEntries(row?.cells ?? [])).toMatchObject({
        ...{ id, state, title: 'Lũ lên nhanh', severity: 'severe', time: '2026-11-25T08:00:00+07:00' },
        ...{ place: 'Sông Hậu', latitude: 10.4, longitude: 105.4 },
      });
    },
  );

  it('is of the time when it began, and of when it was sent where that is still to come', async () => {
    const began = '2026-11-24T23:30:00+00:00';
    const row = await rowOf(message('Actual', 'Alert').replace(/<onset>.*<\/onset>/, `<onset>${began}</onset>`));
    expect(row?.cells.get('time')).toBe(began);
    const later = await rowOf(
      message('Actual', 'Alert').replace(/<onset>.*<\/onset>/, '<onset>2026-11-27T00:00:00+07:00</onset>'),
    );
    expect(later?.cells.get('time')).toBe('2026-11-25T08:00:00+07:00');
  });

  it('that cancels needs no <info>: it says of which alert, and that it is over', async () => {
    const bare = message('Actual', 'Cancel', MEANT).replace(/<info>.*<\/info>/s, '');
    const row = await rowOf(bare);
    expect(row?.fault).toBeNull();
    expect(Object.fromEntries(row?.cells ?? [])).toMatchObject({ id: 'VN-1', state: 'over', title: '', event: null });
  });

  it.each([
    ...['Exercise', 'System', 'Test', 'Draft'].map((status) => [status, 'Alert']),
    ...['Ack', 'Error'].map((msgType) => ['Actual', msgType]),
    ['Unheard', 'Alert'],
  ])(
    'of status %s and type %s is a drill or an answer: no event, and it says so',
    async (status = '', msgType = '') => {
      expect((await rowOf(message(status, msgType)))?.fault).toMatchObject({
        ...{ code: 'notOfFeed', detail: `${status} ${msgType}` },
      });
    },
  );
});
