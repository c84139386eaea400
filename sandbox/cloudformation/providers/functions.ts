import { LambdaService } from '../../runtime/lambda';
import { StepFunctions } from '../../runtime/step-functions';
import { Assets } from '../assets';
import { Properties } from '../template';
import { Effect, Effects } from './native';

type Functions = Pick<LambdaService, 'createFunction' | 'updateFunction' | 'deleteFunction'>;
type StateMachines = Pick<StepFunctions, 'createStateMachine' | 'updateStateMachine' | 'deleteStateMachine'>;

/** Functions run in the sandbox's Lambda. One that isn't written for Node.js exists, but whoever invokes it finds none. */
export function functionEffects(lambda: Functions, assets: Assets): Effects {
  return {
    create: effect => runsOnNode(effect.properties) && lambda.createFunction(functionConfiguration(effect, assets)),
    update: (effect, before) => {
      if (runsOnNode(before.properties) && runsOnNode(effect.properties)) {
        return lambda.updateFunction(functionConfiguration(effect, assets));
      }
      lambda.deleteFunction(String(effect.attributes.Arn));
      return runsOnNode(effect.properties) && lambda.createFunction(functionConfiguration(effect, assets));
    },
    delete: ({ attributes }) => lambda.deleteFunction(String(attributes.Arn)),
  };
}

export function stateMachineEffects(stepFunctions: StateMachines): Effects {
  return {
    create: effect => stepFunctions.createStateMachine(stateMachineConfiguration(effect)),
    update: effect => stepFunctions.updateStateMachine(stateMachineConfiguration(effect)),
    delete: ({ physicalId }) => stepFunctions.deleteStateMachine(physicalId),
  };
}

export function runsOnNode(properties: Properties): boolean {
  return String(properties.Runtime ?? '').startsWith('nodejs');
}

function functionConfiguration({ name, attributes, properties }: Effect, assets: Assets) {
  const code = properties.Code as Properties;
  if (code.S3Bucket === undefined || code.S3Key === undefined || properties.Layers !== undefined) {
    throw new Error('the sandbox runs functions from an asset and without layers only');
  }
  const logging = properties.LoggingConfig as Properties | undefined;
  return {
    name,
    arn: String(attributes.Arn),
    roleArn: String(properties.Role),
    codeDirectory: assets.find(String(code.S3Bucket), String(code.S3Key)),
    handler: String(properties.Handler),
    runtime: String(properties.Runtime),
    timeout: Number(properties.Timeout ?? 3),
    memory: Number(properties.MemorySize ?? 128),
    environment: ((properties.Environment as Properties | undefined)?.Variables ?? {}) as Record<string, string>,
    logLevel: logging?.ApplicationLogLevel as string | undefined,
  };
}

function stateMachineConfiguration({ physicalId, name, properties }: Effect) {
  if (typeof properties.DefinitionString !== 'string') {
    throw new Error('the sandbox knows state machines with a DefinitionString only');
  }
  const substitutions = (properties.DefinitionSubstitutions ?? {}) as Properties;
  const definition = properties.DefinitionString.replace(/\$\{(\w+)\}/g, (whole, key: string) => key in substitutions ? String(substitutions[key]) : whole);
  return { arn: physicalId, name, definition, roleArn: String(properties.RoleArn) };
}
