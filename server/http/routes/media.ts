import { z } from 'zod';
import { Fault } from '#base/errors';
import { STREAM_ROLES } from '#contracts/media';
import type { Access } from '../../access/access.ts';
import { canPlay } from '../../access/can.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { LlHls } from '../../restream/ll-hls/ll-hls.ts';
import type { MediaAnswer } from '../../restream/media-answer.ts';
import type { Stills } from '../../restream/snapshot.ts';
import { mediaTokenOf } from '../authenticate.ts';
import { actorOf } from '../call.ts';
import { type Call, defineRaw, type Route } from '../route.ts';

export interface MediaDeps {
  readonly access: Access;
  readonly register: CameraRegister;
  readonly llHls: LlHls;
  readonly stills: Stills;
}

const view = { kind: 'camera', permission: 'camera.view' } as const;
const file = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,80}$/i);
const stream = z.object({ id: z.string().min(1).max(64), role: z.enum(STREAM_ROLES), file });
const query = z.record(z.string(), z.string().max(2048));

/** Live video over HTTP. Every part, playlist and still asks again whether this camera may be seen. */
export function mediaRoutes({ access, register, llHls, stills }: MediaDeps): readonly Route[] {
  function admit(call: Call<unknown, unknown, unknown>, cameraId: string, role: 'main' | 'sub', via: string): void {
    const actor = actorOf(call);
    if (!canPlay(actor, role, register.target(cameraId)))
      throw new Fault('notFound', 'camera.unknown', 'there is no such camera');
    access.audit.touchViewing(actor, cameraId, role, via);
  }

  async function play(
    call: Call<z.output<typeof stream>, z.output<typeof query>, undefined>,
    prefix: string,
  ): Promise<void> {
    const { id, role, file: name } = call.params;
    admit(call, id, role, 'hls');
    const token = mediaTokenOf(call.request);
    const answer = await llHls.answer(
      { cameraId: id, role },
      {
        file: `${prefix}${name}`,
        query: call.query,
        ...(token === undefined ? {} : { carry: `token=${encodeURIComponent(token)}` }),
      },
      call.signal,
    );
    write(call, answer);
  }

  return [
    defineRaw({
      name: 'GET /live/:id/snapshot.jpg',
      access: view,
      params: z.object({ id: z.string().min(1).max(64) }),
      query,
      async handle(call) {
        admit(call, call.params.id, 'main', 'snapshot');
        write(call, await stills.answer(call.params.id, call.query, call.signal));
      },
    }),
    defineRaw({
      name: 'GET /live/:id/:role/:file',
      access: view,
      params: stream,
      query,
      handle: (call) => play(call, ''),
    }),
    defineRaw({
      name: 'GET /live/:id/:role/h264/:file',
      access: view,
      params: stream,
      query,
      handle: (call) => play(call, 'h264/'),
    }),
  ];
}

/** Bytes of the hub go out as they lie in memory. */
function write({ response, signal }: Call<unknown, unknown, unknown>, answer: MediaAnswer): void {
  if (signal.aborted || response.writableEnded) return;
  response.writeHead(answer.status, answer.headers);
  for (const chunk of answer.body) response.write(chunk);
  response.end();
}
