import { Duration } from 'aws-cdk-lib';
import { NormalDistribution } from './traffic';

/**
 * The file format of synthetic images.
 */
export enum ImageFormat {
  /** Lossless, larger. */
  PNG = 'png',
  /** Lossy, smaller. */
  JPEG = 'jpeg',
  /** One of the two at random for each image. */
  RANDOM = 'random',
}

/**
 * Synthetic images in each request, for models that see.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export interface ImageOptions {
  /**
   * Width in pixels.
   */
  readonly width: NormalDistribution;

  /**
   * Height in pixels.
   */
  readonly height: NormalDistribution;

  /**
   * Images per request, 1 or more.
   *
   * @default - one image
   */
  readonly batchSize?: number;

  /**
   * File format.
   *
   * @default - PNG
   */
  readonly format?: ImageFormat;
}

/**
 * What synthetic videos show.
 */
export enum VideoContent {
  /** Shapes that move. */
  MOVING_SHAPES = 'moving_shapes',
  /** A grid with the time in it, by which frames can be told apart. */
  GRID_CLOCK = 'grid_clock',
  /** Noise, which compresses badly. */
  NOISE = 'noise',
}

/**
 * The container format of synthetic videos.
 */
export enum VideoFormat {
  /** WebM, the only one that the service makes. */
  WEBM = 'webm',
}

/**
 * The codec of synthetic videos.
 */
export enum VideoCodec {
  /** VP9, the only one that the service makes. */
  LIBVPX_VP9 = 'libvpx-vp9',
}

/**
 * The codec of the sound of synthetic videos.
 */
export enum VideoAudioCodec {
  /** The one that suits the video's format. */
  AUTO = 'auto',
  /** AAC. */
  AAC = 'aac',
  /** Vorbis. */
  LIBVORBIS = 'libvorbis',
  /** Opus. */
  LIBOPUS = 'libopus',
}

/**
 * The sound of synthetic videos.
 */
export interface VideoAudioOptions {
  /**
   * Channels: 0 for silence, 1 for mono, 2 for stereo.
   */
  readonly channels: number;

  /**
   * Samples per second, from 8,000 to 96,000.
   *
   * @default - 44,100
   */
  readonly sampleRate?: number;

  /**
   * Codec.
   *
   * @default - the one that suits the video's format
   */
  readonly codec?: VideoAudioCodec;

  /**
   * Bits per sample: 8, 16, 24 or 32.
   *
   * @default - 16
   */
  readonly depth?: number;
}

/**
 * Synthetic videos in each request, for models that watch.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/generative-ai-inference-recommendations-workload-config.html
 */
export interface VideoOptions {
  /**
   * Width in pixels, 1 or more.
   */
  readonly width: number;

  /**
   * Height in pixels, 1 or more.
   */
  readonly height: number;

  /**
   * Frames per second, 1 or more.
   *
   * @default - 4
   */
  readonly framesPerSecond?: number;

  /**
   * Length of a video.
   *
   * @default - 5 seconds
   */
  readonly duration?: Duration;

  /**
   * Videos per request, 1 or more.
   *
   * @default - one video
   */
  readonly batchSize?: number;

  /**
   * What the videos show.
   *
   * @default - moving shapes
   */
  readonly content?: VideoContent;

  /**
   * Container format.
   *
   * @default - WebM
   */
  readonly format?: VideoFormat;

  /**
   * Codec.
   *
   * @default - VP9
   */
  readonly codec?: VideoCodec;

  /**
   * Sound.
   *
   * @default - none
   */
  readonly audio?: VideoAudioOptions;
}
