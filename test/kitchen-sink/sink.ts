import { CfnOutput, Resource, Stack, Tags } from 'aws-cdk-lib';
import { Factories } from './factories';
import { formsOf, isFrom, resolveDeployed } from './values';
import type { Stack as DeployedStack } from '../../sandbox/cloudformation';
import type { Scenario } from '../../sandbox/sagemaker';
import { operationsOf, propsOf, reasonOf } from '../../scripts/api-coverage/check';
import { comesFromTags, Coverage } from '../../scripts/api-coverage/coverage';
import { membersBelow, PropPath } from '../../scripts/api-coverage/prop-path';
import { PublicApi } from '../../scripts/api-coverage/public-api';
import { valuesByPath } from '../../scripts/api-coverage/schemas';
import { MINUTE, World } from '../lifecycle/harness';
import { setUp } from '../lifecycle/kinds';

/** The required members of a struct, and no others. */
export type Minimal<Props> = Pick<Props, { [Name in keyof Props]-?: object extends Pick<Props, Name> ? never : Name }[keyof Props]>;

/** The stacks of one kind of resource. */
export interface Sink<Props extends object> {
  readonly coverage: Coverage;
  /** What the request of the minimal one holds. */
  readonly minimalMembers: string[];
  readonly scenario?: Scenario;
  make(stack: Stack, id: string, props: Props): Resource;
  /** What the stacks need beside a model and an endpoint. */
  prepare?(world: World): Promise<void>;
  /**
   * The props of as many constructs as it takes to use every prop, since some exclude each other. No value is there twice, so that it can be
   * told where in a request a prop arrives.
   */
  everything(stack: Stack): Props[];
  minimal(stack: Stack): Minimal<Props>;
  /** ARNs that the destroyed stack leaves behind, of those that it brought. */
  leaves?(arn: string): boolean;
}

const TAG = ['kitchen', 'sink'];
const MINIMAL = 'Minimal';

const api = PublicApi.read();
const factories = new Factories(api);

/** What one construct was made from, and what came of it. */
interface Variant<Props> {
  readonly id: string;
  readonly props: Props;
  readonly name: string;
  readonly request: object;
  /** As Describe has it in the end. */
  readonly described: object;
}

interface Explanation {
  /** Whether the prop was given at all. */
  readonly given: boolean;
  explains(value: unknown, path?: string): boolean;
}

