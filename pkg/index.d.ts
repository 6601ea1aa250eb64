/**
 * GANomaly for programs: load a model, score images, fine-tune it on normal images of your own.
 *
 * Everything computes in one worker, which all detectors and elements of a page share; nothing leaves the machine. Whatever
 * fails does so with an `Error` whose message is a sentence that can be shown to people. What is aborted by a signal
 * fails with the signal's reason.
 */

/** An image: a file of it (PNG, JPEG, TIFF, WebP, BMP, GIF, PNM, DICOM), or pixels. Transparency is dropped, so paint a background under drawings. */
export type ImageInput = Blob | ImageData | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | HTMLImageElement | HTMLVideoElement;

/** The models that come with the package: GANomaly on MNIST, each with one digit that it has never seen. */
export function presets(): Promise<Preset[]>;

export interface Preset {
  /** For `Detector.load` and the elements' attribute `preset`, such as `mnist-2`. */
  id: string;
  /** For people, in English. */
  title: string;
  /** Size of its weights file. */
  bytes: number;
  card: ModelCard;
}

/** How a model was made, and what it reaches. There is more in it than is listed here. */
export interface ModelCard {
  name: string;
  /** Id of the method, for example "ganomaly". */
  method: string;
  /** Side of its square images in pixels, their colour channels, length of z, and channels after the first convolution. */
  model: { size: number; channels: number; latentSize: number; features: number };
  data: { dataset: string; protocol?: string; anomalousClasses: string[]; normalImages: number; terms: string };
  epochsTrained: number;
  /** Figures on test images, 0 to 1; a tuned model has none. */
  metrics?: { auc: number; prAuc: number; eer: number; normalImages: number; anomalousImages: number };
  /** Name of the model that this one was tuned from. */
  fineTunedFrom?: string;
  [more: string]: unknown;
}

/** What scores mean: taken from normal images that were not trained on. */
export interface Calibration {
  /** Their scores, rising. */
  scores: ArrayLike<number>;
  /** For each whole per cent of false alarms, from 0: flag what scores more than this. Nothing where the images are too few to promise that. */
  thresholds: ArrayLike<number | null | undefined>;
  /** For each whole per cent: where the true rate, 0 to 1, lies in 95 of 100 cases. */
  intervals: ArrayLike<[number, number] | null | undefined>;
  /** The smallest rate, 0 to 1, that can be promised. */
  strictestRate: number;
  /** Where a scale of scores should begin. */
  origin: number;
}

/** An image's result. */
export interface Score {
  /** The larger, the more anomalous; compare it with `detector.threshold(rate)`. */
  score: number;
  /** Share of normal images that score as high as this, 0 to 1; anomalies have small ones. */
  pValue: number;
  /** What is to be said of this score: the image has other values than the model knows, such as 12 bits in a file of 16. */
  remark?: string;
  error?: undefined;
}

/** The same with what the networks made of the image. */
export interface PicturedScore extends Score {
  /** The image as the networks see it, x. */
  input: ImageData;
  /** What they rebuilt, x'; a method that rebuilds no images has none. */
  reconstruction?: ImageData;
  /** |x - x'|, in colours. */
  difference?: ImageData;
  /** The latent vectors z of x and z' of x', of a method that has both. */
  latents?: [number[], number[]];
}

/** An image that could not be read; `error` is a sentence. */
export interface Unreadable {
  error: string;
  score?: undefined;
}

/**
 * Losses of a step, or their mean over an epoch, by the names that `started` tells: which there are is the method's affair.
 * Those of the two methods here are adversarial, contextual, encoder and discriminator, unweighted, and generator, their sum.
 */
export type Losses = Record<string, number>;

/** What happens while a model is tuned. The last one is `finished`. */
export type FineTuneEvent =
  | { type: "started"; epochs: number; firstEpoch: number; stepsPerEpoch: number; images: number; batchSize: number; losses: string[] }
  /** At most ten a second. */
  | { type: "step"; epoch: number; step: number; steps: number; losses: Losses; imagesPerSecond: number; secondsLeft: number }
  /** A network's training had collapsed, and it began anew: the discriminator had won, as in the authors' code. */
  | { type: "networkReset"; network: string; epoch: number; step: number }
  | { type: "epoch"; epoch: number; losses: Losses; seconds: number }
  /** A few of the images, and how they are rebuilt by now. */
  | { type: "samples"; epoch: number; inputs: ImageData[]; reconstructions: ImageData[] }
  /** The detector scores by the tuned model from now on. `heldOut` images were kept for the calibration. */
  | { type: "finished"; heldOut: number; unreadable: { index: number; error: string }[]; detector: Detector };

export interface FineTuneOptions {
  /** Passes over the images; 10 if not given. */
  epochs?: number;
  /** Images of a step; 16 if not given, fewer if there are fewer. */
  batchSize?: number;
  /** 0.0002 if not given. */
  learningRate?: number;
  /** Decides everything random; 0 if not given. */
  seed?: number;
  /** Ends the run; the detector stays as it was. Leaving the loop does the same. */
  signal?: AbortSignal;
}

/** A model that scores images. */
export class Detector {
  /**
   * Loads a model. A string without dot and slash is a preset's id, any other one an address; a Blob or bytes are a weights
   * file, as `save` gives it, or `ganomaly train`.
   *
   * `backend` is what to compute on: `cpu`, which starts at once and is enough for small images, or `webgpu`, which is replaced
   * by the CPU where it does not work. Since a page has one worker, the first one who asks decides; see `detector.backend`.
   */
  static load(
    source: string | URL | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>,
    options?: { signal?: AbortSignal; backend?: "cpu" | "webgpu" },
  ): Promise<Detector>;

  private constructor();

  readonly card: ModelCard;
  readonly calibration: Calibration;
  readonly backend: "cpu" | "webgpu";

  /**
   * The score above which an image is flagged, if so many normal images (5 % if not given) may be flagged by mistake; `null` if the model has been
   * calibrated on too few images to promise that.
   * @param rate a whole per cent: 0, 0.01, 0.02, and so on to 0.2
   */
  threshold(rate?: number): number | null;

  /** Scores one image; fails if it cannot be read. */
  score(image: ImageInput, options: { pictures: true; signal?: AbortSignal }): Promise<PicturedScore>;
  score(image: ImageInput, options?: { pictures?: boolean; signal?: AbortSignal }): Promise<Score>;
  /** Scores several images, in their order; one that cannot be read has an `error` instead of a score. */
  score(images: Iterable<ImageInput>, options: { pictures: true; signal?: AbortSignal }): Promise<(PicturedScore | Unreadable)[]>;
  score(images: Iterable<ImageInput>, options?: { pictures?: boolean; signal?: AbortSignal }): Promise<(Score | Unreadable)[]>;

  /**
   * Tunes the model on normal images, at least two, and calibrates it anew on one in five of them. Each run begins with the model that was
   * loaded. Runs take turns, and scoring waits for them.
   */
  fineTune(images: Iterable<ImageInput>, options?: FineTuneOptions): AsyncGenerator<FineTuneEvent, void, void>;

  /** The model as a weights file: the tuned one, if it was tuned. */
  save(): Blob;

  /** Gives its memory back. What is under way fails, and so does every later call. */
  dispose(): void;
}
