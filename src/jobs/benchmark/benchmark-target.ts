import { Annotations, Fn, Token } from 'aws-cdk-lib';
import type * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { IConstruct } from 'constructs';
import type { IDeployRecommendation } from '../../deployment/endpoint';
import { isElsewhere, isOfSameStage, refer, Referral } from '../../private/cross-stack';
import { endpointNameOf } from '../../private/endpoint-ref';
import { Place, regionOf, validatePlace } from '../../private/environment';
import { known, quote, RESOURCE_NAME, Validation } from '../../private/validation';

/**
 * Which part of an endpoint is loaded.
 */
export interface BenchmarkTargetOptions {
  /**
   * The container of a multi-container endpoint that the requests go to.
   *
   * @default - the endpoint has one container
   */
  readonly containerHostname?: string;

  /**
   * Names of the inference components that the requests go to, at least one. An endpoint with inference components must name them, or the
   * benchmark fails: no model is deployed on the endpoint itself.
   *
   * @default - those of a deployment of this app; else the endpoint has none
   */
  readonly inferenceComponentNames?: string[];
}

/**
 * The endpoint that a benchmark loads. It must be in service, and speak OpenAI's chat completions unless the workload has a template.
 *
 * A benchmark sends real load: requests of users wait behind it, autoscaling follows it, and it is paid for like theirs. Don't aim at an
 * endpoint in production without thinking of that.
 *
 * A job runs once for the same inputs, and the name of an endpoint is one of them, while what is served behind that name is not. With
 * `deployment` it is: such a benchmark runs again whenever another configuration is deployed. With the others, say by `rerunToken` when to.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-benchmark.html
 */
export class BenchmarkTarget {
  /**
   * An endpoint of this app, or an imported one, in the job's account and Region. Of one that is known by its ARN alone the name is taken from
   * that, as by `endpointArn`.
   *
   * @param endpoint the endpoint, such as a `CfnEndpoint`
   * @param options which part of it
   */
  public static endpoint(endpoint: sagemaker.IEndpointRef, options: BenchmarkTargetOptions = {}): BenchmarkTarget {
    return new BenchmarkTarget(ofConstruct(endpoint), options);
  }

  /**
   * An existing endpoint of the job's account and Region.
   *
   * @param endpointName its name: up to 63 letters, digits and hyphens
   * @param options which part of it
   */
  public static endpointName(endpointName: string, options: BenchmarkTargetOptions = {}): BenchmarkTarget {
    return new BenchmarkTarget({ name: endpointName }, options);
  }

  /**
   * An existing endpoint, which must be of the job's account and Region.
   *
   * Its name is taken from the ARN. If it has capitals use `endpointName`: ARNs of endpoints are in lower case, while requests must spell
   * the name as it was given.
   *
   * @param endpointArn its ARN
   * @param options which part of it
   */
  public static endpointArn(endpointArn: string, options: BenchmarkTargetOptions = {}): BenchmarkTarget {
    const name = Token.isUnresolved(endpointArn) ? Fn.select(1, Fn.split('/', endpointArn)) : ARN.exec(endpointArn)?.[1];
    const account = known(endpointArn) ? endpointArn.split(':')[4] : undefined;
    return new BenchmarkTarget({
      name: name ?? '', arn: endpointArn, malformedArn: name === undefined, place: { account, region: regionOf(endpointArn) },
    }, options);
  }

  /**
   * A deployment of this app: the benchmark runs when the endpoint serves it, and runs again whenever it serves another configuration. The
   * deployment can be in another stack of the same account and Region, which is then deployed first.
   *
   * Of an imported deployment no more is known than its name: say by `rerunToken` when to run again.
   *
   * @param deployment the deployment
   * @param options which part of it
   */
  public static deployment(deployment: IDeployRecommendation, options: BenchmarkTargetOptions = {}): BenchmarkTarget {
    return new BenchmarkTarget({ ...ofConstruct(deployment), followed: true }, options);
  }

  private constructor(
    private readonly endpoint: TargetEndpoint,
    private readonly options: BenchmarkTargetOptions,
    /** @internal */
    public readonly _referrals: readonly Referral[] = [],
  ) {}

  /**
   * The target as the stack of the job can refer to it.
   *
   * @internal
   */
  public _bind(scope: IConstruct): BenchmarkTarget {
    const { construct: owner, served, followed, arn } = this.endpoint;
    if (!owner || !served || !isElsewhere(owner, scope)) {
      return this;
    }
    const referrals: Referral[] = [];
    const own = (name: string, value: string): string => {
      const referral = refer(scope, { owner, name, value, after: owner });
      referrals.push(referral);
      return referral.value;
    };
    const { _name: literal = this.endpoint.name } = owner as { readonly _name?: string };
    const name = own('EndpointName', literal);
    return new BenchmarkTarget({
      ...this.endpoint,
      name,
      // The name as it is in an ARN is not known where the name isn't.
      arn: arn !== undefined && Token.isUnresolved(name) ? own('EndpointArn', arn) : undefined,
      construct: isOfSameStage(owner, scope) ? owner : undefined,
      served: {
        // What the endpoint serves is no input of a benchmark that doesn't follow it.
        endpointConfigName: followed ? own('EndpointConfigName', served.endpointConfigName) : '',
        modelName: followed ? own('ModelName', served.modelName) : '',
      },
      inferenceComponentNames: this.options.inferenceComponentNames ? undefined
        : this.endpoint.inferenceComponentNames?.map((component, i) => own(`InferenceComponentName${i + 1}`, component)),
    }, this.options, followed ? referrals.slice(0, 1) : []); // each has the revision of the whole deployment
  }

