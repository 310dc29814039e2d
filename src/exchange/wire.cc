#include "exchange/wire.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/biographic.h"
#include "core/limits.h"

namespace puente::exchange {
namespace {

constexpr int kKindCount = static_cast<int>(Kind::kAcknowledgement) + 1;
constexpr std::size_t kReceiptBytesMax = 4096;
constexpr std::int64_t kTimeMax = 253'402'300'799'999;  // the end of the year 9999

bool is_reply(Kind kind) {
  return kind == Kind::kAnswer || kind == Kind::kRefusal || kind == Kind::kAcknowledgement;
}

bool is_receipt_text(std::string_view text) {  // lines of UTF-8; no other control characters
  return text.size() <= kReceiptBytesMax && std::none_of(text.begin(), text.end(), [](char c) {
           return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
         });
}

bool is_case_reference(std::string_view text) {  // policy says more; here only what keeps a message sound
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

bool is_reason(std::string_view reason) {
  return !reason.empty() && reason.size() <= 64 &&
         std::all_of(reason.begin(), reason.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

Purpose purpose_member(JsonReader& reader) {
  const auto purpose = parse_purpose(reader.string("purpose"));
  if (purpose.ok()) return *purpose;
  reader.complain(purpose.error().message);
  return Purpose::kBorderIdentification;
}

std::string reference_member(JsonReader& reader) {
  std::string reference = reader.string("reference");
  if (!is_id(reference)) reader.complain("member \"reference\" is no case reference");
  return reference;
}

Kind kind_member(JsonReader& reader) {
  const std::string name = reader.string("kind");
  for (int i = 0; i < kKindCount; ++i) {
    if (name == to_string(static_cast<Kind>(i))) return static_cast<Kind>(i);
  }
  reader.complain("member \"kind\" is not known here");
  return Kind::kQuestion;
}

// Version 1 had room for where the sender's log holds this step. No program ever wrote it; it is read and left.
void skip_receipt(JsonReader& reader) {
  if (reader.any_or_null("receipt").is_null()) return;
  if (!is_receipt_text(reader.long_string("receipt"))) {
    reader.complain("member \"receipt\" must be up to 4096 bytes of text");
  }
}

Result<Header> read_header(const Json& json, int version) {
  JsonReader reader(json, "message header");
  Header out;
  out.version = version;
  out.kind = kind_member(reader);
  out.message_id = reader.string("message_id");
  out.exchange_id = reader.string("exchange_id");
  out.from = reader.string("from");
  out.to = reader.string("to");
  out.agreement_id = reader.string("agreement_id");
  const auto digest = from_hex(reader.string("agreement_digest"));
  if (digest.ok() && digest->size() == out.agreement_digest.size()) {
    out.agreement_digest = *fixed<32>(*digest);
  } else {
    reader.complain("member \"agreement_digest\" must be 32 bytes in hexadecimal");
  }
  out.created_ms = reader.integer("created_ms", 0, kTimeMax);
  out.expires_ms = reader.integer("expires_ms", 0, kTimeMax);
  out.in_reply_to = reader.string_or("in_reply_to", "");
  if (version == 1) skip_receipt(reader);
  TRY(reader.finish());
  TRY(check_header(out));
  return out;
}

double ppi_member(JsonReader& reader) {
  const double ppi = reader.number_or("ppi", 0);
  if (ppi == 0 || (ppi >= limits::kPpiMin && ppi <= limits::kPpiMax)) return ppi;
  reader.complain("member \"ppi\" must be 100 to 2000, or left out");
  return 0;
}

Result<Sample> read_sample_1(const Json& json) {
  JsonReader reader(json, "sample of the question");
  Sample out;
  const auto position = parse_finger_capture(reader.string("position"));
  if (!position.ok()) {
    reader.complain(position.error().message);
  } else if (is_slap(*position)) {
    reader.complain("member \"position\" must name a single finger, or UNKNOWN");
  } else {
    out.position = *position;
  }
  out.ppi = ppi_member(reader);
  auto image = from_base64(reader.long_string("image"));
  if (!image.ok() || image->empty() || image->size() > limits::kImageBytesMax) {
    reader.complain("member \"image\" must be 1 byte to 16 MiB in base64");
  } else {
    out.image = *std::move(image);
  }
  TRY(reader.finish());
  return out;
}

std::optional<Place> parse_place(std::string_view modality, std::string_view name) {
  const auto kind = parse_modality(modality);
  for (int code = 0; kind.ok() && code < kFingerCount; ++code) {
    const auto place = checked_place(static_cast<int>(*kind), code);
    if (place && name == to_string(*place)) return place;
  }
  return std::nullopt;
}

// Takes the sample's bytes off `attachments`: what is left over in the end, or missing, makes the message malformed.
Result<Sample> read_sample_2(const Json& json, ByteReader& attachments) {
  JsonReader reader(json, "sample of the question");
  const std::string modality = reader.string("modality");
  const auto place = parse_place(modality, reader.string("place"));
  if (!place) reader.complain("members \"modality\" and \"place\" must name one finger, eye or face");
  Sample out = place ? sample_at(*place) : Sample();
  const auto coding = parse_coding(reader.string("coding"));
  if (coding.ok()) {
    out.coding = *coding;
  } else {
    reader.complain(coding.error().message);
  }
  out.ppi = ppi_member(reader);
  const std::int64_t size = reader.integer("bytes", 1, limits::kImageBytesMax);
  TRY(reader.finish());
  const ByteView bytes = attachments.raw(static_cast<std::size_t>(size));
  if (!attachments.ok()) return Error{Code::kInvalidInput, "a sample of the question is longer than what came"};
  out.image.assign(bytes.begin(), bytes.end());
  return out;
}

Result<QuestionBody> read_question(const Json& json, int version, ByteView attachments) {
  JsonReader reader(json, "question");
  QuestionBody out;
  out.purpose = purpose_member(reader);
  out.case_reference = reader.string("case_reference");
  if (!is_case_reference(out.case_reference)) reader.complain("member \"case_reference\" is no file number");
  out.deadline_ms = reader.integer("deadline_ms", 0, kTimeMax);
  const Json::Array& probe = reader.array("probe");
  if (probe.empty() || probe.size() > limits::kSamplesPerEncounterMax) {
    reader.complain("member \"probe\" must hold 1 to 20 samples");
  }
  if (version >= 3) {
    JsonReader grounds(reader.any("grounds"), "grounds of the question");
    out.grounds = read_grounds(grounds);
    if (const Status read = grounds.finish(); !read.ok()) reader.complain(read.error().message);
  }
  TRY(reader.finish());
  ByteReader bytes(attachments);
  for (const Json& each : probe) {
    ASSIGN_OR_RETURN(Sample sample, version == 1 ? read_sample_1(each) : read_sample_2(each, bytes));
    out.probe.push_back(std::move(sample));
  }
  if (!bytes.done()) return Error{Code::kInvalidInput, "more came than the question's samples"};
  return out;
}

Result<AnswerBody> read_answer(const Json& json) {
  JsonReader reader(json, "answer");
  AnswerBody out;
  const std::string result = reader.string("result");
  if (result == "reference") {
    out.reference = reference_member(reader);
  } else if (result != "no_hit") {
    reader.complain("member \"result\" must be \"no_hit\" or \"reference\"");
  }
  TRY(reader.finish());
  return out;
}

Result<RefusalBody> read_refusal(const Json& json) {
  JsonReader reader(json, "refusal");
  RefusalBody out;
  out.code = static_cast<Code>(
      reader.integer("code", static_cast<int>(Code::kInvalidInput), static_cast<int>(Code::kInternal)));
  out.reasons = reader.strings("reasons");
  if (out.reasons.size() > kReasonsMax || !std::all_of(out.reasons.begin(), out.reasons.end(), is_reason)) {
    reader.complain("member \"reasons\" must hold up to 16 reason names");
  }
  TRY(reader.finish());
  return out;
}

Result<ReleaseBody> read_release(const Json& json) {
  JsonReader reader(json, "release");
  ReleaseBody out;
  out.reference = reference_member(reader);
  out.purpose = purpose_member(reader);
  out.retention_until_ms = reader.integer("retention_until_ms", 0, kTimeMax);
  out.caveats = reader.strings("caveats");
  if (out.caveats.size() > kReasonsMax || !std::all_of(out.caveats.begin(), out.caveats.end(), is_reason)) {
    reader.complain("member \"caveats\" must hold up to 16 caveat names");
  }
  const Json& elements = reader.any("elements");
  if (!elements.is_object()) reader.complain("member \"elements\" must be an object");
  TRY(reader.finish());
  JsonReader values(elements, "released elements");
  for (const auto& [name, value] : *elements.as_object()) {
    const auto element = parse_data_element(name);
    if (!element.ok()) return element.error();
    const std::string text = values.string(name);
    if (text.empty()) values.complain("an element must not be empty");
    out.elements.emplace(*element, text);
  }
  TRY(values.finish());
  TRY(check_biographic(out.elements));  // it is shown on terminals, and written into others' formats
  return out;
}

Result<NotConfirmedBody> read_not_confirmed(const Json& json) {
  JsonReader reader(json, "not_confirmed");
  NotConfirmedBody out{reference_member(reader)};
  TRY(reader.finish());
  return out;
}

Result<AcknowledgementBody> read_acknowledgement(const Json& json) {
  TRY(JsonReader(json, "acknowledgement").finish());
  return AcknowledgementBody{};
}

Json sample_1_to_json(const Sample& sample) {
  return Json::object({{"position", to_string(sample.position)}, {"image", to_base64(sample.image)}});
}

Json sample_2_to_json(const Sample& sample) {
  const auto place = place_of(sample);
  CHECK(place.has_value());
  return Json::object({{"modality", to_string(place->modality)},
                       {"place", to_string(*place)},
                       {"coding", to_string(sample.coding)},
                       {"bytes", sample.image.size()}});
}

}  // namespace

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::kQuestion:
      return "question";
    case Kind::kAnswer:
      return "answer";
    case Kind::kRefusal:
      return "refusal";
    case Kind::kRelease:
      return "release";
    case Kind::kNotConfirmed:
      return "not_confirmed";
    case Kind::kAcknowledgement:
      return "acknowledgement";
  }
  return "unknown";
}

std::string version_line(int version) {
  return "puente-message/" + std::to_string(version) + "\n";
}

Bytes write_parts(int version, const Parts& parts) {
  ByteWriter out;
  out.counted(view(parts.json));
  if (version > 1) out.counted(parts.attachments);
  return out.take();
}

Bytes to_sign(int version, const Parts& parts) {
  ByteWriter out;
  out.raw(view(version_line(version)));
  if (version == 1) return out.raw(view(parts.json)).take();
  return out.raw(write_parts(version, parts)).take();
}

Result<PartsView> read_parts(int version, ByteReader& reader) {
  const ByteView json = reader.counted();
  const ByteView attachments = version > 1 ? reader.counted() : ByteView();
  if (!reader.ok()) return Error{Code::kInvalidInput, "the message's frame is malformed"};
  return PartsView{text(json), attachments};
}

Status check_header(const Header& header) {
  const auto wrong = [](const char* what) {
    return Error{Code::kInvalidInput, std::string("message header: ") + what};
  };
  if (!is_id(header.message_id)) return wrong("member \"message_id\" is no id");
  if (!is_id(header.exchange_id)) return wrong("member \"exchange_id\" is no id");
  if (!is_country(header.from) || !is_country(header.to)) return wrong("\"from\" and \"to\" must be country codes");
  if (header.from == header.to) return wrong("\"from\" and \"to\" must be two countries");
  if (!is_id(header.agreement_id)) return wrong("member \"agreement_id\" is no id");
  if (header.created_ms < 0 || header.expires_ms <= header.created_ms || header.expires_ms > kTimeMax) {
    return wrong("\"expires_ms\" must be after \"created_ms\"");
  }
  if (is_reply(header.kind) ? !is_id(header.in_reply_to) : !header.in_reply_to.empty()) {
    return wrong("\"in_reply_to\" names a message in a reply, and stands in no other");
  }
  return {};
}

Json header_to_json(const Header& header) {
  Json out = Json::object({{"kind", to_string(header.kind)},
                           {"message_id", header.message_id},
                           {"exchange_id", header.exchange_id},
                           {"from", header.from},
                           {"to", header.to},
                           {"agreement_id", header.agreement_id},
                           {"agreement_digest", to_hex(header.agreement_digest)},
                           {"created_ms", header.created_ms},
                           {"expires_ms", header.expires_ms}});
  if (!header.in_reply_to.empty()) out.set("in_reply_to", header.in_reply_to);
  return out;
}

Json body_to_json(const QuestionBody& body, int version) {
  Json::Array probe;
  for (const Sample& sample : body.probe) {
    Json each = version == 1 ? sample_1_to_json(sample) : sample_2_to_json(sample);
    if (sample.ppi != 0) each.set("ppi", sample.ppi);
    probe.push_back(std::move(each));
  }
  Json out = Json::object({{"purpose", to_string(body.purpose)},
                           {"case_reference", body.case_reference},
                           {"deadline_ms", body.deadline_ms},
                           {"probe", std::move(probe)}});
  if (version >= 3) out.set("grounds", to_json(body.grounds));
  return out;
}

Bytes attachments_of(const QuestionBody& body) {
  ByteWriter out;
  for (const Sample& each : body.probe) out.raw(each.image);
  return out.take();
}

Json body_to_json(const AnswerBody& body) {
  if (body.reference.empty()) return Json::object({{"result", "no_hit"}});
  return Json::object({{"result", "reference"}, {"reference", body.reference}});
}

Json body_to_json(const RefusalBody& body) {
  return Json::object(
      {{"code", static_cast<int>(body.code)}, {"reasons", Json::Array(body.reasons.begin(), body.reasons.end())}});
}

Json body_to_json(const ReleaseBody& body) {
  Json::Object elements;
  for (const auto& [element, value] : body.elements) elements.emplace(to_string(element), value);
  return Json::object({{"reference", body.reference},
                       {"purpose", to_string(body.purpose)},
                       {"elements", std::move(elements)},
                       {"retention_until_ms", body.retention_until_ms},
                       {"caveats", Json::Array(body.caveats.begin(), body.caveats.end())}});
}

Json body_to_json(const policy::Disclosure& body) {
  return body_to_json(ReleaseBody{body.reference(),
                                  body.purpose(),
                                  body.elements(),
                                  body.retention_until_ms(),
                                  {body.caveats().begin(), body.caveats().end()}});
}

Json body_to_json(const NotConfirmedBody& body) {
  return Json::object({{"reference", body.reference}});
}

Json body_to_json(const AcknowledgementBody&) {
  return Json(Json::Object());
}

Result<Message> read_message(int version, const PartsView& parts) {
  ASSIGN_OR_RETURN(const Json document, parse_json(parts.json, limits::kMessageValuesMax));
  JsonReader reader(document, "message");
  const Json& header = reader.any("header");
  const Json& body = reader.any("body");
  TRY(reader.finish());
  Message out;
  ASSIGN_OR_RETURN(out.header, read_header(header, version));
  if (out.header.kind != Kind::kQuestion && !parts.attachments.empty()) {
    return Error{Code::kInvalidInput, "only a question has samples"};
  }
  switch (out.header.kind) {
    case Kind::kQuestion: {
      ASSIGN_OR_RETURN(out.body, read_question(body, version, parts.attachments));
      break;
    }
    case Kind::kAnswer: {
      ASSIGN_OR_RETURN(out.body, read_answer(body));
      break;
    }
    case Kind::kRefusal: {
      ASSIGN_OR_RETURN(out.body, read_refusal(body));
      break;
    }
    case Kind::kRelease: {
      ASSIGN_OR_RETURN(out.body, read_release(body));
      break;
    }
    case Kind::kNotConfirmed: {
      ASSIGN_OR_RETURN(out.body, read_not_confirmed(body));
      break;
    }
    case Kind::kAcknowledgement: {
      ASSIGN_OR_RETURN(out.body, read_acknowledgement(body));
      break;
    }
  }
  return out;
}

}  // namespace puente::exchange
