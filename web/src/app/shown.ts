// A page's code comes when the page is opened: who signs in waits for the door alone.
import { lazy, type ComponentType } from "react";

type Shown = ComponentType<Record<string, string>>;

export function shown<Name extends string>(load: () => Promise<Record<Name, Shown>>, name: Name) {
  return lazy(async () => ({ default: (await load())[name] }));
}
