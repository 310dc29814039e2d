#include "core/person.h"

#include <algorithm>

#include "core/limits.h"

namespace puente {

const char* to_string(DataElement element) {
  switch (element) {
    case DataElement::kFamilyName:
      return "family_name";
    case DataElement::kGivenNames:
      return "given_names";
    case DataElement::kDateOfBirth:
      return "date_of_birth";
    case DataElement::kSex:
      return "sex";
    case DataElement::kNationality:
      return "nationality";
    case DataElement::kPlaceOfBirth:
      return "place_of_birth";
    case DataElement::kDocumentType:
      return "document_type";
    case DataElement::kDocumentNumber:
      return "document_number";
    case DataElement::kDocumentIssuer:
      return "document_issuer";
    case DataElement::kEncounterDate:
      return "encounter_date";
    case DataElement::kEncounterPlace:
      return "encounter_place";
  }
  return "unknown";
}

Result<DataElement> parse_data_element(std::string_view name) {
  for (int i = 0; i < kDataElementCount; ++i) {
    if (name == to_string(static_cast<DataElement>(i))) return static_cast<DataElement>(i);
  }
  return Error{Code::kInvalidInput, "unknown data element: use one of family_name, given_names, …"};
}

const char* to_string(Missing missing) {
  switch (missing) {
    case Missing::kAmputated:
      return "AMPUTATED";
    case Missing::kUnableToPrint:
      return "UNABLE_TO_PRINT";
  }
  return "UNABLE_TO_PRINT";
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
