import { aws_cloudwatch as cloudwatch, IResolvable, Lazy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { MAX_ALARMS } from './limits';
import { validatePlace } from '../../private/environment';
import { Validation } from '../../private/validation';
import { Rollout } from '../rollout';

/** How an endpoint goes over to another configuration, with alarms that can be added until the app is synthesized. */
export class Rollback {
  /** Those that there are by now. */
  public readonly alarms: cloudwatch.IAlarmRef[] = [];

  /**
   * @param components whether it is inference components that are rolled out, and not the endpoint
   * @param onFirstAlarm what alarms need
   */
  constructor(
    private readonly scope: IConstruct,
    private readonly rollout: Rollout | undefined,
    private readonly components: boolean,
    private readonly onFirstAlarm: () => void,
  ) {
    rollout?._alarms.forEach(alarm => this.add('rollout.alarms', alarm));
  }

  /** @param what the prop or method that brings it */
  public add(what: string, alarm: cloudwatch.IAlarmRef): void {
    const validation = new Validation('DeployRecommendation');
    validation.check(alarm !== undefined && alarm !== null, `${what} needs an alarm`);
    validation.check(!this.components || this.rollout !== undefined,
      `${what} needs rollout with Hosting.inferenceComponents, which go back only from an update in batches: give Rollout.rolling`);
    validation.add(alarm ? validatePlace(what, alarm.env, this.scope) : []);
    if (!this.alarms.includes(alarm)) {
      validation.count('the endpoint', [...this.alarms, alarm], 0, MAX_ALARMS, 'alarms that roll it back', 'combine some into a composite alarm');
    }
    validation.throwIfAny(this.scope);
    if (this.alarms.length === 0) {
      this.onFirstAlarm();
    }
    if (!this.alarms.includes(alarm)) {
      this.alarms.push(alarm);
    }
  }

  /** Of the endpoint: one with inference components doesn't change what it serves. */
  public renderForEndpoint(): IResolvable {
    return Lazy.any({
      produce: () => this.components || (this.rollout === undefined && this.alarms.length === 0) ? undefined
        : { ...this.rollout?._renderForEndpoint(), autoRollbackConfiguration: this.renderAlarms() },
    });
  }

  /** Of each inference component. */
  public renderForComponent(): IResolvable {
    return Lazy.any({
      produce: () => this.rollout && { ...this.rollout._renderForComponent(), autoRollbackConfiguration: this.renderAlarms() },
    });
  }

  private renderAlarms(): { readonly alarms: { readonly alarmName: string }[] } | undefined {
    return this.alarms.length === 0 ? undefined : { alarms: this.alarms.map(({ alarmRef }) => ({ alarmName: alarmRef.alarmName })) };
  }
}
