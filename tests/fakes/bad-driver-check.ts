import { readFileSync } from 'node:fs';
import { checkJobSchema } from '../../analytics/models/check-protocol.ts';

/** The check of a model where the card's driver takes the process with it; the processor works. */
const { provider, card } = checkJobSchema.parse(JSON.parse(readFileSync(0, 'utf8')));
if (provider !== 'cpu') process.kill(process.pid, 'SIGSEGV');
const found = { card, recognised: false, layout: 'yolox', width: 64, height: 64, msPerLook: 1 };
process.stdout.write(`${JSON.stringify({ kind: 'good', ...found })}\n`);
