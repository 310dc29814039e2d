import type { Page } from "../../app/pages";
import { shown } from "../../app/shown";

export const auditorPages: Page[] = [
  { path: "/log", title: "auditor:log.title", menu: true, roles: ["auditor", "supervisor"], Show: shown(() => import("./Log"), "Log") },
  { path: "/log/verify", title: "auditor:verify.title", menu: true, roles: ["auditor", "supervisor"], Show: shown(() => import("./Verify"), "Verify") },
];
