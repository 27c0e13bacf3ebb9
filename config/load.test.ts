import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './load.ts';
import { referenceText } from './reference.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tamnhin-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'tamnhin.json');
  writeFileSync(path, text);
  return path;
}

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('has a default for everything and listens on loopback', () => {
    const config = loadConfig({ PATH: '/usr/bin' });
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(Object.isFrozen(config.live)).toBe(true);
  });

  it('lays variables over the file', () => {
    const path = file('{"server":{"port":9000,"host":"0.0.0.0"},"cameras":{"allowNetworks":["10.0.0.0/8"]}}');
    const config = loadConfig({
      TAMNHIN_CONFIG: path,
      TAMNHIN_SERVER_PORT: '9001',
      TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8, ::1/128',
    });
    expect(config.server).toMatchObject({ port: 9001, host: '0.0.0.0' });
    expect(config.cameras.allowNetworks).toEqual(['127.0.0.0/8', '::1/128']);
  });

  it('names every fault at once: key, value and what is allowed', () => {
    const path = file('{"server":{"prot":1},"live":{"partMs":5},"lvie":{}}');
    expect(
      faultsOf({
        TAMNHIN_CONFIG: path,
        TAMNHIN_SERVER_PORT: '70000',
        TAMNHIN_PROT: '1',
        TAMNHIN_DATA_LOG_LEVEL: 'loud',
      }),
    ).toEqual([
      'TAMNHIN_PROT: there is no such variable',
      'server.port (TAMNHIN_SERVER_PORT) is "70000"; allowed is a whole number from 0 to 65535',
      'server.prot: there is no such key',
      'data.logLevel (TAMNHIN_DATA_LOG_LEVEL) is "loud"; allowed is one of fatal, error, warn, info, debug, trace, silent',
      'live.partMs (TAMNHIN_LIVE_PART_MS) is 5; allowed is a whole number from 100 to 1000',
      'lvie: there is no such key',
    ]);
  });

  it('refuses recording folders of which one lies inside the other, and no others', () => {
    const faults = (folders: string) => faultsOf({ TAMNHIN_RECORDINGS_DIRECTORIES: folders });
    expect(faults('/mnt/a,/mnt/b/../a/in')).toEqual([
      'recordings.directories (TAMNHIN_RECORDINGS_DIRECTORIES) is ["/mnt/a","/mnt/b/../a/in"]; /mnt/a/in lies inside /mnt/a; each disk needs a folder of its own',
    ]);
    expect(faults('/mnt/a/in,/')).toHaveLength(1);
    expect(faults('/mnt/a,/mnt/ab,/mnt/b,/mnt/a/')).toEqual([]);
  });

  it('never prints a secret value', () => {
    const faults = faultsOf({ TAMNHIN_ADMIN_PASSWORD: 'short' });
    expect(faults).toEqual([
      'access.adminPassword (TAMNHIN_ADMIN_PASSWORD) is (not shown); allowed is a text of at least 12 characters',
    ]);
  });

  it.each(['not json', '[]', '{"server":3}'])('refuses the file %s', (text) => {
    expect(faultsOf({ TAMNHIN_CONFIG: file(text) })).toHaveLength(1);
  });
});

it('reference.md says what the schema says', () => {
  expect(readFileSync(new URL('./reference.md', import.meta.url), 'utf8')).toBe(referenceText());
});
