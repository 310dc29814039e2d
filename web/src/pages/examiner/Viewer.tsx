// A viewer for any picture, and a board that holds any number of them side by side: it knows where each looks, moves
// them together where that is wanted, and has one cross-hair for all. Where a viewer looks changes with each movement
// of the hand, so it is kept beside React, and drawn at most once a frame.
import { useEffect, useRef, useSyncExternalStore, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../../app/i18n";
import type { Bar } from "./flow";

export type Point = { x: number; y: number };
export type Mark = { x: number; y: number; direction?: number; type?: number }; // pixels of the picture; radians counter-clockwise
export type Layer = { marks: Mark[]; whose: "own" | "machine" } | { bars: Bar[]; whose: "machine" };
export type Marking = { place(at: Point): boolean; aim(direction: number): void; turn(by: number): void; undo(): void; choose(type: number): void };

type Size = { width: number; height: number };
type View = { zoom: number; x: number; y: number }; // the picture's middle, in CSS pixels from the viewer's middle
type Tone = { brightness: number; contrast: number; invert: boolean };

const zoomMost = 8;
const zoomLeast = 0.1;
const plainTone: Tone = { brightness: 100, contrast: 100, invert: false };

export class Board {
  views: View[];
  tone = plainTone;
  together: boolean;
  cursor: { of: number; at: Point } | null = null; // from that viewer's middle
  private frames: (Size | null)[];
  private pictures: (Size | null)[];
  private isFitted = false;
  private version = 0;
  private readonly listeners = new Set<() => void>();

  constructor(count: number) {
    this.views = Array.from({ length: count }, () => ({ zoom: 1, x: 0, y: 0 }));
    this.frames = Array.from({ length: count }, () => null);
    this.pictures = Array.from({ length: count }, () => null);
    this.together = count > 1;
  }
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  at = () => this.version;
  private changed() {
    this.version++;
    for (const each of this.listeners) each();
  }
  private change(of: number, how: (view: View) => View) {
    this.views = this.views.map((view, i) => (this.together || i === of ? how(view) : view));
    this.changed();
  }

  set(what: Partial<Pick<Board, "tone" | "together" | "cursor">>) {
    Object.assign(this, what);
    this.changed();
  }
  frame(of: number, size: Size) {
    this.frames[of] = size;
    this.fitOnce();
  }
  picture(of: number, size: Size | null) {
    this.pictures[of] = size;
    this.isFitted = false;
    this.fitOnce();
  }
  private fitOnce() {
    if (!this.isFitted && this.frames.every(Boolean) && this.pictures.every(Boolean)) this.fit();
    else this.changed();
  }
  // One scale for all, or prints of one finger would be of two sizes.
  fit() {
    const scales = this.views.map((_, i) => {
      const frame = this.frames[i];
      const picture = this.pictures[i];
      return frame && picture ? Math.min(frame.width / picture.width, frame.height / picture.height) : zoomMost;
    });
    const zoom = Math.min(zoomMost, Math.max(zoomLeast, Math.min(...scales)));
    this.views = this.views.map(() => ({ zoom, x: 0, y: 0 }));
    this.isFitted = true;
    this.changed();
  }
  actual() {
    this.views = this.views.map((view) => ({ zoom: 1, x: view.x / view.zoom, y: view.y / view.zoom }));
    this.changed();
  }
  move(of: number, x: number, y: number) {
    this.change(of, (view) => ({ ...view, x: view.x + x, y: view.y + y }));
  }
  zoom(of: number, wanted: number, about: Point = { x: 0, y: 0 }) {
    const moved = this.views.filter((_, i) => this.together || i === of).map((view) => view.zoom);
    const factor = Math.min(zoomMost / Math.max(...moved), Math.max(zoomLeast / Math.min(...moved), wanted));
    this.change(of, (view) => ({ zoom: view.zoom * factor, x: about.x + (view.x - about.x) * factor, y: about.y + (view.y - about.y) * factor }));
  }
}

function useBoard(board: Board) {
  return useSyncExternalStore(board.subscribe, board.at);
}

export const check = (label: string, checked: boolean, set: (to: boolean) => void) => (
  <label>
    <input type="checkbox" checked={checked} onChange={(event) => set(event.target.checked)} />
    {label}
  </label>
);

// What is done to all viewers of a board.
export function Controls({ board, children }: { board: Board; children?: ReactNode }) {
  const { t } = useTranslation("examiner");
  useBoard(board);
  const { tone } = board;
  const slider = (name: "brightness" | "contrast", label: string) => (
    <label>
      {label}
      <input type="range" min="25" max="300" step="5" value={tone[name]} onChange={(event) => board.set({ tone: { ...tone, [name]: Number(event.target.value) } })} />
    </label>
  );
  return (
    <div className="controls no-print" role="group" aria-label={t("viewer.controls")}>
      <span className="zooms">
        <button type="button" aria-label={t("viewer.smaller")} onClick={() => board.zoom(0, 0.8)}>
          −
        </button>
        <output>{number(Math.round((board.views[0]?.zoom ?? 1) * 100))} %</output>
        <button type="button" aria-label={t("viewer.larger")} onClick={() => board.zoom(0, 1.25)}>
          +
        </button>
        <button type="button" onClick={() => board.fit()}>
          {t("viewer.fit")}
        </button>
        <button type="button" onClick={() => board.actual()}>
          {t("viewer.actual")}
        </button>
      </span>
      {slider("brightness", t("viewer.brightness"))}
      {slider("contrast", t("viewer.contrast"))}
      {check(t("viewer.invert"), tone.invert, (invert) => board.set({ tone: { ...tone, invert } }))}
      {tone !== plainTone && (
        <button type="button" onClick={() => board.set({ tone: plainTone })}>
          {t("viewer.plain")}
        </button>
      )}
      {board.views.length > 1 && check(t("viewer.together"), board.together, (together) => board.set({ together }))}
      {children}
    </div>
  );
}

// Brightness and the like are worked out once, not at each frame.
function tonedCopy(picture: ImageBitmap, tone: Tone): CanvasImageSource {
  if (tone.brightness === 100 && tone.contrast === 100 && !tone.invert) return picture;
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) return picture;
  context.filter = `brightness(${tone.brightness}%) contrast(${tone.contrast}%) invert(${tone.invert ? 1 : 0})`;
  context.drawImage(picture, 0, 0);
  return canvas;
}

