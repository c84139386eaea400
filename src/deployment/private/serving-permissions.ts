import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { JobPermissions, permit } from '../../private/execution-role';
import { RolePermissions } from '../../private/role-permissions';
import type { DeployRecommendationProps } from '../deploy-recommendation-props';

/** Everything that the role of an endpoint needs: more with each model and each alarm that joins. */
export class ServingPermissions {
  private readonly permits: ((role: iam.IRole) => void)[] = [];
  private readonly roles: iam.IRole[] = [];
  private readonly permissions: RolePermissions;

  constructor(scope: IConstruct, role: iam.IRole) {
    this.permissions = new RolePermissions(scope, role, 'addExecutionPermissions', granted => {
      this.roles.push(granted);
      this.permits.forEach(give => give(granted));
    });
  }

  /** Adds permissions to all roles that have some, and to those that get them later. */
  public add(give: (role: iam.IRole) => void): void {
    this.permits.push(give);
    this.roles.forEach(give);
  }

  /** Gives another role all that there is. */
  public addTo(role: iam.IRole): void {
    this.permissions.addTo(role);
  }
}

/** What the props of an endpoint ask of its role. */
export function permitServing(role: iam.IRole, stack: Stack, props: DeployRecommendationProps): void {
  const permissions = new JobPermissions(stack);
  const { asyncInference, dataCapture, volumeEncryption } = props;
  const statements = [
    ...permissions.runContainers(),
    ...(props.vpc ? permissions.attachToVpc() : []),
    ...(props.capacityReservation ? permissions.useTrainingPlans(props.capacityReservation.reservationArns ?? []) : []),
  ];
  permit(role, statements);

  dataCapture?.destination._location.grantReadWrite(role);
  dataCapture?.encryptionKey?.grantEncryptDecrypt(role);
  asyncInference?.output._location.grantReadWrite(role);
  asyncInference?.failureOutput?._location.grantReadWrite(role);
  asyncInference?.encryptionKey?.grantEncryptDecrypt(role);
  asyncInference?.successTopic?.grantPublish(role);
  asyncInference?.errorTopic?.grantPublish(role);
  if (volumeEncryption) {
    volumeEncryption._key.grantEncryptDecrypt(role);
    // Volumes use the key by grants, which AWS makes for its own resources and nobody else.
    const { principalStatements, resourceStatements } = volumeEncryption._key.grant(role, 'kms:CreateGrant');
    [...principalStatements, ...resourceStatements]
      .forEach(statement => statement.addCondition('Bool', { 'kms:GrantIsForAWSResource': 'true' }));
  }
}
