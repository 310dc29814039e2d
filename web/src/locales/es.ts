import type { Texts } from "./en";
import administrator from "./es/administrator.json";
import agreements from "./es/agreements.json";
import auditor from "./es/auditor.json";
import examiner from "./es/examiner.json";
import officer from "./es/officer.json";
import reasons from "./es/reasons.json";
import supervisor from "./es/supervisor.json";
import words from "./es/words.json";

const texts: Texts = { officer, examiner, supervisor, auditor, administrator, agreements, words, reasons };
export default texts;
