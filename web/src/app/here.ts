// Whether somebody is at this screen. Pages that look again by themselves are no sign of it: they stop when nobody is,
// so that the node's half an hour is half an hour, and then the screen shows nothing of anybody.
export const leaveAfterMs = 30 * 60_000;
const lookAgainForMs = 5 * 60_000;

let lastMs = Date.now();
for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, () => (lastMs = Date.now()), { capture: true, passive: true });

export const awayMs = () => Date.now() - lastMs;
export const isSomebodyHere = () => document.visibilityState === "visible" && awayMs() < lookAgainForMs;
