// How ridges flow in a picture and how clearly, by its pixels alone: the direction across which the gray values change
// most, over squares, from the doubled angle of their gradients, whose agreement is the clearness (Kass and Witkin,
// "Analyzing oriented patterns", 1987). A hint, as the machine's minutiae are; nothing else is made of it.
export type Bar = { x: number; y: number; direction: number; clear: number }; // pixels; radians counter-clockwise; 0 to 1

const step = 12;
const half = 12;
const blankBelow = 40; // mean square of the gradient where there is no print

export function ridgeFlow(picture: ImageBitmap): Bar[] {
  const { width, height } = picture;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) return [];
  context.drawImage(picture, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  const at = (x: number, y: number) => pixels[4 * (y * width + x)] ?? 0;
  const bars: Bar[] = [];
  for (let y = half + 1; y < height - half - 1; y += step)
    for (let x = half + 1; x < width - half - 1; x += step) {
      let along = 0;
      let across = 0;
      let power = 0;
      for (let dy = -half; dy <= half; ++dy)
        for (let dx = -half; dx <= half; ++dx) {
          const gx = at(x + dx + 1, y + dy) - at(x + dx - 1, y + dy);
          const gy = at(x + dx, y + dy + 1) - at(x + dx, y + dy - 1);
          along += gx * gx - gy * gy;
          across += 2 * gx * gy;
          power += gx * gx + gy * gy;
        }
      if (power < blankBelow * (2 * half + 1) ** 2) continue;
      // The gradient's mean direction, downwards; ridges lie across it.
      bars.push({ x, y, direction: Math.PI / 2 - Math.atan2(across, along) / 2, clear: Math.hypot(along, across) / power });
    }
  return bars;
}
