import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { IncidentDetails } from '#contracts/alerts';
import { PHONE_CLOSE, PHONE_SOCKET_PATH } from '#contracts/phone';
import { ADMIN, type ApiClient, setUp, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { untilMoving } from './moving.ts';
import { type Program, startProgram } from './program.ts';

/** A phone that opens a link is a camera: Chromium's invented one here, through its own recorder. */
describe('a phone as a camera', () => {
  let browser: Browser;
  let program: Program;
  let api: ApiClient;
  let link: string;

  beforeAll(async () => {
    program = await startProgram();
    api = await setUp(program.announced);
    browser = await launchBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
  });

  it('gets its link once, with a code to scan, when it is registered', async () => {
    const { page, context, problems } = await openPage(browser, { viewport: DESKTOP });
    await signedIn(context, api, program.url);
    await page.goto(`${program.url}/admin/cameras/new?way=phone`);
    await page.getByRole('textbox', { name: 'Tên' }).fill('Điện thoại tổ tuần tra');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByAltText('Mã QR của đường dẫn').waitFor();
    link = await page.getByRole('textbox', { name: 'Đường dẫn cho điện thoại' }).inputValue();
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/share#[\w-]{24}$/);
    expect(problems).toEqual([]);
    await context.close();
  }, 60_000);

  it('is seen on the wall by its link, without an account, until it stops', async () => {
    const phone = await openPage(browser, { viewport: PHONE, hasTouch: true });
    await phone.page.goto(link);
    await phone.page.getByRole('button', { name: 'Bắt đầu gửi' }).click();
    await phone.page.getByText('Trung tâm đang thấy hình').waitFor({ timeout: 30_000 });
    await phone.page.getByText('Tại trung tâm: Điện thoại tổ tuần tra').waitFor();

    const [camera] = await api.request<{ id: string }[]>('GET', '/api/cameras');
    const wall = await openPage(browser, { viewport: DESKTOP });
    await signedIn(wall.context, api, program.url);
    await wall.page.goto(`${program.url}/?camera=${camera?.id}`);
    await untilMoving(wall.page, 1);

    await phone.page.getByRole('button', { name: 'Dừng gửi' }).click();
    await phone.page.getByText('Đã dừng').waitFor();
    await untilStream(api, camera?.id ?? '', 'down');
    expect(phone.problems).toEqual([]);
    await phone.context.close();
    await wall.context.close();
  }, 120_000);

  it('goes on by itself after the server was away', async () => {
    const { page, context } = await openPage(browser, { viewport: PHONE, hasTouch: true });
    await page.goto(link);
    await page.getByRole('button', { name: 'Bắt đầu gửi' }).click();
    await page.getByText('Trung tâm đang thấy hình').waitFor({ timeout: 30_000 });
    const { dataDirectory, url } = program;
    await program.kill();
    await page.getByText('Đang kết nối').waitFor();
    program = await startProgram({ dataDirectory, port: Number(new URL(url).port) });
    await page.getByText('Trung tâm đang thấy hình').waitFor({ timeout: 45_000 });
    await context.close();
  }, 120_000);

  it('joins an incident, and is let go with it', async () => {
    const { id } = await api.request<IncidentDetails>('POST', '/api/incidents', { title: 'Cháy chợ nổi' });
    const desk = await openPage(browser, { viewport: DESKTOP });
    await signedIn(desk.context, api, program.url);
    await desk.page.goto(`${program.url}/incidents/${id}`);
    await desk.page.getByRole('button', { name: 'Thêm điện thoại' }).click();
    await desk.page.getByRole('button', { name: 'Tạo đường dẫn' }).click();
    const shared = await desk.page.getByRole('textbox', { name: 'Đường dẫn cho điện thoại' }).inputValue();
    await desk.page.keyboard.press('Escape');

    const phone = await openPage(browser, { viewport: PHONE, hasTouch: true });
    await phone.page.goto(shared);
    await phone.page.getByRole('button', { name: 'Bắt đầu gửi' }).click();
    await phone.page.getByText('Trung tâm đang thấy hình').waitFor({ timeout: 30_000 });
    await phone.page.getByText(`Tại trung tâm: Điện thoại của ${ADMIN.displayName}`).waitFor();
    await untilMoving(desk.page, 1);

    await api.request('POST', `/api/incidents/${id}/close`, { note: 'Đã dập tắt' });
    await phone.page.getByText('Đường dẫn này không còn hiệu lực').waitFor({ timeout: 30_000 });
    await phone.context.close();
    await desk.context.close();
  }, 120_000);

  it('is refused with a link that nobody gave out, and says so', async () => {
    const { page, context } = await openPage(browser, { viewport: PHONE, hasTouch: true });
    await page.goto(`${program.url}/share#this-key-belongs-to-nobody`);
    await page.getByRole('button', { name: 'Bắt đầu gửi' }).click();
    await page.getByText('Đường dẫn này không còn hiệu lực').waitFor();
    await context.close();
  }, 60_000);

  it.each([
    ['says nothing that is understood', 'hello', PHONE_CLOSE.badHello],
    ['sends bytes before it says who it is', Buffer.alloc(64), PHONE_CLOSE.badHello],
    ['has a wrong key', '{"key":"not a key of ours","format":"webm","h264":false}', PHONE_CLOSE.unknownKey],
  ])('ends the line of one that %s', async (_, first, code) => {
    const socket = new WebSocket(program.url.replace('http', 'ws') + PHONE_SOCKET_PATH, { origin: program.url });
    socket.on('open', () => socket.send(first));
    expect(await new Promise((done) => socket.once('close', done))).toBe(code);
  });

  it('is not let in from another page', async () => {
    const socket = new WebSocket(program.url.replace('http', 'ws') + PHONE_SOCKET_PATH, { origin: 'http://evil.test' });
    const refused = await new Promise((done) => socket.once('error', ({ message }) => done(message)));
    expect(refused).toContain('403');
  });
});

async function signedIn(context: BrowserContext, { cookie }: ApiClient, url: string): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url }]);
}
