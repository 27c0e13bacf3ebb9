import type { Http } from './http.ts';

/** Is the server able to work, and which of its parts are? */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly state: string }[];
}

export async function readReadiness(request: Http['request'], signal: AbortSignal | undefined): Promise<Readiness> {
  const body = await request<unknown>('GET', '/readyz', { accept: [503], ...(signal === undefined ? {} : { signal }) });
  return readinessOf(body);
}

/** Takes any object: what is not understood is shown as it is. */
export function readinessOf(body: unknown): Readiness {
  if (typeof body !== 'object' || body === null) return { ready: body === 'ok', parts: [] };
  const entries = Object.entries(body);
  const ready = entries.some(([name, value]) => name === 'ready' && value === true);
  const parts = entries.flatMap(([name, value]) => {
    if (name === 'ready') return [];
    if (typeof value !== 'object' || value === null) return [{ name, state: String(value) }];
    return Object.entries(value).map(([inner, state]) => ({
      name: inner,
      state: typeof state === 'object' ? JSON.stringify(state) : String(state),
    }));
  });
  return { ready, parts };
}
