import { MlInstanceType } from '../ml-instance-type';
import { SamplePayload } from './sample-payload';

/**
 * The machine learning domain of a model.
 */
export class ModelDomain {
  /** Images and videos. */
  public static readonly COMPUTER_VISION = new ModelDomain('COMPUTER_VISION');
  /** Text. */
  public static readonly NATURAL_LANGUAGE_PROCESSING = new ModelDomain('NATURAL_LANGUAGE_PROCESSING');
  /** Tables, and whatever else there is. */
  public static readonly MACHINE_LEARNING = new ModelDomain('MACHINE_LEARNING');
  /** A domain that is not known. */
  public static readonly OTHER = new ModelDomain('OTHER');

  /**
   * A domain that this version of the library has no constant for.
   *
   * @param value the domain as SageMaker names it, such as `COMPUTER_VISION`
   */
  public static of(value: string): ModelDomain {
    return new ModelDomain(value);
  }

  /**
   * The domain as SageMaker names it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/**
 * What a model does.
 */
export class ModelTask {
  /** Says what an image shows. */
  public static readonly IMAGE_CLASSIFICATION = new ModelTask('IMAGE_CLASSIFICATION');
  /** Finds objects in an image. */
  public static readonly OBJECT_DETECTION = new ModelTask('OBJECT_DETECTION');
  /** Writes text. */
  public static readonly TEXT_GENERATION = new ModelTask('TEXT_GENERATION');
  /** Says which part of an image belongs to what. */
  public static readonly IMAGE_SEGMENTATION = new ModelTask('IMAGE_SEGMENTATION');
  /** Finds the missing words of a text. */
  public static readonly FILL_MASK = new ModelTask('FILL_MASK');
  /** Sorts into classes. */
  public static readonly CLASSIFICATION = new ModelTask('CLASSIFICATION');
  /** Estimates a number. */
  public static readonly REGRESSION = new ModelTask('REGRESSION');
  /** None of these. */
  public static readonly OTHER = new ModelTask('OTHER');

  /**
   * A task that this version of the library has no constant for.
   *
   * @param value the task as SageMaker names it, such as `IMAGE_CLASSIFICATION`
   */
  public static of(value: string): ModelTask {
    return new ModelTask(value);
  }

  /**
   * The task as SageMaker names it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/**
 * The machine learning framework of a container image.
 */
export class ModelFramework {
  /** TensorFlow. */
  public static readonly TENSORFLOW = new ModelFramework('TENSORFLOW');
  /** PyTorch. */
  public static readonly PYTORCH = new ModelFramework('PYTORCH');
  /** XGBoost. */
  public static readonly XGBOOST = new ModelFramework('XGBOOST');
  /** scikit-learn, in SageMaker's own image. */
  public static readonly SAGEMAKER_SCIKIT_LEARN = new ModelFramework('SAGEMAKER-SCIKIT-LEARN');
  /** A framework that is not known. */
  public static readonly OTHER = new ModelFramework('OTHER');

  /**
   * A framework that this version of the library has no constant for.
   *
   * @param value the framework as SageMaker names it, such as `PYTORCH`
   */
  public static of(value: string): ModelFramework {
    return new ModelFramework(value);
  }

  /**
   * The framework as SageMaker names it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }
}

/**
 * A kind of endpoint that recommendations are made for.
 */
export enum SupportedEndpointType {
  /**
   * Endpoints on instances.
   */
  REAL_TIME = 'RealTime',

  /**
   * Serverless endpoints.
   */
  SERVERLESS = 'Serverless',
}

/**
 * What Inference Recommender can be told about any container.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobContainerConfig.html
 */
export interface RecommendationContainerOptions {
  /**
   * Version of the framework, such as `2.12.0`: 3 to 10 characters, a digit and a dot first.
   *
   * @default - not known, or that of the model package
   */
  readonly frameworkVersion?: string;

  /**
   * A model of a common model zoo that is like this one, such as `resnet50` or `bert-base-cased`: the service has measured it already.
   *
   * @default - none, or that of the model package
   */
  readonly nearestModelName?: string;

  /**
   * The instance types that a default job chooses from. Burstable ones (`ml.t2`) are not supported.
   *
   * @default - all that the service considers, or those of the model package
   */
  readonly supportedInstanceTypes?: MlInstanceType[];

  /**
   * The kind of endpoint to make recommendations for, which are more then.
   *
   * @default - both kinds
   */
  readonly supportedEndpointType?: SupportedEndpointType;

  /**
   * Name and shape of the model's inputs as JSON, such as `{"input":[1,3,224,224]}`, with up to 1,024 characters. With it a model of a
   * framework that SageMaker Neo supports is compiled, and tried both ways.
   *
   * @default - none, or that of the model package
   */
  readonly dataInputConfig?: string;

  /**
   * MIME types of the answers, such as `application/json`, with up to 1,024 characters each.
   *
   * @default - not known, or those of the model package
   */
  readonly supportedResponseMimeTypes?: string[];
}

/**
 * What Inference Recommender has to know about the container of a SageMaker model.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/inference-recommender-prerequisites.html
 */
export interface RecommendationContainerConfig extends RecommendationContainerOptions {
  /**
   * The domain of the model; `ModelDomain.OTHER` if none fits.
   */
  readonly domain: ModelDomain;

  /**
   * What the model does; `ModelTask.OTHER` if nothing fits.
   */
  readonly task: ModelTask;

  /**
   * The framework of the image; `ModelFramework.OTHER` if none fits.
   */
  readonly framework: ModelFramework;

  /**
   * Requests to test with.
   */
  readonly samplePayload: SamplePayload;

  /**
   * MIME types of the requests, such as `image/jpeg`: at least one, with up to 256 characters each.
   */
  readonly supportedContentTypes: string[];
}

/**
 * What a job takes instead of what a model package says.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_RecommendationJobContainerConfig.html
 */
export interface RecommendationContainerOverrides extends RecommendationContainerOptions {
  /**
   * The domain of the model.
   *
   * @default - that of the model package
   */
  readonly domain?: ModelDomain;

  /**
   * What the model does.
   *
   * @default - that of the model package
   */
  readonly task?: ModelTask;

  /**
   * The framework of the image.
   *
   * @default - that of the model package
   */
  readonly framework?: ModelFramework;

  /**
   * Requests to test with.
   *
   * @default - that of the model package: the execution role must be allowed to read it, for instance as one of the `artifacts`
   */
  readonly samplePayload?: SamplePayload;

  /**
   * MIME types of the requests, such as `image/jpeg`: at least one, with up to 256 characters each.
   *
   * @default - those of the model package
   */
  readonly supportedContentTypes?: string[];
}
