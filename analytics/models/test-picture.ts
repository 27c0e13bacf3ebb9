import type { Picture } from '../detectors/model.ts';

/**
 * A street that nobody ever saw, drawn here: sky, road, a house, a person, a car. What a model sees in it does not
 * matter; that it comes to an end with it and gives numbers does.
 */
export function drawTestPicture(width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height * 3);

  function fill(left: number, top: number, right: number, bottom: number, colour: readonly number[]): void {
    const [fromX, toX] = [Math.round(left * width), Math.round(right * width)];
    for (let y = Math.round(top * height); y < Math.round(bottom * height); y += 1) {
      for (let x = fromX; x < toX; x += 1) {
        // Grain, as every camera has it: plain areas are a case of their own for some models.
        const grain = ((x * 7 + y * 13) % 11) - 5;
        for (const [channel, value] of colour.entries()) {
          pixels[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, value + grain));
        }
      }
    }
  }

  fill(0, 0, 1, 0.45, [150, 185, 215]);
  fill(0, 0.45, 1, 1, [105, 104, 100]);
  fill(0.05, 0.12, 0.38, 0.55, [196, 170, 130]);
  fill(0.1, 0.2, 0.17, 0.34, [60, 70, 85]);
  fill(0.25, 0.2, 0.32, 0.34, [60, 70, 85]);
  // The car.
  fill(0.55, 0.56, 0.9, 0.72, [35, 60, 140]);
  fill(0.61, 0.47, 0.83, 0.56, [45, 70, 150]);
  fill(0.6, 0.7, 0.67, 0.78, [20, 20, 20]);
  fill(0.78, 0.7, 0.85, 0.78, [20, 20, 20]);
  // The person.
  fill(0.45, 0.46, 0.49, 0.52, [205, 160, 130]);
  fill(0.435, 0.52, 0.505, 0.68, [165, 40, 45]);
  fill(0.44, 0.68, 0.467, 0.86, [40, 42, 60]);
  fill(0.473, 0.68, 0.5, 0.86, [40, 42, 60]);
  return { width, height, pixels };
}
