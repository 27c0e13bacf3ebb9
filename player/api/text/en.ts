import type { English } from '../../app/words.ts';
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
  codes: {},
  fields: {
    required: 'This field is required.',
    tooShort: 'Too short.',
    tooLong: 'Too long.',
    invalid: 'Not a valid value.',
  },
  retryIn: 'Try again in {{seconds}} s.',
  retry: 'Try again',
  details: 'Technical details',
};
