import { MAX_LENGTH, PINNED_KINDS, PinnedKind, renderPinned } from './pinned-kinds';
import { isObject, Json, keep, shown } from './pinned-members';
import { quote, Validation } from '../../private/validation';

/** What a file says, checked. */
export interface PinnedAnswer {
  readonly jobType: string;
  /** Empty where the file doesn't say it. */
  readonly jobName: string;
  /** The members of the answer that deploying reads. */
  readonly answer: Json;
}

/**
 * Reads the answer of a Describe operation, as it is or in a file of this library.
 *
 * @param subject where the text is from, for messages
 */
export function parsePinned(text: string, subject: string): PinnedAnswer {
  const validation = new Validation(subject);
  const file = parse(text, validation);
  const kind = kindOf(file, validation);
  validation.throwIfAny();

  const ofLibrary = file.version !== undefined;
  const answer = (ofLibrary ? file.answer : file) as Json;
  const status = answer[kind.statusMember];
  validation.check(status === undefined || status === kind.completed,
    `${kind.statusMember} must be ${kind.completed}, got ${shown(status)}: only the recommendations of a job that has completed can be deployed`);
  const found = kind.recommendations === undefined ? undefined : answer[kind.recommendations];
  validation.check(kind.recommendations === undefined || (Array.isArray(found) && found.length > 0),
    `${kind.recommendations} must have at least one recommendation, got ${found === undefined ? 'none' : shown(found)}`);
  const kept = keep(answer, { members: kind.kept }, '', validation) as Json;
  const length = renderPinned(kept).length;
  validation.check(length <= MAX_LENGTH,
    `${kind.recommendations ?? 'the answer'} must be at most ${MAX_LENGTH} characters long, got ${length}: remove the recommendations that are not to be deployed`);
  validation.throwIfAny();
  return { jobType: kind.jobType, jobName: nameIn(file.jobName) ?? nameIn(answer[kind.nameMember]) ?? '', answer: kept };
}

function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Strings, and what Python writes for numbers that are none, which is no JSON: Inference Recommender has such figures. */
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?Infinity|NaN/g;

function parse(text: string, validation: Validation): Json {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '').replace(TOKEN, token => token.startsWith('"') ? token : 'null'));
  } catch (error) {
    validation.check(false, `the text must be JSON, got ${quote(text)}: ${(error as Error).message}`);
    return {};
  }
  validation.check(isObject(value), `the text must be a JSON object, got ${shown(value)}`);
  return isObject(value) ? value : {};
}

function kindOf(file: Json, validation: Validation): PinnedKind {
  const found = file.version === undefined
    ? PINNED_KINDS.find(({ marks }) => marks.some(mark => mark in file))
    : PINNED_KINDS.find(({ jobType }) => jobType === file.jobType);
  if (file.version !== undefined) {
    validation.check(file.version === 1, `version must be 1, got ${shown(file.version)}: a newer version of this library may have written it`);
    validation.check(found !== undefined, `jobType must be one of ${PINNED_KINDS.map(({ jobType }) => jobType).join(', ')}, got ${shown(file.jobType)}`);
    validation.check(isObject(file.answer), `answer must be an object, got ${shown(file.answer)}`);
  } else if (validation.messages.length === 0) {
    validation.check(found !== undefined,
      `the text must be the answer of ${PINNED_KINDS.map(({ command }) => `aws sagemaker ${command}`).join(', or of ')}, got an object with `
      + `${quote(Object.keys(file).join(', '))}`);
  }
  return found ?? PINNED_KINDS[0];
}
