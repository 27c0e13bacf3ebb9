import { randomBytes } from 'node:crypto';
import { type CameraCredentials, CameraFault } from '../adapter.ts';
import { authorization, type Challenge, chooseChallenge } from '../digest.ts';

/** The login of one connection: answers the camera's challenge, and goes on answering it. */
export interface Login {
  /** The value of `Authorization`, or `undefined` as long as the camera has not asked. */
  answer(method: string, uri: string): string | undefined;
  /**
   * The camera refused a request with these `WWW-Authenticate`; `answered` says whether it carried an answer to a
   * challenge that came for this very request. Returns when it is worth another try, else throws `CameraFault`
   * `unauthorised`.
   */
  refused(headers: readonly string[], answered: boolean): void;
}

export function createLogin(credentials: CameraCredentials): Login {
  let challenge: Challenge | undefined;
  let used = 0;
  return {
    answer(method, uri) {
      if (challenge === undefined) return undefined;
      used += 1;
      return authorization(
        challenge,
        credentials,
        { method, uri },
        { count: used, cnonce: randomBytes(8).toString('hex') },
      );
    },
    refused(headers, answered) {
      if (credentials.username === '' && credentials.password === '') {
        throw new CameraFault('unauthorised', 'the device asks for user name and password');
      }
      const offered = chooseChallenge(headers);
      if (offered === undefined) {
        throw new CameraFault('unauthorised', 'the device asks for the password in a way that is not known here');
      }
      // The same nonce again is a refusal; a new one may only mean that ours was too old, but not twice in a row.
      const sameAgain = challenge !== undefined && offered.nonce === challenge.nonce;
      if (!offered.stale && (answered || sameAgain)) {
        throw new CameraFault('unauthorised', 'the device refuses user name or password');
      }
      challenge = offered;
      used = 0;
    },
  };
}
