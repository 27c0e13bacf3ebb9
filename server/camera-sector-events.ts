import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { AlertView } from '#contracts/alerts';
import type { PictureFault } from '#contracts/camera';
import type { DetectionEventType, Severity } from '#contracts/events';
import type { Words } from '#contracts/places';
import type { Alerts } from './alerts/alerts.ts';
import type { Camera } from './cameras/camera.ts';
import type { CameraRegister } from './cameras/register.ts';
import { CAMERA_SEVERITY } from './events/camera-severity.ts';
import type { SectorEventDesk } from './sectors/events/sector-events.ts';
import { createToldCauses } from './sectors/events/told-causes.ts';
import type { NewSectorEvent, Places } from './sectors/interfaces.ts';
import type { Rules } from './sectors/rules/rules.ts';

/**
 * Our own cameras as a sector: what is wrong with them, and the alerts that they raise, stand among the events of the
 * sectors, where rules bring them together with reports and mentions of the same place. An alert is still worked on as
 * an alert: its event follows it, and who sees both is shown one. Cameras that are lost are told one by one while they
 * are few in their area; from then on the area is told.
 */
export interface CameraSectorEvents {
  /** Brings what is open in line with how things are, and follows from then on. */
  begin(): void;
  /** Resolves when what was told of by now is stored. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface CameraSectorDeps {
  readonly register: Pick<CameraRegister, 'list' | 'find'>;
  readonly alerts: Pick<Alerts, 'list' | 'onChanged'>;
  readonly events: Pick<
    SectorEventDesk,
    'open' | 'end' | 'revalue' | 'openOf' | 'openKeys' | 'lastingCauses' | 'noteCause' | 'acknowledge'
  >;
  readonly places: Pick<Places, 'areaAt' | 'area'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isLive: (cameraId: string) => boolean;
  /** Nothing has come from it for longer than a restart takes. */
  readonly isLost: (cameraId: string) => boolean;
  readonly pictureFaultOf: (cameraId: string) => { readonly fault: PictureFault; readonly sinceMs: number } | null;
  readonly onPictureChanged: (listener: (cameraId: string) => void) => () => void;
  /** Still with the password that it came with. */
  readonly hasDefaultPassword: (camera: Camera) => boolean;
  /** Some of them tell of areas with many lost cameras. */
  readonly rules: Pick<Rules, 'list'>;
  /** Whether the sector is in use; while it is not, nothing is told of it, and what was told ends. */
  readonly isOn: () => boolean;
}

const SECTOR = 'camera';
/** What is wrong with cameras has keys that begin so; those of alerts do not. */
const CAMERA = 'camera:';
const LOST_CAMERAS = 'camera.mat_tin_hieu';
const LOOK_MS = 30_000;
/** Lost cameras of one area that are told of one by one; further ones are told together until one is left. */
const MOST_SINGLE = 2;
const FEW = 1;
/** Alerts that are looked through at the start. */
const PAGE = 500;
const PAGES = 20;
const MOST_NAMES = 100;

const TYPES: Readonly<Record<string, string>> = {
  'vn.tamnhin.detection.zone': 'xam_nhap',
  'vn.tamnhin.detection.loitering': 'xam_nhap',
  'vn.tamnhin.detection.line': 'xam_nhap',
  'vn.tamnhin.detection.presence': 'xam_nhap',
  'vn.tamnhin.detection.motion': 'xam_nhap',
  'vn.tamnhin.detection.crowd': 'dam_dong',
  'vn.tamnhin.detection.stopped': 'un_tac_tai_nan',
  'vn.tamnhin.detection.wrongWay': 'un_tac_tai_nan',
  'vn.tamnhin.detection.abandoned': 'vat_bo_quen',
  'vn.tamnhin.detection.cameraSignal': 'canh_bao_khac',
} satisfies Record<DetectionEventType, string>;
/** What devices call fire in their own signals. */
const FIRE = /fire|smoke|flame|cháy|khói|lửa/iu;

