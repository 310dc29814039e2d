import administrator from "./en/administrator.json";
import agreements from "./en/agreements.json";
import auditor from "./en/auditor.json";
import examiner from "./en/examiner.json";
import officer from "./en/officer.json";
import reasons from "./en/reasons.json";
import supervisor from "./en/supervisor.json";
import words from "./en/words.json";

const texts = { officer, examiner, supervisor, auditor, administrator, agreements, words, reasons };
export type Texts = typeof texts;
export default texts;
