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
  camera: {
    unreachable: {
      name: 'Unreachable',
      means: 'Nothing answers at this address.',
      todo: 'Check the address, the port, and the power and network cable of the camera.',
    },
    unauthorised: {
      name: 'Login refused',
      means: 'The camera answers but refuses the username or password.',
      todo: 'Check both; many cameras need an ONVIF user of their own.',
    },
    notACamera: {
      name: 'Not a camera',
      means: 'Something answers, but not in the way of a camera.',
      todo: 'Check address, port and path; try another way to connect.',
    },
    unsupportedCodec: {
      name: 'Unsupported codec',
      means: 'The camera sends its picture in an encoding that cannot be read.',
      todo: 'Choose H.264 or H.265 in the settings of the camera.',
    },
    timeout: {
      name: 'Timed out',
      means: 'The camera began to answer but did not finish in time.',
      todo: 'Check the line to it; try TCP as transport.',
    },
    noFrames: {
      name: 'No frames',
      means: 'The connection stands but no picture arrives.',
      todo: 'Restart the camera; check the line to it.',
    },
    malformedStream: {
      name: 'Broken stream',
      means: 'The camera sends data that follows no standard.',
      todo: 'Update the firmware of the camera or change its encoding.',
    },
    refusedAddress: {
      name: 'Address not allowed',
      means: 'The safety rules of the server forbid connections to this address.',
      todo: 'Use another address, or allow this network in the configuration (cameras.allowNetworks).',
    },
    waitingForPublisher: {
      name: 'Waiting for the sender',
      means: 'No device has sent a picture with this key yet.',
      todo: 'Start RTMP on the device with the address and key that you were given.',
    },
    ended: {
      name: 'Stream ended',
      means: 'The camera closed the stream by itself.',
      todo: 'The server is reconnecting; if it repeats, check how many connections the camera allows.',
    },
    internal: {
      name: 'Server fault',
      means: 'The server could not handle this stream; the camera is not to blame.',
      todo: 'Restart it from the list of cameras; if it repeats, tell an administrator.',
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