const FAULTS: Readonly<Record<PictureFault, { readonly type: string; readonly words: Words }>> = {
  covered: { type: 'bi_che_doi_goc', words: { vi: 'Camera bị che', en: 'Camera covered' } },
  turned: { type: 'bi_che_doi_goc', words: { vi: 'Camera bị đổi góc', en: 'Camera turned away' } },
  black: { type: 'hinh_anh_loi', words: { vi: 'Hình tối đen', en: 'Black picture' } },
  frozen: { type: 'hinh_anh_loi', words: { vi: 'Hình đứng yên', en: 'Frozen picture' } },
  blurred: { type: 'hinh_anh_loi', words: { vi: 'Hình mờ', en: 'Blurred picture' } },
};

export function createCameraSectorEvents(deps: CameraSectorDeps): CameraSectorEvents {
  const { register, alerts, events, places, clock, isLive, isLost } = deps;
  const log = deps.log.child({ part: 'cameras as a sector' });
  /** What is told of cameras, and of alerts with the worst severity that was told. */
  const told = createToldCauses(events);
  /** Keys of cameras that are lost, and of areas of which some are told together. */
  const stillLost = new Set<string>();
  const mirrored = new Map<string, { severity: Severity | null; ownerId: string | null }>();
  /** As the last look found it. */
  let isOn = true;
  let work: Promise<void> = Promise.resolve();
  let waiting = false;
  const stops: (() => void)[] = [];

  /** One after the other: an end must not overtake its beginning. */
  function then(run: () => Promise<void>): void {
    work = work
      .then(run)
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'an event of our cameras could not be told'));
  }

  // ---- alerts --------------------------------------------------------------------------------------------------------

  async function mirror(alert: AlertView): Promise<void> {
    if (!isOn) return;
    const key = alertKey(alert.id);
    const known = mirrored.get(key);
    if (alert.state === 'closed') {
      if (known === undefined) return;
      await events.end(key, 'cause:alert');
      mirrored.delete(key);
      return;
    }
    const camera = register.find(alert.cameraId);
    if (known?.severity !== alert.severity) {
      await events.open(eventOfAlert(alert, camera));
      mirrored.set(key, { severity: alert.severity, ownerId: known?.ownerId ?? null });
    }
    const now = mirrored.get(key);
    if (alert.owner === null || now === undefined || now.ownerId === alert.owner.id) return;
    mirrored.set(key, { ...now, ownerId: alert.owner.id });
    const event = await events.openOf(key);
    // Who takes it over from somebody else has the alert; the event keeps who took it first.
    if (event?.state === 'open') await events.acknowledge(event.id, alert.owner, '');
  }

  function eventOfAlert(alert: AlertView, camera: Camera | undefined): NewSectorEvent {
    const { detection, severity, eventType } = alert;
    const type = typeOf(eventType, detection.signal);
    const name = camera?.name ?? alert.cameraId;
    const title = `${detection.ruleName} – ${name}`.slice(0, 300);
    return {
      ...{ key: alertKey(alert.id), sector: SECTOR, type, title: { vi: title, en: title }, severity },
      ...{ urgency: 'immediate', certainty: 'likely', occurredMs: alert.openedMs, place: placeOf(camera) },
      // The alert has clocks of its own.
      ...{ expiresMs: null, dueMs: null, source: { kind: 'alert', id: alert.id }, link: `/alerts/${alert.id}` },
      cameraIds: [alert.cameraId],
      synthetic: camera?.demo ?? false,
    };
  }

  /** Follows the switch of the sector. */
  async function turn(): Promise<void> {
    if (deps.isOn() === isOn) return;
    isOn = !isOn;
    if (isOn) return await catchUp();
    for (const key of mirrored.keys()) await events.end(key, 'cause:sector');
    mirrored.clear();
  }

  async function catchUp(): Promise<void> {
    for (const key of await events.openKeys('alert')) mirrored.set(key, { severity: null, ownerId: null });
    const open = new Set<string>();
    let before: number | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const found = await alerts.list({ state: 'open', before, limit: PAGE });
      for (const alert of found) {
        const key = alertKey(alert.id);
        open.add(key);
        // It was told before: only what is new is worth a line.
        if (mirrored.has(key)) mirrored.set(key, { severity: alert.severity, ownerId: null });
        await mirror(alert);
      }
      before = found.at(-1)?.number;
      if (found.length < PAGE) break;
    }
    for (const key of [...mirrored.keys()]) {
      if (open.has(key)) continue;
      await events.end(key, 'cause:alert');
      mirrored.delete(key);
    }
  }

  // ---- cameras -------------------------------------------------------------------------------------------------------

  /** What there is to tell of all cameras as they are now. */
  function toTell(): readonly NewSectorEvent[] {
    if (!isOn) return [];
    const cameras = register.list().filter(({ enabled }) => enabled);
    return [...cameras.flatMap(pictureEvent), ...lostEvents(cameras), ...passwordEvent(cameras)];
  }

  function pictureEvent(camera: Camera): readonly NewSectorEvent[] {
    const found = deps.pictureFaultOf(camera.id);
    if (found === null) return [];
    const { type, words } = FAULTS[found.fault];
    return [{ ...ofCamera(camera, 'picture', type, words), occurredMs: found.sinceMs }];
  }

  function lostEvents(cameras: readonly Camera[]): readonly NewSectorEvent[] {
    stillLost.clear();
    const areaOf = ({ place }: Camera): string | null => (place === null ? null : places.areaAt(place));
    // After a start nothing is known of it for a while: what was told of it, also with others, stays.
    const wasTold = (camera: Camera): boolean =>
      told.has(lostKey(camera.id)) || told.hasMember(lostKey(areaOf(camera) ?? ''), camera.id);
    const all = cameras.filter((camera) => isLost(camera.id) || (!isLive(camera.id) && wasTold(camera)));
    if (all.length === 0) return [];
    const byArea = new Map<string | null, Camera[]>();
    for (const camera of all) {
      const area = areaOf(camera);
      byArea.set(area, [...(byArea.get(area) ?? []), camera]);
    }
    // There are figures of areas only where somebody has said of every camera where it is.
    const ruled = cameras.every((camera) => areaOf(camera) !== null);
    return [...byArea].flatMap(([area, lost]): readonly NewSectorEvent[] => {
      const together = lost.length > (told.has(lostKey(area ?? '')) ? FEW : MOST_SINGLE);
      // What somebody may have taken stays as it is, however many more there are.
      const isSingle = ({ id }: Camera): boolean => !together || told.has(lostKey(id));
      const others = lost.filter((camera) => !isSingle(camera));
      for (const { id } of lost) stillLost.add(lostKey(id));
      if (lost.some(({ id }) => !told.has(lostKey(id)))) stillLost.add(lostKey(area ?? ''));
      if (ruled && ruleTells(lost.length)) return [];
      const words = { vi: 'Mất tín hiệu', en: 'No signal' };
      const singles = lost.filter(isSingle).map((camera) => ofCamera(camera, 'lost', 'mat_tin_hieu', words));
      if (others.length === 0) return singles;
      const where = area === null ? '' : ` – ${places.area(area)?.name ?? area}`;
      const [further, more] = singles.length === 0 ? ['', ''] : ['Thêm ', ' more'];
      return [
        ...singles,
        {
          ...{ key: lostKey(area ?? ''), sector: SECTOR, type: 'mat_tin_hieu', severity: 'moderate' },
          title: {
            vi: `${further}${others.length} camera mất tín hiệu${where}`,
            en: `${others.length}${more} cameras give no signal${where}`,
          },
          ...{ detail: namesOf(others), certainty: 'observed', occurredMs: clock.now(), areaCode: area },
          ...{ value: others.length, expiresMs: null, source: { kind: 'camera', id: area ?? '' } },
          cameraIds: others.map(({ id }) => id),
          synthetic: others.every(({ demo }) => demo),
        },
      ];
    });
  }

  function ruleTells(lost: number): boolean {
    return deps.rules.list().some((rule) => {
      if (rule.kind !== 'threshold' || !rule.enabled || rule.indicator !== LOST_CAMERAS) return false;
      return rule.level === 'commune' && rule.basis === 'value' && lost >= (rule.warn ?? rule.critical ?? Infinity);
    });
  }

  function passwordEvent(cameras: readonly Camera[]): readonly NewSectorEvent[] {
    const weak = cameras.filter(deps.hasDefaultPassword);
    if (weak.length === 0) return [];
    return [
      {
        ...{ key: `${CAMERA}password`, sector: SECTOR, type: 'mat_khau_mac_dinh', severity: 'severe' },
        title: {
          vi: `${weak.length} camera còn dùng mật khẩu mặc định`,
          en: `${weak.length} cameras still have the password they came with`,
        },
        ...{ detail: namesOf(weak), certainty: 'observed', occurredMs: clock.now(), value: weak.length },
        ...{ expiresMs: null, source: { kind: 'camera', id: '' }, cameraIds: weak.map(({ id }) => id) },
        synthetic: weak.every(({ demo }) => demo),
      },
    ];
  }

  function ofCamera(camera: Camera, what: string, type: string, words: Words): NewSectorEvent {
    return {
      ...{ key: `${CAMERA}${what}:${camera.id}`, sector: SECTOR, type, certainty: 'observed' },
      title: { vi: `${words.vi}: ${camera.name}`.slice(0, 300), en: `${words.en}: ${camera.name}`.slice(0, 300) },
      ...{ severity: CAMERA_SEVERITY[camera.class], occurredMs: clock.now(), place: placeOf(camera), expiresMs: null },
      ...{ source: { kind: 'camera', id: camera.id }, cameraIds: [camera.id], synthetic: camera.demo },
    };
  }

  async function look(): Promise<void> {
    waiting = false;
    await turn();
    const wanted = new Map(toTell().map((event) => [event.key, event]));
    for (const key of told.keys()) {
      if (wanted.has(key)) continue;
      await told.end(key, !isOn ? 'cause:sector' : stillLost.has(key) ? 'cause:regrouped' : 'cause:cleared');
    }
    for (const event of wanted.values()) await told.tell(event, event.cameraIds ?? []);
  }

  function lookSoon(): void {
    if (waiting) return;
    waiting = true;
    then(look);
  }

  return {
    begin() {
      stops.push(
        alerts.onChanged((alert) => then(() => mirror(alert))),
        deps.onPictureChanged(lookSoon),
        clock.every(LOOK_MS, lookSoon),
      );
      then(catchUp);
      then(() => told.load('camera', [CAMERA]));
      lookSoon();
    },
    settled: () => work,
    async close() {
      for (const stop of stops) stop();
      await work;
    },
  };
}

function alertKey(alertId: string): string {
  return `alert:${alertId}`;
}

/** Of a camera, or of an area. */
function lostKey(id: string): string {
  return `${CAMERA}lost:${id}`;
}

function typeOf(eventType: AlertView['eventType'], signal: string | null): string {
  if (signal !== null && FIRE.test(signal)) return 'chay_khoi';
  return TYPES[eventType] ?? 'canh_bao_khac';
}

function placeOf(camera: Camera | undefined): NewSectorEvent['place'] {
  if (camera === undefined || camera.place === null) return null;
  const { latitude, longitude } = camera.place;
  return { latitude, longitude, name: camera.name };
}

function namesOf(cameras: readonly Camera[]): string {
  return cameras
    .slice(0, MOST_NAMES)
    .map(({ number, name }) => `#${number} ${name}`)
    .join('\n');
}
