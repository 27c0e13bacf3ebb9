/** What the address of the page says: which cameras, and when. Pure. */
export interface PlaybackLink {
  readonly cameraIds: readonly string[];
  /** ms since 1970; `null` when it says nothing that can be understood. */
  readonly atMs: number | null;
}

export const MOST_CAMERAS = 16;

export function readLink(search: string): PlaybackLink {
  const query = new URLSearchParams(search);
  const ids = (query.get('cameras') ?? '').split(',').filter((id) => id !== '');
  const at = query.get('at') ?? '';
  // A person types a date and time; a program may send ms.
  const ms = /^\d{10,}$/.test(at) ? Number(at) : /^\d{4}-\d\d-\d\d/.test(at) ? Date.parse(at) : Number.NaN;
  return { cameraIds: [...new Set(ids)].slice(0, MOST_CAMERAS), atMs: Number.isFinite(ms) && ms >= 0 ? ms : null };
}
