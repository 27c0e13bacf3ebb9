import { INDICATOR, openSectorScreens, SECTOR } from '../e2e/sector-screens.ts';
import { dueDay } from '../fakes/due-day.ts';
import { percentile, round, say, table } from './figures.ts';

const TURNS = 20;
const PATIENT_MS = 20_000;

/**
 * The whole way of a correction, all on this machine: the built program, an office that sends a file in Chromium, and a
 * leader who has the sectors open in another window. From the click on «send», or from the push of a program, to the
 * frame in which the leader's screen shows the figure, and to the one in which it shows other scores.
 */
export async function benchSectorScreen(): Promise<void> {
  const screens = await openSectorScreens();
  try {
    const { choose, commit, noted, province, admin, feed } = screens;
    const took = {
      click: { figure: [] as number[], scores: [] as number[] },
      push: { figure: [] as number[], scores: [] as number[] },
    };
    /** Half of them have bad rows: the share of clean ones is another each time, however many went before. */
    const rowsOf = (value: string, turn: number): string[][] => [
      [INDICATOR, province, dueDay(1), value],
      ...Array.from({ length: turn % 4 < 2 ? 0 : 3 }, () => [INDICATOR, province, dueDay(2), 'x']),
    ];
    const ways = {
      async click(rows: string[][]) {
        await choose('sua.csv', ...rows);
        return commit(1);
      },
      async push(rows: string[][]) {
        const begunMs = Date.now();
        const lines = [['Chỉ tiêu', 'Địa bàn', 'Ngày', 'Giá trị'], ...rows].map((row) => row.join(';'));
        await admin.request('POST', `/api/feeds/${feed.id}/batches`, lines.join('\r\n'));
        return begunMs;
      },
    };
    for (let turn = 0; turn < TURNS * 2; turn += 1) {
      const way = turn % 2 === 0 ? 'click' : 'push';
      const before = (await noted()).at(-1);
      const value = `${1000 + turn * 7},5`;
      const shown = `${(1000 + turn * 7).toLocaleString('vi-VN')},5`;
      const begunMs = await ways[way](rowsOf(value, turn));
      const deadline = performance.now() + PATIENT_MS;
      for (;;) {
        const after = (await noted()).filter(({ ms }) => ms >= begunMs);
        const figure = after.find((one) => one.figure === shown);
        const scores = after.find((one) => one.figure === shown && one.bars !== before?.bars);
        if (figure !== undefined && scores !== undefined) {
          took[way].figure.push(figure.ms - begunMs);
          took[way].scores.push(scores.ms - begunMs);
          break;
        }
        if (performance.now() > deadline) throw new Error(`the screen does not show ${shown} and its scores`);
        await new Promise((done) => setTimeout(done, 20));
      }
    }
    say(`\n## Sectors: from a correction to the leader's open screen, ms (${SECTOR})\n`);
    say(
      table(
        Object.entries(took).flatMap(([way, all]) =>
          Object.entries(all).map(([what, ms]) => ({
            what: `${way} → ${what}`,
            turns: ms.length,
            p50: round(percentile(ms, 0.5), 0),
            p95: round(percentile(ms, 0.95), 0),
            longest: round(Math.max(...ms), 0),
          })),
        ),
      ),
    );
    say('aim: 1,000 or less');
  } finally {
    await screens.close();
  }
}
