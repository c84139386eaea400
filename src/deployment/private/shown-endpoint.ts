import { aws_cloudwatch as cloudwatch } from 'aws-cdk-lib';
import type { EndpointModels } from './endpoint-models';
import type { ExpectedFigures } from './expected-figures';
import type { DeployRecommendation } from '../deploy-recommendation';
import type { DeployedAdapter } from '../deployed-adapter';
import type { DeployedInferenceComponent } from '../deployed-inference-component';
import type { DeployedVariant } from '../deployed-variant';
import type { IDeployRecommendation } from '../endpoint';

/** What a dashboard has to know of an endpoint that is deployed in the app, beyond what it is to everybody. */
export interface DeployedEndpoint {
  readonly models: EndpointModels;
  readonly expected: ExpectedFigures;
  /** All that there are by now. */
  alarms(): cloudwatch.IAlarmRef[];
}

/** Something with metrics, and what its lines are called where there are several. */
export interface Named<T> {
  readonly name: string;
  readonly of: T;
}

/** An endpoint as a dashboard shows it: what it consists of when it is asked. */
export class ShownEndpoint {
  public readonly asynchronous: boolean;
  /** Undefined for an endpoint that was imported. */
  public readonly deployed?: DeployedEndpoint;

  constructor(private readonly endpoint: IDeployRecommendation) {
    const { _asynchronous, _deployed } = endpoint as Partial<DeployRecommendation>;
    this.asynchronous = _asynchronous ?? false;
    this.deployed = _deployed;
  }

  /** What has instances of its own. */
  public get variants(): Named<IDeployRecommendation | DeployedVariant>[] {
    const added = this.deployed?.models.variants ?? [];
    return [{ name: this.endpoint.variantName, of: this.endpoint }, ...added.map(variant => ({ name: variant.variantName, of: variant }))];
  }

  /** What shares the instances of a variant, without adapters. */
  public get components(): Named<DeployedInferenceComponent>[] {
    return (this.deployed?.models.components ?? []).map(component => ({ name: component.inferenceComponentName, of: component }));
  }

  /** What uses instances, or a part of them. */
  public get workers(): Named<IDeployRecommendation | DeployedVariant | DeployedInferenceComponent>[] {
    return this.components.length > 0 ? this.components : this.variants;
  }

  /** What requests are for, the endpoint's own model first. */
  public get addressees(): Named<IDeployRecommendation | DeployedVariant | DeployedInferenceComponent | DeployedAdapter>[] {
    const { components } = this;
    return components.length === 0 ? this.variants : components.flatMap(component => [
      component, ...component.of.adapterComponents.map(adapter => ({ name: adapter.inferenceComponentName, of: adapter })),
    ]);
  }

  /** The lines that expected figures of a metric draw into a graph. */
  public linesFor(metric: string, label: string): cloudwatch.HorizontalAnnotation[] {
    return this.deployed?.expected.annotations(metric, label) ?? [];
  }
}
