#include "store/records.h"

#include <bit>

namespace puente::store {
namespace {

// 2 gave samples their modality, eye and impression, and encounters the fingers that are missing; 3 gave encounters
// their whole standing; 4 gave cases and questions the digest of their agreement, and cases who has seen what; 5 gave
// cases their second person; 6 their doubts, and alarms whose act they are about and whom they name; 7 gave cases and
// questions the grounds that they are put on; 8 gave cases every examiner's verdict; 9 what each marked on the probe
// alone; 10 the card that was released by. The older ones are still read.
constexpr std::uint8_t kRecordVersion = 10;

ByteWriter start() {
  ByteWriter out;
  out.u8(kRecordVersion);
  return out;
}

void put(ByteWriter& out, std::string_view text) {
  out.counted(view(text));
}
void put(ByteWriter& out, std::int64_t value) {
  out.u64(static_cast<std::uint64_t>(value));
}
void put(ByteWriter& out, double value) {
  out.u64(std::bit_cast<std::uint64_t>(value));
}
void put(ByteWriter& out, float value) {
  out.u32(std::bit_cast<std::uint32_t>(value));
}
template <typename Strings>
void put_all(ByteWriter& out, const Strings& strings) {
  out.u32(static_cast<std::uint32_t>(strings.size()));
  for (const std::string& string : strings) put(out, string);
}
void put(ByteWriter& out, const BiographicData& data) {
  out.u32(static_cast<std::uint32_t>(data.size()));
  for (const auto& [element, value] : data) {
    put(out, to_string(element));
    put(out, value);
  }
}

void put(ByteWriter& out, const Grounds& grounds) {
  put(out, canonical(to_json(grounds)));
}

void put(ByteWriter& out, const LockedProbe& locked) {
  put(out, locked.locked_ms);
  out.counted(locked.counts);
  out.u8(static_cast<std::uint8_t>(locked.marks.size()));
  for (const std::vector<Mark>& print : locked.marks) {
    out.u8(static_cast<std::uint8_t>(print.size()));
    for (const Mark& mark : print) {
      for (const float each : {mark.x, mark.y, mark.direction}) put(out, each);
      out.u8(mark.type);
    }
  }
}

// Reads a record; whatever does not fit is one complaint at the end.
class Reader {
 public:
  explicit Reader(ByteView bytes) : in_(bytes), version_(in_.u8()) {
    ok_ = version_ >= 1 && version_ <= kRecordVersion;
  }
  int version() const { return version_; }
  bool has_more() const { return in_.left() > 0 && in_.ok(); }
  std::uint8_t byte() { return in_.u8(); }
  std::string string() { return std::string(text(in_.counted())); }
  Bytes bytes() {
    const ByteView bytes = in_.counted();
    return Bytes(bytes.begin(), bytes.end());
  }
  std::int64_t integer() { return static_cast<std::int64_t>(in_.u64()); }
  double number() { return std::bit_cast<double>(in_.u64()); }
  float small_number() { return std::bit_cast<float>(in_.u32()); }
  std::uint16_t ordinal() { return in_.u16(); }
  bool flag() { return choice<int>(1) == 1; }
  template <typename Enum>
  Enum choice(int max, int min = 0) {
    const std::uint8_t value = in_.u8();
    ok_ = ok_ && min <= value && value <= max;
    return static_cast<Enum>(value);
  }
  template <typename Enum>
  std::optional<Enum> choice_or_none(int max) {
    const std::uint8_t value = in_.u8();
    if (value == 255) return std::nullopt;
    ok_ = ok_ && value <= max;
    return static_cast<Enum>(value);
  }
  std::vector<std::string> strings() {
    std::vector<std::string> out;
    for (std::uint32_t left = in_.u32(); left > 0 && in_.ok(); --left) out.push_back(string());
    return out;
  }
  std::set<std::string> set_of_strings() {
    const std::vector<std::string> all = strings();
    return {all.begin(), all.end()};
  }
  BiographicData biographic() {
    BiographicData out;
    for (std::uint32_t left = in_.u32(); left > 0 && in_.ok(); --left) {
      const auto element = parse_data_element(string());
      std::string value = string();
      ok_ = ok_ && element.ok();
      if (ok_) out[*element] = std::move(value);
    }
    return out;
  }
  Digest digest() {
    Digest out{};
    const ByteView bytes = in_.raw(out.size());
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }
  std::map<std::string, std::set<std::uint32_t>> seen() {
    std::map<std::string, std::set<std::uint32_t>> out;
    for (std::uint32_t left = in_.u32(); left > 0 && in_.ok(); --left) {
      std::set<std::uint32_t>& pairs = out[string()];
      for (std::uint32_t more = in_.u32(); more > 0 && in_.ok(); --more) pairs.insert(in_.u32());
    }
    return out;
  }
  LockedProbe locked_probe() {
    LockedProbe out;
    out.locked_ms = integer();
    out.counts = bytes();
    for (int left = in_.u8(); left > 0 && in_.ok(); --left) {
      std::vector<Mark>& print = out.marks.emplace_back();
      for (int more = in_.u8(); more > 0 && in_.ok(); --more) {
        Mark& mark = print.emplace_back();
        mark.x = small_number(), mark.y = small_number(), mark.direction = small_number();
        mark.type = in_.u8();
      }
    }
    return out;
  }
  Grounds grounds() {
    const auto json = parse_json(string());
    ok_ = ok_ && json.ok();
    if (!ok_) return {};
    JsonReader reader(*json, "grounds");
    Grounds out = read_grounds(reader);
    ok_ = reader.finish().ok();
    return out;
  }
  Purpose purpose() {
    const auto purpose = parse_purpose(string());
    ok_ = ok_ && purpose.ok();
    return ok_ ? *purpose : Purpose::kBorderIdentification;
  }
  template <typename T>
  Result<T> finish(T value) {
    if (!ok_ || !in_.done()) return Error{Code::kCorrupt, "a stored record is not as this version writes it"};
    return value;
  }

