// How nouns are spelt in our own API's JSON (openapi/puente.yaml).
#pragma once
#include "api/http.h"
#include "core/json.h"
#include "service/service.h"

namespace puente::api::own {

Result<std::vector<Sample>> read_samples(const Json::Array& array, const std::string& name = "samples");
service::ProtectRequest read_protect(JsonReader& reader);
Result<service::EnrolRequest> read_enrol(const Json& json);
Result<service::AskRequest> read_ask(const Json& json);
Result<BiographicData> read_biographic(const Json& json);
// Sentences of people, without control characters but the ends of lines; else the reader complains.
std::string read_prose(JsonReader& reader, std::string_view name);
std::string read_prose_or_none(JsonReader& reader, std::string_view name);
Result<std::string> read_reasons(const Call& call, const char* what);  // a body of reasons alone

// An examiner's marks on the question's prints: "prints", one item a pair, in any order.
Result<std::vector<std::vector<Mark>>> read_marks(const Json& json);

Json to_json(const BiographicData& data);
Json to_json(const service::Receipt& receipt);
Json to_json(const SampleQuality& quality);
Json to_json(const Candidate& candidate);
Json to_json(const service::EnrolAnswer& answer);
Json to_json(const service::ProtectionView& view);
Json to_json(const Alarm& alarm);
Json to_json(const service::IdentifyAnswer& answer);
Json to_json(const std::vector<Mark>& marks);
Json to_json(const service::CaptureReport& report);
Json to_json(const service::TaskView& task);
Json to_json(const service::VerifyAnswer& answer);
Json to_json(const Encounter& encounter);
Json to_json(const Question& question);
Json standing_of(const Question& question);  // the same without what was released
Json to_json(const Case& the_case);
Json to_json(const service::ShownCase& the_case);
Json to_json(const ExhibitSide& side);
Json to_json(const service::CaseView& view);
Json to_json(const service::ReleaseCard& card);
Json to_json(const service::Erasure& erased);
Json to_json(const service::AgreementView& agreement);
Json to_json(const service::ExchangedView& exchanged);
Json to_json(const Replayed& replayed);
Json to_json(const service::LogPage& page);

net::Response done(const service::Receipt& receipt);  // the answer of what has no other

template <typename T>
Json to_json(const std::vector<T>& items) {
  Json::Array out;
  for (const T& item : items) out.push_back(to_json(item));
  return Json(std::move(out));
}

}  // namespace puente::api::own
