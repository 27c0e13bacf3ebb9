import type { BrowserContext, Page } from 'playwright-core';
import type { FeedView } from '#contracts/feeds';
import type { AreaView, UnitView } from '#contracts/places';
import type { SectorTile } from '#contracts/sectors';
import { setUp, signIn } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage } from './browser.ts';
import { startProgram } from './program.ts';

const OFFICE = { username: 'so.taichinh', displayName: 'Sở Tài chính', password: 'Thu ngân sách mỗi ngày một khá' };
export const LEADER = { username: 'chu.tich', displayName: 'Chủ tịch', password: 'Nhìn số liệu rồi mới chỉ đạo' };
const PATIENT_MS = 30_000;
export const SECTOR = 'kinh_te_xa_hoi';
export const INDICATOR = `${SECTOR}.thu_ngan_sach`;
export const DAY_MS = 86_400_000;

/**
 * What stood on the screen from a moment on. `figure` is its text; `scores` are the words of the four bars, and `bars`
 * how long they are, which says more than whole percents do.
 */
export interface Noted {
  readonly ms: number;
  readonly figure: string;
  readonly scores: string;
  readonly bars: string;
}

/** Two people at their screens: one of a department, at its feed, and a leader, at the sectors. */
export async function openSectorScreens() {
  const program = await startProgram();
  const admin = await setUp(program.announced);
  const province = (await admin.request<readonly AreaView[]>('GET', '/api/areas'))[0]?.code ?? '';
  const unit = await admin.request<UnitView>('POST', '/api/units', {
    ...{ name: 'Sở Tài chính', kind: 'department', code: 'STC' },
  });
  const feed = await admin.request<FeedView>('POST', '/api/feeds', {
    ...{ name: 'Báo cáo ngày', sector: SECTOR, ownerUnitId: unit.id, way: 'upload', format: 'csv' },
    mapping: {
      columns: { indicator: 'Chỉ tiêu', area: 'Địa bàn', period: 'Ngày', value: 'Giá trị' },
      // Agreed, so that a comma is nothing that had to be put right.
      csv: { decimal: 'comma' },
    },
    obliged: [{ indicator: INDICATOR, cells: [] }],
  });
  for (const [person, role, scope] of [
    [OFFICE, 'department', { kind: 'unit', unitId: unit.id }],
    [LEADER, 'leader', { kind: 'all' }],
  ] as const) {
    const first = { ...person, password: 'Tạm thời, đổi ngay lần đầu' };
    await admin.request('POST', '/api/users', { ...first, grants: [{ role, scope }] });
    const own = { current: first.password, next: person.password };
    await (await signIn(program.url, first)).request('PUT', '/api/session/password', own);
  }
  const browser = await launchBrowser();
  const problems: string[] = [];
  const asked: string[] = [];
  const told: SectorTile[] = [];

  async function signInto(context: BrowserContext, who: typeof OFFICE): Promise<void> {
    const { cookie } = await signIn(program.url, who);
    const [name = '', ...value] = cookie.split('=');
    await context.addCookies([{ name, value: value.join('='), url: program.url }]);
  }
  /** Whoever has been there is signed in, and has what the console is made of. */
  const contexts = new Map<typeof OFFICE, BrowserContext>();
  async function contextOf(who: typeof OFFICE): Promise<BrowserContext> {
    const known = contexts.get(who);
    if (known !== undefined) return known;
    const { page, context } = await openPage(browser, { viewport: DESKTOP });
    await page.close();
    await signInto(context, who);
    context.on('request', (request) => asked.push(request.url()));
    contexts.set(who, context);
    return context;
  }
  /** A window of this person. */
  async function at(who: typeof OFFICE, path: string): Promise<Page> {
    const page = await (await contextOf(who)).newPage();
    page.on('pageerror', ({ message }) => problems.push(message));
    page.on('websocket', (socket) => {
      asked.push(socket.url());
      if (who === LEADER) socket.on('framereceived', ({ payload }) => told.push(...tilesIn(payload.toString())));
    });
    await page.addInitScript({ content: NOTE });
    page.setDefaultTimeout(PATIENT_MS);
    await page.goto(`${program.url}${path}`);
    return page;
  }
  const leader = await at(LEADER, '/sectors');
  const office = await at(OFFICE, `/feeds/${feed.id}`);

  return {
    ...{ program, admin, browser, feed, province, office, leader, signInto, at },
    /** What went wrong in a page. */
    problems,
    /** Every address that a page asked for. */
    asked,
    /** The tiles of the sector, in the order in which the leader's page was told of them. */
    told: told as readonly SectorTile[],
    /** Chooses a table of these rows; its columns have the names of the office. */
    async choose(name: string, ...rows: readonly (readonly string[])[]): Promise<void> {
      const lines = [['Chỉ tiêu', 'Địa bàn', 'Ngày', 'Giá trị'], ...rows].map((row) => row.join(';'));
      const buffer = Buffer.from(lines.join('\r\n'));
      await office.locator('input[type=file]').setInputFiles([{ name, mimeType: 'text/csv', buffer }]);
    },
    /** Sends what was chosen; ms since 1970 of the click. */
    async commit(good: number): Promise<number> {
      await office.getByRole('button', { name: `Gửi ${good} dòng đúng` }).click();
      return office.evaluate<number>('window.clickedMs');
    },
    noted: (): Promise<Noted[]> => leader.evaluate<Noted[]>('window.noted'),
    async close(): Promise<void> {
      await browser.close();
      await program.stop();
      await program.remove();
    },
  };
}

/** Of a frame of socket.io: `42["tile:changed",{…}]`. */
function tilesIn(frame: string): SectorTile[] {
  const [, json] = /^42(\["tile:changed",.*\])$/s.exec(frame) ?? [];
  if (json === undefined) return [];
  const [, tile] = JSON.parse(json) as [string, SectorTile];
  return tile.sector === SECTOR ? [tile] : [];
}

/**
 * Runs in the page: what the tile of the sector, or its page, shows, each time that it is another, as a frame is drawn;
 * and when somebody clicked last. As text: the loader's helpers are not there.
 */
const NOTE = `
  window.noted = [];
  addEventListener('click', () => { window.clickedMs = Date.now(); }, true);
  const look = () => {
    const tile = document.querySelector('[data-sector="${SECTOR}"]');
    const figure = tile ?? document.querySelector('[data-figure="${INDICATOR}"]');
    if (figure !== null) {
      const last = window.noted.at(-1);
      const value = figure.querySelector('b')?.textContent ?? '';
      const bars = (tile ?? document).querySelector('[data-quality]')?.parentElement.children ?? [];
      const scores = [...bars].map((bar) => bar.title).join(' | ');
      const lengths = [...bars].map((bar) => bar.querySelector('[style]')?.style.width ?? '').join(' | ');
      if (last?.figure !== value || last.scores !== scores || last.bars !== lengths)
        window.noted.push({ ms: Date.now(), figure: value, scores, bars: lengths });
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;
