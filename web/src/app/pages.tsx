// Which pages there are, for whom. A page is shown to whoever's role may do what it is for; the node checks each act.
import type { ElementType } from "react";
import { administratorPages } from "../pages/administrator";
import { auditorPages } from "../pages/auditor";
import { examinerPages } from "../pages/examiner";
import { officerPages } from "../pages/officer";
import { supervisorPages } from "../pages/supervisor";
import type { Me } from "./session";

export type Page = {
  path: string; // "/cases/:id"
  title: string; // key of a text, "examiner:queue.title"
  menu: boolean; // has a place in the menu
  roles: Me["role"][];
  Show: ElementType<Record<string, string>>; // its props are the path's parts
};

export const pages: Page[] = [...officerPages, ...examinerPages, ...supervisorPages, ...auditorPages, ...administratorPages];
export const pagesOf = (me: Me) => pages.filter((page) => page.roles.includes(me.role));
