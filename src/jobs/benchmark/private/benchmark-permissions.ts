import { aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { JobPermissions, permit } from '../../../private/execution-role';
import { AiBenchmarkJobProps } from '../benchmark-props';
import { BenchmarkTarget } from '../benchmark-target';

/** Everything that the execution role of a benchmark job needs. The job's resource waits for the role with its policies. */
export function permitBenchmarkJob(role: iam.IRole, scope: IConstruct, props: AiBenchmarkJobProps): void {
  const permissions = new JobPermissions(Stack.of(scope));
  const components = props.target._inferenceComponents ?? [];
  const statements = [
    permissions.loadEndpoint(
      endpointArns(props.target, permissions, role.node.scope === scope),
      [...new Set(components.flatMap(name => permissions.resourceArns('inference-component', name)))],
    ),
    permissions.readServedModels(),
    permissions.runTrainingJobs(),
    permissions.passItself(role),
    ...permissions.runContainers(),
    permissions.readWorkloadConfigs(),
    ...(props.vpc ? permissions.attachToVpc() : []),
    ...(props.mlflow ? [permissions.trackInMlflow(props.mlflow.resourceArn)] : []),
  ];
  permit(role, statements);

  props.output._location.grantReadWrite(role);
  props.workloadConfig.grants.readInputs(role);
}

/**
 * The one endpoint, under all the names that IAM may know it by.
 *
 * Where only the deployment knows its name, the role of the job alone gets the ARN that comes with the name. A role of the user may serve other
 * purposes, such as the endpoint itself, and waits for none: in one, all endpoints are meant.
 */
function endpointArns(target: BenchmarkTarget, permissions: JobPermissions, isOwnRole: boolean): string[] {
  const { _endpointName: name, _endpointArn: arn } = target;
  return arn !== undefined && Token.isUnresolved(name) && isOwnRole ? [arn] : permissions.resourceArns('endpoint', name);
}
