import { checkDocument, references } from './custom-spec';
import { LEAKED_TOKEN, SECRET_ARN, unlistedSecrets, USE_SECRETS_MANAGER } from './secrets';
import { SpecDocument, SpecParts } from './spec-parts';
import { known, Validation } from '../../private/validation';
import { CustomWorkloadOptions } from '../workload-props';

/** The specification that the user's own text is. JSON is looked into; of YAML only what can be seen without reading it. */
export function customTextSpec(text: string, options: CustomWorkloadOptions): SpecParts {
  const parts = known(text) && text.trimStart().startsWith('{') ? checkJson(text, options) : checkYaml(text, options);
  return { inline: text, ...parts, ...references(options) };
}

type Checked = ReturnType<typeof checkDocument>;

function checkJson(text: string, options: CustomWorkloadOptions): Checked {
  const document = parse(text);
  return document !== undefined
    ? checkDocument(document, options)
    // Without the text, which can hold a secret.
    : { problems: ['text must be valid JSON when it begins with a brace: look for a missing quote, comma or brace'], warnings: [] };
}

/** Also for JSON with tokens in it, which no parser reads and which is YAML as well. */
function checkYaml(text: string, { secrets: listed = [] }: CustomWorkloadOptions): Checked {
  const validation = new Validation('WorkloadSpec');
  const yaml = text.replace(/(^|\s)#.*$/gm, '$1');
  if (known(text)) {
    validation.check(key('benchmark').test(yaml) && /(["']?)\btype\1\s*:\s*["']?aiperf\b/.test(yaml),
      'text must have a benchmark whose type is aiperf: begin it with "benchmark: {type: aiperf}"');
  }
  const secrets = sections(yaml, 'secrets');
  // What is no name with an ARN, such as an anchor or a text over several lines, could be a secret: refused unread.
  const entry = new RegExp(`(["']?)[\\w.-]+\\1\\s*:\\s*(["']?)(${SECRET_ARN})\\2(?![^\\s,}])`, 'g');
  validation.check(secrets.every((section) => /^[\s{},]*$/.test(section.replace(entry, ''))), `each value under secrets ${USE_SECRETS_MANAGER}`);
  const others = secrets.reduce((rest, section) => rest.replace(section, ''), yaml);
  validation.check(!/\bhf_token["']?\s*:/.test(others), LEAKED_TOKEN);

  const arns = secrets.flatMap((section) => [...section.matchAll(entry)].map((match) => match[3]));
  return { problems: validation.messages, warnings: unlistedSecrets(arns, listed) };
}

/** A key of the document: at the beginning of a line, or in braces. */
function key(name: string): RegExp {
  return new RegExp(`(^[ \\t]*|[{,]\\s*)(["']?)${name}\\2\\s*:`, 'gm');
}

/** What the values of the key are: what is in its braces, or on its line and the deeper indented ones that follow. */
function sections(yaml: string, name: string): string[] {
  return [...yaml.matchAll(key(name))].map((match) => {
    const rest = yaml.slice(match.index + match[0].length);
    if (/^\s*\{/.test(rest)) {
      // A secret has no inner braces but those of tokens.
      return /^\s*\{(?:\$\{[^}]*\}|[^}])*\}?/.exec(rest)![0];
    }
    const depth = indentation(match[1]);
    const [line, ...following] = rest.split('\n');
    // Entries of a list may stand as far left as their key.
    const end = following.findIndex((other) => /\S/.test(other) && indentation(other) <= depth && !/^\s*-\s/.test(other));
    return [line, ...following.slice(0, end < 0 ? undefined : end)].join('\n');
  });
}

function indentation(line: string): number {
  return /^[ \t]*/.exec(line)![0].length;
}

function parse(text: string): SpecDocument | undefined {
  try {
    return JSON.parse(text) as SpecDocument;
  } catch {
    return undefined;
  }
}
