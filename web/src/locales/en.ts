import administrator from "./en/administrator.json";
import auditor from "./en/auditor.json";
import examiner from "./en/examiner.json";
import officer from "./en/officer.json";
import supervisor from "./en/supervisor.json";

const texts = { officer, examiner, supervisor, auditor, administrator };
export type Texts = typeof texts;
export default texts;
