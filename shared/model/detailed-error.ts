import { CHECK_FAULTS } from './check-sentence.ts';
import type { ErrorDetail, Trouble } from './error-detail.ts';
import { AppError, type ErrorCode } from './errors.ts';
import { fileSentence } from './file-sentence.ts';
import { IMPORT_SENTENCES } from './import-sentences.ts';
import type { Sentence, Sentences } from './sentence.ts';
import { sizeInWords } from './size-in-words.ts';

/** The error of a trouble that other languages have words for too. */
export function detailedError(
  detail: ErrorDetail,
  { code, cause }: { readonly code?: ErrorCode; readonly cause?: unknown } = {},
): AppError {
  const sentence = sentenceOf(detail);
  return new AppError(code ?? sentence.code, sentence.message, {
    detail,
    ...(sentence.next !== undefined && { next: sentence.next }),
    ...(cause !== undefined && { cause }),
  });
}

/** The same beside a result. @param code where it is not the one that goes with the detail */
export function detailedTrouble(detail: ErrorDetail, code?: string): Trouble {
  const { code: own, message, next = null } = sentenceOf(detail);
  return { code: code ?? own, message, next, detail };
}

/** An error beside a result. */
export function troubleOfError({ code, message, next, detail }: AppError): Trouble {
  return { code, message, next: next ?? null, ...(detail !== undefined && { detail }) };
}

/** What is wrong and what to do, in English: for the terminal, reports and logs. */
export function sentenceOf(detail: ErrorDetail): Sentence {
  const say = SENTENCES[detail.kind] as (detail: ErrorDetail) => Sentence;
  return say(detail);
}

const NAME_THE_LOGS = 'Name the folder that holds session.json and the logs.';

