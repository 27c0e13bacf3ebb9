import { createInstance, type i18n } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DetectionData, EventData, EventType, NewEvent, TamnhinEvent } from '#contracts/events';
import { textsEn } from '../app/text/all-en.ts';
import { textsVi } from '../app/text/all-vi.ts';
import { sentenceOf } from './event-sentence.ts';

const RESOURCES = { vi: textsVi, en: textsEn };

const DETECTION: DetectionData = {
  ...{ ruleId: 'r1', ruleName: 'Cổng sau', label: 'person', score: 0.7, box: null, trackId: 't1', path: [], count: 12 },
  ...{ direction: 'forward', signal: 'Motion', fromMs: 0, toMs: 1, pictures: null, model: 'm', alert: null },
};
const SECTOR_EVENT = {
  ...{ sector: 'phan_anh', unitId: null, feedId: null, eventId: 'e', number: 1043, eventType: 'ngap' },
  ...{ title: { vi: 'Ngập ở Chợ', en: 'Flood at Chợ' }, areaCode: null, place: null, synthetic: false },
};
const DATA: { readonly [T in EventType]: EventData[T] } = {
  'vn.tamnhin.camera.down': { role: 'main', fault: 'unreachable', detail: '', lastFrameMs: null },
  'vn.tamnhin.camera.live': { role: 'main', downForMs: 73_000 },
  'vn.tamnhin.picture.black': { role: 'sub', sinceMs: 0, pictures: 'p' },
  'vn.tamnhin.picture.frozen': { role: 'sub', sinceMs: 0, pictures: 'p' },
  'vn.tamnhin.picture.covered': { role: 'sub', sinceMs: 0, pictures: 'p' },
  'vn.tamnhin.picture.blurred': { role: 'sub', sinceMs: 0, pictures: 'p' },
  'vn.tamnhin.picture.turned': { role: 'main', sinceMs: 0, pictures: null },
  'vn.tamnhin.picture.cleared': { fault: 'turned', eventId: 'e1', forMs: 73_000 },
  'vn.tamnhin.detection.zone': DETECTION,
  'vn.tamnhin.detection.loitering': DETECTION,
  'vn.tamnhin.detection.line': DETECTION,
  'vn.tamnhin.detection.crowd': DETECTION,
  'vn.tamnhin.detection.stopped': DETECTION,
  'vn.tamnhin.detection.wrongWay': DETECTION,
  'vn.tamnhin.detection.abandoned': DETECTION,
  'vn.tamnhin.detection.presence': DETECTION,
  'vn.tamnhin.detection.motion': DETECTION,
  'vn.tamnhin.detection.cameraSignal': DETECTION,
  'vn.tamnhin.alerts.report': {
    ...{ fromMs: 0, toMs: 86_400_000, opened: 37, true: 20, false: 10, nuisance: 3, open: 4 },
    ...{ acknowledgeP50Ms: 9000, acknowledgeP95Ms: 60_000 },
  },
  'vn.tamnhin.sector.opened': SECTOR_EVENT,
  'vn.tamnhin.sector.closed': { ...SECTOR_EVENT, forMs: 73_000, how: 'cause' },
  'vn.tamnhin.camera.registered': { name: 'Chợ' },
  'vn.tamnhin.camera.changed': { name: 'Chợ' },
  'vn.tamnhin.camera.removed': { name: 'Chợ' },
  'vn.tamnhin.disk.state': { diskId: 'd1', path: '/mnt/1', state: 'missing', detail: '' },
  'vn.tamnhin.system.started': { version: '1.2.3' },
  'vn.tamnhin.retention.needsConfirmation': { diskId: 'd', path: '/Chợ', bytes: 7, ofBytes: 10, segments: 3 },
  'vn.tamnhin.retention.cannotFree': { diskId: 'd', path: '/Chợ', freeBytes: 1, floorBytes: 2 },
  'vn.tamnhin.retention.earlierThanPolicy': { diskId: 'd', path: '/Chợ', untilMs: 5 },
};
/** What is not about a camera. */
const NAMED: { readonly [T in EventType]?: string } = {
  'vn.tamnhin.disk.state': '/mnt/1',
  'vn.tamnhin.alerts.report': '37',
  'vn.tamnhin.system.started': '1.2.3',
};
const TYPES = Object.keys(DATA) as EventType[];

function eventOf(type: EventType): TamnhinEvent {
  const event = { type, data: DATA[type], timeMs: 0, severity: 'minor', cameraId: 'c1' } as NewEvent;
  return { ...event, sequence: 1, id: 'e1' } as TamnhinEvent;
}

describe.each(['vi', 'en'] as const)('sentences in %s', (language) => {
  let instance: i18n;
  beforeAll(async () => {
    instance = createInstance();
    await instance.init({
      lng: language,
      resources: RESOURCES,
      ns: ['events', 'faults', 'app'],
      defaultNS: 'events',
      interpolation: { escapeValue: false },
    });
  });
  const say = (event: TamnhinEvent): string =>
    sentenceOf(event, { t: instance.getFixedT(language, ['events', 'faults', 'app']), cameraName: 'Chợ' });

  it.each(TYPES)('says what happened: %s', (type) => {
    const sentence = say(eventOf(type));
    expect(sentence).not.toMatch(/\{\{|vn\.tamnhin|undefined|^events:/);
    expect(sentence).toContain(NAMED[type] ?? 'Chợ');
  });

  it('says why a camera is down and for how long it was', () => {
    expect(say(eventOf('vn.tamnhin.camera.down'))).toContain(RESOURCES[language].faults.camera.unreachable.name);
    expect(say(eventOf('vn.tamnhin.camera.live'))).toMatch(/1 (phút|min)/);
  });

  it('names a type that it does not know', () => {
    const future = {
      ...eventOf('vn.tamnhin.system.started'),
      type: 'vn.tamnhin.alert.raised',
    } as unknown as TamnhinEvent;
    expect(say(future)).toBe('vn.tamnhin.alert.raised');
  });
});
