import { describe, expect, it } from 'vitest';
import { createSignalReader, pullSchema } from './event-messages.ts';
import { soapBody } from './xml.ts';

const NOW = Date.UTC(2026, 2, 1, 8);

function notification(topic: string, data: string, more: { operation?: string; time?: string; source?: string } = {}) {
  const time = more.time ?? new Date(NOW).toISOString();
  const operation = more.operation === undefined ? '' : ` PropertyOperation="${more.operation}"`;
  const source = `<tt:Source><tt:SimpleItem Name="VideoSource" Value="${more.source ?? '1'}"/></tt:Source>`;
  return `<wsnt:NotificationMessage><wsnt:Topic Dialect="d">${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${time}"${operation}>${source}<tt:Data>${data}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
}
const item = (name: string, value: string): string => `<tt:SimpleItem Name="${name}" Value="${value}"/>`;
const pulled = (...messages: readonly string[]): readonly unknown[] =>
  pullSchema.parse(
    soapBody(
      `<s:Envelope><s:Body><tev:PullMessagesResponse>${messages.join('')}</tev:PullMessagesResponse></s:Body></s:Envelope>`,
    ),
  ).PullMessagesResponse.NotificationMessage;

describe('what a camera signals', () => {
  const MOTION = 'tns1:RuleEngine/CellMotionDetector/Motion';

  it('is told when it becomes so, once for each source, without namespaces', () => {
    const reader = createSignalReader({ clockOffsetMs: 0 });
    const topics = (...messages: readonly string[]) => reader.read(pulled(...messages), NOW).map(({ topic }) => topic);
    expect(topics(notification(MOTION, item('IsMotion', 'true')))).toEqual(['RuleEngine/CellMotionDetector/Motion']);
    expect(topics(notification(MOTION, item('IsMotion', 'true')))).toEqual([]);
    expect(topics(notification(MOTION, item('IsMotion', '1'), { source: '2' }))).toHaveLength(1);
    expect(topics(notification(MOTION, item('IsMotion', 'false')))).toEqual([]);
    expect(topics(notification(MOTION, item('IsMotion', 'true')))).toHaveLength(1);
    expect(topics(notification('tns1:VideoSource/tnsacme:Tamper/Scene', item('State', 'true')))).toEqual([
      'VideoSource/Tamper/Scene',
    ]);
  });

  it('is told each time where it has no state', () => {
    const crossed = notification('tns1:RuleEngine/LineDetector/Crossed', item('ObjectId', '1'));
    expect(createSignalReader({ clockOffsetMs: 0 }).read(pulled(crossed, crossed), NOW)).toHaveLength(2);
  });

  it('is not what a subscription finds as it begins, unless it is known to have changed', () => {
    const reader = createSignalReader({ clockOffsetMs: 0 });
    const initial = { operation: 'Initialized' };
    expect(reader.read(pulled(notification(MOTION, item('IsMotion', 'true'), initial)), NOW)).toEqual([]);
    expect(reader.read(pulled(notification(MOTION, item('IsMotion', 'false'), initial)), NOW)).toEqual([]);
    expect(reader.read(pulled(notification(MOTION, item('IsMotion', 'true'), initial)), NOW)).toHaveLength(1);
  });

  it('is timed by the clock of the device, as far as that is worth anything', () => {
    const at = (time: string, clockOffsetMs: number | null) =>
      createSignalReader({ clockOffsetMs }).read(pulled(notification(MOTION, item('State', 'true'), { time })), NOW)[0]
        ?.atMs;
    // An hour fast, and the message took 3 s.
    expect(at(new Date(NOW + 3_597_000).toISOString(), 3_600_000)).toBe(NOW - 3000);
    expect(at(new Date(NOW + 5000).toISOString(), 0)).toBe(NOW);
    for (const time of ['1970-01-01T00:00:00Z', 'yesterday', '', '2999-01-01T00:00:00Z']) expect(at(time, 0)).toBe(NOW);
    expect(at(new Date(NOW - 3000).toISOString(), null)).toBe(NOW);
  });

  it('is nothing about the device itself, nor what cannot be understood, and the others are heard', () => {
    const reader = createSignalReader({ clockOffsetMs: 0 });
    const odd = [
      notification('tns1:Monitoring/ProcessorUsage', item('Value', '40')),
      notification(`tns1:${'RuleEngine/'.repeat(5000)}Motion`, item('State', 'true')),
      notification('tns1:Rule&lt;script&gt;/Motion', item('State', 'true')),
      notification('', item('State', 'true')),
      '<wsnt:NotificationMessage/>',
      '<wsnt:NotificationMessage>text</wsnt:NotificationMessage>',
      '<wsnt:NotificationMessage><wsnt:Topic>a</wsnt:Topic><wsnt:Message/></wsnt:NotificationMessage>',
      notification(
        MOTION,
        '<tt:SimpleItem/><tt:SimpleItem Name="State"/>text<tt:SimpleItem Name="State" Value="true"/>',
      ),
    ];
    expect(reader.read(pulled(...odd), NOW)).toEqual([{ topic: 'RuleEngine/CellMotionDetector/Motion', atMs: NOW }]);
  });

  it('does not fill the memory with sources that nobody knows', () => {
    const reader = createSignalReader({ clockOffsetMs: 0 });
    const of = (source: number) => notification(MOTION, item('State', 'true'), { source: String(source) });
    reader.read(pulled(...Array.from({ length: 600 }, (_, source) => of(source))), NOW);
    // The newest are remembered, the oldest are not.
    const again = (source: string) =>
      reader.read(pulled(notification(MOTION, item('State', 'true'), { source })), NOW).length;
    expect([again('599'), again('0')]).toEqual([0, 1]);
  });
});