function drawMark(context: CanvasRenderingContext2D, mark: Mark, at: Point, turn: number, whose: Layer["whose"], name: string) {
  const path = new Path2D();
  const r = 6;
  if (whose === "machine") {
    path.rect(at.x - r, at.y - r, 2 * r, 2 * r);
  } else if (mark.type === 2) {
    path.moveTo(at.x, at.y - r - 1);
    path.lineTo(at.x + r + 1, at.y + r);
    path.lineTo(at.x - r - 1, at.y + r);
    path.closePath();
  } else if (mark.type === 1) {
    path.arc(at.x, at.y, r, 0, 2 * Math.PI);
  } else {
    path.moveTo(at.x, at.y - r - 1);
    path.lineTo(at.x + r + 1, at.y);
    path.lineTo(at.x, at.y + r + 1);
    path.lineTo(at.x - r - 1, at.y);
    path.closePath();
  }
  if (mark.direction !== undefined) {
    const angle = mark.direction + turn;
    path.moveTo(at.x + r * Math.cos(angle), at.y - r * Math.sin(angle));
    path.lineTo(at.x + 3 * r * Math.cos(angle), at.y - 3 * r * Math.sin(angle));
  }
  context.strokeStyle = "#fff";
  context.lineWidth = 4;
  context.stroke(path);
  context.strokeStyle = whose === "own" ? "#00662b" : "#a33c00";
  context.lineWidth = 2;
  context.stroke(path);
  if (!name) return;
  context.font = "600 12px system-ui, sans-serif";
  context.lineWidth = 3;
  context.strokeStyle = "#fff";
  context.strokeText(name, at.x + r + 3, at.y - r);
  context.fillStyle = "#00662b";
  context.fillText(name, at.x + r + 3, at.y - r);
}

function drawBar(context: CanvasRenderingContext2D, bar: Bar, at: Point, turn: number, length: number) {
  const angle = bar.direction + turn;
  const x = (length / 2) * Math.cos(angle);
  const y = (length / 2) * Math.sin(angle);
  context.beginPath();
  context.moveTo(at.x - x, at.y + y);
  context.lineTo(at.x + x, at.y - y);
  context.strokeStyle = "#fff";
  context.lineWidth = 4;
  context.stroke();
  context.strokeStyle = bar.clear > 0.6 ? "#00662b" : bar.clear > 0.3 ? "#a33c00" : "#a30000";
  context.lineWidth = 2;
  context.stroke();
}

