import type { Clock } from '#base/clock';
import type { RecordingPolicy } from '#contracts/recordings';
import type { Period } from '#contracts/sectors';
import type { Supervisor } from '../camera-adapters/supervisor.ts';
import type { SegmentStore } from '../recordings/segment-store.ts';
import type { AlertFigures } from './alerts/alert-figures.ts';
import type { Camera } from './cameras/camera.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { OwnFact, OwnFacts } from './sectors/connectors/connector.ts';
import type { Places } from './sectors/interfaces.ts';

/** From then on a camera that sends nothing is lost, not just restarting; ms. */
const LOST_MS = 900_000;

interface Seconds {
  readonly recorded: number;
  readonly wanted: number;
}

/** Whether a camera is there. */
export interface CameraPresence {
  isLive(cameraId: string): boolean;
  /** It is dialled, and has given nothing since longer than a restart takes. */
  isLost(cameraId: string): boolean;
}

/** By the states of its streams, from now on. `sendsAtWill`: nobody is missed there, as with a phone. */
export function createPresence(
  { statuses, onStatus }: Pick<Supervisor, 'statuses' | 'onStatus'>,
  { clock, sendsAtWill }: { clock: Pick<Clock, 'monotonic'>; sendsAtWill: (cameraId: string) => boolean },
): CameraPresence {
  /**
   * Since when a camera is dialled without a picture; by `monotonic`. The age of a state does not tell: each try begins
   * one of its own.
   */
  const silentSince = new Map<string, number>();
  const isLive = (cameraId: string): boolean => statuses(cameraId).some(({ state }) => state === 'live');

  onStatus((cameraId) => {
    const isDialled = statuses(cameraId).some(({ state }) => state === 'connecting' || state === 'down');
    if (!isDialled || isLive(cameraId)) silentSince.delete(cameraId);
    else if (!silentSince.has(cameraId)) silentSince.set(cameraId, clock.monotonic());
  });
  return {
    isLive,
    isLost(cameraId) {
      const sinceMs = silentSince.get(cameraId);
      return sinceMs !== undefined && clock.monotonic() - sinceMs > LOST_MS && !sendsAtWill(cameraId);
    },
  };
}

/** What our own cameras have to say for the indicators of `config/sectors/camera.json`. */
export function createCameraFacts({
  register,
  places,
  presence: { isLive, isLost },
  recordedOf,
  alerts,
  devices,
}: {
  register: Pick<CameraRegister, 'list'>;
  places: Pick<Places, 'areaAt'>;
  presence: CameraPresence;
  /** By QCVN 135: which cameras are devices at all, and which of them meet it. */
  devices: { isDevice(camera: Camera): boolean; complies(camera: Camera): boolean };
  /** Of a camera that is always recorded; `null` for one that is not. */
  recordedOf: (cameraId: string, period: Period) => Promise<Seconds | null>;
  alerts: AlertFigures;
}): OwnFacts {
  /** Cameras of the province, which is what the feed owes, and by area where somebody has said of all where they are. */
  function byArea(
    cameras: readonly Camera[] = register.list().filter(({ enabled }) => enabled),
  ): ReadonlyMap<string | null, readonly Camera[]> {
    const areas = new Map<string | null, Camera[]>();
    for (const camera of cameras) {
      const area = camera.place === null ? null : places.areaAt(camera.place);
      areas.set(area, [...(areas.get(area) ?? []), camera]);
    }
    const all = new Map([[null, cameras]]);
    return areas.has(null) ? all : new Map<string | null, readonly Camera[]>([...all, ...areas]);
  }

  const count = (counts: (camera: Camera) => boolean) => async (): Promise<readonly OwnFact[]> =>
    [...byArea()].map(([areaCode, cameras]) => ({ areaCode, value: cameras.filter(counts).length }));
  /** Also those that are switched off: they are still in our hands. */
  const countDevices = (counts: (camera: Camera) => boolean) => async (): Promise<readonly OwnFact[]> =>
    [...byArea(register.list().filter(devices.isDevice))].map(([areaCode, cameras]) => ({
      areaCode,
      value: cameras.filter(counts).length,
    }));

  const seconds =
    (part: keyof Seconds) =>
    async (period: Period): Promise<readonly OwnFact[]> => {
      const facts: OwnFact[] = [];
      for (const [areaCode, cameras] of byArea()) {
        let sum = 0;
        for (const { id } of cameras) sum += (await recordedOf(id, period))?.[part] ?? 0;
        facts.push({ areaCode, value: Math.round(sum) });
      }
      return facts;
    };

  return {
    'camera.so_camera': count(() => true),
    'camera.so_truc_tuyen': count(({ id }) => isLive(id)),
    'camera.mat_tin_hieu': count(({ id }) => isLost(id)),
    'camera.thiet_bi': countDevices(() => true),
    'camera.thiet_bi_dat': countDevices(devices.complies),
    'camera.giay_da_ghi': seconds('recorded'),
    'camera.giay_phai_ghi': seconds('wanted'),
    'camera.xac_nhan_canh_bao': async (period) => {
      const median = await alerts.medianAcknowledgeMs(period);
      return median === null ? [] : [{ areaCode: null, value: Math.round(median / 1000) }];
    },
    'camera.canh_bao_gia': async (period) => [{ areaCode: null, value: (await alerts.closed(period)).wrong }],
    'camera.canh_bao_da_dong': async (period) => [{ areaCode: null, value: (await alerts.closed(period)).all }],
  };
}

/** By the index: of cameras that are to be recorded at all hours. */
export function createRecordedSeconds({
  segments,
  find,
  policyOf,
}: {
  segments: Pick<SegmentStore, 'spans'>;
  find: CameraRegister['find'];
  policyOf: (camera: Camera) => RecordingPolicy;
}): (cameraId: string, period: Period) => Promise<Seconds | null> {
  return async (cameraId, { startMs, endMs }) => {
    const camera = find(cameraId);
    const policy = camera === undefined ? undefined : policyOf(camera);
    if (camera === undefined || policy?.mode !== 'continuous' || policy.hours.length > 0) return null;
    const fromMs = Math.max(startMs, camera.createdMs);
    if (fromMs >= endMs) return null;
    const spans = await segments.spans(cameraId, policy.streams === 'sub' ? 'sub' : 'main', fromMs, endMs);
    const recordedMs = spans.reduce(
      (sum, span) => sum + Math.min(span.endMs, endMs) - Math.max(span.startMs, fromMs),
      0,
    );
    return { recorded: recordedMs / 1000, wanted: (endMs - fromMs) / 1000 };
  };
}
