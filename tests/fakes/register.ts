import { type Clock, systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { createSecretRegister, type SecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { type CameraDraft, type CameraInput, cameraInputSchema, type ProbeResult } from '#contracts/camera';
import type { NewEvent } from '#contracts/events';
import { createGroups, type Groups } from '../../server/cameras/groups.ts';
import type { AddressGuard, CameraProber, SupervisedCamera } from '../../server/cameras/interfaces.ts';
import { type CameraRegister, createRegister } from '../../server/cameras/register.ts';

/** A real register over a real database, with a supervisor and a network that only take notes. */
export interface TestRegister {
  readonly register: CameraRegister;
  readonly groups: Groups;
  readonly guard: AddressGuard;
  readonly prober: CameraProber;
  readonly secrets: SecretRegister;
  /** What the supervisor was last told of each camera. */
  readonly supervised: ReadonlyMap<string, SupervisedCamera>;
  readonly restarted: readonly string[];
  readonly events: readonly NewEvent[];
  /** Every call of the prober; what it answers. */
  readonly probes: Parameters<CameraProber['probe']>[0][];
  answerProbes(answer: (request: Parameters<CameraProber['probe']>[0]) => ProbeResult | Promise<ProbeResult>): void;
}

/** Hosts that the guard of `createTestRegister` refuses. */
export const REFUSED_HOST = '169.254.169.254';

export async function createTestRegister(database: Database, clock: Clock = systemClock): Promise<TestRegister> {
  const groups = await createGroups({ database, clock });
  const supervised = new Map<string, SupervisedCamera>();
  const restarted: string[] = [];
  const events: NewEvent[] = [];
  const probes: Parameters<CameraProber['probe']>[0][] = [];
  const secrets = createSecretRegister();
  let answer: Parameters<TestRegister['answerProbes']>[0] = () => FOUND;
  const guard: AddressGuard = {
    async check(url) {
      if (new URL(url).hostname === REFUSED_HOST) {
        throw Object.assign(new Error('this address is not allowed'), { kind: 'refusedAddress' });
      }
    },
  };
  const register = await createRegister({
    database,
    secretBox: createSecretBox(new Uint8Array(32).fill(9)),
    secrets,
    clock,
    log: silentLogger(),
    groups,
    watch: {
      apply: (camera) => void supervised.set(camera.id, camera),
      remove: async (id) => void supervised.delete(id),
      restart: (id) => void restarted.push(id),
      statuses: () => [],
    },
    guard,
    rolesOf: (source) => (source.kind === 'rtsp' && source.subUrl !== null ? ['main', 'sub'] : ['main']),
    append: async (event) => void events.push(event),
    pictureFaultOf: () => null,
    publishServer: 'rtmp://127.0.0.1:1935/live',
  });
  const prober: CameraProber = {
    async probe(request) {
      probes.push(request);
      return answer(request);
    },
  };
  return {
    register,
    groups,
    guard,
    prober,
    secrets,
    supervised,
    restarted,
    events,
    probes,
    answerProbes: (next) => {
      answer = next;
    },
  };
}

/** An RTSP camera as an administrator could have typed it. */
export function cameraInput(draft: Partial<CameraDraft> = {}): CameraInput {
  return cameraInputSchema.parse({
    name: 'Gate',
    source: { kind: 'rtsp', mainUrl: 'rtsp://10.0.0.5/1', username: 'admin', password: 'hunter2' },
    ...draft,
  });
}

export const FOUND: ProbeResult = {
  ok: true,
  fault: null,
  detail: '',
  make: 'Acme',
  model: 'One',
  firmware: '1.10',
  serial: '1',
  streams: [],
  snapshot: null,
  clockOffsetMs: 0,
  canPtz: true,
  elapsedMs: 1,
};
