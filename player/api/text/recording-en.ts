import type { English } from '../../app/words.ts';
import type { recordingFaultsVi } from './recording-vi.ts';

export const recordingFaultsEn: English<typeof recordingFaultsVi> = {
  recording: {
    unknownTarget: {
      what: 'There is no such group or camera.',
      means: 'It may just have been removed; nothing was saved.',
      todo: 'Choose another one.',
    },
  },
  retention: {
    nothingAsked: {
      what: 'This question was answered.',
      means: 'Somebody else has just answered it, or there is nothing to ask any more.',
      todo: 'Look at the storage page again.',
    },
    changed: {
      what: 'What would be deleted has just changed.',
      means: 'Nothing was deleted: an answer counts for what you were shown and for no more.',
      todo: 'Look at the new figures and answer again.',
    },
  },
  disk: {
    unknown: {
      what: 'There is no such recording disk.',
      means: 'The configuration may just have changed.',
      todo: 'Load the page again.',
    },
  },
  evidence: {
    keyChanged: {
      what: 'The key has just been renewed.',
      means: 'Somebody was faster; it was not renewed a second time.',
      todo: 'Look at the new key, and renew it if you still need to.',
    },
  },
  hold: {
    unknown: {
      what: 'This hold is gone.',
      means: 'It may have just been released.',
      todo: 'Look at the list again.',
    },
    tooMany: {
      what: 'There are too many holds.',
      means: 'Each camera can have only so many.',
      todo: 'Release those that are not needed any more.',
    },
    alreadyAsked: {
      what: 'Somebody has asked for the release already.',
      means: 'Two people release a hold, and one of them has agreed.',
      todo: 'Another person can release it now.',
    },
    notAsked: {
      what: 'Nobody has asked for the release yet.',
      means: 'Two people release a hold.',
      todo: 'Ask for the release first; another person confirms it.',
    },
    samePerson: {
      what: 'You cannot be both of the two people.',
      means: 'Two different people release a hold.',
      todo: 'Let somebody else confirm it.',
    },
    changed: {
      what: 'The hold was changed meanwhile.',
      means: 'Nothing was released.',
      todo: 'Look at it again.',
    },
  },
  export: {
    unknown: {
      what: 'There is no such export.',
      means: 'It was removed, or its time is over.',
      todo: 'Ask for it again.',
    },
    notReady: {
      what: 'This export has no file.',
      means: 'It is being written, was stopped, or its time is over.',
      todo: 'Wait for it, or ask for it again.',
    },
    nothingRecorded: {
      what: 'Nothing was recorded in this range.',
      means: 'Nothing was exported.',
      todo: 'Choose a range that is coloured on the timeline.',
    },
    diskMissing: {
      what: 'A disk with recordings is not there.',
      means: 'Nothing was exported.',
      todo: 'Have the administrator connect the disk, then try again.',
    },
    noRoom: {
      what: 'There is no room for this export.',
      means: 'Nothing was exported.',
      todo: 'Remove old exports, or choose a shorter range.',
    },
    tooMany: {
      what: 'Too many exports wait already.',
      means: 'Nothing was exported.',
      todo: 'Wait for one to finish, then try again.',
    },
    masksNeeded: {
      what: 'The masks must stay.',
      means: 'Some of these cameras have privacy masks, and you may not see behind them. Nothing was exported.',
      todo: 'Switch "Cover private parts" on again, or ask somebody who has the right.',
    },
    masksChanged: {
      what: 'This export can no longer be fetched.',
      means: 'It shows what is covered today.',
      todo: 'Export the range again.',
    },
    encodeFailed: {
      what: 'The video could not be encoded again.',
      means: 'No file was made.',
      todo: 'Try again; if it fails again, have an administrator look into the log.',
    },
    failed: {
      what: 'The export failed.',
      means: 'No file was made.',
      todo: 'Try again; if it fails again, have the administrator look at the log.',
    },
  },
  exhibit: {
    unknown: {
      what: 'There is no such exhibit.',
      means: 'It is not in this incident, or shows a camera that you may not see.',
      todo: 'Choose it from the incident.',
    },
    notReady: {
      what: 'This exhibit is not made yet.',
      means: 'The clip is still being cut, or could not be.',
      todo: 'Wait until its fingerprint appears.',
    },
    missing: {
      what: 'The file of this exhibit is gone.',
      means: 'Somebody took it off the disk of the server.',
      todo: 'Tell the administrator at once; the timeline still has its fingerprint.',
    },
    changed: {
      what: 'The file of this exhibit is not what was taken in.',
      means: 'Its fingerprint differs: it was changed or damaged on the disk, and is not handed out.',
      todo: 'Tell the administrator at once.',
    },
    tooMany: {
      what: 'This incident has too many exhibits.',
      means: 'It was not taken in.',
      todo: 'Open a second incident for more.',
    },
  },
  bookmark: {
    unknown: {
      what: 'This bookmark is gone.',
      means: 'It may have just been removed.',
      todo: 'Choose another.',
    },
    tooMany: {
      what: 'There are too many bookmarks.',
      means: 'Each camera can have only so many.',
      todo: 'Remove those that are not needed any more.',
    },
  },
};
