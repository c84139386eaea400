import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { sagemaker } from './aws/clients';
import { isNotFound, sentence } from './errors';
import { constantId, done, Failure, Named, NOT_YET, PlannedEvent, Progress, ResourceEvent, ResourceHandler, sagemakerArn, text } from './event';
import { putBack } from './scaling/load';
import { stackState } from './stack';
import { HOLD, Timed, timed } from './time';

/**
 * Fails when the endpoint serves another configuration than the one deployed: SageMaker can go back to the old one by itself, and then
 * reports InService as if all were well.
 *
 * Behind the endpoint it is also the place where scaling comes back that the update had to do without, forward and in a rollback.
 */
export class EndpointCheck implements ResourceHandler<Timed> {
  public async onEvent(event: ResourceEvent): Promise<Named<Timed>> {
    return { PhysicalResourceId: constantId(event), Plan: timed(HOLD) };
  }

  public async isComplete(event: PlannedEvent<Timed>): Promise<Progress> {
    if (event.RequestType === 'Delete') {
      return done();
    }
    const name = text(event.ResourceProperties, 'EndpointName') ?? '';
    const expected = text(event.ResourceProperties, 'EndpointConfigName') ?? '';
    const { status, config, reason } = await look(name);
    const serving = status === 'InService' && config === expected;
    if (!serving && (await stackState(event)).phase === 'forward') {
      if (/ing$|^RollingBack$/.test(status) && Date.now() < event.Plan.deadline) {
        return NOT_YET;
      }
      const wrong = config === expected ? '' : ` and serves configuration ${config || 'none'} instead of ${expected}`;
      throw new Failure(`endpoint ${sagemakerArn(event, 'endpoint', name)} is ${status}${wrong}`
        + `${reason ? `: ${sentence(reason)}` : ''}. Logs: the CloudWatch log group /aws/sagemaker/Endpoints/${name}`);
    }
    return await putBack(event, name) || Date.now() >= event.Plan.deadline ? done({ EndpointStatus: status }) : NOT_YET;
  }
}

async function look(name: string): Promise<{ status: string; config?: string; reason?: string }> {
  try {
    const endpoint = await sagemaker().send(new DescribeEndpointCommand({ EndpointName: name }));
    return { status: endpoint.EndpointStatus ?? 'Unknown', config: endpoint.EndpointConfigName, reason: endpoint.FailureReason };
  } catch (error) {
    if (isNotFound(error)) {
      return { status: 'Gone' };
    }
    throw error;
  }
}