 private:
  ByteReader in_;
  std::uint8_t version_;
  bool ok_ = true;
};

}  // namespace

Bytes encode(const EncounterBody& body) {
  ByteWriter out = start();
  put(out, body.created_ms);
  put(out, body.retention_until_ms);
  put(out, body.biographic);
  put_all(out, body.standing.withheld_from);
  out.u8(static_cast<std::uint8_t>(body.missing.size()));
  for (const auto& [position, why] : body.missing) {
    out.u8(static_cast<std::uint8_t>(position)).u8(static_cast<std::uint8_t>(why));
  }
  put_all(out, body.standing.galleries);
  for (const bool flag : {body.standing.active, body.standing.disputed, body.standing.own_citizen})
    out.u8(flag ? 1 : 0);
  return out.take();
}

Result<EncounterBody> decode_encounter(ByteView bytes) {
  Reader in(bytes);
  EncounterBody body;
  body.created_ms = in.integer();
  body.retention_until_ms = in.integer();
  body.biographic = in.biographic();
  body.standing.withheld_from = in.set_of_strings();
  for (int left = in.version() >= 2 ? in.byte() : 0; left > 0; --left) {
    const auto position = in.choice<Finger>(static_cast<int>(Finger::kLeftLittle));
    body.missing[position] = in.choice<Missing>(static_cast<int>(Missing::kUnableToPrint));
  }
  if (in.version() >= 3) {
    body.standing.galleries = in.set_of_strings();
    for (bool* flag : {&body.standing.active, &body.standing.disputed, &body.standing.own_citizen}) *flag = in.flag();
  }
  return in.finish(std::move(body));
}

Bytes encode(const TemplateBody& body) {
  ByteWriter out = start();
  out.u8(body.cut ? 1 : 0);
  if (body.cut) {
    out.u16(body.cut->sample).u8(body.cut->whole ? 1 : 0);
    for (const float number : {body.cut->x, body.cut->y, body.cut->width, body.cut->height, body.cut->angle})
      put(out, number);
  }
  out.counted(body.features);
  return out.take();
}

Result<TemplateBody> decode_template(ByteView bytes) {
  Reader in(bytes);
  TemplateBody body;
  if (in.flag()) {
    Cut cut;
    cut.sample = in.ordinal();
    cut.whole = in.flag();
    for (float* number : {&cut.x, &cut.y, &cut.width, &cut.height, &cut.angle}) *number = in.small_number();
    body.cut = cut;
  }
  body.features = in.bytes();
  return in.finish(std::move(body));
}

Bytes encode(const AgreementRecord& agreement) {
  ByteWriter out = start();
  for (const std::string* text : {&agreement.id, &agreement.document, &agreement.changed_by, &agreement.reasons})
    put(out, *text);
  out.u8(static_cast<std::uint8_t>(agreement.state));
  for (std::int64_t time : {agreement.accepted_ms, agreement.changed_ms}) put(out, time);
  return out.take();
}

Result<AgreementRecord> decode_agreement(ByteView bytes) {
  Reader in(bytes);
  AgreementRecord agreement;
  for (std::string* text : {&agreement.id, &agreement.document, &agreement.changed_by, &agreement.reasons})
    *text = in.string();
  agreement.state = in.choice<AgreementState>(static_cast<int>(AgreementState::kTerminated), 1);
  for (std::int64_t* time : {&agreement.accepted_ms, &agreement.changed_ms}) *time = in.integer();
  return in.finish(std::move(agreement));
}

Bytes encode(const Sample& sample) {
  ByteWriter out = start();
  out.u8(static_cast<std::uint8_t>(sample.position));
  put(out, sample.ppi);
  out.counted(sample.image);
  out.u8(static_cast<std::uint8_t>(sample.modality)).u8(static_cast<std::uint8_t>(sample.eye));
  out.u8(static_cast<std::uint8_t>(sample.impression));
  return out.take();
}

Result<Sample> decode_sample(ByteView bytes) {
  Reader in(bytes);
  Sample sample;
  sample.position = in.choice<FingerCapture>(static_cast<int>(FingerCapture::kPlainThumbs));
  sample.ppi = in.number();
  sample.image = in.bytes();
  if (in.version() >= 2) {
    sample.modality = in.choice<Modality>(static_cast<int>(Modality::kIris));
    sample.eye = in.choice<Eye>(static_cast<int>(Eye::kLeft));
    sample.impression = in.byte();
  }
  return in.finish(std::move(sample));
}

namespace {

void put_seen(ByteWriter& out, const Examination& record) {
  out.u32(static_cast<std::uint32_t>(record.seen.size()));
  for (const auto& [examiner, pairs] : record.seen) {
    put(out, examiner);
    out.u32(static_cast<std::uint32_t>(pairs.size()));
    for (const std::uint32_t pair : pairs) out.u32(pair);
  }
}

void put_doubts(ByteWriter& out, const Examination& record) {
  out.u8(static_cast<std::uint8_t>(record.doubts.size()));
  for (const Doubt doubt : record.doubts) out.u8(static_cast<std::uint8_t>(doubt));
}
void take_doubts(Reader& in, Examination& record) {
  for (int left = in.byte(); left > 0; --left) record.doubts.insert(in.choice<Doubt>(kDoubtLast, 1));
}

void put_verdicts(ByteWriter& out, const Examination& record) {
  out.u8(static_cast<std::uint8_t>(record.verdicts.size()));
  for (const Opinion& each : record.verdicts) {
    put(out, each.examiner);
    out.u8(static_cast<std::uint8_t>(each.verdict));
    put(out, each.reasons);
    put(out, each.given_ms);
  }
  out.u8(static_cast<std::uint8_t>(record.locked.size()));
  for (const auto& [examiner, locked] : record.locked) {
    put(out, examiner);
    put(out, locked);
  }
}
void take_verdicts(Reader& in, Examination& record) {
  for (int left = in.byte(); left > 0; --left) {
    Opinion& each = record.verdicts.emplace_back();
    each.examiner = in.string();
    each.verdict = in.choice<Verdict>(kVerdictLast);
    each.reasons = in.string();
    each.given_ms = in.integer();
  }
}
void take_locked(Reader& in, Examination& record) {
  for (int left = in.byte(); left > 0; --left) {
    std::string examiner = in.string();
    record.locked[std::move(examiner)] = in.locked_probe();
  }
}

}  // namespace

Bytes encode(const Case& record) {
  ByteWriter out = start();
  for (const std::string* text :
       {&record.case_id, &record.exchange_id, &record.agreement_id, &record.partner, &record.partner_case_reference,
        &record.person_id, &record.encounter_id, &record.examiner, &record.verdict_reasons}) {
    put(out, *text);
  }
  put(out, to_string(record.purpose));
  out.u8(static_cast<std::uint8_t>(record.state));
  for (std::int64_t time : {record.opened_ms, record.expires_ms, record.decided_ms}) put(out, time);
  put(out, record.score);
  put(out, record.expected_false);
  out.raw(record.agreement_digest);
  put_seen(out, record);
  for (const std::string* text : {&record.releaser, &record.release_facts, &record.offence}) put(out, *text);
  put(out, record.cleared_ms);
  put_doubts(out, record);
  put(out, record.grounds);
  put_verdicts(out, record);
  out.raw(record.card);
  return out.take();
}

Result<Case> decode_case(ByteView bytes) {
  Reader in(bytes);
  Case record;
  for (std::string* text :
       {&record.case_id, &record.exchange_id, &record.agreement_id, &record.partner, &record.partner_case_reference,
        &record.person_id, &record.encounter_id, &record.examiner, &record.verdict_reasons}) {
    *text = in.string();
  }
  record.purpose = in.purpose();
  record.state = in.choice<CaseState>(kCaseStateLast, 1);
  for (std::int64_t* time : {&record.opened_ms, &record.expires_ms, &record.decided_ms}) *time = in.integer();
  record.score = in.number();
  record.expected_false = in.number();
  if (in.version() >= 4) {
    record.agreement_digest = in.digest();
    record.seen = in.seen();
  }
  if (in.version() >= 5) {
    for (std::string* text : {&record.releaser, &record.release_facts, &record.offence}) *text = in.string();
    record.cleared_ms = in.integer();
  }
  if (in.version() >= 6) take_doubts(in, record);
  if (in.version() >= 7) record.grounds = in.grounds();
  if (in.version() >= 8) take_verdicts(in, record);
  if (in.version() >= 9) take_locked(in, record);
  if (in.version() >= 10) record.card = in.digest();
  return in.finish(std::move(record));
}

Bytes encode(const PracticePair& pair) {
  ByteWriter out = start();
  put(out, pair.pair_id);
  out.u8(static_cast<std::uint8_t>(pair.truth));
  put(out, pair.added_by);
  put(out, pair.added_ms);
  out.counted(pair.exhibit);
  return out.take();
}

Result<PracticePair> decode_practice_pair(ByteView bytes) {
  Reader in(bytes);
  PracticePair pair;
  pair.pair_id = in.string();
  pair.truth = in.choice<Truth>(static_cast<int>(Truth::kNonMate), 1);
  pair.added_by = in.string();
  pair.added_ms = in.integer();
  pair.exhibit = in.bytes();
  return in.finish(std::move(pair));
}

Bytes encode(const PracticeCase& record) {
  ByteWriter out = start();
  for (const std::string* text : {&record.case_id, &record.agreement_id, &record.partner, &record.examiner,
                                  &record.verdict_reasons, &record.added_by}) {
    put(out, *text);
  }
  put(out, to_string(record.purpose));
  out.u8(static_cast<std::uint8_t>(record.state));
  for (std::int64_t time : {record.opened_ms, record.expires_ms, record.decided_ms}) put(out, time);
  out.u8(static_cast<std::uint8_t>(record.truth));
  put_seen(out, record);
  put_doubts(out, record);
  put_verdicts(out, record);
  return out.take();
}

Result<PracticeCase> decode_practice_case(ByteView bytes) {
  Reader in(bytes);
  PracticeCase record;
  for (std::string* text : {&record.case_id, &record.agreement_id, &record.partner, &record.examiner,
                            &record.verdict_reasons, &record.added_by}) {
    *text = in.string();
  }
  record.purpose = in.purpose();
  record.state = in.choice<CaseState>(kCaseStateLast, 1);
  for (std::int64_t* time : {&record.opened_ms, &record.expires_ms, &record.decided_ms}) *time = in.integer();
  record.truth = in.choice<Truth>(static_cast<int>(Truth::kNonMate), 1);
  record.seen = in.seen();
  take_doubts(in, record);
  take_verdicts(in, record);
  take_locked(in, record);
  return in.finish(std::move(record));
}

Bytes encode(const Question& question) {
  ByteWriter out = start();
  for (const std::string* text : {&question.exchange_id, &question.agreement_id, &question.partner,
                                  &question.case_reference, &question.requester, &question.reference}) {
    put(out, *text);
  }
  put(out, to_string(question.purpose));
  out.u8(static_cast<std::uint8_t>(question.state));
  for (std::int64_t time : {question.asked_ms, question.expires_ms, question.retention_until_ms}) put(out, time);
  put_all(out, question.reasons);
  out.raw(question.agreement_digest);
  put(out, question.grounds);
  return out.take();
}

Result<Question> decode_question(ByteView bytes) {
  Reader in(bytes);
  Question question;
  for (std::string* text : {&question.exchange_id, &question.agreement_id, &question.partner, &question.case_reference,
                            &question.requester, &question.reference}) {
    *text = in.string();
  }
  question.purpose = in.purpose();
  question.state = in.choice<QuestionState>(static_cast<int>(QuestionState::kExpired));
  for (std::int64_t* time : {&question.asked_ms, &question.expires_ms, &question.retention_until_ms})
    *time = in.integer();
  question.reasons = in.strings();
  if (in.version() >= 4) question.agreement_digest = in.digest();
  if (in.version() >= 7) question.grounds = in.grounds();
  return in.finish(std::move(question));
}

Bytes encode(const Protection& protection) {
  ByteWriter out = start();
  for (const std::string* text : {&protection.person_id, &protection.set_by, &protection.reasons,
                                  &protection.lift_proposed_by, &protection.lift_reasons})
    put(out, *text);
  put_all(out, protection.withheld_from);
  for (std::int64_t number : {protection.revision, protection.since_ms}) put(out, number);
  for (const ProtectionClass each : protection.classes) out.u8(static_cast<std::uint8_t>(each));  // to the end
  return out.take();
}

Result<Protection> decode_protection(ByteView bytes) {
  Reader in(bytes);
  Protection protection;
  for (std::string* text : {&protection.person_id, &protection.set_by, &protection.reasons,
                            &protection.lift_proposed_by, &protection.lift_reasons})
    *text = in.string();
  protection.withheld_from = in.set_of_strings();
  for (std::int64_t* number : {&protection.revision, &protection.since_ms}) *number = in.integer();
  while (in.has_more()) protection.classes.insert(in.choice<ProtectionClass>(kProtectionClassLast, 1));
  return in.finish(std::move(protection));
}

Bytes encode(const Alarm& alarm) {
  ByteWriter out = start();
  for (const std::string* text : {&alarm.kind, &alarm.sentence, &alarm.person_id, &alarm.seen_by}) put(out, *text);
  put(out, alarm.time_ms);
  put(out, alarm.by);
  put_all(out, alarm.named);
  if (alarm.more > 0) put(out, alarm.more);
  return out.take();
}

Result<Alarm> decode_alarm(ByteView bytes) {
  Reader in(bytes);
  Alarm alarm;
  for (std::string* text : {&alarm.kind, &alarm.sentence, &alarm.person_id, &alarm.seen_by}) *text = in.string();
  alarm.time_ms = in.integer();
  if (in.version() >= 6) {
    alarm.by = in.string();
    alarm.named = in.set_of_strings();
    if (in.has_more()) alarm.more = in.integer();
  }
  return in.finish(std::move(alarm));
}

// The numbers of category, grade and how are stored; 255: none was said.
Bytes encode(const WatchlistEntry& entry) {
  constexpr std::uint8_t kNone = 255;
  ByteWriter out = start();
  for (const std::string* text : {&entry.entry_id, &entry.person_id, &entry.owner, &entry.file, &entry.legal_basis,
                                  &entry.proposed_by, &entry.decided_by, &entry.reasons})
    put(out, *text);
  put_all(out, entry.hand);
  out.u8(entry.category ? static_cast<std::uint8_t>(*entry.category) : kNone);
  out.u8(static_cast<std::uint8_t>(entry.facts.size()));
  for (const Fact& each : entry.facts)
    for (const std::string* text : {&each.statement, &each.source, &each.date, &each.document}) put(out, *text);
  out.u8(static_cast<std::uint8_t>(entry.assessments.size()));
  for (const Assessment& each : entry.assessments) {
    put(out, each.statement);
    put(out, each.by);
    out.u8(each.grade ? static_cast<std::uint8_t>(*each.grade) : kNone);
    put(out, each.expires_ms);
  }
  out.u8(entry.from_partner ? 1 : 0);
  if (entry.from_partner) {
    put(out, entry.from_partner->country);
    put(out, entry.from_partner->exchange_id);
  }
  for (const std::int64_t time : {entry.review_ms, entry.expires_ms, entry.entered_ms, entry.decided_ms})
    put(out, time);
  return out.take();
}

Result<WatchlistEntry> decode_watchlist_entry(ByteView bytes) {
  Reader in(bytes);
  WatchlistEntry entry;
  for (std::string* text : {&entry.entry_id, &entry.person_id, &entry.owner, &entry.file, &entry.legal_basis,
                            &entry.proposed_by, &entry.decided_by, &entry.reasons})
    *text = in.string();
  entry.hand = in.set_of_strings();
  entry.category = in.choice_or_none<WatchCategory>(kWatchCategoryCount - 1);
  for (int left = in.byte(); left > 0; --left) {
    Fact& each = entry.facts.emplace_back();
    for (std::string* text : {&each.statement, &each.source, &each.date, &each.document}) *text = in.string();
  }
  for (int left = in.byte(); left > 0; --left) {
    Assessment& each = entry.assessments.emplace_back();
    each.statement = in.string();
    each.by = in.string();
    each.grade = in.choice_or_none<EvidenceGrade>(kEvidenceGradeCount - 1);
    each.expires_ms = in.integer();
  }
  if (in.flag()) {
    FromPartner& partner = entry.from_partner.emplace();
    partner.country = in.string();
    partner.exchange_id = in.string();
  }
  for (std::int64_t* time : {&entry.review_ms, &entry.expires_ms, &entry.entered_ms, &entry.decided_ms})
    *time = in.integer();
  return in.finish(std::move(entry));
}

Bytes encode(const WatchlistAlert& alert) {
  ByteWriter out = start();
  for (const std::string* text : {&alert.entry_id, &alert.owner, &alert.person_id, &alert.file, &alert.partner})
    put(out, *text);
  out.u8(static_cast<std::uint8_t>(alert.how));
  for (const std::int64_t time : {alert.time_ms, alert.expires_ms}) put(out, time);
  return out.take();
}

Result<WatchlistAlert> decode_watchlist_alert(ByteView bytes) {
  Reader in(bytes);
  WatchlistAlert alert;
  for (std::string* text : {&alert.entry_id, &alert.owner, &alert.person_id, &alert.file, &alert.partner})
    *text = in.string();
  alert.how = in.choice<MetHow>(kMetHowCount - 1);
  for (std::int64_t* time : {&alert.time_ms, &alert.expires_ms}) *time = in.integer();
  return in.finish(std::move(alert));
}

Bytes encode(const Task& task) {
  ByteWriter out = start();
  for (const std::string* text : {&task.task_id, &task.kind, &task.requester, &task.callback}) put(out, *text);
  out.u8(static_cast<std::uint8_t>(task.state));
  for (std::int64_t time : {task.created_ms, task.expires_ms}) put(out, time);
  out.counted(task.request).counted(task.result);
  return out.take();
}

Result<Task> decode_task(ByteView bytes) {
  Reader in(bytes);
  Task task;
  for (std::string* text : {&task.task_id, &task.kind, &task.requester, &task.callback}) *text = in.string();
  task.state = in.choice<TaskState>(static_cast<int>(TaskState::kFailed), 1);
  for (std::int64_t* time : {&task.created_ms, &task.expires_ms}) *time = in.integer();
  task.request = in.bytes();
  task.result = in.bytes();
  return in.finish(std::move(task));
}

Bytes encode(const BiographicData& data) {
  ByteWriter out = start();
  put(out, data);
  return out.take();
}

Result<BiographicData> decode_biographic(ByteView bytes) {
  Reader in(bytes);
  BiographicData data = in.biographic();
  return in.finish(std::move(data));
}

Bytes encode(const std::vector<std::string>& strings) {
  ByteWriter out = start();
  put_all(out, strings);
  return out.take();
}

Result<std::vector<std::string>> decode_strings(ByteView bytes) {
  Reader in(bytes);
  std::vector<std::string> strings = in.strings();
  return in.finish(std::move(strings));
}

}  // namespace puente::store
