import { SAMPLE_RATE } from '../../shared/time/samples.ts';
import type { TimecodeFace } from './timecode-face.ts';
import type { ViewRange } from './view-range.ts';

/** A line of the ruler; those with a label are long. */
export interface RulerTick {
  readonly pixel: number;
  readonly label: string | null;
}

const SECOND_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];
const FRAME_STEPS = [1, 2, 5, 10];
/** Pixels between labels, and between short lines. */
const LABEL_PIXELS = 96;
const LINE_PIXELS = 7;

/** Ticks of the ruler from left to right: labels at whole timecode seconds, close up also at frames. */
export function rulerTicks(view: ViewRange, face: TimecodeFace, labelPixels = LABEL_PIXELS): RulerTick[] {
  const secondPixels = SAMPLE_RATE / view.samplesPerPixel;
  const framePixels = (secondPixels * face.rate.frameDuration) / face.rate.timescale;
  const frameStep = FRAME_STEPS.find((step) => step * framePixels >= labelPixels);
  const label = frameStep !== undefined && frameStep < face.rate.nominalFrames / 2 ? frameStep : null;
  const lineStep = FRAME_STEPS.find((step) => step * framePixels >= LINE_PIXELS);
  if (label !== null) return frameTicks(view, face, label, lineStep ?? label);
  const major = SECOND_STEPS.find((step) => step * secondPixels >= labelPixels) ?? 86_400;
  if (major === 1 && lineStep !== undefined) return frameTicks(view, face, face.rate.nominalFrames, lineStep);
  const minor =
    SECOND_STEPS.find((step) => major % step === 0 && step * secondPixels >= LINE_PIXELS) ?? major;
  return secondTicks(view, face, major, minor);
}

function secondTicks(view: ViewRange, face: TimecodeFace, major: number, minor: number): RulerTick[] {
  const first = face.labelSeconds(face.frameAt(view.startSamples));
  const ticks: RulerTick[] = [];
  for (let seconds = Math.floor(first / minor) * minor; ; seconds += minor) {
    const frame = face.frameOfSeconds(seconds);
    const samples = face.samplesOf(frame);
    if (samples >= view.endSamples) return ticks;
    // A label to the left of the edge may still reach into view.
    ticks.push({
      pixel: view.pixelOf(samples),
      label: seconds % major === 0 ? face.labelOf(frame) : null,
    });
  }
}

function frameTicks(view: ViewRange, face: TimecodeFace, labelled: number, lines: number): RulerTick[] {
  const end = face.frameAt(view.endSamples);
  const ticks: RulerTick[] = [];
  for (let frame = face.frameAt(view.startSamples) - labelled; frame <= end; frame += 1) {
    const field = face.framesField(frame);
    // The first label of a drop-frame minute stands for the one that is left out.
    const isLabelled = field % labelled === 0 || face.labelSeconds(frame) !== face.labelSeconds(frame - 1);
    if (!isLabelled && field % lines !== 0) continue;
    ticks.push({
      pixel: view.pixelOf(face.samplesOf(frame)),
      label: isLabelled ? face.labelOf(frame) : null,
    });
  }
  return ticks;
}
