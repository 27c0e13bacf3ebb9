import {
  type EvidenceManifest,
  type EvidenceProcessing,
  type FileVerdict,
  fromBase64,
  manifestSchema,
  verifyFile,
  verifyManifest,
} from '#contracts/evidence';
import { spacedKey } from '../ui/spaced-key.ts';
import { pageCrypto } from './crypto.ts';
import { fill, WORDS, type Words } from './text.ts';
import { sourceOf, zipEntries } from './zip-entries.ts';

/** The page that lies in every export. It says nothing that it has not computed from the files that were chosen. */

type Language = keyof typeof WORDS;
type Outcome =
  | { readonly kind: 'fault'; readonly why: (words: Words) => string }
  | {
      readonly kind: 'checked';
      readonly manifest: EvidenceManifest;
      readonly signed: boolean;
      readonly verdicts: readonly FileVerdict[];
    };

const SHOWN_FAULTS = 20;

let language: Language = navigator.language.startsWith('vi') ? 'vi' : 'en';
let outcome: Outcome | undefined;
let running = 0;

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`no element ${id}`);
  return element;
};

async function check(files: readonly File[]): Promise<void> {
  running += 1;
  const own = running;
  outcome = undefined;
  draw();
  const found = await examine(files, (part) => own === running && showProgress(part)).catch(
    (error: unknown): Outcome => ({
      kind: 'fault',
      why: () => (error instanceof Error ? error.message : String(error)),
    }),
  );
  if (own !== running) return;
  outcome = found;
  showProgress(null);
  draw();
}

async function examine(files: readonly File[], onProgress: (part: number) => void): Promise<Outcome> {
  const blobs = new Map<string, Blob>();
  for (const file of files) {
    if (/\.zip$/i.test(file.name)) for (const [name, blob] of await zipEntries(file)) blobs.set(name, blob);
    else blobs.set(file.name, file);
  }
  const [text, signature] = [blobs.get('manifest.json'), blobs.get('manifest.sig')];
  if (text === undefined || signature === undefined) return { kind: 'fault', why: (words) => words.noManifest };
  const bytes = new Uint8Array(await text.arrayBuffer());
  const parsed = manifestSchema.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  if (!parsed.success) return { kind: 'fault', why: (words) => words.badManifest };
  const manifest = parsed.data;
  const signed =
    (await verifyManifest(bytes, await signature.text(), manifest, pageCrypto)) && (await namesItsKey(manifest));
  const verdicts: FileVerdict[] = [];
  const total = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  for (const file of manifest.files) {
    const blob = blobs.get(file.name);
    const before = done;
    verdicts.push(
      blob === undefined
        ? {
            name: file.name,
            faults: [{ kind: 'missing', fromMs: null, toMs: null, offset: 0 }],
            sealedMs: 0,
            unsealedMs: 0,
          }
        : await verifyFile(file, manifest.sealKeys, sourceOf(blob), pageCrypto, (part) =>
            onProgress((before + part * file.bytes) / Math.max(1, total)),
          ),
    );
    done += file.bytes;
  }
  return { kind: 'checked', manifest, signed, verdicts };
}

