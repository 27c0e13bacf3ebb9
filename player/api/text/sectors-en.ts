import type { English } from '../../app/words.ts';
import type { sectorFaultsVi } from './sectors-vi.ts';

export const sectorFaultsEn: English<typeof sectorFaultsVi> = {
  sector: {
    unknown: {
      what: 'There is no such sector.',
      means: 'It is not there, or you may not see it.',
      todo: 'Choose another.',
    },
    keyTaken: {
      what: 'There is a sector with this key.',
      means: 'Nothing was added.',
      todo: 'Choose another key.',
    },
    unknownUnit: {
      what: 'There is no such organisation.',
      means: 'It may have just been removed.',
      todo: 'Choose another.',
    },
    unknownIndicator: {
      what: 'The sector has no such indicator.',
      means: 'Nothing was changed.',
      todo: 'Choose indicators of this sector.',
    },
    inUse: {
      what: 'This sector is still used.',
      means: 'Nothing was removed: indicators, rules or feeds belong to it.',
      todo: 'Switch it off if it only should not be shown; what was delivered stays.',
    },
    typeInUse: {
      what: 'Something still needs this type of event.',
      means: 'Nothing was changed: a rule names it.',
      todo: 'Change or remove that rule first.',
    },
    typeTwice: {
      what: 'An event type is there twice.',
      means: 'Nothing was changed.',
      todo: 'Remove one of them.',
    },
    tooMany: {
      what: 'There are too many sectors.',
      means: 'Nothing was added.',
      todo: 'Change one that is there.',
    },
  },
  indicator: {
    unknown: {
      what: 'There is no such indicator.',
      means: 'It is not there, or you may not see it.',
      todo: 'Choose another.',
    },
    inUse: {
      what: 'Something still needs this indicator.',
      means: 'It was not removed: a ratio, a rule, a tile or a feed uses it.',
      todo: 'Change what uses it first.',
    },
    badFormula: {
      what: 'The formula does not work out.',
      means:
        'Its parts must be delivered indicators for the same periods and areas; with a restricted part the ratio must be restricted too.',
      todo: 'Choose other parts.',
    },
    breaksOthers: {
      what: 'Other indicators are reckoned with this one.',
      means: 'With this change they could not be reckoned any more, or would show what is restricted.',
      todo: 'Change those first.',
    },
    tooMany: {
      what: 'There are too many indicators.',
      means: 'Nothing was added.',
      todo: 'Remove those that are not needed.',
    },
  },
  target: {
    unknownArea: {
      what: 'There is no such area.',
      means: 'No target was changed.',
      todo: 'Choose an area from the list.',
    },
    endsFirst: {
      what: 'It ends before it begins.',
      means: 'No target was changed.',
      todo: 'Correct the dates.',
    },
    stale: {
      what: 'Somebody else has just changed this target.',
      means: 'Your change was not saved; the table shows what is there now.',
      todo: 'Look again, and change it if it is still needed.',
    },
    overlap: {
      what: 'This area already has a target for that time.',
      means: 'No target was changed.',
      todo: 'Change the one that is there, or choose another period.',
    },
  },
  notice: {
    ended: {
      what: 'This notice is over or was withdrawn.',
      means: 'Your change was not published: what has ended cannot be changed.',
      todo: 'Publish a new notice.',
    },
    past: {
      what: 'Its end is over already.',
      means: 'Nothing was published.',
      todo: 'Choose a later end.',
    },
  },
  sectorEvent: {
    wrongTime: {
      what: 'This time is in the future, or longer than 30 days ago.',
      means: 'An event has just happened and needs somebody; nothing was added.',
      todo: 'Correct the time at which it happened.',
    },
    hasIncident: {
      what: 'This event belongs to another incident.',
      means: 'An event is of one incident; nothing was changed.',
      todo: 'Open the event to see which; take it out of that one first if needed.',
    },
    ofAlert: {
      what: 'This event is an alert of a camera.',
      means: 'Nothing was changed: an alert has receivers and clocks of its own.',
      todo: 'Open the alert and work on it there.',
    },
    openAgain: {
      what: 'The same is open again as another event.',
      means: 'This one stays closed, so that there are not two for one matter.',
      todo: 'Find the open one in the queue.',
    },
  },
  report: {
    hasIncident: {
      what: 'This report belongs to another incident.',
      means: 'A report is of one incident; nothing was changed.',
      todo: 'Open the report to see which; take it out of that one first if needed.',
    },
  },
  visitors: {
    unknownLine: {
      what: 'There is no such line that counts people.',
      means: 'It was removed, is off, or counts no people; nothing was saved.',
      todo: 'Choose another, or switch it on among the rules of the camera.',
    },
  },
  directive: {
    past: {
      what: 'That time is over.',
      means: 'A directive is due in the future; nothing was changed.',
      todo: 'Choose another time.',
    },
  },
  sectorRule: {
    unknown: {
      what: 'There is no such rule.',
      means: 'Perhaps it has just been removed.',
      todo: 'Load the list again.',
    },
  },
  feed: {
    connects: {
      what: 'Feeds with an address are not set up by the organisation itself.',
      means: 'Nothing was saved: the server connects to this address, so only whoever has the whole sector may set it.',
      todo: 'Ask whoever is responsible for the sector, or deliver in another way.',
    },
    notYourSector: {
      what: 'Your organisation does not deliver to this sector yet.',
      means: 'Nothing was saved: the first feed in a sector is made by whoever is responsible for it.',
      todo: 'Ask them to make the first feed of your organisation.',
    },
    notYourUnit: {
      what: 'Some of these cells belong to another organisation.',
      means: 'Nothing was saved: you assign cells only to your own organisation and those below it.',
      todo: 'Leave out the cells of others, or ask whoever is responsible for the sector.',
    },
    tooManyCells: {
      what: 'This feed has too many cells.',
      means: 'Nothing was saved: a feed has at most 20,000 cells.',
      todo: 'Split it into several feeds.',
    },
    tooManyOfUnit: {
      what: 'This organisation has too many feeds.',
      means: 'Nothing was saved: an organisation has at most 50 feeds.',
      todo: 'Remove those that are no longer used, then try again.',
    },
    changedMeanwhile: {
      what: 'Somebody else has just changed this feed.',
      means: 'What you entered was not saved.',
      todo: 'Reload, look at the new settings, then change them again.',
    },
  },
  sectors: {
    rangeTooLong: {
      what: 'The range is too long.',
      means: 'This indicator has too many periods in it.',
      todo: 'Choose a shorter range.',
    },
    rangeEmpty: {
      what: 'This is no range.',
      means: 'It ends before it begins.',
      todo: 'Choose the range again.',
    },
  },
  places: {
    unknownArea: {
      what: 'There is no such area.',
      means: 'The map may have just been replaced, or units have merged.',
      todo: 'Choose another area.',
    },
  },
  map: {
    none: {
      what: 'There is no map yet.',
      means: 'Lists work; nothing can be drawn.',
      todo: 'Ask the administrator of the server to import the map of the province: npm run map.',
    },
  },
  unit: {
    unknown: {
      what: 'There is no such organisation.',
      means: 'It may have just been removed.',
      todo: 'Choose another.',
    },
    codeTaken: {
      what: 'Another organisation has this code.',
      means: 'Feeds name organisations by it, so it is there once.',
      todo: 'Choose another code, or change the other organisation.',
    },
    inUse: {
      what: 'Something still needs this organisation.',
      means: 'It was not removed: figures and reports name it.',
      todo: 'Give it an end date and a successor instead.',
    },
    cycle: {
      what: 'An organisation cannot be above itself.',
      means: 'Nothing was changed.',
      todo: 'Choose another one above it.',
    },
    tooDeep: {
      what: 'The organisations are too many levels deep.',
      means: 'Nothing was changed.',
      todo: 'Choose one that is higher up.',
    },
    unknownUnit: {
      what: 'There is no such organisation.',
      means: 'It may have just been removed.',
      todo: 'Choose another.',
    },
    unknownArea: {
      what: 'There is no such area.',
      means: 'The map may be another one now.',
      todo: 'Choose an area from the list.',
    },
    endsFirst: {
      what: 'It ends before it begins.',
      means: 'Nothing was changed.',
      todo: 'Correct the dates.',
    },
    tooMany: {
      what: 'There are too many organisations.',
      means: 'Nothing was added.',
      todo: 'Remove those that are not needed.',
    },
  },
  workingTime: {
    overlap: {
      what: 'Working hours lie over each other.',
      means: 'Nothing was changed.',
      todo: 'Correct the marked hours.',
    },
    endsFirst: {
      what: 'It ends before it begins.',
      means: 'Nothing was changed.',
      todo: 'Correct the marked place.',
    },
    none: {
      what: 'There is no working day in the week.',
      means: 'Due times could never be reckoned.',
      todo: 'Mark at least one day.',
    },
    twice: {
      what: 'A day is there twice.',
      means: 'Nothing was changed.',
      todo: 'Remove one of them.',
    },
  },
};
