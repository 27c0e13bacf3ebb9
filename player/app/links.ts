/** Addresses inside the console that more than one place points to. */

/** The live page with this camera called onto the wall. */
export function liveLink(cameraId: string): string {
  return `/?camera=${encodeURIComponent(cameraId)}`;
}

export function cameraLink(cameraId: string): string {
  return `/admin/cameras/${encodeURIComponent(cameraId)}`;
}

/** These cameras at this moment of their recordings. */
export function playbackLink(cameraIds: readonly string[], atMs: number): string {
  const at = new Date(Math.round(atMs)).toISOString();
  return `/playback?cameras=${cameraIds.map(encodeURIComponent).join(',')}&at=${at}`;
}
