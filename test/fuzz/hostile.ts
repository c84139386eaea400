import { CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';

/** By what it is: a value that a caller without a compiler can give, or that is made to break something. */
export const HOSTILE: Readonly<Record<string, (stack: Stack) => unknown>> = {
  'null': () => null,
  'true': () => true,
  'zero': () => 0,
  'a number': () => 7,
  'a negative number': () => -1,
  'a fraction': () => 0.5,
  'NaN': () => NaN,
  'Infinity': () => Infinity,
  '-Infinity': () => -Infinity,
  'a huge number': () => 1e308,
  'a number that looks like a token': () => -1.8881545897087626e+289,
  'no text': () => '',
  'a text': () => 'x',
  'a huge text': () => 'a'.repeat(100_000),
  'emoji': () => '🚀👩‍👩‍👧',
  'text from right to left': () => '‮مرحبا‬',
  'half a surrogate pair': () => 'a\ud83d',
  'NUL': () => 'a\0b',
  'lines': () => 'a\r\nb: c',
  'quotes': () => '","injected":"yes',
  'backslashes': () => 'a\\',
  'a variable of CloudFormation': () => '${AWS::Region}',
  'text like a token': () => '${Token[x.1]}',
  'text like a list token': () => '#{Token[x.1]}',
  'a way up': () => '../../etc/passwd',
  'SQL': () => "'; DROP TABLE jobs; --",
  'a dynamic reference': () => '{{resolve:secretsmanager:x}}',
  '__proto__': () => '__proto__',
  'an S3 URI': () => 's3://bucket/a b\n"',
  'an empty list': () => [],
  'a list of null': () => [null],
  'a list with a hole': () => [, 'a'], // eslint-disable-line no-sparse-arrays
  'a list of numbers': () => [5],
  'a list of texts': () => ['a', 'a'],
  'a list of objects': () => [{}],
  'a long list': () => Array.from({ length: 1000 }, (_, i) => `entry-${i}`),
  'an empty object': () => ({}),
  'an object': () => ({ a: 1, value: 'x' }),
  'an object with a text': () => ({ '"': '"${AWS::Region}\\' }),
  'a prototype': () => JSON.parse('{"__proto__":{"a":1}}'),
  'an object without a prototype': () => Object.create(null),
  'an object that contains itself': () => {
    const own: Record<string, unknown> = {};
    own.own = own;
    return own;
  },
  'an object of a thousand levels': () => Array.from({ length: 1000 }).reduce<object>(inner => ({ inner }), {}),
  'a function': () => () => 'x',
  'a symbol': () => Symbol('x'),
  'a bigint': () => 10n,
  'a date': () => new Date(0),
  'a Map': () => new Map([['a', 1]]),
  'a text that is known later': () => Lazy.string({ produce: () => Fn.ref('AWS::StackName') }),
  'a number that is known later': () => Lazy.number({ produce: () => Token.asNumber({ 'Fn::GetAtt': ['Other', 'Count'] }) }),
  'a list that is known later': () => Lazy.list({ produce: () => Token.asList({ 'Fn::GetAtt': ['Other', 'Names'] }) }),
  'a list beside a token of a list': () => [...Lazy.list({ produce: () => ['later'] }), 'more'],
  'a parameter': stack => parameter(stack, 'String').valueAsString,
  'a number of a parameter': stack => parameter(stack, 'Number').valueAsNumber,
  'a list of a parameter': stack => parameter(stack, 'CommaDelimitedList').valueAsList,
  'a reference': () => Fn.ref('AWS::StackName'),
  'text around a reference': () => `"a${Fn.ref('AWS::StackName')}\\b`,
  'a token of anything': () => Token.asAny({ Ref: 'AWS::StackName' }),
};

function parameter(stack: Stack, type: string): CfnParameter {
  return stack.node.tryFindChild(`Hostile${type}`) as CfnParameter | undefined ?? new CfnParameter(stack, `Hostile${type}`, { type, default: '1' });
}
