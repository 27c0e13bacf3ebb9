import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault, messageOf, systemCodeOf } from '#base/errors';
import { MOST_MODEL_BYTES, modelNameSchema } from '#contracts/models';
import { type ModelCard, modelCardSchema } from '../detectors/model-card.ts';

/** The folder of models: `name.onnx`, and beside it `name.json`, the card, where there is one. */
export interface ModelFolder {
  readonly path: string;
  /** By name. Files with other names are left alone. */
  list(): Promise<readonly ModelFile[]>;
  find(name: string): Promise<ModelFile | undefined>;
  pathOf(name: string): string;
  /** `null` where there is none; throws `BadCard` for one that cannot be read. */
  card(name: string): Promise<ModelCard | null>;
  /** Of the model's file, lower-case hex. */
  sha256(name: string): Promise<string>;
  /**
   * Writes to a file of another name and gives it its own when it is whole and on the disk. Rejects with `Fault`:
   * `conflict` for a name that is taken, `tooLarge`, `unavailable` for a disk that is full. Nothing is left then.
   */
  receive(name: string, content: Readable, options: ReceiveOptions): Promise<void>;
  /** In one step, so that nobody reads half a card. Throws `BadCard`. */
  writeCard(name: string, text: string): Promise<void>;
  /** File and card. */
  remove(name: string): Promise<void>;
}

export interface ReceiveOptions {
  readonly signal: AbortSignal;
  readonly mostBytes?: number;
  /** Called with the hash before the file has its name; throws to refuse it. */
  readonly accept?: (sha256: string) => Promise<void>;
}

export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedMs: number;
  readonly hasCard: boolean;
  /** Changes with the file and with its card. */
  readonly stamp: string;
}

/** A card that cannot be understood; `message` says where. */
export class BadCard extends Error {}

const MODEL = '.onnx';
const CARD = '.json';
const MOST_CARD_BYTES = 100_000;
const MOST_FILES = 200;
const FORGOTTEN_MS = 3_600_000;

export async function openModelFolder(path: string): Promise<ModelFolder> {
  await mkdir(path, { recursive: true });
  for (const name of await readdir(path)) if (isPart(name)) await removeForgotten(join(path, name));
  const pathOf = (name: string): string => join(path, `${modelNameSchema.parse(name)}${MODEL}`);
  const cardPathOf = (name: string): string => join(path, `${modelNameSchema.parse(name)}${CARD}`);

  async function find(name: string): Promise<ModelFile | undefined> {
    if (!modelNameSchema.safeParse(name).success) return undefined;
    const [file, card] = await Promise.all([statOf(pathOf(name)), statOf(cardPathOf(name))]);
    if (file === undefined) return undefined;
    const stamp = [file, card].map((one) => (one === undefined ? '-' : `${one.size}:${one.mtimeMs}`)).join(' ');
    return { name, bytes: file.size, changedMs: Math.round(file.mtimeMs), hasCard: card !== undefined, stamp };
  }

  async function readCard(name: string): Promise<ModelCard | null> {
    const about = await statOf(cardPathOf(name));
    if (about === undefined) return null;
    if (about.size > MOST_CARD_BYTES)
      throw new BadCard(`the card has ${about.size} bytes; ${MOST_CARD_BYTES} are enough`);
    return parseCard(await readFile(cardPathOf(name), 'utf8'));
  }

  return {
    path,
    find,
    pathOf,
    card: readCard,
    async list() {
      const names = (await readdir(path)).filter((name) => name.endsWith(MODEL)).sort();
      const found = await Promise.all(names.slice(0, MOST_FILES).map((name) => find(name.slice(0, -MODEL.length))));
      return found.filter((file) => file !== undefined);
    },
    async sha256(name) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(pathOf(name))) hash.update(chunk as Buffer);
      return hash.digest('hex');
    },
    async receive(name, content, { signal, mostBytes = MOST_MODEL_BYTES, accept }) {
      const target = pathOf(name);
      if ((await statOf(target)) !== undefined) throw taken(name);
      const part = join(path, `.${randomUUID()}.part`);
      const hash = createHash('sha256');
      let bytes = 0;
      const count = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          hash.update(chunk);
          if (bytes <= mostBytes) done(null, chunk);
          else done(new Fault('tooLarge', 'model.tooLarge', `a model has at most ${mostBytes} bytes here`));
        },
      });
      const file = createWriteStream(part, { flags: 'wx' });
      const closed = new Promise<void>((done) => {
        file.once('close', done);
      });
      try {
        await pipeline(content, count, file, { signal });
        await sync(part);
        await accept?.(hash.digest('hex'));
        // Somebody else may have been faster.
        if ((await statOf(target)) !== undefined) throw taken(name);
        await rename(part, target);
        await sync(path);
      } catch (error) {
        if (systemCodeOf(error) === 'ENOSPC') {
          throw new Fault('unavailable', 'model.diskFull', 'the disk of the data folder is full', { cause: error });
        }
        throw error;
      } finally {
        // What breaks off at once breaks off before the file is there, which is made all the same.
        file.destroy();
        await closed;
        await rm(part, { force: true });
      }
    },
    async writeCard(name, text) {
      parseCard(text);
      const part = join(path, `.${randomUUID()}.part`);
      await writeFile(part, text, { flag: 'wx', flush: true });
      await rename(part, cardPathOf(name));
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
      await rm(cardPathOf(name), { force: true });
    },
  };
}

/** Throws `BadCard` with the place of the first mistake. */
function parseCard(text: string): ModelCard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadCard(`the card is no JSON: ${messageOf(error)}`);
  }
  const parsed = modelCardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadCard(`the card is not understood at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`);
}

function taken(name: string): Fault {
  return new Fault('conflict', 'model.nameTaken', `there is a model ${name} already`);
}

const isPart = (name: string): boolean => /^\.[\w-]{36}\.part$/.test(name);

/** What an interrupted upload left. A younger one may belong to a command that runs beside the server. */
async function removeForgotten(part: string): Promise<void> {
  const about = await statOf(part);
  if (about !== undefined && Date.now() - about.mtimeMs > FORGOTTEN_MS) await rm(part, { force: true });
}

async function statOf(path: string) {
  try {
    const about = await stat(path);
    return about.isFile() ? about : undefined;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of a folder: the names in it. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
