import * as ts from 'typescript';

/** What an example uses of the library: a member of a type, or a keyword argument of one of its methods. */
export interface Mention {
  readonly type: string;
  readonly member: string;
  /** Python: the method whose argument it is. */
  readonly method?: string;
}

/** Reads the source of an example. */
export type Reader = (text: string) => Mention[];

/** Names, brackets and signs; of each comment nothing, and of each string that there is one. */
function tokensOf(text: string, comment: RegExp): string[] {
  const strings = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"/g;
  return text.replace(new RegExp(`${strings.source}|${comment.source}`, 'g'), match => match.startsWith('"') ? '"' : ' ')
    .match(/\w+|:=|==|\S/g) ?? [];
}

const C_COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;

/** For each bracket that opens, where it closes. */
function closings(tokens: string[]): Map<number, number> {
  const open: number[] = [];
  const closed = new Map<number, number>();
  tokens.forEach((token, index) => {
    if ('([{'.includes(token)) {
      open.push(index);
    } else if (')]}'.includes(token)) {
      closed.set(open.pop()!, index);
    }
  });
  return closed;
}

/** The names directly inside a bracket that stand before a sign: keyword arguments, members of a literal. */
function namesBefore(sign: string, tokens: string[], start: number, ends: Map<number, number>): string[] {
  const names: string[] = [];
  for (let index = start + 1; index < ends.get(start)!; index = (ends.get(index) ?? index) + 1) {
    if (tokens[index + 1] === sign && '({,'.includes(tokens[index - 1])) {
      names.push(tokens[index]);
    }
  }
  return names;
}

/** Members of objects that were made before: `endpoint.endpointName`. */
function membersOfVariables(tokens: string[], variables: Map<string, string>): Mention[] {
  return tokens.flatMap((token, index) => variables.has(token) && tokens[index + 1] === '.' && tokens[index - 1] !== '.'
    ? [{ type: variables.get(token)!, member: tokens[index + 2] }] : []);
}

