import { Annotations, ArnFormat, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { known, quote, RESOURCE_NAME, Validation } from './validation';

/** Where something is, as far as it is known or matters. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** What a stack refers to by its name alone has to be where the stack is. */
export function validatePlace(prop: string, place: Place, scope: IConstruct, advice?: string): string[] {
  const stack = Stack.of(scope);
  const validation = new Validation(prop);
  for (const [what, theirs, ours] of [['account', place.account, stack.account], ['Region', place.region, stack.region]]) {
    if (known(theirs) && known(ours)) {
      validation.check(theirs === ours,
        `${prop} must be of the ${what} of the stack, ${ours}, got one of ${theirs}${advice === undefined ? '' : `: ${advice}`}`);
    }
  }
  return validation.messages;
}

/** Where the documentation says that recommendations and their benchmarks are to be had. */
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'ap-southeast-1', 'ap-northeast-1', 'eu-central-1', 'eu-west-1'];

/** Such lists always lag, so another Region is no error. */
export function warnOfRegion(scope: IConstruct, job: 'recommendation' | 'benchmark'): void {
  const { region } = Stack.of(scope);
  if (known(region) && !REGIONS.includes(region)) {
    Annotations.of(scope).addWarningV2(`cdk-sagemaker-inference:${job}Region`,
      `${job} jobs are documented for ${REGIONS.join(', ')}, but the stack is in ${region}`);
  }
}

/** The Region in an ARN. */
export function regionOf(arn: string | undefined): string | undefined {
  return known(arn) ? arn.split(':')[3] : undefined;
}

/** The name in the ARN of a SageMaker resource of a type such as `endpoint`. An ARN of the deployment is taken apart there. */
export function nameInArn(scope: IConstruct, id: string, prop: string, arn: string, type: string): string {
  const validation = new Validation(quote(`${scope.node.path}/${id}`));
  validation.required({ [prop]: arn }, prop);
  validation.matches(prop, arn, new RegExp(`arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:${type}/${RESOURCE_NAME.source}`),
    `be an ARN like arn:aws:sagemaker:us-west-2:111122223333:${type}/name`);
  validation.throwIfAny();
  return Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}
