import type { Page } from "../../app/pages";
import { shown } from "../../app/shown";

export const supervisorPages: Page[] = [
  { path: "/releases", title: "supervisor:releases.title", menu: true, roles: ["supervisor"], Show: shown(() => import("./Releases"), "Releases") },
  { path: "/releases/:case_id", title: "supervisor:card.title", menu: false, roles: ["supervisor"], Show: shown(() => import("./ReleaseCard"), "ReleaseCard") },
  { path: "/alarms", title: "supervisor:alarms.title", menu: true, roles: ["supervisor", "auditor"], Show: shown(() => import("./Alarms"), "Alarms") },
  { path: "/watchlist", title: "supervisor:watchlist.title", menu: true, roles: ["supervisor"], Show: shown(() => import("./Watchlist"), "Watchlist") },
  { path: "/agreements", title: "supervisor:agreements.title", menu: true, roles: ["supervisor", "auditor", "administrator"], Show: shown(() => import("./Agreements"), "Agreements") },
  { path: "/agreements/draft", title: "agreements:draft.title", menu: false, roles: ["supervisor"], Show: shown(() => import("./AgreementDraft"), "AgreementDraft") },
  { path: "/agreements/compare", title: "agreements:compare.title", menu: false, roles: ["supervisor", "auditor", "administrator"], Show: shown(() => import("./AgreementCompare"), "AgreementCompare") },
  { path: "/practice", title: "supervisor:practice.title", menu: true, roles: ["supervisor", "auditor"], Show: shown(() => import("./Practice"), "Practice") },
];
