import type { Page } from "../../app/pages";
import { shown } from "../../app/shown";

export const examinerPages: Page[] = [
  { path: "/cases", title: "examiner:queue.title", menu: true, roles: ["examiner"], Show: shown(() => import("./Cases"), "Cases") },
  { path: "/cases/:id", title: "examiner:view.title", menu: false, roles: ["examiner"], Show: shown(() => import("./Case"), "Case") },
];
