#include "exchange/wire.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/limits.h"

namespace puente::exchange {
namespace {

constexpr const char* kKinds[] = {"question", "answer", "refusal", "release", "not_confirmed", "acknowledgement"};
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

Result<Header> read_header(const Json& json) {
  JsonReader reader(json, "message header");
  Header out;
  const std::string kind = reader.string("kind");
  const auto found = std::find(std::begin(kKinds), std::end(kKinds), kind);
  if (found == std::end(kKinds)) {
    reader.complain("member \"kind\" is not known here");
  } else {
    out.kind = static_cast<Kind>(found - std::begin(kKinds));
  }
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
  if (!reader.any_or_null("receipt").is_null()) out.receipt = reader.long_string("receipt");
  TRY(reader.finish());
  TRY(check_header(out));
  return out;
}

Result<Sample> read_sample(const Json& json) {
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
  out.ppi = reader.number_or("ppi", 0);
  if (out.ppi != 0 && !(out.ppi >= limits::kPpiMin && out.ppi <= limits::kPpiMax)) {
    reader.complain("member \"ppi\" must be 100 to 2000, or left out");
  }
  auto image = from_base64(reader.long_string("image"));
  if (!image.ok() || image->empty() || image->size() > limits::kImageBytesMax) {
    reader.complain("member \"image\" must be 1 byte to 16 MiB in base64");
  } else {
    out.image = *std::move(image);
  }
  TRY(reader.finish());
  return out;
}

Result<QuestionBody> read_question(const Json& json) {
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
  TRY(reader.finish());
  for (const Json& each : probe) {
    ASSIGN_OR_RETURN(Sample sample, read_sample(each));
    out.probe.push_back(std::move(sample));
  }
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

}  // namespace

const char* to_string(Kind kind) {
  return kKinds[static_cast<int>(kind)];
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
  if (!is_receipt_text(header.receipt)) return wrong("member \"receipt\" must be up to 4096 bytes of text");
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
  if (!header.receipt.empty()) out.set("receipt", header.receipt);
  return out;
}

Json body_to_json(const QuestionBody& body) {
  Json::Array probe;
  for (const Sample& sample : body.probe) {
    Json each = Json::object({{"position", to_string(sample.position)}, {"image", to_base64(sample.image)}});
    if (sample.ppi != 0) each.set("ppi", sample.ppi);
    probe.push_back(std::move(each));
  }
  return Json::object({{"purpose", to_string(body.purpose)},
                       {"case_reference", body.case_reference},
                       {"deadline_ms", body.deadline_ms},
                       {"probe", std::move(probe)}});
}

Json body_to_json(const AnswerBody& body) {
  if (body.reference.empty()) return Json::object({{"result", "no_hit"}});
  return Json::object({{"result", "reference"}, {"reference", body.reference}});
}

Json body_to_json(const RefusalBody& body) {
  return Json::object(
      {{"code", static_cast<int>(body.code)}, {"reasons", Json::Array(body.reasons.begin(), body.reasons.end())}});
}

Json body_to_json(const policy::Disclosure& body) {
  Json::Object elements;
  for (const auto& [element, value] : body.elements()) elements.emplace(to_string(element), value);
  return Json::object({{"reference", body.reference()},
                       {"purpose", to_string(body.purpose())},
                       {"elements", std::move(elements)},
                       {"retention_until_ms", body.retention_until_ms()},
                       {"caveats", Json::Array(body.caveats().begin(), body.caveats().end())}});
}

Json body_to_json(const NotConfirmedBody& body) {
  return Json::object({{"reference", body.reference}});
}

Json body_to_json(const AcknowledgementBody&) {
  return Json(Json::Object());
}

Result<Message> read_message(std::string_view json) {
  ASSIGN_OR_RETURN(const Json document, parse_json(json));
  JsonReader reader(document, "message");
  const Json& header = reader.any("header");
  const Json& body = reader.any("body");
  TRY(reader.finish());
  Message out;
  ASSIGN_OR_RETURN(out.header, read_header(header));
  switch (out.header.kind) {
    case Kind::kQuestion: {
      ASSIGN_OR_RETURN(out.body, read_question(body));
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
