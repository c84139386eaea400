import { AlarmState } from './alarm';

/** A rule of a composite alarm, parsed: the alarms that it names, and whether it holds. */
export interface Rule {
  /** Names or ARNs. */
  readonly alarms: string[];
  holds(stateOf: (alarm: string) => AlarmState | undefined): boolean;
}

type Node = Rule['holds'];

const TOKEN = /\s*(?:(\(|\))|"([^"]*)"|'([^']*)'|([^\s()"']+))/y;

/** Reads `ALARM("a") AND NOT (OK(b) OR FALSE)`: NOT binds closest, then AND, then OR. Throws an Error with what is wrong. */
export function readRule(text: string): Rule {
  const tokens = tokensOf(text);
  const alarms: string[] = [];
  let position = 0;
  const peek = () => tokens[position];
  const take = (expected?: string): string => {
    const token = tokens[position++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`${expected ?? 'more'} is expected ${token === undefined ? 'at the end' : `in the place of ${token}`}`);
    }
    return token;
  };
  const chain = (operator: string, operand: () => Node, join: (nodes: Node[]) => Node): Node => {
    const nodes = [operand()];
    while (peek() === operator) {
      take();
      nodes.push(operand());
    }
    return nodes.length === 1 ? nodes[0] : join(nodes);
  };
  const or = (): Node => chain('OR', and, nodes => stateOf => nodes.some(node => node(stateOf)));
  const and = (): Node => chain('AND', not, nodes => stateOf => nodes.every(node => node(stateOf)));
  const not = (): Node => {
    if (peek() !== 'NOT') {
      return operand();
    }
    take();
    const inner = not();
    return stateOf => !inner(stateOf);
  };
  const operand = (): Node => {
    const token = take();
    switch (token) {
      case '(': {
        const inner = or();
        take(')');
        return inner;
      }
      case 'TRUE': return () => true;
      case 'FALSE': return () => false;
      case 'ALARM':
      case 'OK':
      case 'INSUFFICIENT_DATA': {
        take('(');
        const alarm = take();
        take(')');
        alarms.push(alarm);
        return stateOf => stateOf(alarm) === token;
      }
      default: throw new Error(`${token} is no function of an alarm rule`);
    }
  };
  const holds = or();
  if (position < tokens.length) {
    throw new Error(`the rule goes on with ${peek()}`);
  }
  return { alarms, holds };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      throw new Error(`this cannot be read: ${text.slice(start)}`);
    }
    tokens.push(match.slice(1).find(part => part !== undefined)!);
  }
  return tokens;
}
