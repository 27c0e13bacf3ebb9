import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import { bulkRegisterSchema, type DiscoveryProgress, discoveryInputSchema } from '#contracts/http';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, FOUND, type TestRegister } from '../../tests/fakes/register.ts';
import { createCameraProbe } from './camera-probe.ts';
import { createDiscoveryJobs, type DiscoveryJobs } from './discovery-jobs.ts';
import type { Discover } from './interfaces.ts';

let database: Database;
let house: TestRegister;
let clock: FakeClock;
let jobs: DiscoveryJobs<string>;
/** The search that runs; ends when the test says so, or on abort. */
let search: Parameters<Discover>[0];
let end: (error?: Error) => void;
let refuse: Fault | null;

beforeEach(async () => {
  database = await createTemporaryDatabase();
  house = await createTestRegister(database);
  clock = createFakeClock();
  refuse = null;
  jobs = createDiscoveryJobs<string>({
    discover: (request) => {
      if (refuse !== null) throw refuse;
      return new Promise((resolve, reject) => {
        search = request;
        end = (error) => (error === undefined ? resolve() : reject(error));
        request.signal.addEventListener('abort', () => resolve());
      });
    },
    probe: createCameraProbe(house),
    register: house.register,
    ownerId: (person) => person,
    clock,
    log: silentLogger(),
  });
});
afterEach(async () => {
  jobs.close();
  await database.close();
});

const input = discoveryInputSchema.parse({});
const found = (host: string) => ({
  id: `urn:${host}`,
  deviceUrl: `http://${host}/onvif/device_service`,
  address: host,
  name: host,
  hardware: '',
  location: '',
});
const ends = (id: string, state: DiscoveryProgress['state']): Promise<void> =>
  vi.waitFor(() => expect(jobs.get('lan', id).state).toBe(state));
const bulk = (...hosts: string[]) =>
  bulkRegisterSchema.parse({
    devices: hosts.map((host) => ({ deviceUrl: found(host).deviceUrl, name: '' })),
    username: 'admin',
    password: 'shared-pw',
  });

describe('a search', () => {
  it('shows what it found, and which of it is registered already', async () => {
    const source = { kind: 'onvif' as const, deviceUrl: 'http://10.0.0.6/onvif/device_service' };
    const { camera } = await house.register.create(cameraInput({ source }));
    const { id } = jobs.start('lan', input);
    for (const host of ['10.0.0.5', '10.0.0.6']) search.onCandidate(found(host));
    search.onProgress(2, 254);
    expect(jobs.get('lan', id)).toMatchObject({ state: 'running', asked: 2, total: 254, registration: null });
    expect(jobs.get('lan', id).candidates.map(({ registeredAs }) => registeredAs)).toEqual([null, camera.id]);
    end();
    await ends(id, 'finished');
  });

  it('tells devices behind one forwarding router apart', async () => {
    const source = { kind: 'onvif' as const, deviceUrl: 'http://10.0.0.5:8001/onvif/device_service' };
    const { camera } = await house.register.create(cameraInput({ source }));
    const { id } = jobs.start('lan', input);
    const registeredAs = () => jobs.get('lan', id).candidates.map((candidate) => candidate.registeredAs);
    const at = (port: number) => ({ ...found(`10.0.0.5:${port}`), address: '10.0.0.5' });
    search.onCandidate(at(8000));
    expect(registeredAs()).toEqual([camera.id]);
    search.onCandidate(at(8001));
    expect(registeredAs()).toEqual([null, camera.id]);
    search.onCandidate(at(8002));
    expect(registeredAs()).toEqual([null, camera.id, null]);
    end();
  });

  it('is refused at once for ranges that are none', () => {
    const searchBefore = search;
    refuse = new Fault('invalid', 'discovery.badRange', 'no range');
    expect(() => jobs.start('lan', input)).toThrow(refuse);
    expect(search).toBe(searchBefore);
  });

  it('tells its owner, not more than four times a second, and shows nothing to others', async () => {
    const told: [string, number][] = [];
    jobs.onProgress((owner, progress) => told.push([owner, progress.asked]));
    const { id } = jobs.start('lan', input);
    for (let asked = 1; asked <= 100; asked += 1) search.onProgress(asked, 100);
    expect(told).toEqual([]);
    clock.advance(250);
    expect(told).toEqual([['lan', 100]]);
    for (const look of [jobs.get, jobs.stop]) {
      expect(() => look('minh', id)).toThrow(expect.objectContaining({ kind: 'notFound' }));
    }
    expect(jobs.get('lan', id).state).toBe('running');
  });

  it('can be stopped, fails in words, and does not run without end in number', async () => {
    const { id } = jobs.start('lan', input);
    jobs.stop('lan', id);
    expect(search.signal.aborted).toBe(true);
    await ends(id, 'stopped');

    const failing = jobs.start('lan', input);
    end(new Error('no network'));
    await ends(failing.id, 'failed');
    expect(jobs.get('lan', failing.id).error).toBe('no network');

    for (let at = 0; at < 4; at += 1) jobs.start('lan', input);
    expect(() => jobs.start('minh', input)).toThrow(expect.objectContaining({ kind: 'tooMany' }));
  });
});