/** The identifier that people compare is made of the key; one that is not would show the name of another key. */
async function namesItsKey(manifest: EvidenceManifest): Promise<boolean> {
  for (const { id, publicKey } of [manifest.key, ...manifest.sealKeys]) {
    const digest = await pageCrypto.sha256(fromBase64(publicKey));
    if ([...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('') !== id) return false;
  }
  return true;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// ---- what is seen ------------------------------------------------------------------------------------------------------

function element(tag: string, text = '', className = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

/** With the time zone: who reads this may sit in another one than the camera. */
function moment(ms: number): string {
  return new Intl.DateTimeFormat(language, {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(ms);
}

const between = (range: { fromMs: number | null; toMs: number | null }): Record<string, string> => ({
  from: range.fromMs === null ? '?' : moment(range.fromMs),
  to: range.toMs === null ? '?' : moment(range.toMs),
});

function draw(): void {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  byId('title').textContent = words.title;
  byId('lead').textContent = words.lead;
  byId('choose').textContent = words.choose;
  byId('drop').textContent = words.drop;
  byId('language').textContent = words.otherLanguage;
  byId('checking').textContent = words.checking;
  const result = byId('result');
  result.replaceChildren();
  if (outcome === undefined) return;
  if (outcome.kind === 'fault') result.append(element('p', outcome.why(words), 'verdict bad'));
  else result.append(...verdictOf(outcome, words));
}

function verdictOf({ manifest, signed, verdicts }: Outcome & { kind: 'checked' }, words: Words): HTMLElement[] {
  const good = signed && verdicts.length > 0 && verdicts.every(({ faults }) => faults.length === 0);
  const facts = element('dl');
  const fact = (name: string, value: string): void => facts.append(element('dt', name), element('dd', value));
  fact(words.facts.asked, `${moment(manifest.asked.fromMs)} – ${moment(manifest.asked.toMs)}`);
  fact(words.facts.who, manifest.createdBy);
  fact(words.facts.when, moment(manifest.createdMs));
  fact(words.facts.why, manifest.reason);
  if (manifest.caseNumber !== '') fact(words.facts.caseNumber, manifest.caseNumber);
  fact(words.key, spacedKey(manifest.key.id));
  return [
    element('p', good ? wholeWords(manifest, words) : words.altered, good ? 'verdict good' : 'verdict bad'),
    element('p', signed ? `${words.signed}. ${words.compareKey}` : words.notSigned, signed ? '' : 'bad'),
    facts,
    ...manifest.files.map((file, at) => fileOf(file, verdicts[at], words)),
  ];
}

/** "Not one bit was altered" is only said where it is true of the camera's own pictures. */
function wholeWords({ files }: EvidenceManifest, words: Words): string {
  return files.some(({ processing }) => processing.kind === 'reencoded') ? words.changed : words.whole;
}

/** What a copy is, what was done to it, and what it can be compared with. */
function copyOf(processing: EvidenceProcessing & { kind: 'reencoded' }, words: Words): HTMLElement[] {
  const { masks, watermark, encoder, original } = processing;
  const kind = masks.length === 0 ? 'watermarked' : watermark === null ? 'masked' : 'both';
  const list = element('ul');
  const line = (text: string): void => list.append(element('li', text));
  if (masks.length > 0) line(fill(words.masks, { names: masks.map(({ name }) => name).join(', ') }));
  if (watermark !== null) line(fill(words.watermark, { text: watermark.join(' / ') }));
  line(fill(words.originalHash, { bytes: original.bytes, sha256: original.sha256 }));
  line(fill(words.originalPictures, between(original)));
  line(fill(words.encoder, { encoder }));
  return [element('p', words.copies[kind], 'copy'), element('p', words.copyMeans), list];
}

function fileOf(file: EvidenceManifest['files'][number], verdict: FileVerdict | undefined, words: Words): HTMLElement {
  const faults = verdict?.faults ?? [];
  const card = element('section', '', faults.length === 0 ? 'good' : 'bad');
  const state = faults.length === 0 ? words.fileWhole : words.fileAltered;
  card.append(element('h2', `${file.camera.number} · ${file.camera.name} — ${state}`));
  const list = element('ul');
  const line = (text: string, className = ''): void => list.append(element('li', text, className));
  line(file.name, 'dim');
  line(fill(words.pictures, between(file)));
  for (const gap of file.gaps.slice(0, SHOWN_FAULTS)) line(fill(words.gaps, between(gap)));
  const { clock, processing } = file;
  line(
    clock === null ? words.clockUnknown : fill(words.clockOffset, { ms: clock.offsetMs, at: moment(clock.measuredMs) }),
  );
  const wholeMs = (verdict?.sealedMs ?? 0) + (verdict?.unsealedMs ?? 0);
  if (faults.length === 0) {
    const part = wholeMs === 0 ? 0 : Math.floor(((verdict?.sealedMs ?? 0) * 100) / wholeMs);
    const [all, some] =
      processing.kind === 'none'
        ? [words.sealedAll, words.sealedPart]
        : [words.originalSealed, words.originalSealedPart];
    line(part >= 100 ? all : fill(some, { part }));
  }
  for (const fault of faults.slice(0, SHOWN_FAULTS)) line(fill(words.faults[fault.kind], between(fault)), 'bad');
  if (faults.length > SHOWN_FAULTS) line(fill(words.more, { count: faults.length - SHOWN_FAULTS }), 'bad');
  card.append(list);
  if (processing.kind === 'reencoded') card.append(...copyOf(processing, words));
  return card;
}

function showProgress(part: number | null): void {
  byId('progress').hidden = part === null;
  byId('bar').setAttribute('value', String(part ?? 0));
}

// ---- what people do ----------------------------------------------------------------------------------------------------

const input = byId('files');
input.addEventListener('change', () => {
  if (input instanceof HTMLInputElement && input.files !== null) void check([...input.files]);
});
byId('language').addEventListener('click', () => {
  language = language === 'vi' ? 'en' : 'vi';
  draw();
});
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  if (event.dataTransfer !== null) void check([...event.dataTransfer.files]);
});
draw();