/** A stack with every prop and one with the fewest, deployed. */
export function describeSink<Props extends object>(sink: Sink<Props>): void {
  const { coverage } = sink;
  const { create, describe: answer } = operationsOf(coverage);
  const nameMember = create[0].path;
  const nameAttribute = coverage.describe[nameMember];
  const attributes = answer.filter(({ leaf, path }) => leaf && reasonOf(coverage, path) === undefined)
    .map(({ path, timestamp }) => ({ path, timestamp, attribute: coverage.describe[path] }));

  const start = async () => {
    const brief = () => ({ duration: 2 * MINUTE });
    const world = await World.start({ scenario: { recommendation: brief, benchmark: brief, optimization: brief, ...sink.scenario } });
    await setUp(world);
    await sink.prepare?.(world);
    return world;
  };
  const requestsOf = (world: World) => world.sandbox.journal.calls
    .filter(({ operation, error }) => operation === `Create${coverage.noun}` && !error).map(({ input }) => input);

  describe('with every prop', () => {
    let world: World;
    let before: string[];
    let stack: DeployedStack;
    let cdkStack: Stack;
    let variants: Variant<Props>[];
    let all: Props[];

    const build = (scope: Stack) => {
      cdkStack = scope;
      Tags.of(scope).add(TAG[0], TAG[1]);
      all = sink.everything(scope);
      all.forEach((props, i) => {
        const construct = sink.make(scope, `Sink${i}`, props) as unknown as Record<string, string>;
        new Set(attributes.map(({ attribute }) => attribute))
          .forEach(attribute => new CfnOutput(scope, `Sink${i}${attribute}`, { value: construct[attribute] }));
      });
    };

    beforeAll(async () => {
      world = await start();
      before = world.leftovers();
      stack = await world.deploy(build);
      expect(world.failures(stack)).toEqual([]);
      variants = await Promise.all(all.map(async (props, i) => {
        const name = stack.outputs[`Sink${i}${nameAttribute}`];
        const request = requestsOf(world).find(each => each[nameMember] === name)!;
        const described = await world.byHand(`Describe${coverage.noun}`, { [nameMember]: name }) as object;
        return { id: `Sink${i}`, props, name, request: withoutOwnTags(request), described };
      }));
    });
    afterAll(() => World.stopAll());

    test('it is deployed', () => {
      expect(stack.status).toBe('CREATE_COMPLETE');
    });

    test('every prop is used', () => {
      const used = new Set(all.flatMap(props => factories.allGiven(coverage.props, props).map(({ member }) => member)));
      const existing = membersBelow(api, coverage.props, new Set(Object.keys(coverage.apart)));
      expect(existing.filter(member => !used.has(member))).toEqual([]);
    });

    test('every member of the request arrives, and no other', () => {
      const arrived = requestsOf(world).flatMap(request => [...valuesByPath(create, request).keys()]);
      expect([...new Set(arrived)].sort()).toEqual(create.map(({ path }) => path).sort());
    });

    test('each member has what was given to the props that the table names, and to no others', () => {
      const wrong: string[] = [];
      const explaining = new Set<string>();
      for (const { id, props, name, request } of variants) {
        const explanations = new Map([...new Set(Object.values(coverage.create).flat())].map(prop => [prop, explanationOf(prop, props)]));
        for (const [path, values] of valuesByPath(create, request)) {
          const own = propsOf(coverage, path);
          // What nobody gave is a default of the library, such as the role.
          for (const value of own.some(prop => explanations.get(prop)!.given) ? values : []) {
            // The folder of a run is named like the job.
            const part = typeof value === 'string' && path !== nameMember ? value.replace(name, '') : value;
            const found = [...explanations].filter(([, { explains }]) => explains(part)).map(([prop]) => prop);
            const right = own.filter(prop => explanations.get(prop)!.explains(part, path));
            const others = found.filter(prop => !own.some(each => isPrefix(each, prop) || isPrefix(prop, each)));
            right.forEach(prop => explaining.add(`${path} from ${prop}`));
            if (right.length === 0 || others.length > 0) {
              wrong.push(`${id}: ${path} is ${JSON.stringify(value)}, which is from ${found.join(', ') || 'no prop'}`);
            }
          }
        }
      }
      expect(wrong).toEqual([]);
      // An alternative that explains nothing may be wrong.
      const named = create.filter(({ leaf }) => leaf).flatMap(({ path }) => propsOf(coverage, path).map(prop => `${path} from ${prop}`));
      expect(named.filter(each => !explaining.has(each))).toEqual([]);
    });

    test('each value that is given arrives', () => {
      for (const { props, request } of variants) {
        const values = [...valuesByPath(create, request).values()].flat();
        const lost = factories.allGiven(coverage.props, props)
          .filter(({ member }) => !(member in coverage.apart))
          .filter(({ contents }) => contents.some(content => {
            const forms = formsOf(content, resolveDeployed(cdkStack, stack));
            return forms.length > 0 && !values.some(each => isFrom(each, forms) || holds(each, forms));
          }));
        expect(lost.map(({ member }) => member)).toEqual([]);
      }
    });

    test('each attribute has what the table says', () => {
      const wrong: string[] = [];
      const filled = new Set<string>();
      for (const { id, described } of variants) {
        const values = valuesByPath(answer, described);
        for (const { path, timestamp, attribute } of attributes) {
          const output = stack.outputs[`${id}${attribute}`];
          const expected = textOf(values.get(path)?.[0], timestamp);
          if (expected !== '') {
            filled.add(path);
          }
          if (output !== expected && !(isJson(output) && output.includes(`"${expected}"`))) {
            wrong.push(`${id}: ${attribute} is "${output}", and ${path} is "${expected}"`);
          }
        }
      }
      expect(wrong).toEqual([]);
      expect(attributes.filter(({ path }) => !filled.has(path))).toEqual([]);
    });

    test('deployed again as it is, it runs nothing', async () => {
      const count = requestsOf(world).length;
      const operation = world.begin(build);
      expect(operation.noChanges).toBe(true);
      await world.finish(operation);
      expect(requestsOf(world)).toHaveLength(count);
    });

    test('destroyed, it leaves nothing but what cannot be deleted', async () => {
      expect((await world.destroy()).status).toBe('DELETE_COMPLETE');
      expect(world.leftovers().filter(arn => !before.includes(arn) && !sink.leaves?.(arn))).toEqual([]);
    });

    /** Tells whether a value in a request can come from a prop. */
    function explanationOf(prop: string, props: Props): Explanation {
      if (comesFromTags(prop)) {
        return { given: true, explains: value => TAG.includes(String(value)) };
      }
      const path = PropPath.parse(prop);
      const found = factories.follow(path, props);
      const given = found.length > 0;
      if (path.steps.at(-1)?.kind === 'factory') {
        // That it was made by this one is all that there is to it.
        return { given, explains: (_, ofPath) => ofPath !== undefined && given };
      }
      const forms = factories.contentsOf(found).flatMap(content => formsOf(content, resolveDeployed(cdkStack, stack)));
      return { given, explains: value => isFrom(value, forms) };
    }
  });

  describe('with the required props alone', () => {
    afterEach(() => World.stopAll());

    test('it is deployed, and its request holds no more than it must', async () => {
      const world = await start();
      let given: object = {};
      const stack = await world.deploy(scope => {
        given = sink.minimal(scope);
        sink.make(scope, MINIMAL, given as Props);
      });
      expect(Object.keys(given).sort()).toEqual(api.membersOf(coverage.props)!.filter(({ optional }) => !optional).map(({ name }) => name).sort());
      expect(world.failures(stack)).toEqual([]);
      expect(stack.status).toBe('CREATE_COMPLETE');
      const leaves = create.filter(({ leaf }) => leaf).map(({ path }) => path);
      const [request, ...others] = requestsOf(world);
      expect(others).toEqual([]);
      expect([...valuesByPath(create, request).keys()].filter(path => leaves.includes(path)).sort()).toEqual([...sink.minimalMembers].sort());
    });
  });
}

/** The library marks what it makes. */
function withoutOwnTags(request: Record<string, any>): object {
  return { ...request, Tags: request.Tags.filter(({ Key }: { Key: string }) => !Key.startsWith('cdk-sagemaker-inference:')) };
}

function isPrefix(prop: string, of: string): boolean {
  return of.startsWith(prop.replace(/\)*$/, ''));
}

/** Whether a document that is a text in the request holds a value. */
function holds(document: unknown, forms: unknown[]): boolean {
  return isJson(document) && forms.some(form => document.includes(JSON.stringify(form)) || document.includes(String(form)));
}

function isJson(text: unknown): text is string {
  return typeof text === 'string' && text.startsWith('{');
}

/** As an attribute has it. */
function textOf(value: unknown, timestamp: boolean): string {
  if (value === undefined || value === null || value === 'NaN') {
    return '';
  }
  return timestamp ? new Date(Number(value) * 1000).toISOString() : String(value);
}