  /** @internal */
  public _validate(prop: string, scope: IConstruct): string[] {
    const { name, arn, place, malformedArn } = this.endpoint;
    const { containerHostname, inferenceComponentNames: names } = this.options;
    const validation = new Validation(prop);
    if (malformedArn) {
      validation.check(false, `${prop} must be an ARN like arn:aws:sagemaker:us-west-2:111122223333:endpoint/name, got ${quote(String(arn))}`);
    } else {
      validation.check(name !== undefined && name !== null, `${prop}.endpointName is required`);
      validation.resourceName(`${prop}.endpointName`, name);
    }
    validation.add(validatePlace(prop, place ?? {}, scope, 'benchmark it there'));
    validation.resourceName(`${prop}.containerHostname`, containerHostname);
    validation.check(!Token.isUnresolved(names),
      `${prop}.inferenceComponentNames must be names in a list that is known at synthesis, got a token for the list`);
    validation.count(`${prop}.inferenceComponentNames`, names, 1, Infinity, 'names', 'leave it out for an endpoint without');
    validation.distinct(`${prop}.inferenceComponentNames`, names);
    if (!Token.isUnresolved(names)) {
      names?.forEach((component, i) => validation.resourceName(`${prop}.inferenceComponentNames[${i}]`, component));
    }
    return validation.messages;
  }

  /** @internal */
  public _warn(prop: string, scope: IConstruct, rerunToken?: string): void {
    const { construct, served, followed } = this.endpoint;
    if (construct && served && !followed) {
      Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:benchmarkOfDeployment',
        `${prop} is a deployment that was given to BenchmarkTarget.endpoint, so the benchmark doesn't run again when another configuration is `
        + 'served: use BenchmarkTarget.deployment');
    }
    if (followed && !served && rerunToken === undefined) {
      Annotations.of(scope).addWarningV2('cdk-sagemaker-inference:benchmarkOfImport',
        `${prop} is an imported deployment, of which only the name is known, so the benchmark doesn't run again when another configuration is served: `
        + 'say by rerunToken when to run again');
    }
  }

  /**
   * The member of the Create request. FROZEN: the job's name is a hash of it.
   *
   * The name rather than the ARN: the same endpoint in another account or Region is the same endpoint.
   *
   * @internal
   */
  public _render(): Record<string, unknown> {
    return {
      Endpoint: {
        Identifier: this.endpoint.name,
        TargetContainerHostname: this.options.containerHostname,
        InferenceComponents: this._inferenceComponents?.map(name => ({ Identifier: name })),
      },
    };
  }

  /**
   * What is served there, as far as it has a name that changes with it. FROZEN: the job's name is a hash of it.
   *
   * @internal
   */
  public get _subject(): Record<string, string> | undefined {
    const { served, followed } = this.endpoint;
    return served && followed ? { EndpointConfigName: served.endpointConfigName, ModelName: served.modelName } : undefined;
  }

  /** @internal */
  public get _inferenceComponents(): string[] | undefined {
    return this.options.inferenceComponentNames ?? this.endpoint.inferenceComponentNames;
  }

  /** @internal */
  public get _endpointName(): string {
    return this.endpoint.name;
  }

  /** @internal */
  public get _endpointArn(): string | undefined {
    return this.endpoint.arn;
  }

  /**
   * What must be complete before there is something to load: the whole construct, for instance with the check that the endpoint serves the
   * new configuration. Of a construct that the job is part of: what else is in it.
   *
   * @internal
   */
  public _dependencies(scope: IConstruct): IConstruct[] {
    const { construct } = this.endpoint;
    if (!construct) {
      return [];
    }
    const scopes = scope.node.scopes;
    return scopes.includes(construct) ? construct.node.children.filter(child => !scopes.includes(child)) : [construct];
  }
}

const ARN = new RegExp(`^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/(${RESOURCE_NAME.source})$`);

interface TargetEndpoint {
  readonly name: string;
  readonly arn?: string;
  readonly malformedArn?: boolean;
  readonly place?: Place;
  readonly construct?: IConstruct;
  readonly served?: Served;
  readonly inferenceComponentNames?: string[];
  /** Whether what is served is an input of the benchmark. */
  readonly followed?: boolean;
}

/** What a deployment of this app serves. */
interface Served {
  readonly endpointConfigName: string;
  readonly modelName: string;
}

interface OwnComponents {
  readonly _inferenceComponentNames?: string[];
}

function ofConstruct(endpoint: sagemaker.IEndpointRef): TargetEndpoint {
  // Of a deployment of this app its own model: with adapters and other models in the same benchmark no figure would be one of it.
  const { _inferenceComponentNames: own, inferenceComponentNames: all = [] } = endpoint as Partial<IDeployRecommendation> & OwnComponents;
  const components = own ?? all;
  const { endpointArn = endpoint.endpointRef.endpointArn } = endpoint as Partial<sagemaker.IEndpoint>;
  return {
    name: endpointNameOf(endpoint),
    arn: endpointArn,
    place: endpoint.env,
    construct: endpoint,
    served: servedBy(endpoint),
    inferenceComponentNames: components.length > 0 ? components : undefined,
  };
}

/** Told by its members, which an import lacks: the class of deployments imports this folder. */
function servedBy(construct: IConstruct): Served | undefined {
  const { endpointConfigName, modelName } = construct as Partial<Served>;
  return endpointConfigName !== undefined && modelName !== undefined ? { endpointConfigName, modelName } : undefined;
}