const SENTENCES: Sentences = {
  'file-system': fileSentence,
  'folder-gone': ({ path }) => ({
    code: 'unwritable',
    message: `Cannot write ${path}: its folder does not exist any more.`,
    next: 'Choose a folder that stays, and run it again.',
  }),
  'not-there': ({ path }) => ({
    code: 'not-found',
    message: `${path} does not exist.`,
    next: 'Check the path.',
  }),
  'file-in-way': ({ path }) => ({
    code: 'unwritable',
    message: `Cannot create the folder ${path}: a file of that name is in the way.`,
    next: 'Choose another folder.',
  }),
  'name-taken': ({ path }) => ({
    code: 'exists',
    message: `${path} is there already.`,
  }),
  'no-room': ({ path, freeBytes, neededBytes }) => ({
    code: 'no-space',
    message: `${path} has ${sizeInWords(freeBytes)} free, about ${sizeInWords(neededBytes)} are needed.`,
    next: 'Free some space or choose another folder.',
  }),
  'in-use': ({ path, holder }) => ({
    code: 'locked',
    message: `${path} is in use by ${holder}.`,
    next: 'Close that program, or choose another folder.',
  }),
  'out-of-reach': ({ path }) => ({
    code: 'not-found',
    message: `The page cannot reach ${path}.`,
    next: 'Choose a folder at home, in the library or on a disk that was plugged in, or start "tailslate serve" with --allow and the folder.',
  }),
  'link-outside': ({ path }) => ({
    code: 'unsupported',
    message: `${path} is a link that leads out of its folder.`,
    next: 'Put a copy of what it leads to in its place.',
  }),
  'no-file': ({ path }) => ({
    code: 'unsupported',
    message: `${path} is no file but a pipe, a socket or a device.`,
    next: 'Take it away, or name a file.',
  }),
  'not-a-session': ({ path }) => ({
    code: 'not-a-session',
    message: `${path} is not a session folder: it has neither a log nor a wal folder with logs.`,
    next: NAME_THE_LOGS,
  }),
  'logs-missing': ({ path }) => ({
    code: 'not-a-session',
    message: `${path} is not a session folder: it has neither a log nor a wal folder with logs.`,
    next: 'Its session.json is there, but the logs are missing: look for them where the session was recorded.',
  }),
  'no-folder': ({ path }) => ({
    code: 'not-a-session',
    message: `${path} is a file, not a session folder.`,
    next: NAME_THE_LOGS,
  }),
  'session-unknown': ({ sessionId }) => ({
    code: 'not-found',
    message: `There is no session ${sessionId} in the library.`,
    next: 'Open its folder again, or restore it from the trash.',
  }),
  'session-recorded': ({ title }) => ({
    code: 'locked',
    message: `"${title}" is being recorded.`,
    next: 'Stop the recording first.',
  }),
  'session-away': ({ title, path }) => ({
    code: 'not-found',
    message: `"${title}" cannot be changed: ${path} is not there.`,
    next: 'Connect its disk or put the folder back.',
  }),
  'changes-unkept': ({ title, path }) => ({
    code: 'unwritable',
    message: `Changes to "${title}" cannot be kept.`,
    next: `${path} cannot be written to. Copy the session to a library that can.`,
  }),
  'notes-newer': () => ({
    code: 'unsupported',
    message: 'A newer version of Tailslate has noted things about this session.',
    next: 'Use that version to change it.',
  }),
  ...IMPORT_SENTENCES,
  'not-recording': () => ({
    code: 'nothing-to-do',
    message: 'Nothing is being recorded.',
    next: 'Start a recording first.',
  }),
  'too-full': ({ path, freeBytes, reserveBytes }) => ({
    code: 'no-space',
    message: `The disk of ${path} has ${sizeInWords(freeBytes)} free; ${sizeInWords(reserveBytes)} must stay free while recording.`,
    next: 'Free some space or choose another disk for the library.',
  }),
  'no-players': ({ path }) => ({
    code: 'nothing-to-do',
    message: `${path} holds no players: there are no packet logs in it.`,
    next: 'Run "tailslate recover" on it to see what the folder holds.',
  }),
  'no-readable-players': ({ path }) => ({
    code: 'nothing-to-do',
    message: `${path} holds no players: nothing in its logs can be read.`,
    next: 'Run "tailslate recover" on it to see what the folder holds.',
  }),
  'too-long': ({ players, path, hours, mostHours }) => ({
    code: 'unsupported',
    message: `The file of ${players} from ${path} would be ${hours} hours long; ${mostHours} hours are the most.`,
    next: 'Run "tailslate inspect" to see whose packets lie that far out, then export the other players with --player and --align trim.',
  }),
  'mov-too-long': () => ({
    code: 'unsupported',
    message: 'A MOV file holds at most 24 hours and 51 minutes.',
    next: 'Export Broadcast Wave instead, or trim the session.',
  }),
  'mix-too-long': ({ hours }) => ({
    code: 'unsupported',
    message: `A mix-down as M4A holds at most ${hours} hours.`,
    next: 'Export it as Ogg Opus or as Broadcast Wave, or trim the session.',
  }),
  'project-of-mix': () => ({
    code: 'unsupported',
    message: 'Project files need files with the players; a mix-down has none of them.',
    next: 'Choose another format beside it, or leave project files out.',
  }),
  'project-of-combined': () => ({
    code: 'unsupported',
    message: 'A REAPER project cannot play the tracks of one file apart.',
    next: 'Add Broadcast Wave, choose a file for each player, or leave the REAPER project out.',
  }),
  'nothing-recorded': () => ({ code: 'nothing-to-do', message: 'No packets were recorded.' }),
  'nothing-readable': () => ({ code: 'nothing-to-do', message: 'No packet could be read.' }),
  'no-media': () => ({
    code: 'nothing-to-do',
    message: 'None of the media files that it would name was made.',
  }),
  'players-missing': ({ players, count }) => ({
    code: 'not-found',
    message: `${players} ${count === 1 ? 'is' : 'are'} not in it, having no media file.`,
    next: 'Retry the files that failed.',
  }),
  'not-as-written': ({ path, check, found }) => ({
    code: 'verify-failed',
    message: `${path} did not read back as it was written: ${CHECK_FAULTS[check]} (${found}).`,
    next: 'Nothing was kept. Check the disk, then export again.',
  }),
  'still-recorded': () => ({
    code: 'locked',
    message:
      'The session was still being recorded: all its files of this export end where it was safe on disk when that began.',
    next: 'Export it again when the recording has ended.',
  }),
  'not-durable': ({ path }) => ({
    code: 'unwritable',
    message: `${path} is complete and checked, but its name may not survive a power cut: its folder could not be synced.`,
    next: 'Check the disk, and copy the file to another one.',
  }),
  'disk-silent': ({ waitedSeconds }) => ({
    code: 'unavailable',
    message: `The disk has not answered for ${waitedSeconds} s.`,
    next: 'It is waited for. Cancel the file to go on without it.',
  }),
  'folder-silent': ({ path }) => ({
    code: 'unavailable',
    message: `${path} does not answer.`,
    next: 'It is begun when the disk answers. Check the disk or the network.',
  }),
  'cancelled-in-silence': ({ path }) => ({
    code: 'unavailable',
    message: `It was cancelled while the disk did not answer. ${path} may be left there.`,
    next: 'It is removed when the disk answers, or when the file is tried again.',
  }),
};
