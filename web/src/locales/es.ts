import type { Texts } from "./en";
import administrator from "./es/administrator.json";
import agreements from "./es/agreements.json";
import auditor from "./es/auditor.json";
import examiner from "./es/examiner.json";
import officer from "./es/officer.json";
import supervisor from "./es/supervisor.json";

const texts: Texts = { officer, examiner, supervisor, auditor, administrator, agreements };
export default texts;