const python: Reader = text => {
  if (!text.includes('cdk_sagemaker_inference')) {
    return [];
  }
  const tokens = tokensOf(text, /#[^\n]*/);
  const ends = closings(tokens);
  const list = tokens.indexOf('cdk_sagemaker_inference') + 2; // from cdk_sagemaker_inference import (A, B)
  const types = new Set(tokens.slice(list, ends.get(list)).filter(token => /\w/.test(token)));
  const variables = new Map<string, string>();
  const mentions = tokens.flatMap((type, index) => {
    if (!types.has(type) || index < ends.get(list)!) {
      return [];
    }
    const member = tokens[index + 1] === '.' ? tokens[index + 2] : '__init__';
    const open = index + (member === '__init__' ? 1 : 3);
    if (member === '__init__' && tokens[index - 1] === '=') {
      variables.set(tokens[index - 2], type);
    }
    const names = tokens[open] === '(' ? namesBefore('=', tokens, open, ends) : [];
    return [{ type, member }, ...names.map(name => ({ type, method: member, member: name }))];
  });
  return [...mentions, ...membersOfVariables(tokens, variables)];
};

const java: Reader = text => {
  const tokens = tokensOf(text, C_COMMENT);
  const ends = closings(tokens);
  const types = new Set([...text.matchAll(/^import io\.github\.cdksagemakerinference\.(\w+);$/gm)].map(([, type]) => type));
  const variables = new Map<string, string>();
  const mentions = tokens.flatMap((type, index) => {
    if (!types.has(type) || tokens[index - 1] === '.') {
      return [];
    }
    if (tokens[index + 1] !== '.') {
      variables.set(tokens[index + 1], type);
      return [];
    }
    const found: Mention[] = [];
    // The whole chain of a builder: each call is one of the type's.
    const isBuilder = ['Builder', 'builder'].includes(tokens[index + 2]);
    for (let dot = index + 1; tokens[dot] === '.' && (isBuilder || found.length === 0);) {
      found.push({ type, member: tokens[dot + 1] });
      dot = tokens[dot + 2] === '(' ? ends.get(dot + 2)! + 1 : dot + 2;
    }
    return found;
  });
  return [...mentions, ...membersOfVariables(tokens, variables)];
};

const csharp: Reader = text => {
  if (!text.includes('using CdkSageMakerInference;')) {
    return [];
  }
  const tokens = tokensOf(text, C_COMMENT);
  const ends = closings(tokens);
  // The types come with the namespace: all that is used like one, and is not of the app, of .NET or of the CDK.
  const others = ['Amazon', 'Bucket', 'CfnOutput', 'CfnOutputProps'];
  const variables = new Map<string, string>();
  const mentions = tokens.flatMap((type, index) => {
    const isNew = tokens[index - 1] === 'new';
    if (!/^[A-Z]\w+$/.test(type) || others.includes(type) || tokens[index - 1] === '.' || !(isNew || tokens[index + 1] === '.')) {
      return [];
    }
    if (!isNew) {
      return [{ type, member: tokens[index + 2] }];
    }
    if (tokens[index - 2] === '=') {
      variables.set(tokens[index - 3], type);
    }
    const names = tokens[index + 1] === '{' ? namesBefore('=', tokens, index + 1, ends) : [];
    return [{ type, member: type }, ...names.map(member => ({ type, member }))];
  });
  return [...mentions, ...membersOfVariables(tokens, variables)];
};

const go: Reader = text => {
  const tokens = tokensOf(text, C_COMMENT);
  const ends = closings(tokens);
  const variables = new Map<string, string>();
  const mentions = tokens.flatMap((alias, index) => {
    if (alias !== 'inference' || tokens[index + 1] !== '.') {
      return [];
    }
    const name = tokens[index + 2];
    const [, type, member] = /^(?:New)?([A-Za-z0-9]+)(?:_(\w+))?$/.exec(name)!;
    if (tokens[index - 1] === ':=') {
      variables.set(tokens[index - 2], type);
    }
    const fields = tokens[index - 1] === '&' && tokens[index + 3] === '{' ? namesBefore(':', tokens, index + 3, ends) : [];
    return [{ type, member: member ?? name }, ...fields.map(field => ({ type, member: field }))];
  });
  return [...mentions, ...membersOfVariables(tokens, variables)];
};

export const READERS = { python, java, csharp, go };
export type Language = keyof typeof READERS;

/** The generated sources of one language, by path. */
export type Sources = ReadonlyMap<string, string>;

/** Whether the generated code has what an example uses. */
export const DECLARES: Record<Language, (sources: Sources, mention: Mention) => boolean> = {
  python: (sources, { type, member, method }) => {
    const module = fileOf(sources, 'cdk_sagemaker_inference/__init__.py');
    const [body = ''] = new RegExp(`^class ${type}\\b[\\s\\S]*?(?=^[@\\w])`, 'm').exec(module) ?? [];
    if (method === undefined) {
      return hasLine(body, [`    def ${member}\\(.*`, `    ${member} = .*`]);
    }
    const [signature = ''] = new RegExp(`^    def ${method}\\([\\s\\S]*?\\) -> `, 'm').exec(body) ?? [];
    return hasLine(signature.slice(signature.indexOf('*,')), [`        ${member}: .*`]);
  },
  java: (sources, { type, member }) => hasLine(fileOf(sources, `${type}.java`), [
    ` +(public|static) .*\\b${member}\\(.*\\{`, // method
    ` +public .*\\b${member};`, ` +${member},`, // constant
    ` +public static final class ${member} .*`, // builder
  ]),
  csharp: (sources, { type, member }) => hasLine(fileOf(sources, `${type}.cs`), [` +public .*\\b${member}\\b.*`, ` +${member},?`]),
  go: (sources, { type, member }) => hasLine(fileOf(sources, `${type}.go`), [
    `func (${type}_)?${member}\\(.*`, // static method, constructor, constant of a class
    `type ${member} .*`,
    `\t${member}\\(.*`, // method of an interface
    `\t${member} .*\`field:".*`, // field of a struct
    `\t${type}_${member} ${type} = .*`, // constant of an enum
  ]),
};

function hasLine(text: string, patterns: string[]): boolean {
  return new RegExp(`^(${patterns.join('|')})$`, 'm').test(text);
}

function fileOf(sources: Sources, name: string): string {
  return [...sources].find(([path]) => path === name || path.endsWith(`/${name}`))?.[1] ?? '';
}

/** What the TypeScript app uses, without the names of types: other languages name more of them. */
export function membersInTypeScript(text: string): Set<string> {
  const source = ts.createSourceFile('app.ts', text, ts.ScriptTarget.Latest, true);
  const ours = new Set<string>();
  const members = new Set<string>();
  const rootOf = (node: ts.Expression): string => ts.isPropertyAccessExpression(node) ? rootOf(node.expression) : node.getText();
  const keysOf = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
      members.add(node.name.getText());
    }
    node.forEachChild(keysOf);
  };
  const isOurs = (node: ts.Expression | undefined) => node && ts.isNewExpression(node) && ours.has(node.expression.getText());
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && node.moduleSpecifier.getText() === '\'cdk-sagemaker-inference\'') {
      (node.importClause!.namedBindings as ts.NamedImports).elements.forEach(({ name }) => ours.add(name.text));
    } else if (ts.isVariableDeclaration(node) && isOurs(node.initializer)) {
      ours.add(node.name.getText());
    }
    if (ts.isPropertyAccessExpression(node) && ours.has(rootOf(node))) {
      members.add(node.name.text);
    }
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ours.has(rootOf(node.expression))) {
      node.arguments?.forEach(keysOf);
    }
    node.forEachChild(visit);
  };
  visit(source);
  return members;
}

/** A name as all languages have it: without case, underscores and what Java reads a property with. */
export function plain(name: string): string {
  return name.replace(/^get(?=[A-Z])/, '').replace(/_/g, '').toLowerCase();
}
