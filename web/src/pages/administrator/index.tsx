import type { Page } from "../../app/pages";
import { shown } from "../../app/shown";

export const administratorPages: Page[] = [
  { path: "/users", title: "administrator:users.title", menu: true, roles: ["administrator", "supervisor"], Show: shown(() => import("./Users"), "Users") },
  { path: "/health", title: "administrator:health.title", menu: true, roles: ["administrator", "supervisor"], Show: shown(() => import("./Health"), "Health") },
];
