/** Addresses inside the console that more than one place points to. */

/** The live page with this camera called onto the wall. */
export function liveLink(cameraId: string): string {
  return `/?camera=${encodeURIComponent(cameraId)}`;
}

export function cameraLink(cameraId: string): string {
  return `/admin/cameras/${encodeURIComponent(cameraId)}`;
}
