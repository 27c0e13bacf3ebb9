import { z } from 'zod';

/**
 * A browser as a camera. One WebSocket from our own page carries what MediaRecorder makes: the first message is
 * `PhoneHello` as text, then each piece as a binary message in order, from the first on. What is sent can be read from
 * its beginning only: after any loss a new recorder and a new socket begin again.
 */
export const PHONE_SOCKET_PATH = '/phone-camera';

/** The containers of MediaRecorder, and whether the picture in them is H.264, which goes on as it is. */
export const PHONE_FORMATS = ['mp4', 'webm'] as const;
export const phoneHelloSchema = z.object({
  /** The camera's key: who has it may send. */
  key: z.string().min(10).max(100),
  format: z.enum(PHONE_FORMATS),
  h264: z.boolean(),
});
export type PhoneHello = z.output<typeof phoneHelloSchema>;
export type PhoneFormat = Pick<PhoneHello, 'format' | 'h264'>;

/** From the server, as JSON. `live`: whether pictures come out at the other end. */
export const phoneToldSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('accepted'), camera: z.string() }),
  z.object({ type: z.literal('live'), live: z.boolean() }),
]);
export type PhoneTold = z.output<typeof phoneToldSchema>;

/** Why the server closes the socket. After `again` a new recorder begins at once; after the others a person must act. */
export const PHONE_CLOSE = { badHello: 4400, unknownKey: 4404, elsewhere: 4409, again: 4500 } as const;