describe('registering what was found', () => {
  const registered = (id: string, state: string): Promise<void> =>
    vi.waitFor(() => expect(jobs.get('lan', id).registration?.state).toBe(state));

  it('tests each device first and reports line by line', async () => {
    house.answerProbes(({ source }) =>
      source.kind === 'onvif' && source.deviceUrl.includes('10.0.0.6')
        ? { ...FOUND, ok: false, fault: 'unauthorised', detail: 'wrong password' }
        : FOUND,
    );
    const { id } = jobs.start('lan', input);
    jobs.register('lan', id, bulk('10.0.0.5', '10.0.0.6', '169.254.169.254'));
    await registered(id, 'finished');
    const report = jobs.get('lan', id).registration?.report;
    expect(report).toMatchObject({ good: 1, bad: 2 });
    expect(report?.lines.map(({ line, ok, faults }) => [line, ok, faults[0]?.code]).sort()).toEqual([
      [1, true, undefined],
      [2, false, 'unauthorised'],
      [3, false, 'camera.refusedAddress'],
    ]);
    const [camera] = house.register.list();
    expect(camera?.facts).toMatchObject({ make: 'Acme', canPtz: true });
    expect(house.supervised.get(camera?.id ?? '')?.credentials.password).toBe('shared-pw');
    expect(JSON.stringify(jobs.get('lan', id))).not.toContain('shared-pw');
  });

  it('calls cameras by what they are, and apart by their addresses where they would be called the same', async () => {
    const { id } = jobs.start('lan', input);
    const device = (host: string, name: string) => ({ deviceUrl: found(host).deviceUrl, name });
    const devices = [device('10.0.0.5', 'IPC'), device('10.0.0.6:8001', 'IPC'), device('10.0.0.7', '')];
    jobs.register('lan', id, bulkRegisterSchema.parse({ devices, username: 'admin', password: 'shared-pw' }));
    await registered(id, 'finished');
    const names = house.register.list().map(({ name }) => name);
    expect(names.sort()).toEqual(['10.0.0.5 IPC', '10.0.0.6:8001 IPC', 'Acme One']);
  });

  it('stops between two devices, and does not run twice at a time', async () => {
    const asked: string[] = [];
    house.answerProbes(
      ({ source, signal }) =>
        new Promise((resolve) => {
          asked.push(source.kind);
          signal.addEventListener('abort', () => resolve({ ...FOUND, ok: false, fault: 'timeout' }));
        }),
    );
    const { id } = jobs.start('lan', input);
    jobs.register('lan', id, bulk(...Array.from({ length: 20 }, (_, at) => `10.0.1.${at}`)));
    await vi.waitFor(() => expect(asked).toHaveLength(4));
    expect(() => jobs.register('lan', id, bulk('10.0.0.5'))).toThrow(expect.objectContaining({ kind: 'conflict' }));
    jobs.stop('lan', id);
    await registered(id, 'stopped');
    expect(asked).toHaveLength(4);
    expect(house.register.list()).toEqual([]);
  });
});
