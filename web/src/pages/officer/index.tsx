import type { Page } from "../../app/pages";
import { shown } from "../../app/shown";

export const officerPages: Page[] = [
  { path: "/capture", title: "officer:capture.title", menu: true, roles: ["officer"], Show: shown(() => import("./Capture"), "Capture") },
  { path: "/notice", title: "officer:notice.title", menu: false, roles: ["officer"], Show: shown(() => import("./Notice"), "Notice") },
  { path: "/names", title: "officer:names.title", menu: true, roles: ["officer", "supervisor"], Show: shown(() => import("./Names"), "Names") },
  { path: "/questions", title: "officer:questions.title", menu: true, roles: ["officer", "supervisor"], Show: shown(() => import("./Questions"), "Questions") },
  { path: "/questions/:id", title: "officer:question.title", menu: false, roles: ["officer", "supervisor"], Show: shown(() => import("./Question"), "Question") },
  { path: "/persons", title: "officer:person.title", menu: true, roles: ["officer", "supervisor"], Show: shown(() => import("./Person"), "Person") },
  { path: "/persons/:id", title: "officer:person.title", menu: false, roles: ["officer", "supervisor"], Show: shown(() => import("./Person"), "Person") },
];
