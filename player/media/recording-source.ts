import type { Api } from '../api/api.ts';
import type { RecordingSource } from './playback-player.ts';

/** The recordings of one camera, over HTTP. */
export function recordingSource(api: Api, cameraId: string): RecordingSource {
  const folder = `/recordings/${encodeURIComponent(cameraId)}`;
  return {
    groups: (role, fromMs, toMs, signal) => api.recordings.groups(cameraId, { fromMs, toMs, role }, signal),
    async bytes(segmentId, from, to, signal) {
      const reply = await fetch(`${folder}/${segmentId}.mp4`, {
        headers: { range: `bytes=${from}-${to}` },
        credentials: 'same-origin',
        cache: 'no-store',
        signal,
      });
      if (reply.status !== 206) throw new Error(`a part of segment ${segmentId} answered ${reply.status}`);
      return new Uint8Array(await reply.arrayBuffer());
    },
  };
}

export function thumbnailUrl(cameraId: string, atMs: number, width: number): string {
  return `/recordings/${encodeURIComponent(cameraId)}/thumbnail.jpg?atMs=${Math.round(atMs)}&width=${width}`;
}
