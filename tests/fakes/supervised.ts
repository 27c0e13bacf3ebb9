import { silentLogger } from '#base/log';
import { rtspSourceSchema, type StreamStatus } from '#contracts/camera';
import type { Fragment, FragmentSink, StreamInfo, StreamRole } from '#contracts/media';
import { type Adapter, CameraFault, type RunRequest } from '../../camera-adapters/adapter.ts';
import { createSupervisor, type SupervisedCamera } from '../../camera-adapters/supervisor.ts';
import { configSchema } from '../../config/schema.ts';
import { createFakeClock } from './clock.ts';

/** One call of `run`, steered by the test. */
export interface Run extends RunRequest {
  /** Feeds one picture; the first comes with a `StreamInfo`. */
  picture(): void;
  fail(kind: CameraFault['kind'], message?: string): void;
  end(): void;
}

export const INFO: StreamInfo = {
  generation: 1,
  video: { codec: 'avc1.42c01e', width: 640, height: 360, frameRate: 25 },
  audio: null,
  timescale: 1000,
  init: new Uint8Array(),
};

function fragment(sequence: number): Fragment {
  const bytes = new Uint8Array(1000);
  const times = { decodeTime: sequence * 200, duration: 200, wallClockMs: sequence };
  return { generation: 1, sequence, ...times, keyframe: true, pictures: 5, bytes };
}

/** A supervisor whose only adapter does what a test says. */
export function superviseFakes(overrides: Partial<Adapter> = {}) {
  const clock = createFakeClock();
  const runs: Run[] = [];
  const adapter: Adapter = {
    kind: 'rtsp',
    roles: (source) => (source.kind === 'rtsp' && source.subUrl !== null ? ['main', 'sub'] : ['main']),
    run: (request) =>
      new Promise((resolve, reject) => {
        let sequence = 0;
        request.signal.addEventListener('abort', () => resolve(), { once: true });
        runs.push({
          ...request,
          picture() {
            if (sequence === 0) request.sink.info(INFO);
            sequence += 1;
            request.sink.fragment(fragment(sequence));
          },
          fail: (kind, message = 'as told') => reject(new CameraFault(kind, message)),
          end: resolve,
        });
      }),
    probe: () => Promise.reject(new CameraFault('unreachable', 'as told')),
    ...overrides,
  };
  const got: { key: string; infos: StreamInfo[]; fragments: Fragment[] }[] = [];
  const supervisor = createSupervisor({
    adapters: [adapter],
    sinkFor({ cameraId, role }) {
      const key = `${cameraId}/${role}`;
      let seen = got.find((entry) => entry.key === key);
      if (seen === undefined) {
        seen = { key, infos: [], fragments: [] };
        got.push(seen);
      }
      const into = seen;
      const sink: FragmentSink = {
        info: (info) => void into.infos.push(info),
        fragment: (next) => void into.fragments.push(next),
      };
      return sink;
    },
    config: configSchema.parse({}).cameras,
    clock,
    log: silentLogger(),
  });
  const states: string[] = [];
  supervisor.onStatus((id, status, previous) => {
    states.push(
      `${id}/${status.role} ${previous.state} → ${status.state}${status.fault === null ? '' : ` (${status.fault})`}`,
    );
  });
  return {
    clock,
    runs,
    supervisor,
    got,
    states,
    status: (id = 'a', role: StreamRole = 'main'): StreamStatus | undefined =>
      supervisor.statuses(id).find((status) => status.role === role),
    /** Moves time in small steps, so that promises settle between them. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 50) {
        clock.advance(Math.min(50, left));
        await settled();
      }
    },
  };
}

/** All that was resolved has run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

export function camera(more: Partial<SupervisedCamera> = {}, source: Record<string, unknown> = {}): SupervisedCamera {
  return {
    id: 'a',
    enabled: true,
    source: rtspSourceSchema.parse({ kind: 'rtsp', mainUrl: 'rtsp://10.0.0.8/main', ...source }),
    credentials: { username: '', password: '' },
    mainStream: 'onDemand',
    ...more,
  };
}
export const withSub = { subUrl: 'rtsp://10.0.0.8/sub' };
