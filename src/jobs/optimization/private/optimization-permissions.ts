import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { JobPermissions, permit } from '../../../private/execution-role';
import { OptimizationJobProps } from '../optimization-props';

/** Everything that the execution role of an optimization job needs. The job's resource waits for the role with its policies. */
export function permitOptimizationJob(role: iam.IRole, stack: Stack, props: OptimizationJobProps): void {
  const permissions = new JobPermissions(stack);
  const { _modelName: modelName } = props.model;
  const trains = props.optimizations.some(({ _definition }) => _definition.kind === 'speculativeDecoding');
  const statements = [
    ...permissions.runContainers(),
    ...(modelName === undefined ? [] : [permissions.readModel(modelName)]),
    ...(props.outputModelName === undefined ? [] : [permissions.writeModel(props.outputModelName)]),
    // Heads are trained, and their effect is measured: AWS documents for the like that it happens in training jobs and on endpoints.
    ...(trains ? [
      permissions.runTrainingJobs(),
      permissions.runTestEndpoints(),
      permissions.loadEndpoints(),
    ] : []),
    ...(trains || props.outputModelName !== undefined ? [permissions.passItself(role)] : []),
    ...(props.trainingPlanArn === undefined ? [] : permissions.useTrainingPlans([props.trainingPlanArn])),
    ...(props.vpc ? permissions.attachToVpc() : []),
  ];
  permit(role, statements);

  props.model._locations.forEach(location => location.grantRead(role));
  props.optimizations.forEach(({ _definition }) => _definition.trainingData?._grantRead(role));
  props.output._location.grantReadWrite(role);
  props.outputEncryptionKey?.grantEncryptDecrypt(role);
}
