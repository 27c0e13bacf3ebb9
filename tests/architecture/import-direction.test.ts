import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * The rings of docs/architecture.md: a file may import only from lower rings, and never from a neighbouring part.
 * Types count: a cycle of types is a cycle of thoughts.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

interface Room {
  readonly name: string;
  readonly ring: number;
}

/** First match wins; `server/x` parts are neighbours of each other. */
function roomOf(file: string): Room {
  const parts = file.split(sep);
  const [top, second] = parts;
  if (top === 'tests') return { name: 'tests', ring: 6 };
  if (top === 'player') return { name: 'player', ring: 3 };
  if (top === 'config') return { name: 'config', ring: 2 };
  if (top === 'server') {
    if (parts.length === 2) return { name: 'wiring', ring: 5 };
    if (second === 'contracts') return { name: 'contracts', ring: 0 };
    if (second === 'base') return { name: 'base', ring: 1 };
    if (second === 'http' || second === 'socket') return { name: `server/${second}`, ring: 4 };
    if (second === 'setup' || second === 'demo') return { name: `server/${second}`, ring: 5 };
    return { name: `server/${second ?? ''}`, ring: 3 };
  }
  return { name: top ?? '', ring: 3 };
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const files = ['server', 'camera-adapters', 'analytics', 'recordings', 'config', 'player', 'tests'].flatMap(sources);

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The file of this project that an import names, or `undefined` for a package. */
function target(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#contracts/'))
    return join('server/contracts', `${specifier.slice('#contracts/'.length)}.ts`);
  if (specifier.startsWith('#base/')) return join('server/base', `${specifier.slice('#base/'.length)}.ts`);
  if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(file), specifier));
  return undefined;
}

describe('import direction', () => {
  it('every file imports only from lower rings and never from a neighbouring part', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = roomOf(file);
      for (const specifier of importsOf(file)) {
        const to = target(file, specifier);
        if (to === undefined) continue;
        const room = roomOf(to);
        if (room.name === from.name || from.name === 'tests') continue;
        const isTest = /\.test\.tsx?$/.test(file);
        if (room.name === 'tests' && isTest) continue;
        if (from.name === 'player' && room.ring !== 0) {
          wrong.push(`${file} imports ${to}: the player knows the contracts and nothing else of the server`);
        } else if (room.ring >= from.ring && !(from.ring === 5 && room.ring === 5)) {
          wrong.push(
            `${file} (${from.name}) imports ${to} (${room.name}): data flows one way; let server/app.ts hand it over`,
          );
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('contracts and base are read by their alias from outside, by relative path inside', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap((specifier) => {
        const to = target(file, specifier);
        if (to === undefined || !specifier.startsWith('.')) return [];
        const room = roomOf(to).name;
        return (room === 'contracts' || room === 'base') && roomOf(file).name !== room ? [`${file}: ${specifier}`] : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('contracts import nothing but each other and zod', () => {
    const wrong = files
      .filter((file) => roomOf(file).name === 'contracts' && !file.endsWith('.test.ts'))
      .flatMap((file) =>
        importsOf(file)
          .filter((specifier) => specifier !== 'zod' && !specifier.startsWith('./'))
          .map((s) => `${file}: ${s}`),
      );
    expect(wrong).toEqual([]);
  });

  it('has no cycle of files', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).flatMap((s) => target(file, s) ?? [])]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(cycles).toEqual([]);
  });
});
