import { randomUUID } from 'node:crypto';
import type { Operation, Service } from './device-service.ts';
import { durationMs } from './ptz-service.ts';
import { SoapFault } from './soap.ts';

/** Pull points (ONVIF Core Specification §9.3). */
export interface EventService {
  readonly service: Service;
  /** Operations of one pull point, by the last part of its address. */
  pullPoint(id: string): Service;
  /** Tells every pull point: `topic` such as `tns1:VideoSource/MotionAlarm`, and one item of data. */
  emit(topic: string, name: string, value: string): void;
  /** What a camera sees: a state that begins or ends, also told to those who subscribe later; a crossing just happens. */
  raise(what: SimulatedSignal, on?: boolean): void;
  /** How many subscriptions there are. */
  subscriptions(): number;
  /** Ends all pulls. */
  stop(): void;
}

/** Topics and items as in the ONVIF Imaging and Analytics Service Specifications. */
const SIGNALS = {
  motion: { topic: 'tns1:RuleEngine/CellMotionDetector/Motion', item: 'IsMotion', state: true },
  tamper: { topic: 'tns1:RuleEngine/TamperDetector/Tamper', item: 'IsTamper', state: true },
  lineCrossing: { topic: 'tns1:RuleEngine/LineDetector/Crossed', item: 'ObjectId', state: false },
} as const;
export type SimulatedSignal = keyof typeof SIGNALS;

interface PullPoint {
  readonly waiting: string[];
  wake: (() => void) | undefined;
  endsMs: number;
}

const MOST_PULL_POINTS = 16;
const MOST_WAITING = 100;
const LIFE_MS = 60_000;
const LONGEST_PULL_MS = 30_000;

export function createEventService(base: string, nowMs: () => number): EventService {
  const points = new Map<string, PullPoint>();
  const states = new Map<SimulatedSignal, boolean>([
    ['motion', false],
    ['tamper', false],
  ]);
  let crossings = 0;
  const iso = (ms: number): string => new Date(ms).toISOString();

  function expire(): void {
    for (const [id, point] of points) if (point.endsMs < nowMs()) points.delete(id);
  }

  const service = new Map<string, Operation>([
    [
      'CreatePullPointSubscription',
      (request) => {
        expire();
        if (points.size >= MOST_PULL_POINTS) {
          throw new SoapFault('Receiver', 'ter:MaxSubscriptions', 'too many subscriptions');
        }
        const id = randomUUID();
        const lifeMs = durationMs(request.body.text('InitialTerminationTime')) ?? LIFE_MS;
        const waiting = [...states].map(([what, on]) =>
          notification(SIGNALS[what].topic, SIGNALS[what].item, String(on), 'Initialized'),
        );
        points.set(id, { waiting, wake: undefined, endsMs: nowMs() + lifeMs });
        return `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><a:Address>${base}/onvif/pull/${id}</a:Address></tev:SubscriptionReference><wsnt:CurrentTime>${iso(nowMs())}</wsnt:CurrentTime><wsnt:TerminationTime>${iso(nowMs() + lifeMs)}</wsnt:TerminationTime></tev:CreatePullPointSubscriptionResponse>`;
      },
    ],
    [
      'GetEventProperties',
      () =>
        '<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet></tev:GetEventPropertiesResponse>',
    ],
  ]);

  function pullPoint(id: string): Service {
    expire();
    const point = points.get(id);
    if (point === undefined) throw new SoapFault('Sender', 'ter:InvalidArgVal', 'there is no such subscription');
    return new Map<string, Operation>([
      [
        'PullMessages',
        async (request) => {
          const waitMs = Math.min(LONGEST_PULL_MS, durationMs(request.body.text('Timeout')) ?? 0);
          point.endsMs = Math.max(point.endsMs, nowMs() + LIFE_MS);
          if (point.waiting.length === 0 && waitMs > 0) await somethingFor(point, waitMs);
          const most = Math.min(MOST_WAITING, Number(request.body.text('MessageLimit')) || 1);
          return `<tev:PullMessagesResponse><tev:CurrentTime>${iso(nowMs())}</tev:CurrentTime><tev:TerminationTime>${iso(point.endsMs)}</tev:TerminationTime>${point.waiting.splice(0, most).join('')}</tev:PullMessagesResponse>`;
        },
      ],
      [
        'Renew',
        () => {
          point.endsMs = nowMs() + LIFE_MS;
          return `<wsnt:RenewResponse><wsnt:TerminationTime>${iso(point.endsMs)}</wsnt:TerminationTime><wsnt:CurrentTime>${iso(nowMs())}</wsnt:CurrentTime></wsnt:RenewResponse>`;
        },
      ],
      [
        'Unsubscribe',
        () => {
          points.delete(id);
          point.wake?.();
          return '<wsnt:UnsubscribeResponse/>';
        },
      ],
    ]);
  }

  return {
    service,
    pullPoint,
    emit,
    raise(what, on = true) {
      const { topic, item, state } = SIGNALS[what];
      if (state) states.set(what, on);
      else crossings += 1;
      emit(topic, item, state ? String(on) : String(crossings));
    },
    subscriptions() {
      expire();
      return points.size;
    },
    stop() {
      for (const point of points.values()) point.wake?.();
      points.clear();
    },
  };

  function notification(topic: string, name: string, value: string, operation: 'Initialized' | 'Changed'): string {
    return `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="${iso(nowMs())}" PropertyOperation="${operation}"><tt:Source><tt:SimpleItem Name="Source" Value="source"/></tt:Source><tt:Data><tt:SimpleItem Name="${name}" Value="${value}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
  }

  function emit(topic: string, name: string, value: string): void {
    const message = notification(topic, name, value, 'Changed');
    for (const point of points.values()) {
      point.waiting.push(message);
      if (point.waiting.length > MOST_WAITING) point.waiting.shift();
      point.wake?.();
    }
  }
}

/** A newer pull of the same point ends the older one. */
function somethingFor(point: PullPoint, waitMs: number): Promise<void> {
  point.wake?.();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      if (point.wake === done) point.wake = undefined;
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    point.wake = done;
  });
}
