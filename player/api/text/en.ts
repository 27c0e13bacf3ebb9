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
  codes: {
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
    model: {
      notOnnx: {
        what: 'This is no ONNX model.',
        means: 'The file is damaged, was not downloaded to its end, or is of another kind.',
        todo: 'Fetch it again from its publisher, or export the model as ONNX.',
      },
      wantsOther: {
        what: 'This model does not take one colour picture.',
        means: 'It wants another input: no fixed size, another kind of number, or several inputs.',
        todo: 'Export the model again with one float32 input of a fixed size and three channels.',
      },
      unknownOutputs: {
        what: 'What this model answers is not understood.',
        means: 'Its outputs belong to no family that is known here (YOLOX, YOLOv8, SSD, DETR, NanoDet, FastestDet).',
        todo: 'Use a model of one of these families.',
      },
      noCard: {
        what: 'This model needs a card.',
        means: 'The file does not say which classes it recognises, or how it wants its pictures.',
        todo: 'Edit its card: one to begin with is there.',
      },
      badCard: {
        what: 'The card is wrong.',
        means: 'It is no JSON, lacks something, or does not fit the model.',
        todo: 'Correct the place that is named, and save again.',
      },
      wrongHash: {
        what: 'The card belongs to another file.',
        means:
          'The SHA-256 in the card is not that of the file: the file is damaged or was exchanged, or the card was copied from another model.',
        todo: 'Fetch file and card again from the publisher.',
      },
      badNumbers: {
        what: 'The model gave nonsense on the test picture.',
        means: 'Some values are no numbers, or values are missing.',
        todo: 'Export the model again, or use another.',
      },
      tooMuchMemory: {
        what: 'This model wants too much memory.',
        means: 'It asked for more than the server allows a trial.',
        todo: 'Use a smaller model.',
      },
      tooSlow: {
        what: 'This model is too slow on this server.',
        means: 'The trial was stopped because it took too long.',
        todo: 'Use a smaller model, or a machine with a graphics card.',
      },
      crashed: {
        what: 'This model crashed its trial.',
        means: 'The process of its own ended suddenly; the rest of the system did not notice.',
        todo: 'Use another model, or export this one again.',
      },
      noProvider: {
        what: 'This model does not run with what is configured.',
        means: 'None of the execution providers in the configuration takes it.',
        todo: 'See analytics.providers in the configuration.',
      },
      missing: {
        what: 'The model’s file is gone.',
        means: 'It was deleted, or cannot be read from the disk.',
        todo: 'Upload the model again, or choose another.',
      },
      unknown: {
        what: 'There is no such model.',
        means: 'It may just have been removed.',
        todo: 'Reload the list.',
      },
      nameTaken: {
        what: 'There is a model of this name already.',
        means: 'The file was not saved; the one that is there is untouched.',
        todo: 'Remove the old one, or rename your file and upload it again.',
      },
      inUse: {
        what: 'Objects are recognised with this model.',
        means: 'The model in use cannot be removed.',
        todo: 'Change to another model first.',
      },
      tooLarge: {
        what: 'The model’s file is too large.',
        means: 'The server takes models of up to 500 MiB.',
        todo: 'Use a smaller model.',
      },
      diskFull: {
        what: 'The server’s disk is full.',
        means: 'The file was not saved.',
        todo: 'Make room on the disk of the data folder and try again.',
      },
      busy: {
        what: 'Other models are being checked.',
        means: 'The server checks one model at a time.',
        todo: 'Wait a little and try again.',
      },
    },
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
    feed: {
      connects: {
        what: 'Feeds with an address are not set up by the organisation itself.',
        means:
          'Nothing was saved: the server connects to this address, so only whoever has the whole sector may set it.',
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
    incident: {
      tooManyPhones: {
        what: 'This incident has too many phones already.',
        means: 'No phone was added.',
        todo: 'Remove those that no longer send and try again.',
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
    import: {
      notCsv: {
        what: 'This is no CSV file.',
        means: 'The server cannot tell its columns apart.',
        todo: 'Save it from the spreadsheet as CSV (UTF-8).',
      },
      noHeader: {
        what: 'The header line is missing.',
        means: 'The first line must name the columns, at least name and address.',
        todo: 'Download the template to see them.',
      },
      tooLong: {
        what: 'The file has too many lines.',
        means: 'Nothing was written.',
        todo: 'Split it into several files.',
      },
    },
    discovery: {
      unknown: {
        what: 'This search is gone.',
        means: 'Old results are cleared away.',
        todo: 'Start a new one.',
      },
      busy: {
        what: 'Enough searches are running.',
        means: 'The server runs only some at a time.',
        todo: 'Wait for the others or stop one.',
      },
      badRange: {
        what: 'This is no range of addresses.',
        means: 'No address has been asked.',
        todo: 'Write it like 10.0.0.0/24, 10.0.0.5-10.0.0.60, or one IPv4 address.',
      },
      tooManyAddresses: {
        what: 'The ranges hold more than 4096 addresses.',
        means: 'No address has been asked.',
        todo: 'Search in several steps.',
      },
      registering: {
        what: 'Cameras of this search are being added.',
        means: 'Only one batch runs at a time.',
        todo: 'Wait for it, then add more.',
      },
    },
    layout: {
      unknown: {
        what: 'This layout is gone.',
        means: 'It may have just been removed.',
        todo: 'Choose another.',
      },
      notYours: {
        what: 'This layout belongs to somebody else.',
        means: 'Only its owner may change it.',
        todo: 'Save it as a new one of yours.',
      },
      mayNotShare: {
        what: 'You may not share layouts.',
        means: 'That belongs to shift leads.',
        todo: 'Keep it for yourself, or ask a shift lead.',
      },
      tooMany: {
        what: 'You have too many layouts.',
        means: 'This is the most that one person may keep.',
        todo: 'Remove some that you do not use.',
      },
    },
    edit: {
      stale: {
        what: 'Somebody else has just changed this.',
        means: 'Your version was not saved.',
        todo: 'Look at the new one, then make your change.',
      },
      versionMissing: {
        what: 'The change does not say what it was made from.',
        means: 'Nothing was changed.',
        todo: 'Load the page again and make the change once more.',
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
        means: 'Its parts must be delivered indicators for the same periods and areas.',
        todo: 'Choose other parts.',
      },
      breaksOthers: {
        what: 'Other indicators are reckoned with this one.',
        means: 'With this change they could not be reckoned any more.',
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
      overlap: {
        what: 'Two targets of an area are for the same time.',
        means: 'No target was changed.',
        todo: 'Correct the dates.',
      },
    },
    request: {
      tooLarge: {
        what: 'What was sent is too large.',
        means: 'The server refused before reading it; nothing was saved.',
        todo: 'Split it into smaller parts.',
      },
      otherOrigin: {
        what: 'The request comes from another site.',
        means: 'The browser or a proxy names another address for this page.',
        todo: 'Open the console by the official address of the server.',
      },
      csrf: {
        what: 'This page is out of date.',
        means: 'The session has changed since it was opened.',
        todo: 'Reload the page.',
      },
    },
    transcode: {
      tooMany: {
        what: 'All transcoders are in use.',
        means: 'This camera must be converted for the browser.',
        todo: 'Close other H.265 cells and try again.',
      },
    },
    still: {
      noPicture: {
        what: 'The camera has no picture now.',
        means: 'It is disconnected or just starting.',
        todo: 'Try again in a few seconds.',
      },
    },
    access: {
      wrongPassword: {
        what: 'Username or password is wrong.',
        means: 'Which of the two is not said, so that strangers cannot guess.',
        todo: 'Try again; after several failures the wait grows.',
      },
      wrongCode: {
        what: 'The code is wrong or was used before.',
        means: 'Each code works once and changes every 30 seconds.',
        todo: 'Wait for the next code; check the clock of your phone.',
      },
      codeNeeded: {
        what: 'A verification code is needed.',
        means: 'This account has a second factor.',
        todo: 'Type the code of your authenticator app.',
      },
      wait: {
        what: 'Too many failed sign-ins.',
        means: 'The system makes everybody wait so that passwords cannot be guessed.',
        todo: 'Wait, then try again.',
      },
      busy: {
        what: 'Too many people sign in at this moment.',
        means: 'The server checks only some passwords at a time.',
        todo: 'Try again in a few seconds.',
      },
    },
    session: {
      over: {
        what: 'Your session has ended.',
        means: 'The account was removed or locked.',
        todo: 'Ask an administrator.',
      },
    },
    setup: {
      wrongToken: {
        what: 'This is not the right setup link.',
        means: 'It differs from the one that the server printed.',
        todo: 'Copy the whole newest link from the server.',
      },
      done: {
        what: 'There is an administrator already.',
        means: 'The setup link works once.',
        todo: 'Sign in with that account.',
      },
    },
    password: {
      wrong: {
        what: 'The current password is wrong.',
        means: 'Nothing was changed.',
        todo: 'Type the current password again.',
      },
      length: {
        what: 'The password is too short or too long.',
        means: 'It needs 12 to 256 characters.',
        todo: 'Use a long sentence that you remember.',
      },
      tooSimple: {
        what: 'The password is too simple.',
        means: 'It repeats or counts and is easily guessed.',
        todo: 'Use a long sentence that you remember.',
      },
      common: {
        what: 'This password is too common.',
        means: 'It is on the list that guessers try first.',
        todo: 'Choose another.',
      },
      likeName: {
        what: 'The password is like the username.',
        means: 'That is easily guessed.',
        todo: 'Choose another.',
      },
      same: {
        what: 'The new password equals the old one.',
        means: 'It has to be a different one.',
        todo: 'Choose another.',
      },
    },
    totp: {
      wrongCode: {
        what: 'The code does not fit.',
        means: 'The clock of the phone may be wrong, or the code has changed.',
        todo: 'Type the newest code of the app.',
      },
      alreadyOn: {
        what: 'The second factor is on already.',
        means: 'There is no need to set it up again.',
        todo: 'Switch it off first to use another phone.',
      },
      notBegun: {
        what: 'Setting up the second factor was not begun.',
        means: 'The QR code is too old.',
        todo: 'Begin again.',
      },
      demanded: {
        what: 'Your role demands a second factor.',
        means: 'It cannot be switched off.',
        todo: 'Ask an administrator if you need to.',
      },
    },
    user: {
      scopeUnknown: {
        what: 'There is nothing of that name.',
        means: 'A right was to be given over a sector or an organisation that is not there.',
        todo: 'Choose one from the list.',
      },
      usernameTaken: {
        what: 'This username is taken.',
        means: 'Each belongs to one person.',
        todo: 'Choose another.',
      },
      lastAdministrator: {
        what: 'This is the last administrator.',
        means: 'Without one nobody could manage the system.',
        todo: 'Add another administrator first.',
      },
      grantTooWide: {
        what: 'You cannot give more than you have.',
        means: 'This right goes beyond yours.',
        todo: 'Narrow the role or the scope.',
      },
      passwordMissing: {
        what: 'The first password is missing.',
        means: 'A new account needs one to enter the first time.',
        todo: 'Type a password.',
      },
      notFound: {
        what: 'There is no such person.',
        means: 'The account may have just been removed.',
        todo: 'Reload the list.',
      },
    },
    token: {
      tooWide: {
        what: 'You cannot give more than you have.',
        means: 'This token goes beyond your rights.',
        todo: 'Remove permissions or narrow the scope.',
      },
      notFound: {
        what: 'There is no such token.',
        means: 'It may have just been removed.',
        todo: 'Reload the list.',
      },
    },
    address: {
      invalid: {
        what: 'The list of addresses is wrong.',
        means: 'Some entry is neither an IP address nor a CIDR range.',
        todo: 'Correct it, for example 10.0.0.0/8.',
      },
    },
    group: {
      notEmpty: {
        what: 'The group is not empty.',
        means: 'It still holds cameras or groups.',
        todo: 'Move them elsewhere first.',
      },
      nameTaken: {
        what: 'There is a group of this name here.',
        means: 'Two groups side by side need different names.',
        todo: 'Choose another.',
      },
      unknown: {
        what: 'There is no such group.',
        means: 'It may have just been removed.',
        todo: 'Choose another.',
      },
    },
    camera: {
      passwordNeeded: {
        what: 'The password of the camera is needed again.',
        means: 'The address changed; a stored password is not sent to another host.',
        todo: 'Type the password for the new address.',
      },
      refusedAddress: {
        what: 'This address is not allowed.',
        means: 'The safety rules forbid cameras at such addresses.',
        todo: 'Use another, or allow the network in the configuration (cameras.allowNetworks).',
      },
      cannotTestRtmp: {
        what: 'An RTMP camera cannot be tested.',
        means: 'The device sends to the server by itself.',
        todo: 'Save it, then start sending on the device.',
      },
      probesBusy: {
        what: 'Too many tests at a time.',
        means: 'The server tests only some cameras at once.',
        todo: 'Try again in a few seconds.',
      },
      noPtz: {
        what: 'This camera cannot be steered.',
        means: 'It has no PTZ, or is not connected.',
        todo: 'Check that it has PTZ and is online.',
      },
      numberTaken: {
        what: 'Another camera has this number.',
        means: 'Each number calls one camera.',
        todo: 'Choose another, or leave it empty.',
      },
      masksChangedElsewhere: {
        what: 'Somebody else has just changed the masks of this camera.',
        means: 'Your masks were not saved.',
        todo: 'Try again to load the new ones, then make your change.',
      },
      changedElsewhere: {
        what: 'Somebody else has just changed this camera.',
        means: 'Your version was not saved.',
        todo: 'Try again to load the new one, then make your change.',
      },
      badAddress: {
        what: 'The address of the camera is not right.',
        means: 'The server cannot connect to such an address.',
        todo: 'Correct the marked address.',
      },
      unknownGroup: {
        what: 'There is no such group.',
        means: 'It may have just been removed.',
        todo: 'Choose another.',
      },
      unknown: {
        what: 'There is no such camera.',
        means: 'It was just removed, or you may not see it.',
        todo: 'Reload the list.',
      },
      notRtmp: {
        what: 'This camera does not send by RTMP.',
        means: 'Only RTMP cameras have a key.',
        todo: 'Add it as an RTMP camera.',
      },
      rtmpOff: {
        what: 'This server receives no RTMP.',
        means: 'Its port is switched off in the configuration.',
        todo: 'Switch it on in the configuration and restart.',
      },
    },
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
  details: 'Technical details',
};
