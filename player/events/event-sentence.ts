import type { TFunction } from 'i18next';
import type { DetectionData, DetectionEventType, EventOf, EventType, TamnhinEvent } from '#contracts/events';
import type { Age } from '../ui/age.ts';
import { ageOf } from '../ui/age.ts';
import { objectName } from '../ui/object-name.ts';
import type { eventsVi } from './text/vi.ts';

/** What a sentence may be made of. */
export interface SentenceParts {
  readonly t: TFunction<['events', 'faults', 'app']>;
  /** The camera's name, or what stands for one that is gone. */
  readonly cameraName: string;
}

type Sentences = { readonly [T in EventType]: (event: EventOf<T>, parts: SentenceParts) => string };

/** One line per type of event: alerts, sectors and reports add theirs here. */
const SENTENCES: Sentences = {
  'vn.tamnhin.camera.down': (event, { t, cameraName }) =>
    t('events:cameraDown', { camera: cameraName, reason: t(`faults:camera.${event.data.fault}.name`) }),
  'vn.tamnhin.camera.live': (event, { t, cameraName }) =>
    event.data.downForMs > 0
      ? t('events:cameraBack', { camera: cameraName, duration: ageWords(ageOf(event.data.downForMs), t) })
      : t('events:cameraLive', { camera: cameraName }),
  'vn.tamnhin.picture.black': (_, { t, cameraName }) => t('events:picture.black', { camera: cameraName }),
  'vn.tamnhin.picture.frozen': (_, { t, cameraName }) => t('events:picture.frozen', { camera: cameraName }),
  'vn.tamnhin.picture.covered': (_, { t, cameraName }) => t('events:picture.covered', { camera: cameraName }),
  'vn.tamnhin.picture.blurred': (_, { t, cameraName }) => t('events:picture.blurred', { camera: cameraName }),
  'vn.tamnhin.picture.turned': (_, { t, cameraName }) => t('events:picture.turned', { camera: cameraName }),
  'vn.tamnhin.picture.cleared': ({ data: { fault, forMs } }, { t, cameraName }) =>
    t(`events:pictureCleared.${fault}`, { camera: cameraName, duration: ageWords(ageOf(forMs), t) }),
  'vn.tamnhin.detection.zone': detection('zone'),
  'vn.tamnhin.detection.loitering': detection('loitering'),
  'vn.tamnhin.detection.line': detection('line'),
  'vn.tamnhin.detection.crowd': detection('crowd'),
  'vn.tamnhin.detection.stopped': detection('stopped'),
  'vn.tamnhin.detection.wrongWay': detection('wrongWay'),
  'vn.tamnhin.detection.abandoned': detection('abandoned'),
  'vn.tamnhin.detection.presence': detection('presence'),
  'vn.tamnhin.detection.motion': detection('motion'),
  'vn.tamnhin.detection.cameraSignal': detection('cameraSignal'),
  'vn.tamnhin.alerts.report': ({ data }, { t }) =>
    t('events:alertsReport', {
      opened: data.opened,
      right: data.true,
      wrong: data.false + data.nuisance,
      open: data.open,
    }),
  'vn.tamnhin.sector.opened': ({ data }, { t }) =>
    t('events:sectorOpened', { number: data.number, title: titleOf(data, t) }),
  'vn.tamnhin.sector.closed': ({ data }, { t }) =>
    t(`events:sectorClosed.${data.how}`, {
      ...{ number: data.number, title: titleOf(data, t), duration: ageWords(ageOf(data.forMs), t) },
    }),
  'vn.tamnhin.camera.registered': (event, { t }) => t('events:cameraRegistered', { camera: event.data.name }),
  'vn.tamnhin.camera.changed': (event, { t }) => t('events:cameraChanged', { camera: event.data.name }),
  'vn.tamnhin.camera.removed': (event, { t }) => t('events:cameraRemoved', { camera: event.data.name }),
  'vn.tamnhin.disk.state': (event, { t }) => t(`events:disk.${event.data.state}`, { path: event.data.path }),
  'vn.tamnhin.system.started': (event, { t }) => t('events:systemStarted', { version: event.data.version }),
  'vn.tamnhin.retention.needsConfirmation': (event, { t }) =>
    t('events:retentionNeedsConfirmation', {
      path: event.data.path,
      percent: Math.round((event.data.bytes * 100) / Math.max(1, event.data.ofBytes)),
    }),
  'vn.tamnhin.retention.cannotFree': (event, { t }) => t('events:retentionCannotFree', { path: event.data.path }),
  'vn.tamnhin.retention.earlierThanPolicy': (event, { t }) => t('events:retentionEarlier', { path: event.data.path }),
};

type DetectionKind = keyof typeof eventsVi.detection;

/** Named by its rule: who drew it knows what it is about. */
function detection(kind: DetectionKind) {
  return ({ data }: Pick<EventOf<DetectionEventType>, 'data'>, { t, cameraName }: SentenceParts): string =>
    t(`events:detection.${kind}`, {
      camera: cameraName,
      rule: data.ruleName,
      what: objectName((key) => t(key), data.label),
      count: data.count ?? 1,
      signal: data.signal ?? '',
    });
}

const KIND_OF_DETECTION = {
  'vn.tamnhin.detection.zone': 'zone',
  'vn.tamnhin.detection.loitering': 'loitering',
  'vn.tamnhin.detection.line': 'line',
  'vn.tamnhin.detection.crowd': 'crowd',
  'vn.tamnhin.detection.stopped': 'stopped',
  'vn.tamnhin.detection.wrongWay': 'wrongWay',
  'vn.tamnhin.detection.abandoned': 'abandoned',
  'vn.tamnhin.detection.presence': 'presence',
  'vn.tamnhin.detection.motion': 'motion',
  'vn.tamnhin.detection.cameraSignal': 'cameraSignal',
} as const satisfies Readonly<Record<DetectionEventType, DetectionKind>>;
const KINDS: ReadonlyMap<string, DetectionKind> = new Map(Object.entries(KIND_OF_DETECTION));

/** What an alert is about, in the sentence of the event that opened it. */
export function detectionSentence(type: EventType, data: DetectionData, parts: SentenceParts): string {
  const kind = KINDS.get(type);
  return kind === undefined ? `${parts.cameraName}, ${data.ruleName}` : detection(kind)({ data }, parts);
}

/** The event in one sentence; a type that this console does not know yet is named as it is. */
export function sentenceOf(event: TamnhinEvent, parts: SentenceParts): string {
  const sentence = SENTENCES[event.type] as ((event: TamnhinEvent, parts: SentenceParts) => string) | undefined;
  return sentence === undefined ? event.type : sentence(event, parts);
}

/** Titles of sectors come in both languages. */
function titleOf(
  { title }: { readonly title: { readonly vi: string; readonly en: string } },
  t: SentenceParts['t'],
): string {
  return t('events:titleIn') === 'en' ? title.en : title.vi;
}

function ageWords({ unit, count }: Age, t: SentenceParts['t']): string {
  return unit === 'now' ? t('app:age.seconds', { count: 1 }) : t(`app:age.${unit}`, { count });
}
