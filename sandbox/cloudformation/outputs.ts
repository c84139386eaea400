import { evaluate, Scope } from './intrinsics';
import { Stack, StackOutput } from './stack';
import { Target } from './target';

/** The outputs of a stack whose resources are as the target wants them. */
export function resolveOutputs(target: Target, scope: Scope): Map<string, StackOutput> {
  const active = Object.entries(target.template.outputs).filter(([, { condition }]) => condition === undefined || scope.condition(condition));
  return new Map(active.map(([name, output]) => {
    const value = evaluate(output.value, scope);
    if (typeof value === 'object') {
      throw new Error(`Template format error: Output ${name} is malformed. The Value field of every Outputs member must evaluate to a String.`);
    }
    const exportName = output.exportName === undefined ? undefined : String(evaluate(output.exportName, scope));
    return [name, { value: String(value), exportName }];
  }));
}

export function exportsOf(outputs: ReadonlyMap<string, StackOutput>): Map<string, string> {
  return new Map([...outputs.values()].flatMap(({ exportName, value }) => exportName === undefined ? [] : [[exportName, value]]));
}

/** Names are unique, and what another stack imports can neither change nor go. */
export function checkExports(stack: Stack, outputs: ReadonlyMap<string, StackOutput>, others: Stack[]): void {
  const after = exportsOf(outputs);
  for (const other of others) {
    const taken = [...exportsOf(other.outputDetails).keys()].find(name => after.has(name));
    if (taken !== undefined) {
      throw new Error(`Export with name ${taken} is already exported by stack ${other.stackName}. Rename the export and try again.`);
    }
  }
  for (const [name, value] of exportsOf(stack.outputDetails)) {
    const users = others.filter(other => other.imports.has(name)).map(other => other.stackName);
    if (users.length > 0 && after.get(name) !== value) {
      throw new Error(`Export ${name} cannot be ${after.has(name) ? 'updated' : 'deleted'} as it is in use by ${users.join(' and ')}`);
    }
  }
}
