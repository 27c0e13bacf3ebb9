import type { English } from '../../app/words.ts';
import type { alertFaultsVi } from './alerts-vi.ts';

export const alertFaultsEn: English<typeof alertFaultsVi> = {
  alert: {
    owned: {
      what: 'Somebody else has this alert.',
      means: 'What you just did was not saved.',
      todo: 'See who has it, or ask the shift lead.',
    },
    closed: {
      what: 'This alert is closed.',
      means: 'Somebody else closed it first; what you did was not saved.',
      todo: 'Open it again if something is left to do.',
    },
    open: {
      what: 'This alert is open.',
      means: 'Somebody else opened it again first.',
      todo: 'There is nothing more to do.',
    },
    tooLate: {
      what: 'It cannot be opened again any more.',
      means: 'A closing can be taken back for an hour only.',
      todo: 'If something is left to do, make an incident.',
    },
    unknown: {
      what: 'This alert is not there any more.',
      means: 'It does not exist, or you may not see its camera.',
      todo: 'Reload the list.',
    },
  },
  handover: {
    taken: {
      what: 'Somebody else has taken this shift.',
      means: 'The hand-over was taken already.',
      todo: 'Reload to see who has it.',
    },
    own: {
      what: 'Nobody takes over from oneself.',
      means: 'Somebody else has to take what you hand over.',
      todo: 'Ask the next shift to press “Take the shift”.',
    },
  },
  incident: {
    unknownLink: {
      what: 'There is no such kind of link.',
      means: 'Only events and reports become part of an incident; nothing was changed.',
      todo: 'Reload the incident and try again.',
    },
    tooManyPhones: {
      what: 'This incident has too many phones already.',
      means: 'No phone was added.',
      todo: 'Remove those that no longer send and try again.',
    },
    phoneUnseen: {
      what: 'You would not see the picture of this phone.',
      means: 'No phone was added: there is no group of cameras of yours to which it could belong.',
      todo: 'Ask somebody with rights to the cameras of that place to add it.',
    },
    unknown: {
      what: 'There is no such incident.',
      means: 'The address is not right.',
      todo: 'Choose it from the list.',
    },
    closed: {
      what: 'This incident is closed.',
      means: 'Nothing was changed: only notes are added to a closed one.',
      todo: 'Open it again first.',
    },
    changedElsewhere: {
      what: 'Somebody else has just changed this incident.',
      means: 'Your version was not saved.',
      todo: 'Look at the new one, then make your change.',
    },
  },
  suggestion: {
    unknown: {
      what: 'This suggestion does not hold any more.',
      means: 'Alerts were closed since, or somebody took it back.',
      todo: 'Look at the list again.',
    },
    notApplied: {
      what: 'This suggestion was not taken up.',
      means: 'There is nothing to take back.',
      todo: 'Look at the list again.',
    },
    changedSince: {
      what: 'The rule was changed since.',
      means: 'It was left as it is.',
      todo: 'Open the rule and decide by hand.',
    },
  },
  output: {
    unknown: {
      what: 'There is no such output.',
      means: 'It was removed, or the link is wrong.',
      todo: 'Choose again from the list.',
    },
    tooMany: {
      what: 'There are too many outputs.',
      means: 'This one was not added.',
      todo: 'Remove one that nobody needs.',
    },
    otherKind: {
      what: 'An output keeps its kind.',
      means: 'Nothing was changed.',
      todo: 'Add another output of the kind that you want.',
    },
    noFailure: {
      what: 'This message is not in the list any more.',
      means: 'It was sent again or given up for good.',
      todo: 'Load the list again.',
    },
    secretAgain: {
      what: 'The secrets must be given again.',
      means: 'The place changed: stored secrets do not go elsewhere.',
      todo: 'Fill in the secrets of the new place.',
    },
  },
};
