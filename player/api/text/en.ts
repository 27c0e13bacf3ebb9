import type { English } from '../../app/words.ts';
import { accessFaultsEn } from './access-en.ts';
import { alertFaultsEn } from './alerts-en.ts';
import { cameraFaultsEn } from './cameras-en.ts';
import { noPictureEn } from './no-picture-en.ts';
import { recordingFaultsEn } from './recording-en.ts';
import { sectorFaultsEn } from './sectors-en.ts';
import type { faultsVi } from './vi.ts';

export const faultsEn: English<typeof faultsVi> = {
  kinds: {
    invalid: {
      what: 'The server did not accept this.',
      means: 'At least one field is wrong or missing; nothing was saved.',
      todo: 'Correct the marked fields and send again.',
    },
    unauthenticated: {
      what: 'Your session has ended.',
      means: 'The server no longer knows you; this change was not saved.',
      todo: 'Sign in again and repeat it.',
    },
    forbidden: {
      what: 'You may not do this.',
      means: 'Your roles do not include this permission here.',
      todo: 'Ask an administrator if you need it.',
    },
    notFound: {
      what: 'This no longer exists.',
      means: 'Somebody removed it, or you may not see it.',
      todo: 'Reload the list.',
    },
    conflict: {
      what: 'This was changed while you were editing.',
      means: 'Somebody else saved first; your version was not saved.',
      todo: 'Open it again to see the new version, then make your change.',
    },
    tooLarge: {
      what: 'What was sent is too large.',
      means: 'The server refused before reading it; nothing was saved.',
      todo: 'Split it into smaller parts.',
    },
    tooMany: {
      what: 'Too many requests in a row.',
      means: 'The server refuses for a moment to protect itself.',
      todo: 'Wait a little and try again.',
    },
    unavailable: {
      what: 'The server is not ready.',
      means: 'It is starting, stopping, or one of its parts has failed.',
      todo: 'Try again in a few minutes; if it stays, tell an administrator.',
    },
    timeout: {
      what: 'This took too long.',
      means: 'The server stopped waiting for the device.',
      todo: 'Check the device and the line, then try again.',
    },
    internal: {
      what: 'The server had an error.',
      means: 'This is a fault of the program, not yours.',
      todo: 'Try again; if it repeats, tell an administrator when it happened.',
    },
    offline: {
      what: 'The server cannot be reached.',
      means: 'The network is cut or the server is off.',
      todo: 'Check the network. The page reconnects by itself.',
    },
    noAnswer: {
      what: 'The server did not answer in time.',
      means: 'The network is slow or the server is overloaded; whether the change was saved is unknown.',
      todo: 'Reload to check, then try again.',
    },
  },
  camera: noPictureEn,
  codes: {
    ...cameraFaultsEn,
    ...recordingFaultsEn,
    ...alertFaultsEn,
    ...sectorFaultsEn,
    ...accessFaultsEn,
  },
  fields: {
    required: 'This field is required.',
    invalid_type: 'This field is missing or of the wrong kind.',
    too_small: 'Too short or too small.',
    too_big: 'Too long or too large.',
    invalid_format: 'Not in the right form.',
    invalid_value: 'Not one of the allowed values.',
    invalid_union: 'Not a valid value.',
    unrecognized_keys: 'There are fields that nobody knows.',
    invalid: 'Not a valid value.',
    taken: 'Already in use.',
    unknown: 'Does not exist.',
    scheme: 'This kind of address is not allowed for a camera.',
    notAnAddress: 'This is not an address.',
    refusedAddress: 'The safety rules forbid this address.',
    badRange: 'Write it like 10.0.0.0/24, 10.0.0.5-10.0.0.60, or one IPv4 address.',
    tooManyAddresses: 'More than 4096 addresses: search in several steps.',
    masksNeeded: 'You may not leave out the masks of these cameras.',
    secretNeeded: 'The place changed: give this secret again.',
    passwordNeeded: 'The address now points elsewhere: type the password again.',
  },
  retryIn: 'Try again in {{seconds}} s.',
  retry: 'Try again',
};
