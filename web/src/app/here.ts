// Whether somebody is at this screen. Pages that look again by themselves are no sign of it: they stop when nobody is,
// so that the node's half an hour is half an hour, and then the screen shows nothing of anybody.
export const leaveAfterMs = 30 * 60_000;
const lookAgainForMs = 5 * 60_000;

// By two clocks: one can be set while the page is open, the other stands still while the computer sleeps.
const now = () => ({ set: Date.now(), counted: performance.now() });
let last = now();
for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, () => (last = now()), { capture: true, passive: true });

export const awayMs = () => Math.max(Date.now() - last.set, performance.now() - last.counted);
export const isSomebodyHere = () => document.visibilityState === "visible" && awayMs() < lookAgainForMs;
