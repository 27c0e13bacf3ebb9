import type { English } from '../../app/words.ts';
import type { noPictureVi } from './no-picture-vi.ts';

export const noPictureEn: English<typeof noPictureVi> = {
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
};
