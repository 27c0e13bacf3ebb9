import type { English } from '../../app/words.ts';
import type { phoneVi } from './vi.ts';

export const phoneEn: English<typeof phoneVi> = {
  title: "Share this phone's camera",
  hint: 'Picture and sound of this phone go straight to the operations centre and are seen and recorded like those of any camera, until you stop.',
  start: 'Start sending',
  stop: 'Stop sending',
  again: 'Send again',
  turn: 'Front or back camera',
  mute: 'Mute',
  unmute: 'Unmute',
  preview: 'What is sent',
  state: {
    connecting: 'Connecting…',
    sending: 'Sending; the centre has no picture yet',
    live: 'The centre sees the picture',
    stopped: 'Stopped. The centre sees nothing any more.',
  },
  as: 'At the centre: {{camera}}',
  ended: {
    unknownKey: 'This link is not valid any more',
    unknownKeyHint: 'Ask the centre for a new one.',
    elsewhere: 'Another phone sends with this link',
    elsewhereHint: 'Send again if this phone shall take its place.',
    notUnderstood: 'The server does not understand this phone',
    notUnderstoodHint: 'Load the page again and retry.',
  },
  fault: {
    noLink: 'The link has no key',
    noLinkHint: 'Open the link just as it was sent to you, with what stands behind the #.',
    insecure: 'Browsers open the camera over a secure connection (HTTPS) only',
    insecureHint: 'Open the link that begins with https://. If there is none, tell the administrator.',
    denied: 'The browser may not use the camera',
    deniedHint: "Allow camera and microphone in this page's settings and try again.",
    missing: 'There is no camera on this device',
    missingHint: 'Open the link on a phone with a camera.',
    busy: 'Another app uses the camera',
    busyHint: 'Close it and try again.',
    noRecorder: 'This browser cannot send video',
    noRecorderHint: 'Use a current Chrome, Safari or Edge.',
  },
};
