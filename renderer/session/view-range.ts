/** Nothing is drawn closer than one sample a pixel. */
const CLOSEST_SAMPLES = 1;
/** Room beside the session at its widest, as a part of the width. */
const MARGIN = 0.01;

/** Which stretch of session time a canvas shows. Immutable: every change is another view. */
export class ViewRange {
  /** Session time at the left edge, samples from T0; a fraction is fine, below 0 only within the margin. */
  readonly startSamples: number;
  readonly samplesPerPixel: number;
  readonly widthPixels: number;
  readonly durationSamples: number;

  private constructor(startSamples: number, samplesPerPixel: number, width: number, duration: number) {
    this.widthPixels = width;
    this.durationSamples = duration;
    this.samplesPerPixel = Math.min(Math.max(samplesPerPixel, CLOSEST_SAMPLES), widest(width, duration));
    const margin = MARGIN * this.samplesPerPixel * width;
    const last = duration + margin - this.samplesPerPixel * width;
    this.startSamples = Math.max(-margin, Math.min(startSamples, last));
  }

  /** The whole session. */
  static whole(widthPixels: number, durationSamples: number): ViewRange {
    const width = Math.max(1, widthPixels);
    return new ViewRange(-Infinity, Infinity, width, Math.max(0, durationSamples));
  }

  get endSamples(): number {
    return this.startSamples + this.samplesPerPixel * this.widthPixels;
  }

  get isWhole(): boolean {
    return this.samplesPerPixel >= widest(this.widthPixels, this.durationSamples);
  }

  pixelOf(samples: number): number {
    return (samples - this.startSamples) / this.samplesPerPixel;
  }

  /** Session time under a pixel, within the session, on a whole sample. */
  samplesAt(pixel: number): number {
    const samples = Math.round(this.startSamples + pixel * this.samplesPerPixel);
    return Math.max(0, Math.min(samples, this.durationSamples));
  }

  /** Nearer by a factor above 1, away by one below, while what lies at `pixel` stays there. */
  zoomed(factor: number, pixel: number): ViewRange {
    const wanted = this.samplesPerPixel / factor;
    const scale = Math.min(Math.max(wanted, CLOSEST_SAMPLES), widest(this.widthPixels, this.durationSamples));
    const held = this.startSamples + pixel * this.samplesPerPixel;
    return new ViewRange(held - pixel * scale, scale, this.widthPixels, this.durationSamples);
  }

  scrolled(pixels: number): ViewRange {
    return this.at(this.startSamples + pixels * this.samplesPerPixel);
  }

  at(startSamples: number): ViewRange {
    return new ViewRange(startSamples, this.samplesPerPixel, this.widthPixels, this.durationSamples);
  }

  /** The same view with the moment in its middle. */
  centred(samples: number): ViewRange {
    return this.at(samples - (this.widthPixels / 2) * this.samplesPerPixel);
  }

  /** The same view, moved no more than is needed to show the moment; a page further where it has run out. */
  revealing(samples: number): ViewRange {
    if (samples >= this.startSamples && samples < this.endSamples) return this;
    return this.at(samples - this.widthPixels * this.samplesPerPixel * 0.1);
  }

  /** The view on a canvas of another width: the whole stays whole, else the scale stays. */
  resized(widthPixels: number): ViewRange {
    if (widthPixels === this.widthPixels) return this;
    if (this.isWhole) return ViewRange.whole(widthPixels, this.durationSamples);
    return new ViewRange(
      this.startSamples,
      this.samplesPerPixel,
      Math.max(1, widthPixels),
      this.durationSamples,
    );
  }

  /** The view of a session that has grown. */
  lasting(durationSamples: number): ViewRange {
    if (durationSamples === this.durationSamples) return this;
    if (this.isWhole) return ViewRange.whole(this.widthPixels, durationSamples);
    return new ViewRange(this.startSamples, this.samplesPerPixel, this.widthPixels, durationSamples);
  }
}

function widest(width: number, duration: number): number {
  return Math.max(CLOSEST_SAMPLES, duration / (width * (1 - 2 * MARGIN)));
}
