import { createCoverage } from './coverage.ts';
import { readCorpus, writeCorpus } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import { TARGETS } from './targets.ts';

/**
 * `npm run fuzz -- [minutes each] [target …]`: feeds parsers with nonsense, guided by what of them it reaches, and adds
 * to the committed corpus. Ends with code 1 where something broke; the input is in the corpus then and breaks the tests.
 */
const [minutes = '1', ...names] = process.argv.slice(2);
const write = (text: string): void => void process.stdout.write(`${text}\n`);
const chosen = TARGETS.filter(({ name }) => names.length === 0 || names.includes(name));
for (const target of chosen) {
  const coverage = createCoverage('/camera-adapters/');
  const endMs = performance.now() + Number(minutes) * 60_000;
  const seed = Date.now() % 2 ** 31;
  const corpus = readCorpus(target.name);
  const result = fuzz(target, { seed, corpus, coverage, goOn: () => performance.now() < endMs });
  const { finding, kept, runs, slowestMs } = result;
  write(
    `${target.name}: ${runs} runs with seed ${seed}, ${coverage.total()} blocks, ${kept.length} new inputs, slowest ${slowestMs.toFixed(1)} ms`,
  );
  coverage.stop();
  if (kept.length > 0 || finding !== null) {
    writeCorpus(target.name, [...corpus, ...kept, ...(finding === null ? [] : [finding.input])]);
  }
  if (finding !== null) {
    write(`broken by ${Buffer.from(finding.input).toString('base64')}`);
    write(finding.error instanceof Error ? (finding.error.stack ?? finding.error.message) : String(finding.error));
    process.exitCode = 1;
  }
}
