import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL } from '../analytics/models/default-model.ts';
import { fetchModel } from '../analytics/models/fetch-model.ts';
import { openModelFolder } from '../analytics/models/model-folder.ts';
import { configSchema } from '../config/schema.ts';
import * as odd from '../tests/fakes/odd-models.ts';
import { type ModelsCommandOptions, modelsCommand } from './models-command.ts';

const model = odd.plainModel();
const sha256 = createHash('sha256').update(model).digest('hex');

let data: string;
let server: Server;
let serve: RequestListener;
let url: string;
let said: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'tamnhin-models-command-'));
  serve = (_, response) => response.writeHead(200, { 'content-length': model.length }).end(model);
  server = createServer((request, response) => serve(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/yolox_nano.onnx`;
  said = '';
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(data, { recursive: true });
});

function models(words: string[], more: Partial<Omit<ModelsCommandOptions, 'write'>> = {}): Promise<number> {
  const config = configSchema.parse({ data: { directory: data } });
  return modelsCommand(config, words, {
    ...{ from: undefined, sha256: undefined, env: {}, ...more },
    write: (text) => {
      said += text;
    },
  });
}
const inFolder = (): Promise<string[]> => readdir(join(data, 'models'));

describe('tamnhin models', () => {
  it('fetches the model from a copy, with its card, checks it, and lists it', async () => {
    expect(await models([], { from: url, sha256 })).toBe(0);
    expect(await inFolder()).toEqual(['yolox-nano.json', 'yolox-nano.onnx']);
    expect(said).toMatch(/ms a look with cpu\n/);
    expect(said).toContain('takes it by itself');
    const card: unknown = JSON.parse(await readFile(join(data, 'models/yolox-nano.json'), 'utf8'));
    expect(card).toMatchObject({ licence: 'Apache-2.0', sha256, input: { channels: 'BGR' } });

    said = '';
    expect(await models(['fetch'], { from: url, sha256 })).toBe(0);
    expect(said).toContain('there already');
    said = '';
    expect(await models(['use', 'yolox-nano'])).toBe(0);
    expect(await models(['list'])).toBe(0);
    expect(said).toMatch(/^\* yolox-nano {2}0\.0 MiB {2}«YOLOX-Nano», licence Apache-2\.0/m);
  });

  it('refuses another file than the known one, keeps nothing, and says what to do', async () => {
    expect(await models([], { from: url })).toBe(1);
    expect(said).toContain(`came:  sha-256 ${sha256}`);
    expect(said).toContain(`known: sha-256 ${DEFAULT_MODEL.sha256}`);
    expect(said).toContain('fetch --sha256 HASH');
    expect(await inFolder()).toEqual([]);
  });

  it('says why it could not fetch, and how a site without the Internet gets it', async () => {
    serve = (_, response) => response.writeHead(404).end();
    expect(await models([], { from: url, sha256 })).toBe(1);
    expect(said).toContain('it answers 404');
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    expect(await models([], { from: url, sha256 })).toBe(1);
    expect(said).toContain('ECONNREFUSED');
    expect(said).toContain(join(data, 'models', 'yolox-nano.onnx'));
  });

  it('follows the publisher to where the file lies, and says of a proxy that it is not asked', async () => {
    serve = ({ url: asked }, response) =>
      asked === '/file' ? response.end(model) : response.writeHead(302, { location: '/file' }).end();
    expect(await models([], { from: url, sha256 })).toBe(0);
    await rm(join(data, 'models'), { recursive: true });
    serve = (_, response) => response.writeHead(503).end();
    expect(await models([], { from: url, sha256 })).toBe(1);
    expect(said).not.toContain('proxy');
    expect(await models([], { from: url, sha256, env: { HTTPS_PROXY: 'http://10.0.0.1:3128' } })).toBe(1);
    expect(said).toContain('HTTPS_PROXY is set');
  });

  it('stopped by hand in the middle keeps nothing, and begins anew the next time', async () => {
    let stop = (): void => {};
    const interrupted = () => new Promise<void>((resolve) => (stop = resolve));
    serve = (_, response) => {
      response.writeHead(200, { 'content-length': model.length });
      response.write(model.subarray(0, model.length / 2), () => stop());
    };
    expect(await models([], { from: url, sha256, interrupted })).toBe(1);
    expect(said).toContain('nothing of it was kept');
    expect(await inFolder()).toEqual([]);
    serve = (_, response) => response.writeHead(200).end(model);
    expect(await models([], { from: url, sha256, interrupted })).toBe(0);
    expect(await inFolder()).toEqual(['yolox-nano.json', 'yolox-nano.onnx']);
  });

  it('checks a file anywhere and leaves nothing behind', async () => {
    const path = join(data, 'two.onnx');
    await writeFile(path, odd.twoClassModel());
    expect(await models(['check', path])).toBe(1);
    expect(said).toContain('noCard');
    expect(said).toContain('"class 2"');
    expect(await models(['check', join(data, 'nothing.onnx')])).toBe(1);
    await models(['list']);
    expect(said).toContain('There is no model');
  });

  it('says how it is used', async () => {
    expect(await models(['explode'])).toBe(2);
    expect(await models(['use'])).toBe(2);
    expect(await models([], { from: 'file:///etc/passwd' })).toBe(2);
    expect(await models([], { sha256: 'short' })).toBe(2);
    expect(await models(['use', '../x'])).toBe(1);
    expect(said).toContain('usage: tamnhin models');
  });
});

describe('a publisher who misbehaves', () => {
  const fetchFrom = async (more: { mostBytes?: number; stallMs?: number } = {}) => {
    const folder = await openModelFolder(join(data, 'models'));
    const published = { ...DEFAULT_MODEL, url, sha256 };
    return fetchModel(published, { folder, signal: new AbortController().signal, onProgress: () => {}, ...more });
  };

  it.each<[string, RequestListener, { mostBytes?: number; stallMs?: number }, RegExp]>([
    ['says that it sends too much', (_, r) => r.writeHead(200, { 'content-length': 9e9 }).flushHeaders(), {}, /bytes/],
    ['sends more than it says', (_, r) => drip(r.writeHead(200)), { mostBytes: 5000 }, /at most 5000 bytes/],
    ['stops in the middle', (_, r) => void r.writeHead(200).write('x'), { stallMs: 200 }, /nothing came for 0.2 s/],
    ['does not answer at all', () => {}, { stallMs: 200 }, /nothing came for 0.2 s/],
    ['hangs up', (_, r) => r.destroy(), {}, /could not be fetched/],
    [
      'sends less than it says',
      (_, r) => void r.writeHead(200, { 'content-length': 100 }).write('x', () => r.destroy()),
      {},
      /could not be fetched/,
    ],
  ])('%s', async (_, listener, more, message) => {
    serve = listener;
    await expect(fetchFrom(more)).rejects.toThrow(message);
    expect(await inFolder()).toEqual([]);
  });

  function drip(response: Parameters<RequestListener>[1]): void {
    const timer = setInterval(() => response.write('x'.repeat(1000)), 5);
    response.once('close', () => clearInterval(timer));
  }
});
