import { describe, expect, it } from 'vitest';
import { dateAndTime, envelope } from '../../tests/fakes/soap-responder.ts';
import { clockOffset, dateAndTimeSchema, deviceTime } from './device-clock.ts';
import { soapBody } from './xml.ts';

const read = (content: string): number | null => deviceTime(dateAndTimeSchema.parse(soapBody(envelope(content))));
const told = dateAndTime(new Date('2019-02-28T23:59:58Z'));

describe('the device’s clock', () => {
  it('is what it tells in universal time', () => {
    expect(read(told)).toBe(Date.parse('2019-02-28T23:59:58Z'));
  });

  it.each([
    ['tells local time only', told.replaceAll('UTCDateTime', 'LocalDateTime')],
    ['tells nothing', told.replace(/<tt:UTCDateTime>.*<\/tt:UTCDateTime>/, '')],
    ['leaves the year empty', told.replace('2019', '')],
    ['tells a year that no login can be dated with', told.replace('2019', '123456')],
    ['tells words', told.replace('23', 'late')],
  ])('is unknown when it %s', (_what, content) => {
    expect(read(content)).toBeNull();
  });

  it('is compared with the middle of the call, half a second added for the cut', () => {
    expect(clockOffset(100_000, 10_000, 10_400)).toBe(100_500 - 10_200);
  });
});
