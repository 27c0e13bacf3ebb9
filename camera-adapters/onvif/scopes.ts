import { clean } from './xml.ts';

/** What a device tells of itself without being asked for a login (ONVIF Core Specification §7.3.3.2). */
export interface ScopeFacts {
  readonly name: string;
  readonly hardware: string;
  readonly location: string;
}

const SCOPE = /^onvif:\/\/www\.onvif\.org\/(name|hardware|location)\/(.+)$/i;

/** Texts of the scopes; empty where there is none. Several locations, from country to room, are joined. */
export function readScopes(scopes: readonly string[]): ScopeFacts {
  const found: Record<string, string[]> = { name: [], hardware: [], location: [] };
  for (const scope of scopes) {
    const [, kind = '', value = ''] = SCOPE.exec(scope) ?? [];
    const readable = clean(decoded(value));
    if (readable !== '') found[kind.toLowerCase()]?.push(readable);
  }
  return {
    name: found.name?.[0] ?? '',
    hardware: found.hardware?.[0] ?? '',
    location: clean(found.location?.join(', ') ?? ''),
  };
}

/** Devices should write spaces as %20; some write them as underscore or plus, which we cannot know to be one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