type Props = {
  board: Board;
  index: number; // which of the board's
  label: string;
  picture: ImageBitmap | null;
  turn?: number; // radians counter-clockwise, about the picture's middle
  layers?: Layer[];
  marking?: Marking | undefined; // a click marks, a drag from it aims; without, a drag moves the picture
  hasCross?: boolean;
};

export function Viewer({ board, index, label, picture, turn = 0, layers = [], marking, hasCross = true }: Props) {
  const { t } = useTranslation("examiner");
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useRef<Size>({ width: 1, height: 1 });
  const toned = useRef<{ of: ImageBitmap; tone: Tone; copy: CanvasImageSource } | null>(null);
  const drag = useRef<{ from: Point; last: Point; aims: boolean } | null>(null);
  const frame = useRef(0);

  const draw = () => {
    frame.current = 0;
    const context = canvas.current?.getContext("2d", { alpha: false });
    if (!context || !canvas.current) return;
    const { width, height } = size.current;
    const ratio = canvas.current.width / width;
    const view = board.views[index] ?? { zoom: 1, x: 0, y: 0 };
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = "#5b6670";
    context.fillRect(0, 0, width, height);
    if (picture) {
      if (toned.current?.of !== picture || toned.current.tone !== board.tone) toned.current = { of: picture, tone: board.tone, copy: tonedCopy(picture, board.tone) };
      context.translate(width / 2 + view.x, height / 2 + view.y);
      context.rotate(-turn);
      context.scale(view.zoom, view.zoom);
      context.imageSmoothingEnabled = view.zoom <= 2;
      context.imageSmoothingQuality = view.zoom < 1 ? "medium" : "low";
      context.drawImage(toned.current.copy, -picture.width / 2, -picture.height / 2);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      for (const layer of layers) {
        if ("bars" in layer)
          for (const bar of layer.bars) {
            const at = toScreen(bar);
            if (at.x > -20 && at.y > -20 && at.x < width + 20 && at.y < height + 20) drawBar(context, bar, at, turn, 9 * view.zoom);
          }
        else
          layer.marks.forEach((mark, i) => drawMark(context, mark, toScreen(mark), turn, layer.whose, layer.whose === "own" ? String(i + 1) : ""));
      }
    }
    const cursor = board.cursor;
    if (!cursor || !hasCross || (cursor.of !== index && !board.together)) return;
    const at = { x: width / 2 + cursor.at.x, y: height / 2 + cursor.at.y };
    const cross = new Path2D();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      cross.moveTo(at.x + 8 * dx, at.y + 8 * dy);
      cross.lineTo(at.x + 28 * dx, at.y + 28 * dy);
    }
    context.strokeStyle = "#fff";
    context.lineWidth = 4;
    context.stroke(cross);
    context.strokeStyle = "#0b4f6c";
    context.lineWidth = 2;
    context.stroke(cross);
  };
  const latest = useRef(draw);
  latest.current = draw;
  const drawSoon = useRef(() => {
    frame.current ||= requestAnimationFrame(() => latest.current());
  }).current;

  const middle = () => ({ width: picture?.width ?? 0, height: picture?.height ?? 0 });
  const toScreen = (at: Point): Point => {
    const view = board.views[index] ?? { zoom: 1, x: 0, y: 0 };
    const x = (at.x - middle().width / 2) * view.zoom;
    const y = (at.y - middle().height / 2) * view.zoom;
    return {
      x: x * Math.cos(turn) + y * Math.sin(turn) + view.x + size.current.width / 2,
      y: y * Math.cos(turn) - x * Math.sin(turn) + view.y + size.current.height / 2,
    };
  };
  // From the viewer's middle to the picture's pixels.
  const toPicture = (at: Point): Point => {
    const view = board.views[index] ?? { zoom: 1, x: 0, y: 0 };
    const x = (at.x - view.x) / view.zoom;
    const y = (at.y - view.y) / view.zoom;
    return { x: x * Math.cos(turn) - y * Math.sin(turn) + middle().width / 2, y: y * Math.cos(turn) + x * Math.sin(turn) + middle().height / 2 };
  };

  useEffect(() => board.subscribe(drawSoon), [board, drawSoon]);
  useEffect(drawSoon);
  useEffect(() => board.picture(index, picture && { width: picture.width, height: picture.height }), [board, index, picture]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  useEffect(() => {
    const here = canvas.current;
    if (!here) return;
    const watch = new ResizeObserver(() => {
      const ratio = devicePixelRatio;
      size.current = { width: Math.max(1, here.clientWidth), height: Math.max(1, here.clientHeight) };
      here.width = Math.round(size.current.width * ratio);
      here.height = Math.round(size.current.height * ratio);
      board.frame(index, size.current);
      latest.current(); // a canvas of a new size is empty
    });
    watch.observe(here);
    // React's own listeners for the wheel may not keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = here.getBoundingClientRect();
      board.zoom(index, Math.exp(-Math.sign(event.deltaY) * Math.min(60, Math.abs(event.deltaY)) * 0.004), {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      });
    };
    here.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      watch.disconnect();
      here.removeEventListener("wheel", onWheel);
    };
  }, [board, index]);

  const pointOf = (event: PointerEvent<HTMLCanvasElement>): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
  };
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus({ preventScroll: true });
    const at = pointOf(event);
    const aims = marking !== undefined && event.button === 0 && marking.place(toPicture(at));
    if (marking && event.button === 0 && !aims) return;
    drag.current = { from: at, last: at, aims };
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const at = pointOf(event);
    const going = drag.current;
    if (going?.aims) {
      const x = at.x - going.from.x;
      const y = at.y - going.from.y;
      if (Math.hypot(x, y) > 6) marking?.aim(Math.atan2(-y, x) - turn);
    } else if (going) {
      board.move(index, at.x - going.last.x, at.y - going.last.y);
      going.last = at;
    }
    board.set({ cursor: { of: index, at } });
  };
  const onPointerUp = () => (drag.current = null);

  const onKeyDown = (event: KeyboardEvent<HTMLCanvasElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrows: Record<string, Point> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };
    const arrow = arrows[event.key];
    const cursor = board.cursor?.of === index ? board.cursor.at : { x: 0, y: 0 };
    const typed = { "1": 1, "2": 2, "3": 0 }[event.key];
    if (arrow && marking) {
      const step = event.shiftKey ? 20 : 2;
      const to = { x: cursor.x + arrow.x * step, y: cursor.y + arrow.y * step };
      // The picture gives way where the cross-hair would leave the viewer.
      const half = { x: size.current.width / 2 - 10, y: size.current.height / 2 - 10 };
      const kept = { x: Math.max(-half.x, Math.min(half.x, to.x)), y: Math.max(-half.y, Math.min(half.y, to.y)) };
      if (kept.x !== to.x || kept.y !== to.y) board.move(index, kept.x - to.x, kept.y - to.y);
      board.set({ cursor: { of: index, at: kept } });
    } else if (arrow) board.move(index, -arrow.x * 40, -arrow.y * 40);
    else if (event.key === "+" || event.key === "=") board.zoom(index, 1.25, cursor);
    else if (event.key === "-") board.zoom(index, 0.8, cursor);
    else if (event.key === "f") board.fit();
    else if (event.key === "a") board.actual();
    else if (!marking) return;
    else if (event.key === "Enter") {
      board.set({ cursor: { of: index, at: cursor } });
      marking.place(toPicture(cursor));
    } else if (event.key === ",") marking.turn(Math.PI / 36);
    else if (event.key === ".") marking.turn(-Math.PI / 36);
    else if (event.key === "Backspace" || event.key === "Delete") marking.undo();
    else if (typed !== undefined) marking.choose(typed);
    else return;
    event.preventDefault();
  };

  return (
    <figure className="viewer">
      <figcaption>{label}</figcaption>
      <canvas
        ref={canvas}
        className={marking ? "marks" : "moves"}
        role="application"
        aria-label={label}
        aria-roledescription={t("viewer.is")}
        aria-description={marking ? t("viewer.keys_mark") : t("viewer.keys")}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={onPointerUp}
        onPointerLeave={() => board.set({ cursor: null })}
        onContextMenu={(event) => event.preventDefault()}
        onKeyDown={onKeyDown}
      />
    </figure>
  );
}
