import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { JobPermissions, permit } from '../../../private/execution-role';
import { AiRecommendationJobProps } from '../recommendation-props';

/** Everything that the execution role of a recommendation job needs. The job's resource waits for the role with its policies. */
export function permitRecommendationJob(role: iam.IRole, stack: Stack, props: AiRecommendationJobProps): void {
  const permissions = new JobPermissions(stack);
  const modelPackageArns = props.adapters?._modelPackageArns ?? [];
  const statements = [
    permissions.readQuotas(),
    permissions.runTestEndpoints(),
    permissions.loadEndpoints(),
    permissions.runTrainingJobs(),
    permissions.runOptimizationJobs(),
    permissions.runInnerBenchmarks(),
    permissions.registerModels(),
    permissions.passItself(role),
    ...permissions.runContainers(),
    permissions.readWorkloadConfigs(),
    ...(modelPackageArns.length > 0 ? [permissions.readModelPackages(modelPackageArns)] : []),
    ...(props.capacityReservation ? permissions.useTrainingPlans(props.capacityReservation.reservationArns ?? []) : []),
    ...(props.mlflow ? [permissions.trackInMlflow(props.mlflow.resourceArn)] : []),
  ];
  permit(role, statements);

  props.model._location.grantRead(role);
  props.output._location.grantReadWrite(role);
  props.adapters?._locations.forEach(location => location.grantRead(role));
  props.workloadConfig.grants.readInputs(role);
}
