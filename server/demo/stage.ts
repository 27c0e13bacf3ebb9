import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CameraSource, SceneName } from '#contracts/camera';
import { type OnvifDevice, startOnvifDevice } from '../../camera-adapters/simulator/onvif-device/device.ts';
import { type ScenePublisher, startPublisher } from '../../camera-adapters/simulator/publisher.ts';
import { createRtspSimulator, type RtspSimulator } from '../../camera-adapters/simulator/rtsp-server/server.ts';
import { prepareScenes, type Scenes } from '../../camera-adapters/simulator/scenes.ts';
import { FPS, TOWN, type TownCamera } from './town.ts';

/** The devices of the invented town while they stand: servers on free ports of this machine, with passwords of one run. */
export interface Stage {
  /** `127.0.0.1:port` of each server that cameras are pulled from. */
  readonly endpoints: ReadonlySet<string>;
  /** What to register for a camera that is pulled or drawn. */
  source(camera: TownCamera): CameraSource;
  /** The camera begins to send; `publishUrl` for one that comes by RTMP. A second call for one scene does nothing. */
  play(camera: TownCamera, publishUrl: string | null): void;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly ffmpegPath: string;
  readonly cacheFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const HOST = '127.0.0.1';
const USERNAME = 'demo';
const SNAPSHOT_MS = 5000;
const run = promisify(execFile);

/** Rejects when a server cannot be started or the cache not be written; nothing is left then. */
export async function setUpStage(options: StageOptions): Promise<Stage> {
  const password = randomBytes(12).toString('base64url');
  const scenes = await prepareScenes(options.cacheFolder, options);
  const rtsp = createRtspSimulator({
    host: HOST,
    port: 0,
    publishSecret: randomBytes(16).toString('hex'),
    auth: { username: USERNAME, password, schemes: ['digest', 'basic'] },
  });
  const devices = new Map<SceneName, OnvifDevice>();
  const publishers = new Map<SceneName, ScenePublisher>();

  async function stop(): Promise<void> {
    await Promise.all([...publishers.values()].map((publisher) => publisher.stop()));
    await Promise.all([...devices.values()].map((device) => device.stop()));
    await rtsp.stop();
  }

  try {
    await rtsp.start();
    for (const camera of TOWN.filter(({ way }) => way === 'onvif')) {
      devices.set(camera.scene, await startDevice(camera, { options, scenes, rtsp, password }));
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    endpoints: new Set([
      `${HOST}:${rtsp.port()}`,
      ...[...devices.values()].map(({ deviceUrl }) => new URL(deviceUrl).host),
    ]),
    source(camera) {
      const login = { username: USERNAME, password, transport: 'tcp' } as const;
      const [main = 640, sub] = camera.widths;
      switch (camera.way) {
        case 'rtmp':
          return { kind: 'rtmp' };
        case 'virtual':
          return { kind: 'virtual', scene: camera.scene };
        case 'rtsp':
          return {
            kind: 'rtsp',
            mainUrl: rtsp.playUrl(pathOf(camera, main)),
            subUrl: sub === undefined ? null : rtsp.playUrl(pathOf(camera, sub)),
            ...login,
          };
        case 'onvif':
          return {
            kind: 'onvif',
            deviceUrl: devices.get(camera.scene)?.deviceUrl ?? '',
            authentication: 'password',
            mainProfile: profileOf(camera, main),
            subProfile: sub === undefined ? null : profileOf(camera, sub),
            ...login,
          };
      }
    },
    play(camera, publishUrl) {
      if (publishers.has(camera.scene) || camera.way === 'virtual') return;
      if (camera.way === 'rtmp' && publishUrl === null) return;
      publishers.set(
        camera.scene,
        startPublisher({
          ...options,
          scenes,
          scene: camera.scene,
          targets: camera.widths.map((width) => ({
            ...sizeOf(width),
            codec: camera.codec,
            url: publishUrl ?? rtsp.publishUrl(pathOf(camera, width)),
          })),
        }),
      );
    },
    stop,
  };
}

const sizeOf = (width: number) => ({ width, height: (width * 9) / 16, fps: FPS });
const pathOf = ({ scene }: TownCamera, width: number): string => `/${scene}/${width}`;
const profileOf = ({ scene }: TownCamera, width: number): string => `${scene}-${width}`;

function startDevice(
  camera: TownCamera,
  parts: { options: StageOptions; scenes: Scenes; rtsp: RtspSimulator; password: string },
): Promise<OnvifDevice> {
  const { options, scenes, rtsp, password } = parts;
  return startOnvifDevice({
    host: HOST,
    port: 0,
    username: USERNAME,
    password,
    name: camera.name,
    profiles: camera.widths.map((width) => ({
      ...sizeOf(width),
      token: profileOf(camera, width),
      name: `${camera.name} ${width}`,
      codec: camera.codec,
      rtspUrl: rtsp.playUrl(pathOf(camera, width)),
    })),
    async snapshot() {
      const { inputs, filter } = scenes.arguments(camera.scene, sizeOf(640));
      const words = ['-loglevel', 'error', ...inputs, '-filter_complex', filter, '-frames:v', '1', '-f', 'mjpeg', '-'];
      const { stdout } = await run(options.ffmpegPath, words, {
        encoding: 'buffer',
        timeout: SNAPSHOT_MS,
        maxBuffer: 2 ** 22,
      });
      return stdout;
    },
  });
}
