import type { English } from '../../app/words.ts';
import type { cameraFaultsVi } from './cameras-vi.ts';

export const cameraFaultsEn: English<typeof cameraFaultsVi> = {
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
};
