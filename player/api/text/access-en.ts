import type { English } from '../../app/words.ts';
import type { accessFaultsVi } from './access-vi.ts';

export const accessFaultsEn: English<typeof accessFaultsVi> = {
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
};
