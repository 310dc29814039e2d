#include "store/records.h"

#include <bit>

namespace puente::store {
namespace {

// 2 gave samples their modality, eye and impression, and encounters the fingers that are missing; 1 is still read.
constexpr std::uint8_t kRecordVersion = 2;

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
void put(ByteWriter& out, const std::vector<std::string>& strings) {
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

// Reads a record; whatever does not fit is one complaint at the end.
class Reader {
 public:
  explicit Reader(ByteView bytes) : in_(bytes), version_(in_.u8()) {
    ok_ = version_ >= 1 && version_ <= kRecordVersion;
  }
  int version() const { return version_; }
  std::uint8_t byte() { return in_.u8(); }
  std::string string() { return std::string(text(in_.counted())); }
  Bytes bytes() {
    const ByteView bytes = in_.counted();
    return Bytes(bytes.begin(), bytes.end());
  }
  std::int64_t integer() { return static_cast<std::int64_t>(in_.u64()); }
  double number() { return std::bit_cast<double>(in_.u64()); }
  template <typename Enum>
  Enum choice(int max) {
    const std::uint8_t value = in_.u8();
    ok_ = ok_ && value <= max;
    return static_cast<Enum>(value);
  }
  std::vector<std::string> strings() {
    std::vector<std::string> out;
    for (std::uint32_t left = in_.u32(); left > 0 && in_.ok(); --left) out.push_back(string());
    return out;
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
  put(out, body.withheld_from);
  out.u8(static_cast<std::uint8_t>(body.missing.size()));
  for (const auto& [position, why] : body.missing) {
    out.u8(static_cast<std::uint8_t>(position)).u8(static_cast<std::uint8_t>(why));
  }
  return out.take();
}

Result<EncounterBody> decode_encounter(ByteView bytes) {
  Reader in(bytes);
  EncounterBody body;
  body.created_ms = in.integer();
  body.retention_until_ms = in.integer();
  body.biographic = in.biographic();
  body.withheld_from = in.strings();
  for (int left = in.version() >= 2 ? in.byte() : 0; left > 0; --left) {
    const auto position = in.choice<Finger>(static_cast<int>(Finger::kLeftLittle));
    body.missing[position] = in.choice<Missing>(static_cast<int>(Missing::kUnableToPrint));
  }
  return in.finish(std::move(body));
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
  record.state = in.choice<CaseState>(static_cast<int>(CaseState::kExpired));
  for (std::int64_t* time : {&record.opened_ms, &record.expires_ms, &record.decided_ms}) *time = in.integer();
  record.score = in.number();
  record.expected_false = in.number();
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
  put(out, question.reasons);
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
  return in.finish(std::move(question));
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
  put(out, strings);
  return out.take();
}

Result<std::vector<std::string>> decode_strings(ByteView bytes) {
  Reader in(bytes);
  std::vector<std::string> strings = in.strings();
  return in.finish(std::move(strings));
}

namespace context {
std::string person_key(const std::string& person_id) {
  return "person/" + person_id + "/key";
}
std::string encounter(const EncounterId& id) {
  return "person/" + id.person_id + "/encounter/" + id.encounter_id + "/body";
}
std::string sample(const EncounterId& id, std::int64_t ordinal) {
  return "person/" + id.person_id + "/encounter/" + id.encounter_id + "/sample/" + std::to_string(ordinal);
}
std::string finger_template(const EncounterId& id, std::int64_t ordinal, Finger position) {
  return "person/" + id.person_id + "/encounter/" + id.encounter_id + "/template/" + std::to_string(ordinal) + "/" +
         to_string(position);
}
std::string case_record(const std::string& case_id) {
  return "case/" + case_id + "/body";
}
std::string probe_key(const std::string& case_id) {
  return "case/" + case_id + "/probe-key";
}
std::string probe(const std::string& case_id) {
  return "case/" + case_id + "/probe";
}
std::string question(const std::string& exchange_id) {
  return "question/" + exchange_id + "/body";
}
std::string released_key(const std::string& exchange_id) {
  return "question/" + exchange_id + "/released-key";
}
std::string released(const std::string& exchange_id) {
  return "question/" + exchange_id + "/released";
}
std::string outbox_key(const std::string& id) {
  return "outbox/" + id + "/key";
}
std::string outbox(const std::string& id) {
  return "outbox/" + id + "/payload";
}
std::string details_key(std::uint64_t index) {
  return "log/" + std::to_string(index) + "/details-key";
}
std::string details(std::uint64_t index) {
  return "log/" + std::to_string(index) + "/details";
}
}  // namespace context

}  // namespace puente::store
