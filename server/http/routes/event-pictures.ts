import { z } from 'zod';
import { Fault } from '#base/errors';
import { EVENT_MOMENTS } from '#contracts/events';
import type { Access } from '../../access/access.ts';
import type { EventPictures } from '../../events/event-pictures.ts';
import { actorOf, idSchema } from '../call.ts';
import { defineRaw, type Route } from '../route.ts';

/** The pictures that events were told with. They show the past: who may look back may see them. */
export function eventPictureRoutes(deps: {
  access: Pick<Access, 'audit'>;
  pictures: Pick<EventPictures, 'read'>;
}): readonly Route[] {
  return [
    defineRaw({
      name: 'GET /api/cameras/:id/event-pictures/:pictures/:moment',
      access: { kind: 'camera', permission: 'camera.playback', past: true },
      params: idSchema.extend({ pictures: z.string().min(1).max(64), moment: z.enum(EVENT_MOMENTS) }),
      async handle(call) {
        const { id, pictures, moment } = call.params;
        const jpeg = await deps.pictures.read(id, pictures, moment);
        if (jpeg === undefined) throw new Fault('notFound', 'event.noPicture', 'this picture is not kept any more');
        const takenMs = Number(pictures.slice(0, 13));
        deps.access.audit.touchViewing(actorOf(call), id, 'main', 'playback', { fromMs: takenMs, toMs: takenMs });
        call.response
          .writeHead(200, {
            'cache-control': 'no-store',
            'content-type': 'image/jpeg',
            'content-length': jpeg.byteLength,
          })
          .end(jpeg);
      },
    }),
  ];
}
