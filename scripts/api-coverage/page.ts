import { operationsOf, propsOf, reasonOf } from './check';
import { comesFromTags, Coverage } from './coverage';
import { PropPath } from './prop-path';
import { Member, SDK_VERSION } from './schemas';

/** docs/api-coverage.md. */
export function pageOf(coverages: readonly Coverage[]): string {
  return `<!-- Made by \`npm run api-coverage\` from the schemas of @aws-sdk/client-sagemaker ${SDK_VERSION}. Don't edit it. -->

# Coverage of the SageMaker API

Every member of the requests that create something, with the prop that it comes from, and every member of the answers that describe it, with the
attribute that has it. Members and their order are those of the schemas in \`@aws-sdk/client-sagemaker\` ${SDK_VERSION}. Tests compare this
page with the schemas and with the public API, and deploy a stack with every prop to see that every member arrives.

How to read it: \`trafficPattern: TrafficPattern.phases(phases[].duration)\` is a prop \`trafficPattern\` that is made by \`TrafficPattern.phases\`,
whose parameter \`phases\` is a list of structs with a member \`duration\`. \`*\` stands for any factory of a class.

| Operation | Members | Reached by props |
|---|---|---|
${coverages.map(summaryOf).join('\n')}

${coverages.map(sectionOf).join('\n\n')}
`;
}

function summaryOf(coverage: Coverage): string {
  const { create } = operationsOf(coverage);
  const operation = `Create${coverage.noun}`;
  const reached = create.filter(member => propOf(coverage, create, member) !== undefined);
  return `| [${operation}](#${operation.toLowerCase()}) | ${create.length} | ${reached.length} |`;
}

function sectionOf(coverage: Coverage): string {
  const { create, describe } = operationsOf(coverage);
  return [
    `## Create${coverage.noun}`,
    `By \`${coverage.construct}\`.`,
    table(['Member', 'Prop'], create.map(member => [code(member.path), propOf(coverage, create, member) ?? 'none'])),
    'Props that are in no member of the request:',
    table(['Prop', 'What it is for'], Object.entries(coverage.apart).map(([member, purpose]) => [code(member), purpose])),
    `## Describe${coverage.noun}`,
    `Attributes are getters of \`${coverage.construct}\`. Of a list they have the first item, which of recommendations is the best.`,
    table(['Member', 'Attribute'], describe.filter(({ leaf }) => leaf)
      .map(({ path }) => [code(path), reasonOf(coverage, path) ?? code(coverage.describe[path])])),
    ...Object.keys(coverage.others).length === 0 ? [] : [
      'Attributes that are no member of the answer:',
      table(['Attribute', 'Where it comes from'], Object.entries(coverage.others).map(([attribute, origin]) => [code(attribute), origin])),
    ],
  ].join('\n\n');
}

/** What reaches a structure is what all in it have in common; one that several props fill has nothing. */
function propOf(coverage: Coverage, members: Member[], { path, leaf }: Member): string | undefined {
  const below = leaf ? [path] : members.filter(each => each.leaf && isBelow(each.path, path)).map(each => each.path);
  const props = below.flatMap(each => propsOf(coverage, each));
  if (below.some(each => propsOf(coverage, each).length === 0)) {
    return undefined;
  }
  if (leaf || props.every(comesFromTags)) {
    return [...new Set(props)].map(prop => code(comesFromTags(prop) ? prop : String(PropPath.parse(prop)))).join('<br>');
  }
  const common = PropPath.common(props.map(PropPath.parse));
  return common ? code(String(common)) : 'those of its members';
}

function isBelow(path: string, parent: string): boolean {
  return path.startsWith(`${parent}.`) || path.startsWith(`${parent}[].`);
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n').replace('| --- | --- |', '|---|---|');
}

function code(text: string): string {
  return `\`${text}\``;
}
