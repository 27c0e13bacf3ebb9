import { randomBytes } from 'node:crypto';
import { digestOffer, readDigestLogin } from '#base/digest-login';
import type { Logger } from '#base/log';
import type { RtspAnswer } from '#base/rtsp/message';
import type { Access } from '../access/access.ts';
import { type Actor, isAffected } from '../access/actor.ts';
import { canPlay } from '../access/can.ts';
import type { CameraRegister } from '../cameras/register.ts';
import type { RtspOutDeps } from '../restream/rtsp-out/rtsp-out.ts';

const REALM = 'Tamnhin';
/** ms; tokens end by time, and nobody tells of that. */
const REVALIDATE_MS = 30_000;

/**
 * Lets the holders of tokens play by RTSP: the user is the token's id, the password its stream password, by Digest. Each
 * request is asked for anew, and a player stays only as long as its token and its rights do.
 */
export function createRtspGate(deps: {
  readonly access: Pick<Access, 'authenticatePlayer' | 'revalidate' | 'onActorChanged' | 'audit'>;
  readonly register: Pick<CameraRegister, 'target' | 'onSaved'>;
  readonly knows: (cameraId: string) => boolean;
  readonly log: Logger;
}): RtspOutDeps['gate'] {
  const { access, register, knows, log } = deps;

  return (address, changed) => {
    const nonce = randomBytes(16).toString('hex');
    const challenge: RtspAnswer = {
      status: 401,
      headers: [['WWW-Authenticate', digestOffer(REALM, nonce, false)]],
    };
    let present: Actor | null = null;

    async function look(): Promise<void> {
      if (present === null) return;
      present = await access.revalidate(present).catch((error: unknown) => {
        log.error({ err: error }, 'a token could not be looked at again');
        return null;
      });
      changed();
    }
    const stops = [
      access.onActorChanged((change) => {
        if (present !== null && isAffected(present, change)) void look();
      }),
      register.onSaved(changed),
    ];
    const timer = setInterval(() => void look(), REVALIDATE_MS);

    return {
      async admit(request, { cameraId, role }) {
        const login = readDigestLogin(request.headers.get('authorization'));
        if (login === undefined || login.nonce !== nonce || login.realm !== REALM) return challenge;
        const actor = await access.authenticatePlayer(
          login.username,
          (password) => login.matches(password, request.method),
          address,
        );
        if (actor === null) return challenge;
        present = actor;
        // As with all media: what is not theirs is not there.
        return knows(cameraId) && canPlay(actor, role, register.target(cameraId)) ? null : { status: 404 };
      },
      beginViewing({ cameraId, role }) {
        return present === null ? () => {} : access.audit.beginViewing(present, cameraId, role, 'rtsp');
      },
      stillAdmits: ({ cameraId, role }) => present !== null && canPlay(present, role, register.target(cameraId)),
      end() {
        clearInterval(timer);
        for (const stop of stops) stop();
      },
    };
  };
}
