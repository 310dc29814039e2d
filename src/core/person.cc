#include "core/person.h"

#include <algorithm>

#include "core/limits.h"

namespace puente {
namespace {
constexpr const char* kNames[kDataElementCount] = {
    "family_name",     "given_names",    "date_of_birth",  "sex",
    "nationality",     "place_of_birth", "document_type",  "document_number",
    "document_issuer", "encounter_date", "encounter_place"};
}  // namespace

const char* to_string(DataElement element) {
  return kNames[static_cast<int>(element)];
}

Result<DataElement> parse_data_element(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames))
    return Error{Code::kInvalidInput, "unknown data element: use one of family_name, given_names, …"};
  return static_cast<DataElement>(found - std::begin(kNames));
}

const char* to_string(Missing missing) {
  return missing == Missing::kAmputated ? "AMPUTATED" : "UNABLE_TO_PRINT";
}

const char* to_string(Coding coding) {
  switch (coding) {
    case Coding::kUnknown:
      return "unknown";
    case Coding::kPng:
      return "png";
    case Coding::kJpeg:
      return "jpeg";
    case Coding::kJpeg2000:
      return "jpeg2000";
    case Coding::kWsq:
      return "wsq";
    case Coding::kMinutiae:
      return "minutiae";
  }
  return "unknown";
}

Result<Coding> parse_coding(std::string_view name) {
  for (const Coding each :
       {Coding::kUnknown, Coding::kPng, Coding::kJpeg, Coding::kJpeg2000, Coding::kWsq, Coding::kMinutiae}) {
    if (name == to_string(each)) return each;
  }
  return Error{Code::kInvalidInput, "unknown coding: use png, jpeg, jpeg2000, wsq or minutiae"};
}

bool is_country(std::string_view code) {
  return code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= limits::kIdBytesMax && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-").find(c) != std::string_view::npos;
  });
}

}  // namespace puente
