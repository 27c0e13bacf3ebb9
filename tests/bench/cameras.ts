import { resolve } from 'node:path';
import { clipLaunch, startGstRtspServer } from '../fakes/gst-rtsp-server.ts';

/** Cameras of 2 Mbit/s, 1280×720, 25 pictures a second, a key frame every two seconds, from GStreamer's RTSP server. */
export interface CameraBank {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

const CLIP = resolve(import.meta.dirname, '../../../shared/material/clips/campus_pedestrians_vtest.mp4');
const ENCODER =
  '-r 25 -s 1280x720 -c:v libx264 -preset veryfast -tune zerolatency -g 50 -bf 0 -b:v 2M -maxrate 2M -bufsize 1M -x264-params nal-hrd=cbr';

export async function startCameras(count: number): Promise<CameraBank> {
  const launch = clipLaunch(CLIP, ENCODER.split(' '));
  const paths = Array.from({ length: count }, (_, at) => `camera-${at + 1}`);
  const server = await startGstRtspServer({ streams: paths.map((path) => ({ path, launch })) });
  return { urls: paths.map((path) => server.url(path)), stop: () => server.stop() };
}
